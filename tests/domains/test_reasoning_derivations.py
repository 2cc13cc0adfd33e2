"""Derivations in answer families: right ones pass in every form, spoilt ones fail at their step, bare answers fail."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from verisieve.domains.reasoning import domain, traces
from verisieve.domains.reasoning.making import ALL_TRACED, TRACED
from verisieve.domains.reasoning.traces import Derivation, spoiling, writing
from verisieve.domains.reasoning.truths import Truth, open_truth
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem

ROWS = json.loads((Path(__file__).parent / "reasoning_derivations.json").read_text(encoding="utf-8"))
GRID = {
    "attrs": {"name": ["Ada", "Bo", "Cy"], "drink": ["milk", "tea", "water"]},
    "clues": [["at", "name", 0, 1], ["same", "name", 1, "drink", 1], ["left", "drink", 1, "drink", 0]],
}
ISLAND = {"names": ["Ann", "Bo"], "statements": [["Ann", ["different", "Ann", "Bo"]], ["Bo", ["knave", "Ann"]]]}
ORDER = {"items": ["Fig", "Plum", "Kiwi"], "constraints": [["before", "Fig", "Plum"]]}
JUGS = {"capacities": {"A": 3, "B": 5}, "target": 2}
_PLACES = "1. Ada is in house 1 (clue 1)\n2. Bo goes with tea (clue 2)\n3. tea is not in house 3 (clue 3)\n"
_CELLS = (
    "4. tea is in house 2 (steps 1, 2, 3)\n5. Bo is in house 2 (steps 2, 4)\n6. milk is in house 3 (step 4; clue 3)\n"
)
_WHOLE = "7. House 1: Ada, water; House 2: Bo, tea; House 3: Cy, milk (steps 1, 4, 5, 6)\n\n"
_ANSWER = "Answer: House 1: Ada, water; House 2: Bo, tea; House 3: Cy, milk"
_SHORT = "1. Ann is a knight (statements 1 and 2)\n2. Bo is a knave (step 1; statement 1)\n"
_ROLES = "3. Ann is a knight, Bo is a knave (steps 1, 2)\n\nAnswer: Ann is a knight, Bo is a knave"
_CHOSEN = """1. Choose Fig is in position 1 and Plum is in position 2 and Kiwi is in position 3
2. Fig, Plum, Kiwi (step 1)

Answer: Fig, Plum, Kiwi"""
_DERIVED = """1. Choose Kiwi is in position 3
2. Fig is in position 1 (step 1; rule 1)
3. Plum is in position 2 (steps 1, 2)
4. Fig, Plum, Kiwi (steps 1, 2, 3)

Answer: Fig, Plum, Kiwi"""
_CASE = (
    "1. Suppose Ann is a knight\n2. Bo is a knight (step 1; statement 1)\n3. Contradiction (steps 1, 2; statement 2)\n"
)
_CLOSED = """4. Ann is a knave (step 3)
5. Bo is a knight (step 4; statement 2)
6. Ann is a knave, Bo is a knight (steps 4, 5)"""
_POURS = "1. fill B -> A=0, B=5\n2. pour B into A -> A=3, B=2\n\nAnswer: fill B, pour B into A"


def check(truth: Any, text: str) -> Check:
    """Return the deciding check of a reply."""
    problem = Problem(domain="reasoning", id="t", prompt="", truth={"mode": "trace", **truth})
    checks = domain.check(problem, text, None)  # type: ignore[arg-type]  # runs no code, so it asks for no sandbox
    return next((one for one in checks if one.outcome is not Outcome.PASS), checks[-1])


def made(family: str, seed: int, count: int) -> list[tuple[Truth, Derivation, Random]]:
    """Return truths with a right derivation each."""
    truths = [open_truth(problem.truth) for problem in domain.problems(seed, count, families=[family + TRACED])]
    return [(t, t.tracer.derive(t.spec, Random(k)), Random(k)) for k, t in enumerate(truths)]


@pytest.mark.parametrize("family", traces.names())
def test_right_derivations_pass_in_every_form(family: str) -> None:
    """Numbered text, bullets, tables and JSON are all read, with citations before or after the claim."""
    for truth, derivation, rng in made(family, 21, 4):
        for form in ("text", "text", "bullets", "table", "json"):
            text = writing.write(truth.family, truth.spec, derivation, rng, form)
            verdict = check({"family": family, "spec": _raw(family, 21, truth)}, text)
            assert verdict.outcome is Outcome.PASS, (text, verdict.evidence)


def _raw(family: str, seed: int, truth: Truth) -> Any:
    specs = (problem.truth["spec"] for problem in domain.problems(seed, 8, families=[family + TRACED]))
    return next(raw for raw in specs if truth.family.parse(raw) == truth.spec)


@pytest.mark.parametrize("family", traces.names())
def test_spoilt_derivations_fail_at_their_step(family: str) -> None:
    """Each way to corrupt a derivation is found at the step where it was done, under a name that fits."""
    for problem in domain.problems(22, 3, families=[family + TRACED]):
        truth = open_truth(problem.truth)
        right = truth.tracer.derive(truth.spec, Random(1))
        for kind, reasons in spoiling.KINDS.items():
            spoilt = spoiling.spoil(truth.tracer, truth.spec, right, Random(kind), kind)
            if spoilt:
                verdict = check(problem.truth, f"{writing.plainly(spoilt.lines)}\n\nAnswer: {_answer(truth, right)}")
                assert (verdict.reason in reasons, verdict.evidence.get("first_bad_step")) == (True, spoilt.first_bad)


def _answer(truth: Truth, right: Derivation) -> str:
    return truth.family.write(truth.spec, right.answer, Random(0))


@pytest.mark.parametrize("family", traces.names())
def test_an_answer_without_its_derivation_fails(family: str) -> None:
    """In trace mode neither a bare answer nor steps with another answer pass."""
    for problem in domain.problems(23, 3, families=[family + TRACED]):
        truth = open_truth(problem.truth)
        right = truth.tracer.derive(truth.spec, Random(1))
        assert check(problem.truth, f"Let me think.\n\nAnswer: {_answer(truth, right)}").outcome is not Outcome.PASS
        other = truth.family.write(
            truth.spec, truth.family.spoil(truth.spec, truth.family.solve(truth.spec), Random(2)), Random(0)
        )
        assert check(problem.truth, f"{writing.plainly(right.lines)}\n\nAnswer: {other}").outcome is not Outcome.PASS


@pytest.mark.parametrize(
    ("truth", "text", "reason", "step"),
    [
        ({"family": "logic_grid", "spec": GRID}, _PLACES + _CELLS + _WHOLE + _ANSWER, "", None),
        (
            {"family": "logic_grid", "spec": GRID},
            _PLACES.replace("(clue 1)", "[clue 9]") + _CELLS + _WHOLE + _ANSWER,
            "invented_premise",
            1,
        ),
        ({"family": "logic_grid", "spec": GRID}, _PLACES.replace("(clue 1)", "") + _CELLS + _WHOLE, "uncited", 1),
        ({"family": "logic_grid", "spec": GRID}, _PLACES.replace("(clue 2)", "(step 5)") + _CELLS, "forward_ref", 2),
        ({"family": "logic_grid", "spec": GRID}, _PLACES.replace("(clue 2)", "(clue 1)") + _CELLS, "local_bad", 2),
        ({"family": "logic_grid", "spec": GRID}, _PLACES.replace("not in", "in") + _CELLS, "unentailed", 3),
        ({"family": "logic_grid", "spec": GRID}, _PLACES + _CELLS + _ANSWER, "not_consumed", 6),
        (  # the answer in one leap
            {"family": "logic_grid", "spec": GRID},
            "1. House 1: Ada, water; House 2: Bo, tea; House 3: Cy, milk (clues 1, 2, 3)\n\n" + _ANSWER,
            "not_consumed",
            1,
        ),
        ({"family": "knights_knaves", "spec": ISLAND}, "1. Bo is a knight (statement 1)", "unentailed", 1),
        (  # supposes what it concludes
            {"family": "ordering", "spec": ORDER},
            _CHOSEN,
            "not_consumed",
            2,
        ),
        (
            {"family": "ordering", "spec": ORDER},
            _DERIVED,
            "",
            None,
        ),
        ({"family": "jugs", "spec": JUGS}, _POURS, "", None),
        ({"family": "jugs", "spec": JUGS}, _POURS.replace("A=3, B=2", "A=3, B=3"), "local_bad", 2),
        ({"family": "jugs", "spec": JUGS}, _POURS.replace("A=3, B=2", "B=2"), "incomplete", 2),
        (
            {"family": "jugs", "spec": JUGS},
            _POURS.replace("Answer: fill B", "Answer: fill A, fill B, empty A"),
            "answer_mismatch",
            None,
        ),
        (
            {"family": "jugs", "spec": JUGS},
            "So I fill B. Then I pour B into A. It works.\n\nAnswer: fill B, pour B into A",
            "unverifiable",
            None,
        ),
    ],
)
def test_faults_have_their_names(truth: Any, text: str, reason: str, step: int | None) -> None:
    """What is wrong with a step is said in the closed set of reasons, and where."""
    verdict = check(truth, text)
    assert (verdict.reason, verdict.evidence.get("first_bad_step")) == (reason, step)


@pytest.mark.parametrize(
    ("text", "reason", "step"),
    [
        (_CASE + "4. Ann is a knave (step 3)\n5. Ann is a knave, Bo is a knight (steps 4, 6)", "forward_ref", 5),
        (_CASE + _CLOSED, "", None),
        (_CASE + _CLOSED.replace("(step 3)", "(step 1)"), "local_bad", 4),
        (_CASE.replace("(step 1; statement 1)", "(step 1)") + _CLOSED, "local_bad", 2),
        (
            _CASE + "4. Bo is a knight (step 3)",
            "local_bad",
            4,
        ),  # anything follows from a contradiction, inside its case
        (
            "1. Suppose Ann is a knave\n2. Suppose Bo is a knight\n3. Ann is a knave, Bo is a knight (steps 1, 2)",
            "not_consumed",
            3,
        ),
    ],
)
def test_a_case_is_opened_and_closed(text: str, reason: str, step: int | None) -> None:
    """A supposition carries what cites it, is gone with its denial, and bears no answer."""
    spec = {"names": ["Ann", "Bo"], "statements": [["Ann", ["same", "Ann", "Bo"]], ["Bo", ["knave", "Ann"]]]}
    verdict = check({"family": "knights_knaves", "spec": spec}, f"{text}\n\nAnswer: Ann is a knave, Bo is a knight")
    assert (verdict.reason, verdict.evidence.get("first_bad_step")) == (reason, step)


def test_one_slip_is_told_from_a_rotten_rest() -> None:
    """After a fault the rest is replayed from the claimed and from the true state."""
    steps = ["fill A -> A=3, B=0", "pour A into B -> A=0, B=3", "fill A -> A=3, B=3", "pour A into B -> A=1, B=5"]
    slip = [steps[0], steps[1].replace("B=3", "B=2"), *steps[2:]]
    rotten = [steps[0], steps[1].replace("B=3", "B=2"), steps[2].replace("B=3", "B=4"), steps[3].replace("A=1", "A=2")]
    truth = {"family": "jugs", "spec": {**JUGS, "target": 1}}
    kinds = []
    for lines in (slip, rotten):
        text = "\n".join(f"{k}. {line}" for k, line in enumerate(lines, 1))
        kinds.append(check(truth, text).evidence["rest"]["kind"])
    assert kinds == ["one slip", "rotten"]


def test_prose_is_never_passed_on_silence() -> None:
    """A false plain sentence is bad; a supposed or retracted one is not; what is not read is not decided."""
    truth = {"family": "logic_grid", "spec": GRID}
    says = {
        "Ada is in house 2. That is all there is to it.": "unentailed",
        "Suppose Ada is in house 2. Then Bo is in house 1. It goes on from there.": "unverifiable",
        "Ada is in house 2. No wait, that is wrong. I start again.": "unverifiable",
        "We look at the clues. They fit.": "unverifiable",
    }
    assert {text: check(truth, f"{text}\n\n{_ANSWER}").reason for text in says} == says


@pytest.mark.parametrize("family", sorted({spec["family"] for spec in ROWS["specs"].values()}))
def test_labelled_derivations_are_judged_to_the_step(family: str) -> None:
    """Rows written by hand, labelled before they were run: signs, layouts, textbook orders, slips and tricks."""
    wrong = []
    for row in ROWS["rows"]:
        truth = ROWS["specs"][row["spec"]]
        if truth["family"] == family:
            verdict = check(truth, row["text"])
            found = (verdict.outcome is Outcome.PASS, verdict.evidence.get("first_bad_step"))
            wrong += [(row, found)] if found != (row["passes"], row["first_bad_step"]) else []
    assert wrong == []


def test_derivations_are_asked_for_by_name() -> None:
    """`family:trace` asks for one family's, `trace` for all; a family without a tracer has none."""
    problems = list(domain.problems(3, 32, families=[ALL_TRACED]))
    assert {problem.truth["mode"] for problem in problems} == {"trace"}
    assert {str(problem.meta["family"]) for problem in problems} >= set(traces.names())
    with pytest.raises(TruthError):
        check({"family": "nim_move", "spec": {"heaps": [1, 2, 4]}}, "1. take 1")


@pytest.mark.parametrize("family", traces.names())
def test_a_noisy_model_derives_rightly_and_wrongly(family: str) -> None:
    """What the noisy model writes as right passes, and as wrong does not."""
    for k, problem in enumerate(domain.problems(24, 4, families=[family + TRACED])):
        for right in (True, False):
            reply = domain.reply(problem, Random(f"{k}{right}"), right=right)
            assert (check(problem.truth, reply.text).outcome is Outcome.PASS) is right, (reply.operator, reply.text)
