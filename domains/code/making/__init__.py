"""One problem becomes an engineering data set: rows of every task, right by construction where that can be.

`subject` learns what can be known of a problem by running it; `rows` has one function per task that makes rows of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from verisieve.domains.code.making.asking import ask
from verisieve.domains.code.making.rows import MAKERS
from verisieve.domains.code.making.subject import prepare
from verisieve.domains.engineering import Made, UnusableError, engineered
from verisieve.records import Problem
from verisieve.sandboxes import Sandbox

__all__ = ["MAKERS", "Made", "UnusableError", "engineer", "shown"]


def engineer(
    problem: Problem, sandbox: Sandbox, *, tasks: Sequence[str] = tuple(MAKERS), seed: int = 0, per: int = 1
) -> Iterator[tuple[Made, Problem]]:
    """Make up to `per` rows of each task from a problem with a reference; nothing here is verified yet.

    Raises UnusableError for a problem that rows cannot be made of, TruthError for a broken one. What a task makes
    depends on the seed, the problem and the task alone.
    """
    subject = prepare(problem, Random(f"engineer:{seed}:{problem.id}"), sandbox)
    yield from engineered(problem, tasks, seed, lambda task, rng: MAKERS[task](subject, rng, per, sandbox))


def shown(made: Made) -> str:
    """Return what a model is shown: a problem to solve stands in its template, other prompts speak for themselves."""
    return ask("solve", prompt=made.prompt) if made.task == "solve" else made.prompt
