"""Plain Python values in a model's text, read without running anything: bounded literals, and calls with literals."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

from verisieve.verifiers.code.parsing import ParseError, literal, parse

MAX_TEXT = 20_000  # characters of one literal


class LiteralError(Exception):
    """A text that is not the literal it should be; the message says why."""


class Call(NamedTuple):
    """The arguments of one call."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def text(self, entry: str) -> str:
        """The call as people write it.

        >>> Call(([1],), {"k": 2}).text("f")
        'f([1], k=2)'
        """
        named = [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{entry}({', '.join([*map(repr, self.args), *named])})"


def read(text: str) -> Any:
    """Return the value of one literal; raise LiteralError for anything else.

    >>> read("[1, (2.5, 'x')]")
    [1, (2.5, 'x')]
    """
    return _value(_expression(text))


def read_call(text: str, entry: str) -> Call:
    """Return the arguments of a call of `entry` with literal arguments.

    >>> read_call("f([1, 2], k=3)", "f")
    Call(args=([1, 2],), kwargs={'k': 3})
    """
    node = _expression(text)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != entry:
        raise LiteralError(f"not a call of {entry}")
    if any(keyword.arg is None for keyword in node.keywords):
        raise LiteralError("not a call with plain arguments")
    kwargs = {str(keyword.arg): _value(keyword.value) for keyword in node.keywords}
    return Call(tuple(_value(argument) for argument in node.args), kwargs)


def same(mine: Any, theirs: Any) -> bool:
    """Whether two literals are equal with their types, all the way down.

    >>> same([1, (True,)], [1, (True,)]), same(1, True), same(1, 1.0), same((1,), [1])
    (True, False, False, False)
    """
    if type(mine) is not type(theirs):
        return False
    if isinstance(mine, (list, tuple)):
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    if isinstance(mine, dict):
        return len(mine) == len(theirs) and all(key in theirs and same(mine[key], theirs[key]) for key in mine)
    return bool(mine == theirs)


def plain(value: Any) -> bool:
    """Whether `repr` of a value is a literal that reads as the same value."""
    try:
        return same(read(repr(value)), value)
    except (LiteralError, RecursionError, ValueError):
        return False


def _expression(text: str) -> ast.expr:
    if len(text) > MAX_TEXT:
        raise LiteralError(f"longer than {MAX_TEXT} characters")
    try:
        body = parse(text.strip()).body
    except ParseError as error:
        raise LiteralError(str(error)) from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise LiteralError("not one expression")
    return body[0].value


def _value(node: ast.expr) -> Any:
    try:
        return literal(node)
    except ParseError as error:
        raise LiteralError(str(error)) from None
