"""What is pure of the vetting: which lines are the checker, what a grade is."""

from __future__ import annotations

import pytest

from verisieve.domains.conformance import Fact
from verisieve.vetting import checker
from verisieve.vetting.checker import Place
from verisieve.vetting.findings import Mutants, Rate, Vetting, facts

SOURCE = """\
LIMIT = 3
OTHER = 4

def judge(text):
    if len(text) > LIMIT:
        return rare(text)
    return text == "x"

def rare(text):
    return None

def make(rng):
    return rng.random() + OTHER
"""


def test_the_checker_is_what_judged_and_what_that_names() -> None:
    """A branch that no reply reached counts with what it calls; generators and their constants do not."""
    lines = checker.lines({"f": SOURCE}, {"f": "m"}, [Place("f", 4)], [Place("f", 12)])

    assert lines == {"f": {1, 4, 5, 6, 7, 9, 10}}


def test_a_function_that_makes_and_judges_is_of_the_checker() -> None:
    """What ran for both counts."""
    assert 13 in checker.lines({"f": SOURCE}, {"f": "m"}, [Place("f", 12)], [Place("f", 12)])["f"]


def _vetting(bad: str = "", fates: tuple[str, ...] = ()) -> Vetting:
    mutants = Mutants(len(fates), 1, [{"fate": fate, "acknowledged": ""} for fate in fates]) if fates else None
    return Vetting(
        "x@1", (Fact("it has a version", ok=True, observed=""), Fact(bad or "fine", not bad, "")), {}, mutants
    )


@pytest.mark.parametrize(
    ("vetting", "grade"),
    [
        (_vetting(fates=("outcome",) * 19 + ("survived",)), "A"),
        (_vetting(fates=("outcome", "verdict", "ended", "does not load", "unreached")), "B"),
        (_vetting(fates=("outcome", "survived")), "C"),
        (_vetting(), "C"),
        (_vetting("two seeds make different problems"), "D"),
        (_vetting("hedge: never passes, never raises", ("outcome",)), "F"),
    ],
)
def test_grades(vetting: Vetting, grade: str) -> None:
    """Facts come first, then the share of mutants that were killed."""
    assert vetting.grade == grade
    assert vetting.at_least(grade)
    assert vetting.at_least("F")


def test_an_acknowledged_survivor_is_not_counted() -> None:
    """It leaves the share, and stays listed."""
    fates = [{"fate": "outcome", "acknowledged": ""}, {"fate": "survived", "acknowledged": "the same"}]
    mutants = Mutants(2, 1, fates)

    assert mutants.score == 1
    assert mutants.acknowledged == fates[1:]


def test_rates_have_intervals() -> None:
    """No false accept of 100 wrong replies still leaves 3.6 % possible."""
    row = {"kind": "wrong", "id": "a", "expected": "not pass", "outcome": "fail", "cpu": 0.0, "digest": "d"}
    _, rates = facts([[{"row": row}] * 100] * 2, executed=False)

    assert rates["false accepts"] == Rate(0, 100)
    assert round(rates["false accepts"].interval.high, 3) == 0.036
