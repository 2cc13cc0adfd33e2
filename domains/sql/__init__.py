"""The SQL domain: questions over small databases, judged by running the query and searching for a counterexample.

Runs SQLite in this process under guard; the sandbox of the protocol is not needed and not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from verisieve.domains import Finding, Reply, Trial, read_probes, read_prompts, read_trials
from verisieve.domains.engineering import Engineering
from verisieve.domains.sql import linting, noise, problems, tasks
from verisieve.domains.sql.checker import SqlReason
from verisieve.domains.sql.stories import Story
from verisieve.domains.sql.tasks.reasons import TaskReason
from verisieve.records import Check, Completion, Problem
from verisieve.sandboxes import Sandbox


class SqlDomain:
    """Text to SQL: `truth` is a schema with rows, or a fixture, and a gold query."""

    name = "sql"
    version = "6"
    reasons = frozenset(map(str, (*SqlReason, *TaskReason)))

    def __init__(self, stories: tuple[Story, ...] | None = None) -> None:
        self._stories = stories

    @property
    def prompts(self) -> Mapping[str, str]:
        """Templates by operator."""
        return read_prompts(__name__)

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        """Make problems over the fixtures, or over the database that `over` was given; difficulty runs from 1 to 3."""
        return problems.problems(seed, count, families=families, difficulty=difficulty, over=self._stories)

    def over(self, place: str) -> SqlDomain:
        """Return this domain with its problems over a database of the user's; raise UsageError for one of no use."""
        from verisieve.domains.sql import own

        return SqlDomain((own.story(place),))

    def trials(self) -> Iterable[Trial]:
        """The golden rows."""
        return read_trials(__name__)

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:  # runs in SQLite
        """Judge one reply; raise TruthError for a truth that cannot be used."""
        return tasks.check(problem, text)

    def to_solve(self, problem: Problem, text: str) -> Problem | None:
        """Return the problem that a reply to `problem` is, to be solved by others; None where it is none."""
        return tasks.to_solve(problem, text)

    def ballots(self, problem: Problem, texts: Sequence[str]) -> Sequence[int | None]:
        """Return for each reply the place of the first query that means the same; raise TruthError for another task."""
        return tasks.ballots(problem, texts)

    @property
    def engineering(self) -> Engineering:
        """How rows of many tasks are made of a problem."""
        from verisieve.domains.sql import making  # loads on use

        return making

    def lint(self, problem: Problem, sandbox: Sandbox) -> Iterable[Finding]:
        """Find what is wrong with a gold: it fails, is empty, ambiguous, unsafe, or no more than a simpler query."""
        return linting.lint(problem.truth)

    def probes(self) -> Iterable[Completion]:
        """Replies and truths that tell mutants of the checker from the original."""
        return read_probes(__name__)

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer rightly or wrongly on purpose."""
        return noise.reply(problem, rng, right=right)


domain = SqlDomain()
