"""One SQL problem becomes rows of every task, right by construction where that can be.

`subject` reads the problem; `rows` has one function per task that makes rows of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verisieve.domains import read_prompts
from verisieve.domains.engineering import Made, UnusableError, engineered, fill
from verisieve.domains.sql.making.rows import MAKERS
from verisieve.domains.sql.making.subject import prepare
from verisieve.records import Problem
from verisieve.sandboxes import Sandbox

__all__ = ["MAKERS", "Made", "UnusableError", "engineer", "shown"]


def engineer(
    problem: Problem, sandbox: Sandbox, *, tasks: Sequence[str] = tuple(MAKERS), seed: int = 0, per: int = 1
) -> Iterator[tuple[Made, Problem]]:
    """Make up to `per` rows of each task; nothing here is verified yet.

    Raises UnusableError for a problem that rows cannot be made of, TruthError for a broken one. What a task makes
    depends on the seed, the problem and the task alone.
    """
    subject = prepare(problem)
    yield from engineered(problem, tasks, seed, lambda task, rng: MAKERS[task](subject, rng, per))


def shown(made: Made) -> str:
    """Return what a model is shown: a question stands in its template, other prompts speak for themselves."""
    if made.truth.get("task", "solve") != "solve":
        return made.prompt
    return fill(read_prompts("verisieve.domains.sql")["solve"], prompt=made.prompt)
