"""Plain values in a model's text: read without running anything, compared with their types."""

from __future__ import annotations

import pytest

from verisieve.verifiers.code import literals
from verisieve.verifiers.code.literals import Call, LiteralError

NOT_LITERALS = [
    ("", "nothing"),
    ("x", "a name"),
    ("1 + 2", "a sum, which is work left to the reader"),
    ("1; 2", "two statements"),
    ("f(1)", "a call"),
    ("[x for x in (1, 2)]", "a comprehension"),
    ("f'{1}'", "a format"),
    ("(" * 300, "brackets deeper than the parser goes"),
    ("-" * 5_000 + "1", "signs deeper than the stack goes"),
    ("[" + "1, " * 10_000 + "]", "too long"),
    ("{[]: 1}", "an unhashable key"),
    ("'\x00'", "a null byte"),
]


@pytest.mark.parametrize(("text", "why"), NOT_LITERALS, ids=[why for _, why in NOT_LITERALS])
def test_what_is_no_literal_is_refused(text: str, why: str) -> None:
    """One error for all of it, whatever the parser makes of the text."""
    with pytest.raises(LiteralError):
        literals.read(text)


@pytest.mark.parametrize("text", ["f()", "f(-1, 'a', k=[(1,)])", "f({1: {2}}, None, b'x', 2.5, 1j)"])
def test_a_call_is_read_and_written(text: str) -> None:
    """What was read from a text writes the same text."""
    assert literals.read_call(text, "f").text("f") == text


@pytest.mark.parametrize("text", ["g(1)", "f", "f(x)", "f(*[1])", "f(**{'k': 1})", "f(1)(2)", "m.f(1)", "f(g(1))"])
def test_other_calls_are_refused(text: str) -> None:
    """Only the entry point, and only plain arguments."""
    with pytest.raises(LiteralError):
        literals.read_call(text, "f")


def test_values_are_the_same_with_their_types() -> None:
    """Equal is not enough, at any depth."""
    assert literals.same({"a": [1, (2.0, {3})]}, {"a": [1, (2.0, {3})]})
    for mine, theirs in [(1, True), (0, False), (1, 1.0), ([1], (1,)), ({1: [True]}, {1: [1]}), ("1", 1), ([], [0])]:
        assert not literals.same(mine, theirs)


def test_a_value_is_plain_where_its_repr_reads_as_itself() -> None:
    """Not-a-number and infinity are no literals, nor are objects."""
    assert literals.plain([1, "a", (None, {2: b"x"})])
    for value in (float("nan"), float("inf"), object(), [print], 10**5000, Call((), {})):
        assert not literals.plain(value)
