"""Plain values in a reply's text: SQL's, JSON's and Python's notations of numbers, strings, NULL and lists of them.

Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Row, Value
from verisieve.verifiers.sql.lexer import Kind, Token

_WORDS: dict[str, Value] = {"null": None, "none": None, "nil": None, "true": 1, "false": 0}
_TYPES = frozenset({"date", "timestamp", "time"})
_EMPTY = re.compile(r"(?:no rows?|nothing|empty|the empty (?:result|set)|\(\)|\[\])\.?", re.IGNORECASE)
_MOMENT = re.compile(r"(?<![\w'\"-])(\d{4}-\d\d(?:-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?)?)(?![\w'\"-])")
_COUNTED = re.compile(r"(\d+) (?:rows?|groups?|values?)\.?", re.IGNORECASE)
_DEEPEST = 3
_LONGEST = 20_000
Nested = Value | list["Nested"]


class ValueFaultError(Exception):
    """A text that holds more than plain values."""


def rows(text: str, width: int) -> list[Row]:
    """Read a result of so many columns; raise ValueFaultError for what is no result of that shape.

    >>> rows("[1, 4, 7]", 1), rows("(1, 'Ada'), (2, NULL)", 2), rows("Ada", 1), rows("no rows", 2)
    ([(1,), (4,), (7,)], [(1, 'Ada'), (2, None)], [('Ada',)], [])
    """
    said = text.strip().strip("`").strip()
    if _EMPTY.fullmatch(said):
        return []
    if counted := _COUNTED.fullmatch(said):
        said = counted[1]
    try:
        items = _items(said)
    except ValueFaultError:
        if width != 1 or not said or any(mark in said for mark in "[](){}"):
            raise
        items = [said.strip("'\"")]
    first, *rest = items
    if not rest and isinstance(first, list):
        items = first
    if items and all(isinstance(item, list) for item in items):
        found = [tuple(_flat(item)) for item in items if isinstance(item, list)]
    else:
        flat = _flat(items)
        found = [(value,) for value in flat] if width == 1 else [tuple(flat)] if flat else []
    if any(len(row) != width for row in found):
        raise ValueFaultError(f"not rows of {width} values")
    return found


def read_row(tokens: Sequence[Token], place: int) -> tuple[list[Value], int]:
    """Read one parenthesised list of values; return it and the place behind it."""
    if place >= len(tokens) or tokens[place].text != "(":
        raise ValueFaultError("a row is a list in parentheses")
    items, place = _list(tokens, place + 1, ")", 1)
    return _flat(items), place


def _flat(items: Sequence[Nested]) -> list[Value]:
    if any(isinstance(item, list) for item in items):
        raise ValueFaultError("a list where a value is expected")
    return [item for item in items if not isinstance(item, list)]


def _items(text: str) -> list[Nested]:
    if len(text) > _LONGEST:
        raise ValueFaultError(f"more than {_LONGEST} characters")
    tokens = list(lexer.tokens(_MOMENT.sub(r"'\1'", text)))
    while tokens and tokens[-1].text in (";", ".", ","):
        tokens.pop()
    items, place = _list(tokens, 0, "", 0)
    if place < len(tokens) or not items:
        raise ValueFaultError("more than a list of values")
    return items


def _list(tokens: Sequence[Token], place: int, end: str, depth: int) -> tuple[list[Nested], int]:
    found: list[Nested] = []
    while place < len(tokens) and tokens[place].text != end:
        item, place = _item(tokens, place, depth)
        found.append(item)
        if place < len(tokens) and tokens[place].text == ",":
            place += 1
        elif place < len(tokens) and tokens[place].text != end:
            raise ValueFaultError(f"{tokens[place].text[:40]!r} after a value")
    if end and place >= len(tokens):
        raise ValueFaultError("a list that does not end")
    return found, place + bool(end)


def _item(tokens: Sequence[Token], place: int, depth: int) -> tuple[Nested, int]:
    token = tokens[place]
    if token.text in ("(", "["):
        if depth >= _DEEPEST:
            raise ValueFaultError("lists that lie too deep")
        return _list(tokens, place + 1, ")" if token.text == "(" else "]", depth + 1)
    if token.text in ("-", "+") and place + 1 < len(tokens) and tokens[place + 1].kind is Kind.NUMBER:
        value = _number(tokens[place + 1].text)
        return (-value if token.text == "-" else value), place + 2
    if token.kind is Kind.WORD and token.text.lower() in _TYPES and place + 1 < len(tokens):
        return _plain(tokens[place + 1]), place + 2
    return _plain(token), place + 1


def _plain(token: Token) -> Value:
    if token.kind is Kind.NUMBER:
        return _number(token.text)
    if token.kind is Kind.STRING and token.text[0] == "'":
        return token.text[1:-1].replace("''", "'")
    if token.kind is Kind.NAME and token.text[0] == '"':
        return token.text[1:-1].replace('""', '"')
    if token.kind is Kind.WORD and token.text.lower() in _WORDS:
        return _WORDS[token.text.lower()]
    raise ValueFaultError(f"{token.text[:40]!r} is no plain value")


def _number(text: str) -> int | float:
    if len(text) > 40:
        raise ValueFaultError("a number of more than 40 characters")
    try:
        return int(text)
    except ValueError:
        return float(text) if "x" not in text.lower() else int(text, 16)
