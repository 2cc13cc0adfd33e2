"""Finding what a reply claims in the form `Name: value`, one field a line, or as a JSON object in a block.

A field that is claimed twice with different values is a hedge; nothing else of the reply counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from verisieve.verifiers import replies

MAX_TEXT = 200_000  # characters of a reply that are looked at, from its end
_LINE = r"^[ \t>*`#-]*{name}[ \t*`]*[:=][ \t*`]*(?P<value>[^\n]*?)[ \t*`]*$"


class HedgedError(Exception):
    """A reply claims two values of one field."""


def claim(text: str, name: str) -> str | None:
    r"""Return the one value that a reply claims for a field, None where it claims none; raise HedgedError for two.

    >>> claim("I think so.\n**Line:** 4\n", "line")
    '4'
    """
    shown = replies.visible(text)[-MAX_TEXT:].replace("\r\n", "\n")
    pattern = re.compile(_LINE.format(name=re.escape(name)), re.IGNORECASE | re.MULTILINE)
    found = {match["value"].strip() for match in pattern.finditer(shown)} | set(_json(shown, name))
    if len(found) > 1:
        raise HedgedError(name)
    return found.pop() if found else None


def says(text: str, phrase: str) -> bool:
    r"""Whether a phrase stands on a line of its own.

    >>> says("Looks fine.\n**No bug.**", "no bug"), says("There is no bug here", "no bug")
    (True, False)
    """
    lines = replies.visible(text)[-MAX_TEXT:].lower().splitlines()
    return any(line.strip(" \t*`#>-.") == phrase for line in lines)


def _json(shown: str, name: str) -> Iterator[str]:
    bodies = [fence.body for fence in replies.fences(shown) if fence.language in ("json", "")]
    for body in [*bodies, shown]:
        try:
            row = json.loads(body)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict) and name in row:
            value = row[name]
            yield "none" if value is None else str(value).strip()
