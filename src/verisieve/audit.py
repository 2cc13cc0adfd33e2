"""Audit problems before they are used: rows in, one line each that says how good the problem's own tests are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from verisieve import judge, reading
from verisieve.commands import replacing
from verisieve.domains import Auditor
from verisieve.errors import InputError, TruthError, UsageError
from verisieve.judge import UsedSandbox
from verisieve.records import Check, Completion, Json, Outcome, Problem, Verdict
from verisieve.rows import BadRow, Row, bad_output_row, dump, parse
from verisieve.sandboxes import Sandbox
from verisieve.sandboxes.opening import LazySandbox
from verisieve.stats import wilson


def audit_files(
    inputs: Sequence[str], out: str | Path, *, domain: str | None, sandbox: str, most: int, least: float
) -> Iterator[dict[str, Json]]:
    """Audit every row of the inputs into `out`, and yield what was written, row by row."""
    reading.check_readable(inputs)
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    box = LazySandbox(sandbox)
    try:
        with replacing(out) as stream:
            for row in audit(problems(inputs, domain), box, most=most, least=least):
                stream.write(dump(row))
                yield row
    finally:
        box.close()


def problems(inputs: Sequence[str], domain: str | None) -> Iterator[Completion | BadRow]:
    """Read rows as `verify` does, but for responses, which nobody looks at."""
    for path in inputs:
        for place, value in reading.values(path):
            if isinstance(value, InputError):
                yield BadRow(place=place, reason=value.reason, message=str(value), field=value.field)
                continue
            if isinstance(value, dict):
                value = {key: item for key, item in value.items() if key != "responses"} | {"response": ""}
            for row in parse(value, place, domain=domain):
                yield row.completion if isinstance(row, Row) else row


def audit(
    items: Iterable[Completion | BadRow], sandbox: UsedSandbox, *, most: int, least: float
) -> Iterator[dict[str, Json]]:
    """Audit problems; what cannot be audited is an `error` with the reason, and never stops the others."""
    for item in items:
        if isinstance(item, BadRow):
            yield _bad_row(item)
            continue
        check = partial(_check, most=most, least=least)
        yield output_row(judge.guarded("audit", check, item, sandbox))


def _bad_row(bad: BadRow) -> dict[str, Json]:
    row = bad_output_row(bad)
    kept = {key: row[key] for key in ("id", "domain", "outcome", "reason")}
    return {**kept, "evidence": row["checks"][0]["evidence"], "seconds": 0.0}


def _check(problem: Problem, text: str, sandbox: Sandbox, *, most: int, least: float) -> Sequence[Check]:
    try:
        domain: Any = judge.load(problem.domain)
    except UsageError as error:
        raise TruthError("", str(error), "unknown_domain") from error
    if not isinstance(domain, Auditor):
        raise TruthError("", f"problems of the domain {problem.domain} have no tests to audit", "unverifiable")
    return [domain.audit(problem, sandbox, most=most, least=least)]


def output_row(verdict: Verdict) -> dict[str, Json]:
    """The output row of an audit: the outcome, and what was found beside it."""
    found = dict(verdict.checks[0].evidence)
    row = {
        "id": verdict.completion.problem.id,
        "domain": verdict.completion.problem.domain,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
    }
    if verdict.outcome is Outcome.ERROR:
        return {**row, "evidence": found, "seconds": round(verdict.seconds, 6)}
    interval = wilson(found["killed"], found["killed"] + found["survived"])
    ends = [round(interval.low, 4), round(interval.high, 4)]
    return {**row, "score": found.pop("score"), "interval": ends, **found, "seconds": round(verdict.seconds, 6)}
