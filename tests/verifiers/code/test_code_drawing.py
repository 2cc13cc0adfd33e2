"""Drawn inputs: what hints and given values allow, the same each time, and shrunk on answers that come in rounds."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest

from verisieve.verifiers.code import drawing
from verisieve.verifiers.code.cases import Parameter


def hint(text: str) -> ast.expr:
    """The syntax of a hint."""
    body = ast.parse(text).body[0]
    assert isinstance(body, ast.Expr)
    return body.value


def drawn(text: str, *seen: Any) -> list[Any]:
    """Values that are drawn for a parameter."""
    strategy = drawing.of(hint(text) if text else None, list(seen))
    return drawing.draw(strategy, seed="test", count=100)


def square(value: Any) -> bool:
    """Whether a table has rows of one length."""
    return len({len(row) for row in value}) <= 1


# a hint, given values, what every drawn value holds, and what some drawn value holds
ALLOWED: list[tuple[str, tuple[Any, ...], Callable[[Any], bool], Callable[[Any], bool]]] = [
    ("int", (), lambda v: type(v) is int, lambda v: v < 0),
    ("int", (3, 5), lambda v: v >= 0, lambda v: v > 5),
    ("float", (), lambda v: type(v) is float and v == v, lambda v: v != int(v)),
    ("bool", (), lambda v: type(v) is bool, lambda v: not v),
    ("str", (), lambda v: type(v) is str, lambda v: not v.isascii()),
    ("str", ("()", "(())"), lambda v: set(v) <= set("()"), lambda v: len(v) > 4),
    ("str", ("Hello world, again",), lambda v: type(v) is str, lambda v: v == "Hello world, again"),
    ("bytes", (), lambda v: type(v) is bytes, lambda v: len(v) > 3),
    ("List[int]", (), lambda v: type(v) is list, lambda v: v == []),
    ("list[int]", (), lambda v: all(type(i) is int for i in v), lambda v: len(set(v)) < len(v)),
    ("list[int]", (), lambda v: True, lambda v: len(v) >= 20),
    ("list", ([1, 2],), lambda v: all(type(i) is int for i in v), lambda v: len(v) == 1),
    ("typing.Sequence['int']", (), lambda v: all(type(i) is int for i in v), bool),
    ("'list[str]'", (), lambda v: all(type(i) is str for i in v), bool),
    ("list[int]", ([1, 2, 3], [4, 4, 9], [0, 1, 5, 5]), lambda v: v == sorted(v), lambda v: len(v) > 3),
    ("list[list[int]]", ([[1, 2], [3, 4]], [[1, 2], [3, 4], [5, 6]]), square, lambda v: len(v) > 1),
    ("", (["ab", "cd"], ["ab.", "cd#", "#.."]), square, lambda v: len(v) > 1 and len(v[0]) > 1),
    ("tuple[int, str]", (), lambda v: type(v[0]) is int and type(v[1]) is str and len(v) == 2, bool),
    ("tuple[int, ...]", (), lambda v: type(v) is tuple, lambda v: len(v) > 2),
    ("dict[str, int]", (), lambda v: all(type(k) is str for k in v), lambda v: len(v) > 1),
    ("", ({"a": 1, "b": "x"},) * 3, lambda v: set(v) == {"a", "b"} and type(v["b"]) is str, bool),
    ("set[int]", (), lambda v: type(v) is set, bool),
    ("Optional[int]", (), lambda v: v is None or type(v) is int, lambda v: v is None),
    ("int | str", (), lambda v: type(v) in (int, str), lambda v: type(v) is str),
    ("Literal['a', 'b']", (), lambda v: v in ("a", "b"), lambda v: v == "b"),
    ("", (1, "a", None), lambda v: v is None or type(v) in (int, str), lambda v: v is None),
    ("Any", ([(1, "a")],), lambda v: all(type(i[0]) is int for i in v), bool),
]


@pytest.mark.parametrize(("text", "seen", "every", "some"), ALLOWED, ids=[f"{a[0]} {a[1]}"[:50] for a in ALLOWED])
def test_values_are_what_is_allowed(
    text: str, seen: tuple[Any, ...], every: Callable[[Any], bool], some: Callable[[Any], bool]
) -> None:
    """All drawn values are of the hinted type and like the given ones; the edges are among them."""
    values = drawn(text, *seen)

    assert all(map(every, values))
    assert any(map(some, values))


@pytest.mark.parametrize("text", ["", "Foo", "Callable[[int], int]", "'not a hint at all'", "__import__('os').system"])
def test_what_is_not_known_is_said(text: str) -> None:
    """A parameter of which nothing is known is named, and a hint is never run."""
    parameters = [Parameter("a", hint("int"), ()), Parameter("b", hint(text) if text else None, ())]

    with pytest.raises(drawing.UnknownInputError, match=r"^b$"):
        drawing.arguments(parameters)


def test_the_same_seed_draws_the_same() -> None:
    """Values depend on strategy and seed alone, not on what was drawn or loaded before."""
    import verisieve.domains.sql  # noqa: F401  # a module of ours with numbers in it

    first, again = (drawing.draw(drawing.of(hint("list[int]"), []), seed="x", count=50) for _ in range(2))

    assert first == again
    assert first != drawing.draw(drawing.of(hint("list[int]"), []), seed="y", count=50)


def test_a_counterexample_is_made_small() -> None:
    """What is found is the simplest value, in few rounds, although no answer comes at once."""
    rounds: list[int] = []

    def judge(values: list[Any]) -> list[bool]:
        rounds.append(len(values))
        return [len(set(value)) < len(value) for value in values]

    found = drawing.search(drawing.of(hint("list[int]"), []), judge, seed="x", count=100, rounds=12)

    assert found == [0, 0]
    assert len(rounds) <= 12


def test_nothing_is_found_where_nothing_is() -> None:
    """A judge that always says no costs one round."""
    calls: list[int] = []
    found = drawing.search(
        drawing.of(hint("int"), []),
        lambda v: calls.append(1) or [False] * len(v),
        seed="x",
        count=50,
        rounds=9,  # type: ignore[func-returns-value]
    )

    assert found is None
    assert calls == [1]
