"""What a row of the reasoning domain may ask for; `truth.task` names it. Each task is judged by a module of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verisieve.domains import fields
from verisieve.domains.reasoning.tasks import answers
from verisieve.domains.reasoning.truths import open_truth
from verisieve.records import Check, Json, Problem

TASKS = ("solve", "feasible", "formalise", "problem")


def name(truth: Mapping[str, Json]) -> str:
    """Return the task of a truth; raise TruthError for one that nobody knows."""
    return fields.choice(truth, "task", TASKS, "solve")


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge one reply by its task; raise TruthError for a broken truth."""
    task = name(problem.truth) if isinstance(problem.truth, Mapping) else "solve"
    if task == "solve":
        return answers.check(open_truth(problem.truth), text)
    from verisieve.domains.reasoning.tasks import feasibility, formalising, inventions  # load the shapes

    checkers = {"feasible": feasibility.check, "formalise": formalising.check, "problem": inventions.check}
    return checkers[task](problem, text)


def to_solve(problem: Problem, text: str) -> Problem | None:
    """Return the text of a new problem as a row to formalise; None where the reply is none."""
    if name(problem.truth) != "problem":
        return None
    from verisieve.domains.reasoning.tasks import inventions

    return inventions.to_solve(problem, text)
