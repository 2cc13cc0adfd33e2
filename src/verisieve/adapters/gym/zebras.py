"""Zebra puzzles of reasoning-gym: clues in words, read with the phrases that the package itself says for each value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from verisieve.adapters.gym.items import Item, RefusedError
from verisieve.records import Json

_ATTRIBUTE = re.compile(r"^ - (?P<words>[^:\n]+): (?P<values>[^:\n]+)$", re.MULTILINE)
_CLUE = re.compile(r"^\d+\. (.+)\.$", re.MULTILINE)
_ASKED = re.compile(r"^What is Name of the person who lives in House (\d)\?", re.MULTILINE)
_HOUSES = {name: k for k, name in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh"], 1)}
_PLACED = re.compile(r"(?P<a>.+) is (?P<no>not )?in the (?P<house>\w+) house")
_RELATED = (
    (re.compile(r"(?P<a>.+) is directly left of (?P<b>.+)"), "left", False),
    (re.compile(r"(?P<a>.+) is directly right of (?P<b>.+)"), "left", True),
    (re.compile(r"(?P<a>.+) is somewhere to the left of (?P<b>.+)"), "before", False),
    (re.compile(r"(?P<a>.+) is somewhere to the right of (?P<b>.+)"), "before", True),
    (re.compile(r"(?P<a>.+) and (?P<b>.+) are next to each other"), "adj", False),
)

Value = tuple[str, int]  # an attribute and the place of a value in it


class Asked(NamedTuple):
    """What their question asks for: the value of an attribute in a house."""

    attribute: str
    house: int


def read(item: Item) -> tuple[dict[str, Json], str, Asked]:
    """Return our spec, the question for the whole grid, and what theirs asks; raise RefusedError for other words."""
    attrs = _attributes(item.question)
    phrases = _phrases(item.part("phrases"), attrs)
    asked = _ASKED.search(item.question)
    if not asked or "name" not in attrs:
        raise RefusedError("a question in other words than those that are known")
    clues = [_clue(text, phrases) for text in _CLUE.findall(item.question)]
    close = f'Which house has what? Write the full grid ({", ".join(attrs)} for each house) after "Answer:".'
    return {"attrs": attrs, "clues": clues}, item.question[: asked.start()] + close, Asked("name", int(asked[1]))


def _attributes(question: str) -> dict[str, list[str]]:
    """Return the values of each attribute; a value that two attributes have cannot be told apart in a grid."""
    attrs: dict[str, list[str]] = {}
    for match in _ATTRIBUTE.finditer(question):
        name = match["words"].split()[-1].lower()
        attrs[name] = [value.strip() for value in match["values"].split(",")]
    values = [value for row in attrs.values() for value in row]
    if len(set(values)) < len(values):
        raise RefusedError("two attributes share a value")
    return attrs


def _phrases(known: Mapping[str, Mapping[str, str]], attrs: Mapping[str, list[str]]) -> dict[str, Value]:
    """Return what each phrase stands for; the values of an attribute belong to the one category that has them all."""
    found: dict[str, Value] = {}
    for name, values in attrs.items():
        fitting = [table for table in known.values() if set(values) <= set(table)]
        if len(fitting) != 1:
            raise RefusedError(f"{len(fitting)} categories have the values of {name!r}")
        for k, value in enumerate(values):
            phrase = fitting[0][value].lower()
            if phrase in found:
                raise RefusedError("two values share a phrase")
            found[phrase] = (name, k)
    return found


def _clue(text: str, phrases: Mapping[str, Value]) -> list[Json]:
    """Read one clue; a phrase may hold " is ", so each place where it may end is tried."""
    placed = _PLACED.fullmatch(text)
    if placed and placed["a"].lower() in phrases and placed["house"] in _HOUSES:
        return ["notat" if placed["no"] else "at", *phrases[placed["a"].lower()], _HOUSES[placed["house"]]]
    for pattern, kind, turned in _RELATED:
        match = pattern.fullmatch(text)
        if match and match["a"].lower() in phrases and match["b"].lower() in phrases:
            first, second = phrases[match["a"].lower()], phrases[match["b"].lower()]
            return [kind, *second, *first] if turned else [kind, *first, *second]
    for cut in re.finditer(r" is (not )?", text):
        one, other = text[: cut.start()].lower(), text[cut.end() :].lower()
        if one in phrases and other in phrases:
            return ["notsame" if cut[1] else "same", *phrases[one], *phrases[other]]
    raise RefusedError(f"a clue in unknown words: {text[:80]!r}")
