"""Readers that take a text as a whole: pairs (v0: R), sequences (K -> M -> P), whole numbers, dates.

Every word must be a key, a value or a known filler; anything else is refused with UnreadableError.
So a reader never picks an answer out of a text that says more than the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from verisieve.verifiers.reasoning.findings import Reason, UnreadableError

MAX_DIGITS = 30
MAX_JSON = 20_000
MAX_JSON_DEPTH = 12


def words(text: str) -> frozenset[str]:
    """Return the words of a text, as fillers for a reader."""
    return frozenset(text.split())


FILLERS = words(
    "a an the is are be was and with has have as so while whereas both all each of in to for at on it that this "
    "which gives given by equals equal being then thus therefore hence must value values role roles name names "
    "assignment"
)
_BULLET = re.compile(r"^[ ]*(?:[-*•+][ ]+|\(?\d{1,3}[.)][ ]+)", re.MULTILINE)
_HEAD = re.compile(r"^[ ]*\|[^\n]{0,300}\n(?=[ |]*:?-{2,}[-:| ]*$)", re.MULTILINE)
_RULE = re.compile(r"^[ |]*:?-{2,}[-:| ]*$", re.MULTILINE)


class Token(NamedTuple):
    """One token: kind is key, value, int, arrow, word or sep; text is canonical for keys and values."""

    kind: str
    text: str


def unbulleted(text: str) -> str:
    """Drop list bullets, list numbers and table rules at the starts of lines."""
    return _BULLET.sub("", _RULE.sub("", text))


@lru_cache(maxsize=256)
def _lexer(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return the tokeniser; names that are not one word each must be spelt out in it."""
    longest = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spelt = "".join(rf"(?<!\w)(?i:{re.escape(phrase)})(?!\w)|" for phrase in longest)
    return re.compile(
        rf"(?P<name>{spelt}[^\W\d]\w*(?:'[a-z]+)?)|(?P<int>(?<![\w.])[+-]?[0-9]+(?!\w|[.,][0-9]))|(?P<arrow>->|=>)"
        r"|(?P<sep>[\s,;:=|(){}\[\]\"'.<*>-])|(?P<bad>.)",
        re.DOTALL,
    )


def tokens(text: str, keys: Sequence[str], values: Sequence[str] = ()) -> Iterator[Token]:
    """Cut a text into tokens; raise UnreadableError at a sign that no answer has.

    One letter keeps its case ("A" is no article); longer names may be written in any.
    """
    kinds = dict.fromkeys(values, "value") | dict.fromkeys(keys, "key")
    lower = {name.lower(): name for name in kinds if len(name) > 1}
    phrases = tuple(name for name in kinds if not name.isidentifier() and not name.isdecimal())
    for match in _lexer(phrases).finditer(text):
        kind, found = str(match.lastgroup), match[0]
        name = found if found in kinds else lower.get(found.lower()) if kind == "name" else None
        if name is not None:
            yield Token(kinds[name], name)
        elif kind == "bad" or (kind == "int" and len(found) > MAX_DIGITS):
            raise UnreadableError(f"unexpected {found[:40]!r}")
        else:
            yield Token("word" if kind == "name" else kind, found)


def pairs(
    text: str, keys: Sequence[str], values: Sequence[str] | None = None, *, fillers: frozenset[str] = FILLERS
) -> dict[str, str]:
    """Read key-value pairs in any layout, grouped by value too; `values=None` reads whole numbers.

    >>> pairs("Ann and Bo are knights; Cy: knave", ["Ann", "Bo", "Cy"], ["knights", "knave"])
    {'Ann': 'knights', 'Bo': 'knights', 'Cy': 'knave'}
    >>> pairs('{"x": 3, "y": -1}', ["x", "y"])
    {'x': '3', 'y': '-1'}
    """
    found: dict[str, str] = {}
    pending: list[str] = []
    heading, used = "", True
    for kind, word in tokens(unbulleted(_unheaded(text, keys)), keys, values or ()):
        if kind == "key" and not heading:
            pending.append(word)
        elif kind == "key":
            _assign(found, word, heading)
            used = True
        elif kind == ("int" if values is None else "value"):
            for key in pending:
                _assign(found, key, word)
            if not used:
                raise UnreadableError(f"{heading!r} belongs to nothing")
            heading, used, pending = ("", True, []) if pending else (word, False, [])
        elif kind == "word" and word.lower() in ("none", "nobody") and heading:
            used = True
        elif kind == "int" or word in ("<", ">") or (kind == "word" and word.lower() not in fillers):
            raise UnreadableError(f"unexpected {word[:40]!r}")
    if pending or not used or not found:
        raise UnreadableError(f"{(pending or [heading or 'nothing'])[0]!r} has no counterpart")
    return found


def _unheaded(text: str, keys: Sequence[str]) -> str:
    """Drop the head of a table unless it names a key."""
    return _HEAD.sub(lambda match: match[0] if set(keys) & set(re.findall(r"\w+", match[0])) else "", text)


def _assign(found: dict[str, str], key: str, value: str) -> None:
    if found.setdefault(key, value) != value:
        raise UnreadableError(f"{key!r} is given twice", Reason.HEDGED)


def sequence(text: str, keys: Sequence[str], *, fillers: frozenset[str] = FILLERS) -> list[str]:
    """Read a sequence of keys in any layout (commas, arrows, lines, JSON, numbered).

    >>> sequence("1. Ann\\n2. Bo", ["Ann", "Bo"])
    ['Ann', 'Bo']
    """
    found = []
    for kind, word in tokens(unbulleted(text), keys):
        if kind == "key":
            found.append(word)
        elif kind == "int" or (kind == "word" and word.lower() not in fillers):
            raise UnreadableError(f"unexpected {word[:40]!r}")
    if not found:
        raise UnreadableError("names nothing of the puzzle")
    return found


def json_value(text: str) -> Any:
    """Return the JSON object or list that a text is, or None; a key given twice raises UnreadableError.

    >>> json_value('{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    text = text.strip().rstrip(".")
    if text[:1] not in ("{", "[") or len(text) > MAX_JSON or _depth(text) > MAX_JSON_DEPTH:
        return None
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_int=_small, parse_constant=_small)
    except json.JSONDecodeError:
        return None


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, depth)
    return deepest


def _unique(items: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in items}) != len(items):
        raise UnreadableError("a key is given twice", Reason.HEDGED)
    return dict(items)


def _small(digits: str) -> int:
    if len(digits) > MAX_DIGITS or not digits.lstrip("-").isdigit():
        raise UnreadableError("a number out of bounds")
    return int(digits)
