"""Derivations: valid ones pass, spoilt ones fail at the step that was spoilt, and an answer alone is no derivation."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains.reasoning import domain
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.truths import open_truth
from verisieve.records import Check, Outcome, Problem

TRACED = [name for name in names() if load(name).MODE == "trace"]
PROOF = {
    "premises": [["imp", ["var", "A"], ["var", "B"]], ["imp", ["var", "B"], ["var", "C"]], ["var", "A"]],
    "goal": ["var", "C"],
}
CHAIN = {"start": 17, "ops": [["-", 11], ["+", 14], ["*", 160], ["-", 4000]]}
SWAPS = {"start": {"Ana": "coin", "Bo": "disc"}, "swaps": [["Ana", "Bo"], ["Ana", "Bo"]], "ask": "Ana"}
_START = "1. (A -> B) [premise]\n2. (B -> C) [premise]\n3. A [premise]\n"
_FOUR = "Step 1: 17 - 11 = 6\nStep 2: 6 + 14 = 20\nStep 3: 20 * 160 = 3200\nStep 4: 3200 - 4000 = -800\n\n"


def check(family: str, spec: Any, text: str) -> Check:
    """Return the deciding check of a derivation."""
    problem = Problem(domain="reasoning", id="t", prompt="", truth={"family": family, "mode": "trace", "spec": spec})
    checks = domain.check(problem, text, None)  # type: ignore[arg-type]  # runs no code, so it asks for no sandbox
    return next((one for one in checks if one.outcome is not Outcome.PASS), checks[-1])


@pytest.mark.parametrize("family", TRACED)
def test_spoilt_steps_are_found_where_they_are(family: str) -> None:
    """The first bad step is exactly the one that was spoilt; the unspoilt derivation passes."""
    for k, problem in enumerate(domain.problems(6, 60, families=[family])):
        truth, rng = open_truth(problem.truth), Random(k)
        right = truth.family.solve(truth.spec)
        assert check(family, problem.truth["spec"], truth.family.write(truth.spec, right, rng)).outcome is Outcome.PASS
        spoilt = truth.family.spoil(truth.spec, right, rng)
        verdict = check(family, problem.truth["spec"], truth.family.write(truth.spec, spoilt, rng))
        assert verdict.outcome is Outcome.FAIL
        assert verdict.evidence.get("first_bad_step") == spoilt.first_bad


@pytest.mark.parametrize(
    "text",
    [
        "1. A → B (premise)\n2. B → C (premise)\n3. A (premise)\n4. B (MP 1, 3)\n5. C (MP 2, 4)\n\nQ.E.D.",
        "1. A -> B, premise\n2. B -> C, premise\n3. A, premise\n4. B, by MP from 1 and 3\n5. C, by MP from 2, 4\n\nC",
        "| 1. | A -> B | given |\n| 2. | B -> C | given |\n| 3. | A | given |\n|4.| B | MP 1,3 |\n| 5. | C | MP 2,4 |",
        "1. $A \\to B$ [premise]\n2. $B \\to C$ [premise]\n3. $A$ [premise]\n4. $B$ [MP 3, 1]\n5. $C$ [MP 4, 2]",
        "First:\n1. I look at A.\n2. Then B.\n\nNow:\n" + _START + "4. B [MP 1,3]\n5. C [MP 2,4]\n\nAnswer: proved",
    ],
)
def test_a_proof_may_be_written_in_many_ways(text: str) -> None:
    """Signs, brackets, tables, LaTeX and an earlier list do not matter."""
    assert check("nd_proof", PROOF, text).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        (_START + "4. C [MP 2,3]", "local_bad", 4),
        (_START + "4. B [MP 1,3]\n5. C [MP 2,6]", "forward_ref", 5),
        (_START + "4. B [MP 1,4]", "forward_ref", 4),  # cites itself
        (_START + "4. B [MP]\n5. C [MP 2,4]", "uncited", 4),
        (_START + "4. B [MP 1,3]", "incomplete", 5),
        (_START + "4. B [magic 1,3]", "local_bad", 4),
        ("1. C [premise]", "invented_premise", 1),
        ("1. C [AND-E 2]\n2. (C & C) [AND-I 1,1]", "forward_ref", 1),  # a circle
        (_START + "5. B [MP 1,3]", "local_bad", 4),  # a number is left out
        (_START + "4. B [MP 1,3]\n5. C [MP 2,4]\n\nAnswer: not proved", "negated", None),
        ("Answer: proved", "incomplete", 1),
        ("<think>" + _START + "4. B [MP 1,3]\n5. C [MP 2,4]</think>\n\nAnswer: proved", "incomplete", 1),
    ],
)
def test_a_bogus_proof_fails_where_it_goes_wrong(text: str, reason: str, step: int | None) -> None:
    """Each fault has its own name and its place."""
    verdict = check("nd_proof", PROOF, text)
    assert (verdict.reason, verdict.evidence.get("first_bad_step")) == (reason, step)


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        (_FOUR + "Answer: -800", "", None),
        (_FOUR.replace("Step 3: 20 * 160 = 3200", "Step 3: 20 × 160 = 3,200") + "**Answer: −800**", "", None),
        (_FOUR.replace("Step 1: ", "Step 1: Subtract 11: ") + "\\boxed{-800}", "", None),
        (_FOUR + "Answer: 800", "answer_mismatch", None),
        (_FOUR, "no_answer", None),
        (
            _FOUR.replace("6 + 14", "14 + 6") + "Answer: -800",
            "not_consumed",
            2,
        ),  # not x op y with the last result first
        (_FOUR.replace("= 20", "= 21") + "Answer: -800", "local_bad", 2),
        (_FOUR.replace("* 160", "* 161") + "Answer: -800", "invented_premise", 3),
        (_FOUR + "Step 5: -800 + 0 = -800\n\nAnswer: -800", "invented_premise", 5),
        (_FOUR.replace("= 20", "= 20 = 20") + "Answer: -800", "local_bad", 2),
        ("Answer: -800", "incomplete", 1),
    ],
)
def test_a_chain_is_checked_step_by_step(text: str, reason: str, step: int | None) -> None:
    """A right result does not excuse a step, and right steps do not excuse the result."""
    verdict = check("arith_trace", CHAIN, text)
    assert (verdict.reason, verdict.evidence.get("first_bad_step")) == (reason, step)


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        ("After 1: Ana=disc, Bo=coin\nAfter 2: Ana=coin, Bo=disc\n\nAnswer: coin", "", None),
        (
            "After swap 1: Ana has the disc and Bo has the coin\nAfter swap 2: Ana: coin, Bo: disc\nAnswer: the coin",
            "",
            None,
        ),
        ("After 1 (Ana and Bo swap): {Ana: disc, Bo: coin}\nAfter 2: Ana=coin, Bo=disc\n**Answer:** coin", "", None),
        ("After 1: Ana=disc\nAfter 2: Ana=coin, Bo=disc\nAnswer: coin", "incomplete", 1),
        ("After 1: Ana=disc, Bo=disc\nAfter 2: Ana=coin, Bo=disc\nAnswer: coin", "local_bad", 1),
        ("After 1: Ana=disc, Bo=coin\nAfter 2: Ana=coin, Ana=disc, Bo=disc\nAnswer: coin", "local_bad", 2),
        ("After 1: Ana=disc, Bo=coin\nAfter 2: Ana=coin, Bo=disc\nAnswer: disc", "answer_mismatch", None),
        ("After 1: Ana=disc, Bo=coin\nAfter 2: Ana=coin, Bo=disc\nAnswer: coin or disc", "hedged", None),
    ],
)
def test_states_are_checked_one_by_one(text: str, reason: str, step: int | None) -> None:
    """A state must be full and right, whatever the later ones are."""
    verdict = check("state_trace", SWAPS, text)
    assert (verdict.reason, verdict.evidence.get("first_bad_step")) == (reason, step)
