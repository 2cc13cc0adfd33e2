"""The share of mutants that tests reject, and what becomes of those that pass."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.verifiers.code.quality import measure
from verisieve.verifiers.code.runner import Finding

SOURCE = "def f(a, b):\n    return a < b\n"


def reject(code: str) -> Finding:
    """Tests that reject everything."""
    return Finding(outcome=Outcome.FAIL)


def accept(code: str) -> Finding:
    """Tests that reject nothing."""
    return Finding(outcome=Outcome.PASS)


def shown(codes: Sequence[str]) -> Sequence[str]:
    """A call tells each program from the reference."""
    return ["f(1, 1)" for _ in codes]


def alike(codes: Sequence[str]) -> Sequence[str]:
    """No call tells any program from the reference."""
    return ["" for _ in codes]


def unknown(codes: Sequence[str]) -> Sequence[str]:
    """Nobody knows what the inputs are."""
    raise TruthError("checks", "no hint")


def broken(code: str) -> Finding:
    """Tests that hold for the reference and break on a mutant."""
    raise TruthError("tests", "the tests ended their own process")


def test_good_tests_kill_all() -> None:
    """All mutants rejected is a score of 1, and tests that break on a mutant have rejected it."""
    for judge in (reject, broken):
        found = measure(SOURCE, judge, shown, entry="f", most=50)
        assert (found.score, found.survivors, found.suspects) == (1.0, (), ())
        assert found.killed >= 3


def test_survivors_are_shown_with_a_call() -> None:
    """A mutant that passes and answers otherwise is a gap in the tests."""
    found = measure(SOURCE, accept, shown, entry="f", most=50)

    assert found.score == 0.0
    assert {(one.mutant.line, one.call) for one in found.survivors} == {(2, "f(1, 1)")}


def test_suspects_count_for_neither_side() -> None:
    """A mutant that passes and answers alike may be the same program."""
    found = measure(SOURCE, accept, alike, entry="f", most=50)

    assert (found.score, found.counted) == (None, 0)
    assert len(found.suspects) >= 3


def test_where_nothing_can_be_told_all_survive() -> None:
    """Without inputs to tell by, no mutant is excused."""
    found = measure(SOURCE, accept, unknown, entry="f", most=50)

    assert (found.score, found.told, found.suspects) == (0.0, False, ())


def test_a_limit_kills() -> None:
    """A mutant that loops is no pass."""
    assert measure(SOURCE, lambda code: Finding(outcome=Outcome.LIMIT), shown, entry="f", most=50).score == 1.0


def test_no_more_mutants_than_asked() -> None:
    """`most` bounds the work."""
    assert measure(SOURCE, reject, shown, entry="f", most=2).killed == 2


def test_a_reference_that_is_no_python_is_refused() -> None:
    """There is nothing to mutate."""
    with pytest.raises(ValueError, match="no Python"):
        measure("def f(:", reject, shown, entry="f", most=2)
