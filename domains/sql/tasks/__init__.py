"""What a row of the SQL domain may ask for; `truth.task` names it. Each task is judged by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from verisieve.domains import fields
from verisieve.domains.sql import checker
from verisieve.domains.sql.tasks import critiques, drafts, explanations, inventions, repairs, translations, votes
from verisieve.errors import TruthError, UsageError
from verisieve.records import Check, Json, Problem
from verisieve.verifiers.sql.engine import EngineLostError, EngineMissingError

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


def ballots(problem: Problem, texts: Sequence[str]) -> list[int | None]:
    """Return for each reply the place of the first query that means the same; raise UsageError without its engine."""
    if name(problem.truth) != "solve":
        raise TruthError("task", "replies to it are no votes")
    try:
        return votes.cast(checker.read_truth(problem.truth), texts).ballots
    except (EngineMissingError, EngineLostError) as error:
        raise UsageError(str(error)) from error
