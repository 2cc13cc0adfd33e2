"""Claims about places, read as literals: "Bo is in house 2", "milk: not house 1", "Bo has milk", "house 2 or house 3".

A text is read as a whole: each word is a thing, a slot, a link or a filler. Knows neither houses nor puzzles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.reasoning.findings import UnreadableError

FILLERS = lexing.FILLERS | lexing.words(
    "lives live living owns own drinks drink grows grow uses use user owner drinker grower keeps there must there's "
    "can cannot isn't doesn't does do placed stands sits goes go person resident people one place only option "
    "remains left belongs contains hold holds comes house houses position positions who whose value"
)
_NOT = re.compile(
    r"!=|<>|/=|≠|~|\b(?:not|no|never|isn't|isnt|doesn't|doesnt|cannot|can't|aren't|excluded|ruled\s+out|eliminated)\b",
    re.IGNORECASE,
)
_ORDINALS = {
    word: k for k, word in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"], 1)
}
_CHUNK = re.compile(r"\band\b|[,;&.]", re.IGNORECASE)


class Literal(NamedTuple):
    """A thing and where it is, or what it goes with; several others stand for a choice among them."""

    thing: str | int
    others: tuple[str | int, ...]
    holds: bool


def read(text: str, things: Sequence[str], slots: int) -> list[Literal]:
    """Return the literals of a claim; a slot is a number from 1 to `slots`.

    >>> read("Bo is not in house 2", ["Bo"], 3)
    [Literal(thing='Bo', others=(2,), holds=False)]
    """
    pattern = _pattern(tuple(things))
    found: list[Literal] = []
    waiting: list[str | int] = []
    for chunk in _CHUNK.split(text):
        items = _items(chunk, pattern, {thing.lower(): thing for thing in things}, slots)
        holds = not _NOT.search(chunk)
        if not items:
            if chunk.strip():
                raise UnreadableError(f"names nothing of the puzzle: {chunk.strip()[:40]!r}")
            continue
        choice = len(items) > 2 and re.search(r"\bor\b|/", chunk, re.IGNORECASE)
        if len(items) == 1 and found:
            found.append(Literal(found[-1].thing, tuple(items), holds and found[-1].holds))
        elif len(items) == 1:
            waiting += items
        elif len(items) == 2 or choice:
            found += [Literal(thing, tuple(items[1:]), holds) for thing in (*waiting, items[0])]
            waiting = []
        else:
            raise UnreadableError("more than one thing and its place")
    if waiting or not found:
        raise UnreadableError("no thing with its place")
    return found


@lru_cache(maxsize=256)
def _pattern(things: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(thing) for thing in sorted(things, key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?P<thing>{names})(?!\w)|(?P<slot>\d+)(?:st|nd|rd|th)?|(?P<word>[A-Za-z']+)|(?P<sign>\S)",
        re.IGNORECASE,
    )


def _items(chunk: str, pattern: re.Pattern[str], things: Mapping[str, str], slots: int) -> list[str | int]:
    items: list[str | int] = []
    for match in pattern.finditer(_NOT.sub(" ", chunk)):
        word = (match["word"] or "").lower()
        if match["thing"]:
            items.append(things[match["thing"].lower()])
        elif match["slot"] or word in _ORDINALS:
            slot = int(match["slot"]) if match["slot"] else _ORDINALS[word]
            if not 1 <= slot <= slots:
                raise UnreadableError(f"there is no place {slot}")
            items.append(slot)
        elif (word and word not in FILLERS and word != "or") or (match["sign"] and match["sign"] not in "=:-/()[]>'\""):
            raise UnreadableError(f"unexpected {match[0][:40]!r}")
    return items
