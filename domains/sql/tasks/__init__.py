"""What a row of the SQL domain may ask for; `truth.task` names it. Each task is judged by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from verisieve.domains import fields
from verisieve.domains.sql import checker
from verisieve.domains.sql.tasks import critiques, drafts, explanations, inventions, repairs, translations
from verisieve.records import Check, Json, Problem

Checker = Callable[[Problem, str], Sequence[Check]]

TASKS: Mapping[str, Checker] = {
    "solve": lambda problem, text: checker.judge(problem.truth, text),
    "repair": repairs.check,
    "critique": critiques.check,
    "explain": explanations.check,
    "translate": translations.check,
    "problem": inventions.check,
}


def name(truth: Mapping[str, Json]) -> str:
    """Return the task of a truth; raise TruthError for one that nobody knows."""
    return fields.choice(truth, "task", tuple(TASKS), "solve")


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge one reply by its task; raise TruthError for a truth that cannot be used."""
    return TASKS[name(problem.truth)](problem, text)


def to_solve(problem: Problem, text: str) -> Problem | None:
    """Return the problem that a reply to `problem` is, for others to solve; None where the reply is none."""
    if name(problem.truth) != "problem":
        return None
    try:
        return drafts.to_solve(problem, text)
    except drafts.DraftError:
        return None
