"""Rows that are made from a problem: right by construction, the same for a seed, and verified by the ordinary check."""

from __future__ import annotations

import json
from random import Random

import pytest

from verisieve.domains.code import domain, making
from verisieve.domains.code.making import asking, facts, inputs
from verisieve.domains.code.making.subject import prepare
from verisieve.domains.code.tasks import TASKS
from verisieve.domains.engineering import UnusableError, check_tasks
from verisieve.errors import UsageError
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import tracing
from verisieve.verifiers.code.literals import Call

MADE = ("tests", "bug", "fix", "review", "explain", "predict")
REFERENCE = "def f(xs, k=2):\n    s = 0\n    for x in xs:\n        if x > k:\n            s += x\n    return s\n"


def problem(**truth: object) -> Problem:
    """Make a problem about f."""
    tests = ["assert f([1, 2, 3]) == 3", "assert f([]) == 0", "assert f([5, 1], k=0) == 6", "assert f([2, 2, 9]) == 9"]
    given = {"language": "python", "style": "asserts", "entry_point": "f", "tests": tests, "reference": REFERENCE}
    return Problem(domain="code", id="p", prompt="Sum what is above k.", truth=given | truth)


def test_every_task_can_be_made(sandbox: Sandbox) -> None:
    """One maker for each task that there is a checker for, and a prompt without holes."""
    assert set(making.MAKERS) == set(TASKS)
    found = list(making.engineer(problem(), sandbox, per=1))
    assert {made.task for made, _ in found} >= set(TASKS) - {"translate"}  # needs a language that is judged here
    assert all(made.prompt.strip() and "{{" not in made.prompt for made, _ in found)


def test_made_rows_pass_and_their_wrong_replies_do_not(sandbox: Sandbox) -> None:
    """The ordinary check says so, for each task that a right reply is known of."""
    for made, asked in making.engineer(problem(), sandbox, tasks=MADE):
        right = domain.reply(asked, Random(1), right=True)
        assert domain.check(asked, right.text, sandbox)[0].outcome is Outcome.PASS, made
        for seed in range(3):
            wrong = domain.reply(asked, Random(seed), right=False)
            found = domain.check(asked, wrong.text, sandbox)[0]
            assert found.outcome is not Outcome.PASS, (wrong.operator, wrong.text)


def test_rows_depend_on_seed_problem_and_task_alone(sandbox: Sandbox) -> None:
    """The same again, whatever other tasks are asked for; another seed makes others."""
    alone = list(making.engineer(problem(), sandbox, tasks=["review"], seed=1))
    among = [
        row for row in making.engineer(problem(), sandbox, tasks=["bug", "review"], seed=1) if row[0].task == "review"
    ]
    assert alone == among
    assert alone != list(making.engineer(problem(), sandbox, tasks=["review"], seed=2))


def test_what_the_own_tests_allow_for_is_no_bug(sandbox: Sandbox) -> None:
    """A tolerance hides a change of the last digits: the mutants left are those that the tests reject."""
    reference = "def f(x):\n    y = x / 2 + 0.0001\n    return y\n"
    tests = ["assert abs(f(3) - 1.5) < 0.01", "assert abs(f(1) - 0.5) < 0.01", "assert abs(f(4) - 2) < 0.01"]
    known = prepare(problem(reference=reference, tests=tests), Random(0), sandbox)
    assert not known.exact()
    after = {each.mutant.after.strip(): each in known.killable() for each in known.mutants}
    assert not after["y = x / 2 - 0.0001"]
    assert after["y = x * 2 + 0.0001"]
    assert not [made for made, _ in making.engineer(known.problem, sandbox, tasks=["bug"])]


UNUSABLE = [
    ({"reference": None}, "no_reference"),
    ({"entry_point": "f", "reference": "I cannot."}, "no_reference"),
    ({"tests": ["assert f(object) == 0"] * 3}, "no_plain_inputs"),
    ({"tests": ["assert f([1]) == 0"], "reference": "def f(xs):\n    return object()\n"}, "few_inputs"),
]


@pytest.mark.parametrize(("truth", "reason"), UNUSABLE, ids=[json.dumps(truth) for truth, _ in UNUSABLE])
def test_a_problem_that_is_no_use_says_why(sandbox: Sandbox, truth: dict[str, object], reason: str) -> None:
    """The reason is a word that can be counted."""
    with pytest.raises(UnusableError, match=reason):
        list(making.engineer(problem(**truth), sandbox, tasks=["tests"]))


def test_a_problem_in_another_language_is_not_for_us(sandbox: Sandbox) -> None:
    """Mutants and traces are Python's."""
    with pytest.raises(UnusableError, match="not_python"):
        list(making.engineer(problem(language="javascript"), sandbox, tasks=["tests"]))


def test_an_unknown_task_is_a_usage_error() -> None:
    """It is named, with those that are known."""
    with pytest.raises(UsageError, match="sing"):
        check_tasks(["tests", "sing"], making.MAKERS)


@pytest.mark.parametrize(
    ("style", "tests"),
    [
        ("check", "def check(candidate):\n    for n in range(3):\n        assert candidate([n, 9]) == 9"),
        ("pytest", "from solution import f\ndef test_f():\n    assert [f([n, 9]) for n in range(3)] == [9, 9, 9]"),
        ("calls", [{"args": [[n, 9]], "expected": 9} for n in range(3)]),
    ],
)
def test_inputs_are_seen_whatever_the_style(sandbox: Sandbox, style: str, tests: object) -> None:
    """A spy sits between the tests and the reference."""
    from verisieve.domains.code import truth

    seen = inputs.recorded(REFERENCE, truth.read(problem(style=style, tests=tests).truth), sandbox)
    assert seen == [Call(([n, 9],), {}) for n in range(3)]


def test_new_inputs_are_new() -> None:
    """And keep the types of those that they are drawn from."""
    known = [Call(([1, 2], "ab"), {"k": 1}), Call(([3], "c"), {"k": 1})]
    found = inputs.fresh(known, Random(0), 20)
    assert len({repr(call) for call in [*known, *found]}) == len(known) + len(found) > 15
    assert all(isinstance(call.args[0], list) and isinstance(call.args[1], str) for call in found)


def test_facts_of_a_trace_are_those_a_reader_finds(sandbox: Sandbox) -> None:
    """Worked out by hand for f([1, 3]): s is 0 and then 3, the condition False and then True."""
    run = tracing.trace(REFERENCE, "f", Call(([1, 3],), {}), sandbox)
    assert run is not None
    told = {
        fact.ask: fact.answer
        for seed in range(30)
        for fact in facts.questions(REFERENCE, "f", "f([1, 3])", run, Random(seed))
    }
    assert told["What does f([1, 3]) return?"] == 3
    assert told["Is the condition in line 4 true the 1st time that it is evaluated (True or False)?"] is False
    assert told["Is the condition in line 4 true the 2nd time that it is evaluated (True or False)?"] is True
    assert told["What is the value of `s` just after line 5 has run for the 1st time?"] == 3
    assert told["What is the value of `s` just after line 2 has run for the 1st time?"] == 0
    assert not any("line 6 run?" in ask for ask in told)


def test_a_value_that_looks_like_a_hole_is_no_hole() -> None:
    """Problems may speak of templates."""
    assert "{{entry}}" in asking.ask("tests", prompt="Fill in {{entry}}.", entry="f")
