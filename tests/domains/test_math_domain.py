"""The math domain: its truths, its problems, and the model it can play."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains.math import domain
from verisieve.domains.math.families import all_families
from verisieve.errors import TruthError, UsageError
from verisieve.records import Check, Problem


class NoSandbox:
    """Stands where a sandbox is asked for; the math domain runs nothing."""

    name = "none"
    layers = ()

    def run(self, job: object) -> Any:
        """Fail: nothing is ever run."""
        raise AssertionError(job)

    def close(self) -> None:
        """Do nothing."""


def check(truth: dict[str, Any], text: str, prompt: str = "") -> Check:
    """The one check of a reply."""
    (found,) = domain.check(Problem(domain="math", id="p", prompt=prompt, truth=truth), text, NoSandbox())
    return found


def test_a_pass_names_its_tier() -> None:
    """A pass has no reason, and evidence that says how it was decided."""
    found = check({"answer": "\\frac12"}, "so it is \\boxed{0.5}")

    assert (found.outcome, found.reason, found.answer) == ("pass", "", "0.5")
    assert found.evidence["tier"] == "exact"


def test_a_difference_comes_with_a_witness() -> None:
    """Two expressions that differ do so at a point that anyone can try."""
    found = check({"answer": "x^2-1"}, "\\boxed{(x-1)^2}")

    assert found.reason == "wrong_answer"
    assert set(found.evidence["witness"]) == {"at", "expected", "got"}


@pytest.mark.parametrize(
    ("gold", "text", "outcome"),
    [
        ("\\frac{", "\\boxed{3}", "error"),  # a cut gold: maths that nobody can read decides nothing
        ("x^{2", "\\boxed{y}", "error"),
        ("Tuesday", "\\boxed{Monday}", "fail"),  # words are compared as words
        ("\\text{blue}", "\\boxed{red}", "fail"),
    ],
)
def test_an_unreadable_gold_is_nobodys_mistake(gold: str, text: str, outcome: str) -> None:
    """A gold that looks like maths and cannot be read ends in error, not in fail; a word is a word."""
    assert check({"answer": gold}, text).outcome == outcome


@pytest.mark.parametrize(
    ("truth", "field"),
    [
        ({}, "answer"),
        ({"answer": ""}, "answer"),
        ({"answer": "  "}, "answer"),
        ({"answer": None}, "answer"),
        ({"answer": ["7"]}, "answer"),
        ({"answer": "7", "type": 3}, "type"),
        ({"answer": "7", "tolerance": "1%"}, "tolerance"),
        ({"answer": "7", "tolerance": -1}, "tolerance"),
        ({"answer": "7", "tolerance": {"absolute": True}}, "tolerance"),
        ({"answer": "7", "tolerance": {"absolute": -1}}, "tolerance"),
        ({"answer": "7", "tolerance": {"relative": 0.1}}, "tolerance"),
        ({"answer": "7", "also": "8"}, "also"),
        ({"answer": "7", "also": [None]}, "also"),
        ({"answer": "7", "unit": 5}, "unit"),
    ],
)
def test_a_broken_truth_names_its_field(truth: dict[str, Any], field: str) -> None:
    """Nothing is judged against a truth that cannot be used."""
    with pytest.raises(TruthError) as caught:
        check(truth, "\\boxed{7}")

    assert caught.value.field == field


@pytest.mark.parametrize("answer", [7, 7.0, "7", "$7$"])
def test_a_number_may_be_the_answer(answer: object) -> None:
    """Data sets write their answers as numbers or as texts."""
    assert check({"answer": answer}, "The answer is 7.").outcome == "pass"


STEERED = [
    ({"answer": "9.81", "tolerance": 0.01}, "\\boxed{9.8}", "", "pass", "within one percent"),
    ({"answer": "9.81"}, "\\boxed{9.8}", "", "fail", "no tolerance was granted"),
    ({"answer": "0.0001", "tolerance": 0.01}, "\\boxed{0.0002}", "", "fail", "a tolerance is relative, never absolute"),
    ({"answer": "0.0001", "tolerance": {"absolute": 0.001}}, "\\boxed{0.001}", "", "pass", "an absolute one is"),
    ({"answer": "7", "tolerance": {"absolute": 0.5}}, "\\boxed{7.4}", "", "pass", "within a half"),
    ({"answer": "7", "tolerance": {"absolute": 0.5}}, "\\boxed{8}", "", "fail", "a whole one off"),
    (
        {"answer": "7 \\times 10^{35}", "tolerance": {"absolute": 1e34}},
        "\\boxed{7.1 \\cdot 10^{35}}",
        "",
        "pass",
        "at it",
    ),
    ({"answer": "0.003, 5.233", "tolerance": {"absolute": 1e-3}}, "\\boxed{0.002, 5.234}", "", "pass", "both at it"),
    ({"answer": "0", "tolerance": {"absolute": 0.5}}, "\\boxed{0.4}", "", "pass", "near nothing"),
    ({"answer": "1, 100", "tolerance": {"absolute": 0.5}}, "\\boxed{100.3, 1.3}", "", "pass", "of each value"),
    ({"answer": "1, 100", "tolerance": {"absolute": 0.5}}, "\\boxed{100, 1.9}", "", "fail", "of each by itself"),
    (
        {"answer": "5", "unit": "cm", "tolerance": {"absolute": 0.1}},
        "\\boxed{50.5\\text{ mm}}",
        "",
        "pass",
        "in its unit",
    ),
    (
        {"answer": "5", "unit": "cm", "tolerance": {"absolute": 0.1}},
        "\\boxed{52\\text{ mm}}",
        "",
        "fail",
        "not in another",
    ),
    ({"answer": "2x", "tolerance": {"absolute": 1}}, "\\boxed{3x}", "", "fail", "an expression has no size"),
    ({"answer": "0.64", "unit": "N", "tolerance": 0.1}, "\\boxed{0.64\\text{ J}}", "", "fail", "another dimension"),
    ({"answer": "x^2", "tolerance": 0.1}, "\\boxed{x}", "", "fail", "the same at 1 alone"),
    ({"answer": "3x", "tolerance": 0.1}, "\\boxed{3.1x}", "", "pass", "near everywhere"),
    ({"answer": "Lima", "also": ["City of Kings", 7]}, "It is 7.", "", "pass", "another right answer"),
    ({"answer": "1", "also": ["2"]}, "\\boxed{1, 2}", "", "fail", "one of them and not both"),
    ({"answer": "1", "also": ["x^{2"]}, "\\boxed{2}", "", "error", "what cannot be compared is not wrong"),
    ({"answer": "Uncertain", "type": "text"}, "The answer is **Uncertain**.", "", "pass", "a label is no hedge"),
    ({"answer": "4"}, "The answer is 4, but I am uncertain.", "", "no_answer", "doubt about an answer is"),
    ({"answer": "(B) Eric", "type": "choice"}, "**Eric**", "", "pass", "a choice by its text alone"),
    ({"answer": "5", "unit": "cm"}, "\\boxed{50\\text{ mm}}", "", "pass", "the truth's unit is converted"),
    ({"answer": "5", "unit": "cm"}, "\\boxed{5\\text{ m}}", "", "fail", "another unit"),
    ({"answer": "5\\text{ cm}"}, "\\boxed{5}", "How long is it, in cm?", "pass", "the question names the unit"),
    ({"answer": "50\\%"}, "\\boxed{50}", "What percent is it?", "pass", "the question asks for percent"),
    ({"answer": "50\\%"}, "\\boxed{50}", "", "fail", "50 is not 50 percent"),
    ({"answer": "(1,2)", "type": "interval"}, "\\boxed{1<x<2}", "", "pass", "an interval by its type"),
    ({"answer": "AC", "type": "text"}, "\\boxed{CA}", "", "fail", "a text is no product"),
    ({"answer": "\\Delta p=-\\frac{h}{c}"}, "\\boxed{-\\frac{h}{c}}", "", "pass", "a change has one name"),
    ({"answer": "-\\frac{h}{c}"}, "\\boxed{\\Delta p=-\\frac{h}{c}}", "", "pass", "the other way round"),
    ({"answer": "\\Delta p=-\\frac{h}{c}"}, "\\boxed{\\Delta p=\\frac{h}{c}}", "", "fail", "its sign counts"),
    ({"answer": "13"}, "\\boxed{6+7}", "Compute $6+7$.", "fail", "the question is no answer to itself"),
    ({"answer": "13"}, "\\boxed{6+7}", "", "pass", "a sum has a value"),
]


@pytest.mark.parametrize(("truth", "reply", "prompt", "outcome", "why"), STEERED)
def test_truth_and_question_steer(truth: dict[str, Any], reply: str, prompt: str, outcome: str, why: str) -> None:
    """Type, tolerance, unit and the question's own words decide what is ambiguous."""
    assert check(truth, reply, prompt).outcome == outcome, why


def test_families_and_levels_can_be_chosen() -> None:
    """Only what was asked for is made; unknown names are said."""
    made = list(domain.problems(1, 6, families=("dice_sum",), difficulty=3))

    assert {(problem.meta["family"], problem.meta["difficulty"]) for problem in made} == {("dice_sum", 3)}
    with pytest.raises(UsageError, match="unknown family sudoku"):
        list(domain.problems(1, 1, families=("sudoku",)))
    with pytest.raises(UsageError, match="difficulty must be 1 to 5"):
        list(domain.problems(1, 1, difficulty=9))


def test_the_noisy_model_is_right_and_wrong_by_construction() -> None:
    """Every right reply passes, every wrong one does not, over all families and many operators."""
    operators = set()
    for problem in domain.problems(11, 2 * len(all_families())):
        rng = Random(problem.id)
        for right in (True, False):
            reply = domain.reply(problem, rng, right=right)
            operators.add(reply.operator)
            assert (check(dict(problem.truth), reply.text, problem.prompt).outcome == "pass") == right, (problem, reply)
    assert len(operators) > 25


@pytest.mark.parametrize("right", [True, False])
def test_the_noisy_model_can_choose(right: bool) -> None:
    """A choice is answered by its letter or by another one."""
    problem = Problem(domain="math", id="p", prompt="", truth={"answer": "C"})
    reply = domain.reply(problem, Random(3), right=right)

    assert (check({"answer": "C"}, reply.text).outcome == "pass") == right


def test_texts_have_no_wrong_answer_on_purpose() -> None:
    """The noisy model says so where it cannot be provably wrong."""
    problem = Problem(domain="math", id="p", prompt="", truth={"answer": "no solution"})
    with pytest.raises(TruthError):
        domain.reply(problem, Random(3), right=False)


ASKED = [
    ({"checks": "derivation"}, "checks"),
    ({"checks": ["proof"]}, "checks[0]"),
    ({"checks": ["derivation"], "coverage": 1.5}, "coverage"),
    ({"checks": ["derivation"], "coverage": True}, "coverage"),
    ({"checks": ["derivation"], "given": "x > 0"}, "given"),
    ({"checks": ["derivation"], "given": ["x > 0", "nice weather"]}, "given[1]"),
]


@pytest.mark.parametrize(("truth", "field"), ASKED)
def test_what_a_row_asks_for_is_checked_at_the_door(truth: dict[str, Any], field: str) -> None:
    """An unknown check, a share out of range or an unreadable hypothesis names its field."""
    with pytest.raises(TruthError) as caught:
        check({"answer": "7", **truth}, "\\boxed{7}")

    assert caught.value.field == field


def test_a_derivation_is_a_check_of_its_own() -> None:
    """A row that asks for it gets two checks: the answer passes, the derivation has a first bad step."""
    truth = {"answer": "4", "checks": ["derivation"]}
    problem = Problem(domain="math", id="p", prompt="Solve 2x + 3 = 11.", truth=truth)
    answer, derivation = domain.check(problem, "2x + 3 = 11, so 2x = 14, so x = 4. \\boxed{4}", NoSandbox())

    assert (answer.name, answer.outcome) == ("answer", "pass")
    assert (derivation.name, derivation.outcome, derivation.reason) == ("derivation", "fail", "bad_step")
    assert derivation.evidence["first_bad"]["text"] == "2x = 14"
