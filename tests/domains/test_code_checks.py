"""Checks beyond the tests: what a row may ask for, in which order, and what is said where one cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from verisieve.domains.code import domain, extra, truth
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox

PROMPT = 'def f(x: int) -> int:\n    """Twice x.\n\n    >>> f(2)\n    4\n    """\n'


def check(sandbox: Sandbox, code: str, checks: Any, **more: Any) -> Sequence[Check]:
    """Judge a program that should double a number."""
    given = {"style": "asserts", "entry_point": "f", "tests": ["assert f(1) == 2"], "checks": checks}
    problem = Problem(domain="code", id="p", prompt=PROMPT, truth=given | more)
    return domain.check(problem, f"```python\n{code}\n```", sandbox)


def test_every_check_is_known_at_the_door() -> None:
    """The names that a truth may hold are the checks that there are."""
    assert tuple(extra.CHECKS) == truth.CHECKS


def test_checks_follow_the_tests_in_the_order_asked(sandbox: Sandbox) -> None:
    """Each is an entry of its own, once, behind that of the tests."""
    found = check(sandbox, "def f(x): return 2 * x", ["doctests", "static", "doctests"])

    assert [each.name for each in found] == ["tests", "doctests", "static"]
    assert {each.outcome for each in found} == {Outcome.PASS}


def test_the_first_that_fails_is_the_last(sandbox: Sandbox) -> None:
    """A check behind one that failed could only turn a fail into an error."""
    found = check(sandbox, "def f(x): return 2", ["doctests", "properties"])

    assert [(each.name, each.outcome) for each in found] == [("tests", "pass"), ("doctests", "fail")]


def test_a_program_that_fails_its_tests_is_not_checked_further(sandbox: Sandbox) -> None:
    """The tests stay first, and decide."""
    assert [each.name for each in check(sandbox, "def f(x): return y", ["static"])] == ["tests"]


BAD: list[tuple[Any, dict[str, Any], str]] = [
    ("static", {}, "is not a list"),
    (["lint"], {}, "checks[0]"),
    ([1], {}, "checks[0]"),
    ([["static"]], {}, "checks[0]"),
    (["static", "Properties"], {}, "checks[1]"),
    (["doctests"], {"style": "stdin", "tests": [{"stdin": "1", "stdout": "2"}]}, "needs an entry_point"),
    (["properties"], {"style": "pytest", "entry_point": "", "tests": "import solution"}, "needs an entry_point"),
    (["properties"], {}, "truth.reference"),
    (["complexity"], {}, "truth.reference"),
]


@pytest.mark.parametrize(("checks", "more", "message"), BAD, ids=[f"{case[0]} {case[2]}" for case in BAD])
def test_a_check_that_cannot_be_made_names_its_field(
    sandbox: Sandbox, checks: Any, more: dict[str, Any], message: str
) -> None:
    """Unknown names, checks without a call or a reference: the truth is at fault."""
    with pytest.raises(TruthError) as caught:
        check(sandbox, "def f(x): return 2 * x", checks, **more)

    assert message in str(caught.value)


def test_programs_of_standard_input_are_repeated(sandbox: Sandbox) -> None:
    """The check `determinism` needs no entry point: the tests themselves are run again."""
    stdin = {"style": "stdin", "entry_point": None, "tests": [{"stdin": "ab", "stdout": "ab"}]}
    fickle = "import os\nprint(input() if 'PYTHONHASHSEED' not in os.environ else 0)"

    assert len(check(sandbox, "print(input())", ["determinism"], **stdin)) == 2
    assert check(sandbox, fickle, ["determinism"], **stdin)[-1].reason == "nondeterministic"


def test_a_method_and_a_prelude_are_seen(sandbox: Sandbox) -> None:
    """Hidden inputs reach a method of a new instance, and the prelude is there for program and reference."""
    reference = "class S:\n    def f(self, x: int):\n        return x * TWO"
    calls = [{"args": [1], "expected": 2}]
    more = {"entry_point": "S().f", "tests": calls, "style": "calls", "prelude": "TWO = 2", "reference": reference}
    wrong = "class S:\n    def f(self, x):\n        return min(x, 5) * TWO"

    assert len(check(sandbox, reference, ["static", "properties"], **more)) == 3
    assert check(sandbox, wrong, ["properties"], **more)[-1].evidence["call"] == "S().f(6)"
