"""The task `critique`: is a given query right? `Verdict: right`, or `Verdict: wrong` with rows that show it.

The rows decide: where the given query and the gold differ on them, it is wrong, whatever the search found. Guessing
`wrong` is worth nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains import fields
from verisieve.domains.sql import checker
from verisieve.domains.sql.tasks import witnesses
from verisieve.domains.sql.tasks.reasons import TaskReason
from verisieve.domains.sql.tasks.witnesses import WitnessError
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.verifiers import claims
from verisieve.verifiers.claims import HedgedError
from verisieve.verifiers.sql import literals
from verisieve.verifiers.sql.bench import bench, recall
from verisieve.verifiers.sql.compare import TooHardError
from verisieve.verifiers.sql.engine import Database
from verisieve.verifiers.sql.gold import Gold, gold

VERDICTS = ("right", "wrong")
_KEPT = 8
_SHOWN = 2_000


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a critique; raise TruthError for a given query that cannot be judged."""
    read, given = checker.read_truth(problem.truth), fields.text(problem.truth, "given")
    return checker.in_engine(read.dialect, lambda: _judged(read, given, text))


def _judged(read: checker.Truth, given: str, text: str) -> list[Check]:
    try:
        said = claims.claim(text, "verdict", lambda value: _verdict(value) is not None)
    except HedgedError:
        return [_check(Outcome.NO_ANSWER, TaskReason.HEDGED)]
    verdict = _verdict(said) if said is not None else None
    if verdict is None:
        message = "no line `Verdict: right` or `Verdict: wrong`"
        return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, message=message)]
    wanted = gold(bench(read.schema, read.data, read.dialect), read.query)
    really = _really(wanted, read, given)
    if verdict == "right":
        good = really == "right"
        return [_check(Outcome.PASS if good else Outcome.FAIL, "" if good else TaskReason.MISSED_MISTAKE, verdict)]
    return [_shown(wanted, read, given, text, really)]


def _verdict(said: str) -> str | None:
    word = said.strip(" .!*`_'\"").lower()
    return word if word in VERDICTS else None


def _really(wanted: Gold, read: checker.Truth, given: str) -> str:
    """Say whether the given query is right, as far as can be told; made once per gold."""
    found: Check = recall(wanted.memory, ("given", given), lambda: checker.judge_sql(read, given)[-1], _KEPT)
    if found.outcome in (Outcome.PASS, Outcome.FAIL):
        return "right" if found.outcome is Outcome.PASS else "wrong"
    raise TruthError("given", f"cannot be judged: {found.outcome} {found.reason}")


def _shown(wanted: Gold, read: checker.Truth, given: str, text: str, really: str) -> Check:
    try:
        rows = witnesses.read(text, wanted.bench.schema)
        if rows is None:
            return _check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, "wrong", message="no rows that show it")
        told = {"witness": _written(wanted, rows), "witness_rows": sum(map(len, rows.values()))}
        pair = witnesses.build(wanted, rows)
        differs = witnesses.tells(wanted, given, pair, free_columns=read.free_columns)
    except (WitnessError, TooHardError) as error:
        return _check(Outcome.FAIL, TaskReason.BAD_WITNESS, "wrong", message=str(error)[:500])
    if differs:
        return _check(Outcome.PASS, "", "wrong", **told)
    reason = TaskReason.NO_DIFFERENCE if really == "wrong" else TaskReason.FALSE_ALARM
    return _check(Outcome.FAIL, reason, "wrong", **told)


def _written(wanted: Gold, rows: Database) -> str:
    return literals.inserts(wanted.bench.schema.tables, rows, wanted.bench.dialect)[:_SHOWN]


def _check(outcome: Outcome, reason: str, answer: str | None = None, **evidence: Json) -> Check:
    return Check(name="critique", outcome=outcome, reason=str(reason), answer=answer, evidence=evidence)
