"""The code domain: programs judged by tests that run where the program cannot reach them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from verisieve.domains import Finding, Reply, Trial, read_prompts, read_trials
from verisieve.domains.code import auditing, linting, problems, replying, tasks
from verisieve.domains.code.tasks import noise
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.domains.engineering import Engineering
from verisieve.records import Check, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code.runner import CodeReason


class CodeDomain:
    """Prompts, procedural problems and the checker for programs."""

    name = "code"
    version = "6"

    @property
    def prompts(self) -> Mapping[str, str]:
        """Templates by operator."""
        return read_prompts(__name__)

    @property
    def reasons(self) -> frozenset[str]:
        """The closed set of reasons."""
        return frozenset(CodeReason) | frozenset(TaskReason)

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        """Make procedural problems."""
        return problems.make(seed, count, families=families, difficulty=difficulty)

    def trials(self) -> Iterable[Trial]:
        """The golden rows."""
        return read_trials(__name__)

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        """Judge one reply; raise TruthError for broken tests, SandboxError for a fault of the sandbox."""
        return tasks.check(problem, text, sandbox)

    @property
    def engineering(self) -> Engineering:
        """How rows of many tasks are made of a problem."""
        from verisieve.domains.code import making  # loads on use

        return making

    def audit(self, problem: Problem, sandbox: Sandbox, *, most: int, least: float) -> Check:
        """Judge the tests of a problem by mutants of its reference."""
        return auditing.audit(problem, sandbox, most=most, least=least)

    def lint(self, problem: Problem, sandbox: Sandbox) -> Iterable[Finding]:
        """Find a reference that does not pass the tests, or that there is none."""
        return linting.lint(problem, sandbox)

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer a problem of our own rightly or wrongly on purpose."""
        answer = noise.reply if noise.answers(problem) else replying.reply
        return answer(problem, rng, right=right)


domain = CodeDomain()
