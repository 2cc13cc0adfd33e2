"""The main job, end to end: generate, verify, filter, rank, export, and a page that shows what became of it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from verisieve import domains, export, report, select
from verisieve.commands import Answered, ask, verify_files
from verisieve.errors import UsageError
from verisieve.folder import pairs
from verisieve.forecast import forecast
from verisieve.plan import Plan
from verisieve.progress import Tally
from verisieve.records import Problem
from verisieve.sandboxes import spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run brought."""

    tally: Tally
    answered: Answered
    selection: select.Selection
    page: Path


def carry_out(plan: Plan, out: Path, *, workers: int | None = None, resume: bool = False) -> Ran:
    """Carry out a plan into a folder: completions, verdicts, training data, a card and a page."""
    check(plan)
    completions, verdicts = out / "completions.jsonl", out / "verdicts.jsonl"
    answered = ask(problems(plan), plan.asking, completions, resume=resume)
    tally = verify_files([str(completions)], verdicts, sandbox=plan.sandbox, workers=workers, resume=resume)
    selection = select.select(pairs(out), plan.select)
    export.write(out, out / "data", plan.export.formats, validation=plan.export.validation, selection=selection)
    page = report.write(out, out / "report.html", selection=selection)
    return Ran(tally=tally, answered=answered, selection=selection, page=page)


def check(plan: Plan) -> None:
    """Raise UsageError for what a plan names and nobody offers, before anything starts."""
    list(forecast(plan))
    for name, each in plan.domains.items():
        domains.load(name, over=each.fixture)
    spec.parse(plan.sandbox)
    unknown = [name for name in plan.export.formats if name not in export.FORMATS]
    if unknown:
        raise UsageError(f"export.formats: unknown {', '.join(unknown)}; known: {', '.join(sorted(export.FORMATS))}")


def problems(plan: Plan) -> Iterator[Problem]:
    for name, each in plan.domains.items():
        domain = domains.load(name, over=each.fixture)
        yield from domain.problems(plan.seed, each.problems, families=each.families, difficulty=each.difficulty)
