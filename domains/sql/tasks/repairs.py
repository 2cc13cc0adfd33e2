"""The task `repair`: a query that is wrong, with what the engine or a database says of it; the reply sets it right.

The reply is judged as any query is, so one that copies the result of the database that was shown fails on others.
`truth.broken` must really be wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from verisieve.domains import fields
from verisieve.domains.sql import checker
from verisieve.domains.sql.checker import Truth
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.bench import bench, recall

_KEPT = 8


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a repair; raise TruthError for a broken query that is right after all, or cannot be judged."""
    read, broken = checker.read_truth(problem.truth), fields.text(problem.truth, "broken")
    checks = checker.judge(problem.truth, text)
    if checks[-1].outcome is not Outcome.PASS:
        return checks
    found = _verdict(read, broken)
    if found.outcome is not Outcome.FAIL:
        raise TruthError("broken", f"is not wrong: {found.outcome} {found.reason}".rstrip())
    return [*checks, _edit(broken, checks[0].answer or "")]


def _verdict(read: Truth, broken: str) -> Check:
    table = bench(read.schema, read.data, read.dialect)
    found: Check = recall(
        table.memory, ("broken", read.query, broken), lambda: checker.judge_sql(read, broken)[-1], _KEPT
    )
    return found


def _edit(broken: str, fixed: str) -> Check:
    """Say how much was changed, in tokens; it decides nothing."""
    old, new = (Counter(lexer.normal(sql)) for sql in (broken, fixed))
    changed = max((old - new).total(), (new - old).total())
    return Check(name="edit", outcome=Outcome.PASS, evidence={"tokens_changed": changed, "tokens": new.total()})
