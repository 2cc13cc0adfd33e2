"""z3 and cvc5 on claims of real arithmetic, in a worker process: both must say the same, or nothing is decided.

`unsat` in both proves the claim. `sat` counts only with a rational model that holds the premises and breaks the claim
in our own exact arithmetic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from verisieve.verifiers.math import exact
from verisieve.verifiers.math.derivation.implication import OPEN, Decision, Outcome
from verisieve.verifiers.math.nodes import RELATIONS, Apply, MathsError, Node, Num, Sym, symbols
from verisieve.verifiers.math.probe import COMPARE
from verisieve.verifiers.math.prover import Worker

_TERMS = frozenset({"add", "mul", "neg", "div", "pow", "abs", "sqrt"})
_SCRIPT = Path(__file__).with_name("solver_worker.py")
_WORKER = Worker(script=_SCRIPT)
_missing: list[bool] = []


class UnsendableError(Exception):  # reads as a verdict
    """The formula holds something that the solvers' arithmetic does not know."""


def installed() -> bool:
    """Say whether both solvers are there; nothing is imported."""
    if not _missing:
        from importlib.util import find_spec  # loaded on use

        _missing.append(find_spec("z3") is None or find_spec("cvc5") is None)
    return not _missing[0]


def decide(premises: list[Node], claim: Node, integers: frozenset[str] = frozenset()) -> Outcome:
    """Ask both solvers whether the claim follows from the premises."""
    if not installed():
        return OPEN
    try:
        question = [[_formula(each) for each in premises], _formula(claim), sorted(integers)]
    except UnsendableError:
        return OPEN
    if _WORKER.process is None:
        import atexit  # loaded on use

        atexit.register(_WORKER.stop)
    return judged(_WORKER.send(question), premises, claim)


def judged(answers: Mapping[str, Any], premises: list[Node], claim: Node) -> Outcome:
    """Read the two answers; one that is missing, unknown or of another mind leaves the claim open."""
    found = [answers.get(name) or {} for name in ("z3", "cvc5")]
    verdicts = {each.get("verdict") for each in found}
    if verdicts == {"unsat"}:
        return Outcome(Decision.IMPLIED, "z3+cvc5")
    if verdicts != {"sat"}:
        return OPEN
    for each in found:
        model = _model(each.get("model") or {})
        if model is not None and _breaks(model, premises, claim):
            return Outcome(Decision.VIOLATED, "z3+cvc5", {"at": {name: str(value) for name, value in model.items()}})
    return OPEN


def _model(raw: Mapping[str, str | None]) -> dict[str, Fraction] | None:
    try:
        return {name: Fraction(value) for name, value in raw.items() if value is not None}
    except ValueError:
        return None


def _breaks(model: dict[str, Fraction], premises: list[Node], claim: Node) -> bool:
    """Say whether the premises hold at a point and the claim does not, exactly."""
    for node in (*premises, claim):  # what no solver needed may be anything
        model = {**dict.fromkeys(symbols(node), Fraction(1)), **model}
    try:
        return all(_holds(each, model) for each in premises) and not _holds(claim, model)
    except MathsError:
        return False


def _holds(node: Node, model: dict[str, Fraction]) -> bool:
    assert isinstance(node, Apply)
    if node.head == "and":
        return all(_holds(arg, model) for arg in node.args)
    if node.head == "or":
        return any(_holds(arg, model) for arg in node.args)
    left, right = (exact.rational(side, model) for side in node.args)
    return COMPARE[node.head]((left > right) - (left < right))


def _formula(node: Node) -> list[Any]:
    if not isinstance(node, Apply):
        raise UnsendableError(str(node)[:100])
    if node.head in {"and", "or"}:
        return ["app", node.head, [_formula(arg) for arg in node.args]]
    if node.head not in RELATIONS:
        raise UnsendableError(node.head)
    return ["app", node.head, [_term(arg) for arg in node.args]]


def _term(node: Node) -> list[Any]:
    if isinstance(node, Num):
        return ["num", str(node.value.numerator), str(node.value.denominator)]
    if isinstance(node, Sym) and symbols(node):
        return ["sym", node.name]
    if isinstance(node, Apply) and node.head in _TERMS:
        if node.head == "pow" and not (isinstance(node.args[1], Num) and node.args[1].value in range(1, 9)):
            raise UnsendableError("an exponent")
        return ["app", node.head, [_term(arg) for arg in node.args]]
    raise UnsendableError(json.dumps(str(node)[:100]))
