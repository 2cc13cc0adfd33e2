"""Two solvers on claims of real arithmetic: both must agree, and a model must hold in our own arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.verifiers.math.derivation import solvers
from verisieve.verifiers.math.derivation.implication import OPEN, Decision
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Node
from verisieve.verifiers.math.parse import parse

CLAIM, PREMISE = "x^2 > 4", "x > -3"
UNSAT = {"verdict": "unsat"}
RIGHT, WRONG = {"verdict": "sat", "model": {"x": "1/2"}}, {"verdict": "sat", "model": {"x": "5"}}


def tree(text: str) -> Node:
    """A formula as a tree."""
    return lowered(parse(text))


ANSWERS: list[tuple[dict[str, Any], Decision, str]] = [
    ({"z3": UNSAT, "cvc5": UNSAT}, Decision.IMPLIED, "both prove it"),
    ({"z3": RIGHT, "cvc5": RIGHT}, Decision.VIOLATED, "both refute it, the model holds"),
    ({"z3": WRONG, "cvc5": RIGHT}, Decision.VIOLATED, "one of the models holds"),
    ({"z3": WRONG, "cvc5": WRONG}, Decision.OPEN, "no model holds in our arithmetic"),
    ({"z3": UNSAT, "cvc5": RIGHT}, Decision.OPEN, "they disagree"),
    ({"z3": UNSAT, "cvc5": {"verdict": "unknown"}}, Decision.OPEN, "one gives up"),
    ({"z3": UNSAT}, Decision.OPEN, "one is missing"),
    ({"same": None, "note": "no answer"}, Decision.OPEN, "the worker was stopped"),
    (
        {"z3": {"verdict": "sat", "model": {"x": None}}, "cvc5": RIGHT},
        Decision.VIOLATED,
        "an irrational model is passed by",
    ),
]


@pytest.mark.parametrize(("answers", "decision", "why"), ANSWERS)
def test_two_answers_make_one(answers: dict[str, Any], decision: Decision, why: str) -> None:
    """Anything but agreement leaves the claim open."""
    assert solvers.judged(answers, [tree(PREMISE)], tree(CLAIM)).decision is decision, why


def test_without_solvers_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one is not installed, the claim stays open."""
    monkeypatch.setattr(solvers, "_missing", [True])

    assert solvers.decide([], tree("x^2 >= 0")) == OPEN


REAL = [
    ([], "a^2 + b^2 >= 2ab", Decision.IMPLIED),
    (["x > 0", "y > 0"], "(x+y)/2 >= 2xy/(x+y)", Decision.IMPLIED),
    (["a > 0", "b > 0"], "(a+b)/2 >= \\sqrt{ab}", Decision.IMPLIED),
    (["x + y = 1"], "xy <= 1/5", Decision.VIOLATED),
    (["|x| < 2"], "x^2 < 4", Decision.IMPLIED),
    ([], "\\sin x <= 1", Decision.OPEN),
]


@pytest.mark.parametrize(("premises", "claim", "decision"), REAL)
def test_the_installed_solvers(premises: list[str], claim: str, decision: Decision) -> None:
    """z3 and cvc5 in their worker decide polynomial claims within their units."""
    pytest.importorskip("z3")
    pytest.importorskip("cvc5")

    assert solvers.decide([tree(each) for each in premises], tree(claim)).decision is decision


def test_the_worker_can_be_killed() -> None:
    """After its worker died, the next question starts another one."""
    pytest.importorskip("z3")
    pytest.importorskip("cvc5")
    solvers.decide([], tree("x^2 >= 0"))
    process = solvers._WORKER.process
    assert process is not None
    process.kill()
    process.wait()

    assert solvers.decide([], tree("x^2 + y^2 >= 0")).decision is Decision.IMPLIED
