"""The task `explain`: the reply states facts of one run of a program; they are compared, typed, with the trace's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verisieve.domains import fields
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers import claims
from verisieve.verifiers.claims import HedgedError
from verisieve.verifiers.code import literals
from verisieve.verifiers.code.literals import LiteralError
from verisieve.verifiers.code.runner import clip


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge the statements `Q1: ...`; nothing runs. Raise TruthError for facts that are no literals."""
    facts = _facts(problem.truth)
    try:
        said = {name: claims.claim(text, name, _is_literal) for name in facts}
    except HedgedError as error:
        return [_check(Outcome.FAIL, TaskReason.HEDGED, None, {"question": str(error)})]
    answer = "\n".join(f"{name}: {value}" for name, value in said.items() if value is not None)
    missing = [name for name, value in said.items() if value is None]
    if missing:
        return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, answer or None, {"missing": clip(missing)})]
    for name, value in said.items():
        if not _holds(str(value), facts[name]):
            told = {"question": name, "expected": clip(repr(facts[name])), "got": clip(value)}
            return [_check(Outcome.FAIL, TaskReason.WRONG_FACT, answer, told)]
    return [_check(Outcome.PASS, "", answer, {"facts": len(facts)})]


def _facts(truth: Mapping[str, Json]) -> dict[str, Any]:
    """The recorded facts by the names that replies give them."""
    questions = truth.get("questions")
    if not isinstance(questions, list) or not questions:
        raise TruthError("questions", "is not a list of questions")
    found = {}
    for index, question in enumerate(questions):
        if not isinstance(question, dict):
            raise TruthError(f"questions[{index}]", "is not an object with ask and answer")
        try:
            found[f"Q{index + 1}"] = literals.read(fields.text(question, "answer"))
        except LiteralError as error:
            raise TruthError(f"questions[{index}].answer", str(error)) from error
    return found


def _is_literal(said: str) -> bool:
    try:
        literals.read(said)
    except LiteralError:
        return False
    return True


def _holds(said: str, fact: Any) -> bool:
    return _is_literal(said) and literals.same(literals.read(said), fact)


def _check(outcome: Outcome, reason: str, answer: str | None, evidence: dict[str, Any]) -> Check:
    shown = None if answer is None else answer[:2000]
    return Check(name="explain", outcome=outcome, reason=reason, answer=shown, evidence=evidence)
