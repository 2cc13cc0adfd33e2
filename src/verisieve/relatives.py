"""Which problems are related, so that none of a family is trained on while another is held out.

Related are problems that share their question, what a model was shown of it, or a parent, however far back. A group
is named after the first of its problems by name: the order in which rows come says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from verisieve.folder import prompt_of, text_of
from verisieve.records import Json


class Relatives:
    """Union-find over problems and questions."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}

    def add(self, node: str, completion: Mapping[str, Json]) -> None:
        """Join a problem to its parents and to all that ask the same; a row that did not pass joins as well."""
        domain = node.partition(":")[0]
        for other in (*_questions(completion), *(f"{domain}:{parent}" for parent in _parents(completion))):
            self._join(node, other)

    def group(self, node: str) -> str:
        """Return the name of a problem's group."""
        while (up := self._up.get(node, node)) != node:
            self._up[node] = node = self._up.get(up, up)
        return node

    def _join(self, first: str, second: str) -> None:
        first, second = sorted((self.group(first), self.group(second)), key=lambda node: (node.startswith("\0"), node))
        if first != second:
            self._up[second] = first


def _questions(completion: Mapping[str, Json]) -> Iterator[str]:
    """What is asked, case and white space apart; the zero byte keeps it from naming a group."""
    for text in dict.fromkeys((text_of(completion, "prompt"), prompt_of(completion))):
        if words := " ".join(text.casefold().split()):
            yield f"\0{blake2b(words.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def _parents(completion: Mapping[str, Json]) -> Iterator[str]:
    meta = completion.get("meta")
    found = meta.get("parents") if isinstance(meta, dict) else None
    yield from (str(parent) for parent in found if isinstance(parent, str | int)) if isinstance(found, list) else ()
