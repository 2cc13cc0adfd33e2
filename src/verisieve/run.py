"""The main job, end to end: generate, verify, filter, rank, export, and a page that shows what became of it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from verisieve import contamination, curriculum, domains, export, nearness, report, screening, select
from verisieve.asked import HELD_BACK
from verisieve.commands import Answered, ask, verify_files
from verisieve.curriculum import Course
from verisieve.errors import UsageError
from verisieve.folder import COMPLETIONS, VERDICTS, pairs
from verisieve.forecast import forecast
from verisieve.formats import FORMATS
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
    course = _ask(plan, out, workers=workers, resume=resume)
    rules = plan.select
    if plan.curriculum and plan.curriculum.held_back:
        rules = replace(rules, against=(*rules.against, str(out / HELD_BACK)))
    selection = select.select(pairs(out), rules)
    contamination.write(out / "contamination.jsonl", selection.hits)
    export.write(out, out / "data", plan.export.formats, validation=plan.export.validation, selection=selection)
    page = report.write(out, out / "report.html", selection=selection)
    return Ran(tally=course.tally, answered=course.answered, selection=selection, page=page)


def _ask(plan: Plan, out: Path, *, workers: int | None, resume: bool) -> Course:
    if plan.curriculum:
        return curriculum.follow(plan, plan.curriculum, out, workers=workers, resume=resume)
    completions = out / COMPLETIONS
    answered = ask(problems(plan), plan.asking, completions, resume=resume)
    tally = verify_files([str(completions)], out / VERDICTS, sandbox=plan.sandbox, workers=workers, resume=resume)
    return Course(answered, tally)


def check(plan: Plan) -> None:
    """Raise UsageError for what a plan names and nobody offers, before anything starts."""
    list(forecast(plan))
    for name, each in plan.domains.items():
        domains.load(name, over=each.fixture)
    spec.parse(plan.sandbox)
    screening.check(plan.select)
    if plan.curriculum and plan.curriculum.held_back:
        nearness.require()
    unknown = [name for name in plan.export.formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"export.formats: unknown {', '.join(unknown)}; known: {', '.join(sorted(FORMATS))}")


def problems(plan: Plan) -> Iterator[Problem]:
    for name, each in plan.domains.items():
        domain = domains.load(name, over=each.fixture)
        yield from domain.problems(plan.seed, each.problems, families=each.families, difficulty=each.difficulty)
