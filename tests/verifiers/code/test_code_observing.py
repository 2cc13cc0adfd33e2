"""Asking a program for its answers: how calls end, what comes back, and what counts as the same."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.observing import RESTARTS, Answer, equal, observe, same

LIMITS = Limits(cpu=0.5, wall=20.0)
PROGRAM = """
import os
class Worse(ValueError): pass
class Mine(int): pass
class Forged:
    def __eq__(self, other): return True
async def later(): return 3
def endless():
    while True: yield 7
def f(x):
    if x == "raise": raise Worse(x)
    if x == "exit": os._exit(0)
    if x == "loop":
        while True: pass
    if x == "late": return later()
    if x == "endless": return endless()
    if x == "forged": return [Forged()]
    if x == "mine": return Mine(5)
    if x == "huge": return "x" * 10**6
    if x == "deep": return [eval("[" * 90 + "]" * 90)]
    if isinstance(x, list): x.append(0)
"""


def ask(sandbox: Sandbox, *values: Any, patient: bool = False) -> list[Answer]:
    """The answers to calls with one argument."""
    calls = [Call((value,), {}) for value in values]
    return observe(Source(PROGRAM, ""), "f", calls, LIMITS, sandbox, patient=patient).answers


def test_calls_end_in_all_ways(sandbox: Sandbox) -> None:
    """A call returns, raises, ends the process or returns what cannot cross; those behind it are made all the same."""
    answers = ask(sandbox, "raise", "exit", "late", "endless", "forged", "mine", "huge", "deep", [1])

    assert [answer.kind for answer in answers] == (
        ["raised", "ended", "returned", "returned", "opaque", "returned", "opaque", "returned", "returned"]
    )
    assert answers[0].value[:2] == ["Worse", "ValueError"]
    assert answers[2].value == 3
    assert answers[3].value == ("iterator", [7] * 50)
    assert answers[5].value == 5
    assert answers[8].changed == (([1, 0],), {})


def test_a_limit_ends_it_all(sandbox: Sandbox) -> None:
    """Behind a call that takes too long nothing is known, unless one is patient."""
    assert [answer.kind for answer in ask(sandbox, 1, "loop", 1)] == ["returned", "limit", "unasked"]
    assert [answer.kind for answer in ask(sandbox, "loop", 1, patient=True)] == ["limit", "returned"]


def test_a_program_that_always_ends_is_given_up(sandbox: Sandbox) -> None:
    """After some restarts the rest is not asked, and nothing is claimed of it."""
    kinds = [answer.kind for answer in ask(sandbox, *["exit"] * (RESTARTS + 3))]

    assert kinds == ["ended"] * (RESTARTS + 1) + ["unasked"] * 2


@pytest.mark.parametrize("code", ["def f(:", "raise ValueError", "g = 1", "import os; os._exit(0)"])
def test_a_program_that_does_not_load_ends(sandbox: Sandbox, code: str) -> None:
    """It has no answers, which is no fault of ours."""
    answers = observe(Source(code, ""), "f", [Call((1,), {})], LIMITS, sandbox).answers

    assert [answer.kind for answer in answers] == ["ended"]


EQUAL: list[tuple[Any, Any, bool]] = [
    (1, 1.0, True),
    (True, 1, True),
    (0.1 + 0.2, 0.3, True),
    (0.3001, 0.3, False),
    (float("nan"), float("nan"), True),
    (float("inf"), float("inf"), True),
    ([1], (1,), False),
    ([1, [2.0]], [1, [2]], True),
    ({"a": 0.1 + 0.2}, {"a": 0.3}, True),
    ({"a": 1}, {"a": 1, "b": 2}, False),
    ({1, 2}, {2, 1}, True),
    ({1}, frozenset({1}), False),
    ("a", b"a", False),
    (None, False, False),
    (10**400, 1.5, False),
]


@pytest.mark.parametrize(("got", "expected", "outcome"), EQUAL, ids=[f"{a[0]!r:.20} {a[1]!r:.20}" for a in EQUAL])
def test_plain_data_are_compared_as_tests_do(got: Any, expected: Any, outcome: bool) -> None:
    """Numbers by value, containers by kind, floats to nine digits; and it does not matter which comes first."""
    assert equal(got, expected) is outcome
    assert equal(expected, got) is outcome


def test_changes_count_where_they_are_due() -> None:
    """A program may sort its argument in place, unless the reference changes it too."""
    call, kept, changed = Call(([2, 1],), {}), (([2, 1],), {}), (([1, 2],), {})

    assert same(Answer("returned", 3, changed), Answer("returned", 3, kept), call)
    assert not same(Answer("returned", 3, kept), Answer("returned", 3, changed), call)


def test_an_exception_is_that_type_or_below() -> None:
    """Where ValueError is due, a class of the program's own under it will do, and a class above it will not."""
    due, call = Answer("raised", ["ValueError", "Exception"]), Call((), {})

    assert same(Answer("raised", ["Mine", "ValueError", "Exception"]), due, call)
    assert not same(Answer("raised", ["Exception"]), due, call)
    assert not same(Answer("ended"), Answer("ended"), call)
