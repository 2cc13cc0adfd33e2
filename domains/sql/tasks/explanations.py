"""The task `explain`: what a query does to a small database, clause by clause, in answers that execution gives.

`truth.questions` pairs each question with a probe, a query of ours that answers it on the given rows. What else the
reply says is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from verisieve.domains.sql import checker
from verisieve.domains.sql.tasks import values
from verisieve.domains.sql.tasks.reasons import TaskReason
from verisieve.domains.sql.tasks.values import ValueFaultError
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.verifiers import claims
from verisieve.verifiers.claims import HedgedError
from verisieve.verifiers.sql import compare
from verisieve.verifiers.sql.bench import Bench, bench
from verisieve.verifiers.sql.engine import Row
from verisieve.verifiers.sql.gold import Expected, gold

MOST = 12
_SHOWN = 10


class Question(NamedTuple):
    """What is asked, and the query that answers it."""

    ask: str
    probe: str


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge an explanation; raise TruthError for questions that execution does not answer."""
    read, asked = checker.read_truth(problem.truth), questions(problem)
    return checker.in_engine(read.dialect, lambda: _judged(bench(read.schema, read.data, read.dialect), asked, text))


def questions(problem: Problem) -> list[Question]:
    """Read the questions of a row."""
    given = problem.truth.get("questions")
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        raise TruthError("questions", f"is not a list of 1 to {MOST} questions")
    found = []
    for index, each in enumerate(given):
        ask, probe = (each.get(key) if isinstance(each, dict) else None for key in ("ask", "probe"))
        if not isinstance(ask, str) or not isinstance(probe, str) or not ask.strip() or not probe.strip():
            raise TruthError(f"questions[{index}]", "has no texts `ask` and `probe`")
        found.append(Question(ask, probe))
    return found


def answer(table: Bench, question: Question, index: int) -> Expected:
    """Answer a question by execution; raise TruthError where its probe has no single result."""
    try:
        return gold(table, question.probe).fixture
    except TruthError as error:
        raise TruthError(f"questions[{index}].probe", str(error)) from error


def _judged(table: Bench, asked: Sequence[Question], text: str) -> list[Check]:
    checks: list[Check] = []
    for index, question in enumerate(asked):
        expected = answer(table, question, index)
        checks.append(_claim(text, f"Q{index + 1}", question, expected))
    wrong = [check.name for check in checks if check.outcome is not Outcome.PASS]
    if wrong and all(check.reason == TaskReason.NO_CLAIM for check in checks):
        message = "no line `Q1: value`"
        return [
            Check(name="form", outcome=Outcome.NO_ANSWER, reason=TaskReason.NO_CLAIM, evidence={"message": message})
        ]
    return checks


def _claim(text: str, name: str, question: Question, expected: Expected) -> Check:
    told: dict[str, Json] = {"ask": question.ask}
    try:
        said = claims.claim(text, name, lambda value: _read(value, expected.width) is not None)
    except HedgedError:
        return Check(name=name, outcome=Outcome.NO_ANSWER, reason=TaskReason.HEDGED, evidence=told)
    rows = _read(said, expected.width) if said is not None else None
    if said is None or rows is None:
        return Check(name=name, outcome=Outcome.NO_ANSWER, reason=TaskReason.NO_CLAIM, evidence=told)
    told |= {"said": said[:500], "expected": checker.shown(expected.rows[:_SHOWN])}
    if compare.equal(expected.rows, rows, expected.runs):
        return Check(name=name, outcome=Outcome.PASS, answer=said[:500], evidence=told)
    return Check(name=name, outcome=Outcome.FAIL, reason=TaskReason.WRONG_FACT, answer=said[:500], evidence=told)


def _read(said: str, width: int) -> list[Row] | None:
    try:
        return values.rows(said, width)
    except ValueFaultError:
        return None
