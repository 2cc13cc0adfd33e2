"""Lint the truths of a data set before anybody is judged by them: rows in, one line each with what was found.

Every domain is asked whether it can read the truth; one that offers `lint` says more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from verisieve import judge
from verisieve.audit import problems
from verisieve.commands import replacing
from verisieve.domains import Finding, Linter
from verisieve.errors import TruthError, UsageError
from verisieve.judge import UsedSandbox
from verisieve.reading import check_readable
from verisieve.records import Check, Completion, Json, Outcome, Problem
from verisieve.rows import BadRow, bad_output_row, dump
from verisieve.sandboxes import Sandbox
from verisieve.sandboxes.opening import LazySandbox


def lint_files(
    inputs: Sequence[str], out: str | Path | None, *, domain: str | None, sandbox: str
) -> Iterator[dict[str, Json]]:
    """Lint every row of the inputs, into `out` where it is given, and yield the report row by row."""
    check_readable(inputs)
    if out and Path(out).resolve() in {Path(path).resolve() for path in inputs if path != "-"}:
        raise UsageError(f"{out}: the output would replace an input")
    box = LazySandbox(sandbox)
    try:
        with replacing(out) if out else nullcontext() as stream:
            for row in lint(problems(inputs, domain), box):
                if stream:
                    stream.write(dump(row))
                yield row
    finally:
        box.close()


def lint(items: Iterable[Completion | BadRow], sandbox: UsedSandbox) -> Iterator[dict[str, Json]]:
    """Lint problems; what cannot be linted is a finding as well, and never stops the others."""
    for item in items:
        if isinstance(item, BadRow):
            row = bad_output_row(item)
            found = [Finding(kind=str(row["reason"]), message=str(row["checks"][0]["evidence"]["message"]), fault=True)]
            yield {"id": row["id"], "domain": row["domain"], **_report(found)}
            continue
        yield {"id": item.problem.id, "domain": item.problem.domain, **_report(_findings(item, sandbox))}


def _report(found: Sequence[Finding]) -> dict[str, Any]:
    shown = [
        {"kind": one.kind, "fault": one.fault, "message": one.message, "evidence": dict(one.evidence)} for one in found
    ]
    return {"faults": sum(one.fault for one in found), "findings": shown}


def _findings(item: Completion, sandbox: UsedSandbox) -> list[Finding]:
    found: list[Finding] = []

    def collect(problem: Problem, _text: str, box: Sandbox) -> Sequence[Check]:
        found.extend(_of_domain(problem, box))
        return [Check(name="lint", outcome=Outcome.PASS)]

    verdict = judge.guarded("lint", collect, item, sandbox)
    if verdict.outcome is Outcome.ERROR:
        evidence = dict(verdict.checks[0].evidence)
        found.append(Finding(kind=verdict.reason, message=str(evidence.pop("message", "")), fault=True))
    return found


def _of_domain(problem: Problem, sandbox: Sandbox) -> Iterator[Finding]:
    try:
        domain: Any = judge.load(problem.domain)
    except UsageError as error:
        raise TruthError("", str(error), "unknown_domain") from error
    if isinstance(domain, Linter):
        yield from domain.lint(problem, sandbox)
    else:
        domain.check(problem, "", sandbox)  # an empty reply: only the truth can be at fault
