"""What a domain offers that makes rows of many tasks from one problem, and what such a row is before it is verified."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol, runtime_checkable

from verisieve.errors import UsageError
from verisieve.records import Json, Problem
from verisieve.sandboxes import Sandbox

_HOLE = re.compile(r"\{\{(\w+)\}\}")


class UnusableError(Exception):
    """A problem that no rows can be made of; the message is a short reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One row; `reply` is None where nobody here knows a right answer."""

    task: str
    prompt: str
    truth: Mapping[str, Json]
    reply: str | None
    meta: Mapping[str, Json] = field(default_factory=dict)


class Engineering(Protocol):
    """How a domain makes rows; a module will do."""

    @property
    def MAKERS(self) -> Mapping[str, Any]:  # noqa: N802  # a constant of a module
        """The tasks that rows are made for."""
        ...

    def engineer(
        self, problem: Problem, sandbox: Sandbox, *, tasks: Sequence[str], seed: int, per: int
    ) -> Iterator[tuple[Made, Problem]]:
        """Make up to `per` rows of each task; raise UnusableError or TruthError for a problem that is no use."""
        ...

    def shown(self, made: Made) -> str:
        """Return what a model is shown."""
        ...


@runtime_checkable
class Engineer(Protocol):
    """A domain that makes rows of many tasks from one problem."""

    @property
    def engineering(self) -> Engineering:
        """The part that makes them, loaded on use."""
        ...


def check_tasks(tasks: Sequence[str], known: Collection[str]) -> None:
    """Raise UsageError for a task that no rows are made for."""
    for task in tasks:
        if task not in known:
            raise UsageError(f"unknown task {task!r}; known: {', '.join(known)}")


def engineered(
    problem: Problem, tasks: Sequence[str], seed: int, make: Callable[[str, Random], Iterable[Made]]
) -> Iterator[tuple[Made, Problem]]:
    """Yield what `make` makes for each task, named and with its parent; seed, problem and task alone decide it."""
    for task in tasks:
        rng = Random(f"engineer:{seed}:{problem.id}:{task}")
        for index, made in enumerate(make(task, rng)):
            truth: Mapping[str, Json] = made.truth if made.reply is None else {**made.truth, "known": made.reply}
            meta = {"parents": [problem.id], "source": "engineered", **made.meta}
            name = f"{problem.id}/{task}-{index}"
            yield made, Problem(domain=problem.domain, id=name, prompt=made.prompt, truth=truth, meta=meta)


def fill(template: str, **values: str) -> str:
    """Fill in a template; every hole needs a value. What a value holds is never read as a hole.

    >>> fill("Solve {{prompt}}.", prompt="{{x}}=1")
    'Solve {{x}}=1.'
    """
    return _HOLE.sub(lambda hole: values[hole[1]].rstrip(), template)
