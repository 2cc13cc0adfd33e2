"""The task `review`: the reply names the line of a known mutation, and an input that shows it; or it says `no bug`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from verisieve.domains import fields
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import MIB, Limits, Sandbox
from verisieve.verifiers import claims
from verisieve.verifiers.claims import HedgedError
from verisieve.verifiers.code import answers, literals
from verisieve.verifiers.code.literals import LiteralError
from verisieve.verifiers.code.runner import clip

_LINES = re.compile(r"none|\d+(?:\D+\d+)*", re.IGNORECASE)  # one line, or several
_SAID = 200  # characters of a claim that a verdict keeps


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge a review; raise TruthError for a truth without a program."""
    truth = problem.truth
    fields.choice(truth, "language", ("python",), "python")
    program, line = fields.text(truth, "program"), _line(truth)
    try:
        said, witness = _claim(text), claims.claim(text, "input", _is_call)
    except HedgedError as error:
        return [_check(Outcome.FAIL, TaskReason.HEDGED, None, {"field": str(error)})]
    if said is None:
        return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, None, {})]
    if line is None or said != line:
        return [_check(*_compare(said, line), str(said or "no bug"), {"line": line})]
    if witness is None:
        if fields.flag(truth, "witness"):
            return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, str(said), {"missing": "input"})]
        return [_check(Outcome.PASS, "", str(said), {"line": line})]
    shows, evidence = _tries(truth, program, witness, sandbox)
    outcome, reason = (Outcome.PASS, "") if shows else (Outcome.FAIL, TaskReason.WRONG_INPUT)
    return [_check(outcome, reason, str(said), {"line": line, "input": clip(witness), **evidence})]


def _line(truth: Mapping[str, Json]) -> int | None:
    """The line of the mutation; null where there is none."""
    if "line" not in truth:
        raise TruthError("line", "is missing; null says that the program is right")
    if truth["line"] is None:
        return None
    line = fields.whole(truth, "line")
    if line > len(fields.text(truth, "program").splitlines()):
        raise TruthError("line", "lies beyond the program's end")
    return line


def _claim(text: str) -> int | None:
    """The line that a reply names, 0 for `no bug`, None where it says neither."""
    said = claims.claim(text, "line", lambda value: _LINES.fullmatch(value) is not None)
    clean = claims.says(text, "no bug")
    if said is None or said.lower() == "none":
        return 0 if clean or said else None
    if clean or (_LINES.fullmatch(said) and not said.isdigit()):
        raise HedgedError("line")
    return int(said) if re.fullmatch(r"[0-9]{1,6}", said) else None


def _is_call(value: str) -> bool:
    return value.endswith(")") and not value.endswith("(...)")


def _compare(said: int, line: int | None) -> tuple[Outcome, str]:
    if line is None:
        return (Outcome.FAIL, TaskReason.FALSE_ALARM) if said else (Outcome.PASS, "")
    return Outcome.FAIL, TaskReason.WRONG_LINE if said else TaskReason.MISSED_BUG


def _tries(truth: Mapping[str, Json], program: str, witness: str, sandbox: Sandbox) -> tuple[bool, dict[str, Any]]:
    """Whether reference and program really answer differently to the input that is claimed to show the bug."""
    entry, reference = fields.name(truth), fields.text(truth, "reference")
    try:
        call = literals.read_call(witness, entry)
    except LiteralError as error:
        return False, {"message": str(error)}
    limits = Limits(cpu=2.0, wall=20.0, memory=256 * MIB)
    right = answers.ask(reference, entry, [call], limits, sandbox)[0]
    got = answers.ask(program, entry, [call], limits, sandbox)[0]
    told = {"expected": _told(right), "got": _told(got)}
    return right.kind == "value" and right.differs(got), told


def _told(answer: answers.Answer) -> str:
    return f"{answer.kind}: {answer.value!r}"[:_SAID]


def _check(outcome: Outcome, reason: str, answer: str | None, evidence: dict[str, Any]) -> Check:
    return Check(name="review", outcome=outcome, reason=reason, answer=answer, evidence=evidence)
