"""Reading of a grid of houses: numbered places, each with one value of every attribute, in any layout.

Takes lines, tables (also turned on their side), JSON and sentences; refuses unknown words like every reader here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from verisieve.verifiers.reasoning import lexing
from verisieve.verifiers.reasoning.findings import Reason, UnexpectedError, UnreadableError

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
_FILLERS = lexing.FILLERS | lexing.words(
    "house houses place position no number room there lives lived live who resident owner owns own keeps keep kept "
    "drinks drink drinker drinking has have pet person whose likes loves eats plays wears drives reads color colour "
    "grid final st nd rd th leftmost rightmost left right from i.e row works work uses use comes come hails takes "
    "grows rides speaks sits stays makes prefers brought brings orders ordered collects carries belongs "
    "fan fans lover lovers eater eaters player players enthusiast snacks snack drinks plays"
)
_SEGMENT = re.compile(r"\n|;|\.(?=\s|$)")

Rows = dict[int, dict[str, str]]


def houses(text: str, attrs: Mapping[str, Sequence[str]], count: int) -> Rows:
    """Return house number -> attribute -> value; raise UnreadableError for anything else.

    >>> houses("House 1: Ann, tea\\nHouse 2: Bo, milk", {"name": ("Ann", "Bo"), "drink": ("milk", "tea")}, 2)
    {1: {'name': 'Ann', 'drink': 'tea'}, 2: {'name': 'Bo', 'drink': 'milk'}}
    """
    data = lexing.json_value(text)
    if data is not None:
        return _from_json(data, attrs, count)
    lexing.forward(text)
    rows: Rows = {}
    lines: list[list[str]] = []
    current = 0
    for segment in _SEGMENT.split(text):
        numbers, marks = _segment(segment, attrs, count)
        values = [mark for mark in marks if isinstance(mark, str)]
        one_attr = [attr for attr in attrs if len(values) == count > 1 and set(values) <= set(attrs[attr])]
        if one_attr and not numbers:
            for house, value in enumerate(values, 1):
                _put(rows, house, value, {one_attr[0]: attrs[one_attr[0]]})
            continue
        if len(numbers) == 1:
            current, marks = numbers[0], [*values]
        if len(numbers) > 1 and isinstance(marks[0], str):
            marks = _led(marks)
        if values and not current and not numbers:
            lines.append(values)
            continue
        for mark in marks:
            if isinstance(mark, int):
                current = mark
            else:
                _put(rows, current, mark, attrs)
    return _by_order(lines, attrs, count) if lines and not rows else _complete(rows, lines)


def _led(marks: list[str | int]) -> list[str | int]:
    """Move each number in front of the value before it: Pia lives in house 1 with a dog, Omar in house 2 with a cat."""
    moved: list[str | int] = []
    for mark in marks:
        moved.insert(len(moved) - 1 if isinstance(mark, int) else len(moved), mark)
    return moved


def _complete(rows: Rows, loose: list[list[str]]) -> Rows:
    if loose or not rows:
        raise UnreadableError("values belong to no house" if loose else "names nothing of the puzzle")
    return rows


def _segment(segment: str, attrs: Mapping[str, Sequence[str]], count: int) -> tuple[list[int], list[str | int]]:
    """Return the house numbers of a segment, and numbers and values in order."""
    segment = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", segment.replace("#", " ").replace(" / ", ", "))
    labels = {part.lower() for attr in attrs for part in re.findall(r"[A-Za-z]+", attr)}
    known = tuple(dict.fromkeys(value for values in attrs.values() for value in values))
    marks: list[str | int] = []
    for kind, word in lexing.tokens(segment, known):
        lower = word.lower()
        if kind == "key":
            marks.append(word)
        elif kind == "int" and 1 <= int(word) <= count:
            marks.append(int(word))
        elif kind == "word" and lower in _ORDINALS and _ORDINALS[lower] <= count:
            marks.append(_ORDINALS[lower])
        elif kind == "int" or (
            kind == "word"
            and lower not in _FILLERS
            and labels.isdisjoint((lower, lower.rstrip("s"), lower.removesuffix("es"), re.sub("ies$", "y", lower)))
        ):
            raise UnexpectedError(word)
    return [mark for mark in marks if isinstance(mark, int)], marks


def _put(rows: Rows, house: int, value: str, attrs: Mapping[str, Sequence[str]]) -> None:
    """Place a value; an attribute that the house already has otherwise is a contradiction."""
    if not house >= 1:
        raise UnreadableError(f"{value!r} belongs to no house")
    row = rows.setdefault(house, {})
    fitting = [attr for attr, values in attrs.items() if value in values]
    free = [attr for attr in fitting if row.get(attr, value) == value]
    if not free:
        raise UnreadableError(f"house {house} is given twice", Reason.HEDGED)
    row[free[0]] = value


def _by_order(lines: list[list[str]], attrs: Mapping[str, Sequence[str]], count: int) -> Rows:
    """Read lines without numbers as the houses from left to right, only if all are there."""
    if len(lines) != count or any(len(line) != len(attrs) for line in lines):
        raise UnreadableError("lines without house numbers")
    rows: Rows = {}
    for house, line in enumerate(lines, 1):
        for value in line:
            _put(rows, house, value, attrs)
    return rows


def _from_json(data: Any, attrs: Mapping[str, Sequence[str]], count: int) -> Rows:
    """Read a list of houses, an object of houses, or an object of attributes with a list each."""
    if isinstance(data, dict) and len(data) == 1 and isinstance(next(iter(data.values())), dict | list):
        data = next(iter(data.values()))
    rows: Rows = {}
    if isinstance(data, dict) and all(isinstance(data.get(attr), list) for attr in attrs):
        data = [dict(zip(attrs, values, strict=False)) for values in zip(*(data[attr] for attr in attrs), strict=False)]
    entries = (
        list(data.items()) if isinstance(data, dict) else list(enumerate(data, 1)) if isinstance(data, list) else []
    )
    for key, entry in entries:
        row = dict(entry) if isinstance(entry, dict) else dict(enumerate(entry)) if isinstance(entry, list) else {}
        place = next((row.pop(k) for k in list(row) if str(k).lower() in ("house", "position", "number")), key)
        if place != key and isinstance(key, str):  # a house under the name of who lives there
            row = {"": key, **row}
        digits = re.fullmatch(r"\D{0,12}(\d{1,2})\D?", str(place))
        if not digits or not 1 <= int(digits[1]) <= count or not row:
            raise UnreadableError("an entry that is no house")
        for attr, value in row.items():
            _put_json(rows, int(digits[1]), attr, value, attrs)
    if not rows:
        raise UnreadableError("no houses")
    return rows


def _put_json(rows: Rows, house: int, attr: object, value: object, attrs: Mapping[str, Sequence[str]]) -> None:
    names = {name.lower(): name for name in attrs}
    allowed = {names[str(attr).lower()]: attrs[names[str(attr).lower()]]} if str(attr).lower() in names else attrs
    exact = [
        word
        for words in allowed.values()
        for word in words
        if isinstance(value, str) and word.lower() == value.strip().lower()
    ]
    if not exact:
        raise UnreadableError(f"unexpected value {str(value)[:40]!r}")
    _put(rows, house, exact[0], allowed)
