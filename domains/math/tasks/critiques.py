"""The task `critique`: a solution in numbered lines, at most one of them wrong; the reply names it and answers rightly.

`truth.line` is the wrong line, null where there is none; `truth.answer` is the right answer of the problem.
"""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains.math import extra
from verisieve.domains.math.tasks.reasons import TaskReason
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.verifiers import claims
from verisieve.verifiers.claims import HedgedError
from verisieve.verifiers.math import judge

SOUND = "no mistake"


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a critique; raise TruthError for a line that is no whole number."""
    gold, line = gold_of(problem), _line(problem)
    try:
        said = claims.claim(text, "line", str.isdigit)
        answer = claims.claim(text, "answer", lambda value: bool(value.strip()))
    except HedgedError as error:
        return [_check(Outcome.NO_ANSWER, TaskReason.HEDGED, field=str(error))]
    sound = claims.says(text, SOUND)
    number = int(said) if said is not None and said.isdigit() and len(said) < 5 else None
    if sound and number is not None:
        return [_check(Outcome.NO_ANSWER, TaskReason.HEDGED, field="line")]
    if not sound and number is None:
        return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, message="names no line and does not say `No mistake`")]
    found = _found(line, number)
    if found.outcome is not Outcome.PASS or line is None:
        return [found]
    return [found, extra.named("answer", judge(gold, f"Answer: {answer}" if answer else ""))]


def _line(problem: Problem) -> int | None:
    line = problem.truth.get("line", 0)
    if line is not None and (isinstance(line, bool) or not isinstance(line, int) or line < 1):
        raise TruthError("line", f"must be a number of a line, or null, not {line!r}")
    return line


def _found(line: int | None, number: int | None) -> Check:
    if number == line:
        return _check(Outcome.PASS, "", line=number)
    reason = (
        TaskReason.MISSED_MISTAKE
        if number is None
        else TaskReason.FALSE_ALARM
        if line is None
        else TaskReason.WRONG_LINE
    )
    return _check(Outcome.FAIL, reason, line=number, expected=line)


def _check(outcome: Outcome, reason: str, **evidence: object) -> Check:
    return Check(name="line", outcome=outcome, reason=str(reason), evidence=evidence)
