"""One problem becomes an engineering data set: rows of every task, right by construction where that can be.

`subject` learns what can be known of a problem by running it; `rows` has one function per task that makes rows of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from verisieve.domains.code.making.asking import ask
from verisieve.domains.code.making.rows import MAKERS
from verisieve.domains.code.making.subject import prepare
from verisieve.domains.engineering import Made, UnusableError
from verisieve.records import Json, Problem
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
    for task in tasks:
        rng = Random(f"engineer:{seed}:{problem.id}:{task}")
        for index, made in enumerate(MAKERS[task](subject, rng, per, sandbox)):
            truth: Mapping[str, Json] = made.truth if made.reply is None else {**made.truth, "known": made.reply}
            meta = {"parents": [problem.id], "source": "engineered"}
            name = f"{problem.id}/{task}-{index}"
            yield made, Problem(domain="code", id=name, prompt=made.prompt, truth=truth, meta=meta)


def shown(made: Made) -> str:
    """Return what a model is shown: a problem to solve stands in its template, other prompts speak for themselves."""
    return ask("solve", prompt=made.prompt) if made.task == "solve" else made.prompt
