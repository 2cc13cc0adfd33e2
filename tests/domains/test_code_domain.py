"""The code domain end to end: truth at the door, second opinions of a reference, own problems."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains import load
from verisieve.domains.code import domain
from verisieve.domains.code.families import all_families
from verisieve.errors import TruthError, UsageError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox


def problem(**truth: Any) -> Problem:
    """Make a problem about f."""
    given = {"language": "python", "style": "asserts", "entry_point": "f", "tests": ["assert f(2) == 4"]}
    return Problem(domain="code", id="p", prompt="Write f.", truth=given | truth)


def judge(sandbox: Sandbox, text: str, **truth: Any) -> Check:
    """Judge a reply to a problem about f."""
    return domain.check(problem(**truth), text, sandbox)[0]


def test_the_domain_is_found_by_its_name() -> None:
    """Discovery gives this domain, with a prompt that holds the problem."""
    assert load("code") is domain
    assert "{{prompt}}" in domain.prompts["solve"]


TRUTHS: list[tuple[dict[str, Any], str]] = [
    ({"style": "rspec"}, "style"),
    ({"style": None}, "style"),
    ({"language": "cobol"}, "language"),
    ({"entry_point": ""}, "entry_point"),
    ({"entry_point": "os.system"}, "entry_point"),
    ({"tests": []}, "tests"),
    ({"tests": "assert f(2) == 4"}, "tests"),
    ({"tests": [1]}, "tests[0]"),
    ({"style": "calls", "tests": [{"args": [1]}]}, "tests[0]"),
    ({"style": "stdin", "tests": [{"stdin": "x"}]}, "tests[0]"),
    ({"setup": 3}, "setup"),
    ({"limits": {"cpu": -1}}, "limits.cpu"),
    ({"limits": {"ram": 1}}, "limits.ram"),
    ({"limits": {"memory": True}}, "limits.memory"),
]


@pytest.mark.parametrize(("truth", "field"), TRUTHS, ids=[str(truth) for truth, _ in TRUTHS])
def test_a_bad_truth_names_its_field(truth: dict[str, Any], field: str) -> None:
    """Nothing is run for a truth that cannot be read."""
    with pytest.raises(TruthError) as caught:
        domain.check(problem(**truth), "def f(x): return 4", None)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_the_reference_tells_a_missing_name_from_broken_tests(sandbox: Sandbox) -> None:
    """Where the reference defines the name the program lacks it; where it does not the tests are broken."""
    tests = ["assert f(unit) == 4"]
    good = "unit = 2\ndef f(x): return 4"
    assert judge(sandbox, "def f(x): return 4", tests=tests, reference=good).outcome is Outcome.FAIL
    assert judge(sandbox, good, tests=tests, reference=good).outcome is Outcome.PASS
    for reference in ({}, {"reference": "def f(x): return 4"}):
        with pytest.raises(TruthError):
            judge(sandbox, "def f(x): return 4", tests=tests, **reference)


def test_a_crash_in_the_tests_is_the_reference_to_settle(sandbox: Sandbox) -> None:
    """Tests that crash on the reference too are broken; else the answer was at fault."""
    broken, sound = ["assert f(2)['x'] == 4"], ["assert f(2) + 1 == 5"]
    with pytest.raises(TruthError):
        judge(sandbox, "def f(x): return 4", tests=broken, reference="def f(x): return 2 * x")
    found = judge(sandbox, "def f(x): return None", tests=sound, reference="def f(x): return 2 * x")
    assert found.outcome is Outcome.FAIL


def test_a_slow_program_gets_a_multiple_of_a_slow_reference(sandbox: Sandbox) -> None:
    """A limit that the reference itself needs is no limit for others."""
    slow = "def f(x):\n    n = 0\n    for i in range(25_000_000): n += i\n    return 2 * x"
    endless = "def f(x):\n    while True: pass"
    limits = {"cpu": 0.2}
    assert judge(sandbox, slow, limits=limits, reference=slow).outcome is Outcome.PASS
    assert judge(sandbox, slow, limits=limits, reference="def f(x): return 2 * x").outcome is Outcome.LIMIT
    assert judge(sandbox, endless, limits=limits, reference="def f(x): return 2 * x").outcome is Outcome.LIMIT


def test_nan_is_an_answer_only_where_the_tests_speak_of_it(sandbox: Sandbox) -> None:
    """`banana` does not speak of it."""
    nan = "def f(x): return float('nan')"
    loose = (
        "def check(candidate):\n    word = '{}'\n    if abs(candidate(1) - 2) > 1:\n        raise AssertionError(word)"
    )
    about = "import math\ndef check(candidate):\n    assert math.isnan(candidate(1))"
    assert judge(sandbox, nan, style="check", tests=loose.format("banana")).outcome is Outcome.FAIL
    assert judge(sandbox, nan, style="check", tests=about).outcome is Outcome.PASS


def test_problems_depend_on_their_seed_and_index_alone() -> None:
    """The same item comes back, however many are made."""
    many, few = list(domain.problems(3, 20)), list(domain.problems(3, 5))
    assert many[:5] == few
    assert list(domain.problems(4, 5)) != few
    assert len({item.prompt for item in many}) == 20


def test_families_and_difficulty_can_be_chosen() -> None:
    """At least a dozen families; an unknown one and an unknown difficulty are usage errors."""
    assert len(all_families()) >= 12
    chosen = list(domain.problems(1, 4, families=["coins"], difficulty=5))
    assert {(item.meta["family"], item.meta["difficulty"]) for item in chosen} == {("coins", 5)}
    for options in ({"families": ["nope"]}, {"difficulty": 9}):
        with pytest.raises(UsageError):
            list(domain.problems(1, 1, **options))  # type: ignore[arg-type]


def test_difficulty_makes_inputs_larger() -> None:
    """The knob turns: tests of the hardest level hold more than those of the easiest."""
    for family in all_families():
        size = dict.fromkeys((1, 5), 0)
        for level in size:
            size[level] = sum(
                len(item.truth["tests"]) for item in domain.problems(2, 5, families=[family], difficulty=level)
            )
        assert size[5] > size[1], family


@pytest.mark.parametrize("family", sorted(all_families()))
def test_every_family_is_verified_by_its_own_checker(sandbox: Sandbox, family: str) -> None:
    """The reference passes, and a reply that is wrong by construction does not."""
    for index, item in enumerate(domain.problems(11, 3, families=[family])):
        assert domain.check(item, item.truth["reference"], sandbox)[0].outcome is Outcome.PASS
        for right in (True, False):
            reply = domain.reply(item, Random(index), right=right)
            found = domain.check(item, reply.text, sandbox)[0]
            assert (found.outcome is Outcome.PASS) is reply.right, (reply.operator, found)


def test_only_own_problems_are_answered() -> None:
    """A foreign problem has no right answer that this domain could know."""
    with pytest.raises(TruthError):
        domain.reply(problem(), Random(0), right=True)
