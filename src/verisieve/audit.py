"""Audit problems before they are used: rows in, one line each that says how good the problem's own tests are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from verisieve import judge, reading
from verisieve.commands import default_workers, replacing
from verisieve.domains import Auditor
from verisieve.errors import InputError, TruthError, UsageError
from verisieve.judge import UsedSandbox
from verisieve.pipeline import Slot, in_order
from verisieve.records import Check, Completion, Json, Outcome, Problem, Verdict
from verisieve.rows import BadRow, Row, bad_output_row, dump, parse
from verisieve.sandboxes import Sandbox
from verisieve.stats import wilson
from verisieve.workers import ROW_SECONDS, Line, Pool, Work, decode, encode, unfinished

IN_FLIGHT = 1  # problems under way to one worker: each takes long


def audit_files(
    inputs: Sequence[str],
    out: str | Path,
    *,
    domain: str | None,
    sandbox: str,
    most: int,
    least: float,
    workers: int | None = None,
) -> Iterator[dict[str, Json]]:
    """Audit every row of the inputs into `out`, and yield what was written, row by row, in input order."""
    reading.check_readable(inputs)
    if Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    work = Work(
        place=f"{__name__}:audited", failed=_failed, options={"most": most, "least": least}, in_flight=IN_FLIGHT
    )
    pool = Pool(workers or default_workers(), sandbox=sandbox, row_seconds=ROW_SECONDS * most, work=work)
    try:
        with replacing(out) as stream:
            for line in in_order(problems(inputs, domain), pool, _admit, lambda done: None):
                stream.write(line.body)
                yield json.loads(line.body)
    finally:
        pool.close()


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


def _admit(item: Completion | BadRow) -> tuple[Slot, bytes]:
    """What cannot be read is an `error` with the reason, and never stops the others."""
    return (Slot(line=_line(_bad_row(item))), b"") if isinstance(item, BadRow) else (Slot(), encode(item))


def audited(task: bytes, sandbox: UsedSandbox, *, most: int, least: float) -> Line:
    """Audit a problem, in a worker; what cannot be audited is an `error` with the reason."""
    check = partial(_check, most=most, least=least)
    return _line(output_row(judge.guarded("audit", check, decode(task), sandbox)))


def _failed(task: bytes, reason: str, message: str) -> Line:
    return _line(output_row(unfinished(decode(task), reason, message)))


def _line(row: dict[str, Json]) -> Line:
    return Line(dump(row), str(row["domain"]), str(row["outcome"]), str(row["reason"]))


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
