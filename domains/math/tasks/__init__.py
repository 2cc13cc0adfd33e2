"""What a row of the math domain may ask for; `truth.task` names it. Each task is judged by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from verisieve.domains import fields
from verisieve.domains.math.tasks import answers, critiques, hints, inventions, solutions
from verisieve.records import Check, Json, Problem

Checker = Callable[[Problem, str], Sequence[Check]]

TASKS: Mapping[str, Checker] = {
    "solve": answers.check,
    "solution": solutions.check,
    "hints": hints.check,
    "critique": critiques.check,
    "repair": solutions.check,
    "problem": inventions.check,
}


def name(truth: Mapping[str, Json]) -> str:
    """Return the task of a truth; raise TruthError for one that nobody knows."""
    return fields.choice(truth, "task", tuple(TASKS), "solve")


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge one reply by its task; raise TruthError for a broken truth."""
    return TASKS[name(problem.truth)](problem, text)
