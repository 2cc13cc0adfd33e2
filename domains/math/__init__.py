"""The math domain: procedural problems with answers found in two ways, a checker for answers, and tasks around them.

A row that asks for it has its derivation judged as well. Only proofs need a sandbox: Coq runs in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from verisieve.domains import Finding, Reply, Trial, read_probes, read_prompts, read_trials
from verisieve.domains.engineering import Engineering
from verisieve.domains.math import linting, tasks
from verisieve.domains.math.tasks.reasons import TaskReason
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.records import Check, Completion, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.math import Reason
from verisieve.verifiers.math.coq import ProofReason

__all__ = ["Maths", "domain"]


class Maths:
    """The domain object; it keeps nothing between calls."""

    name = "math"
    version = "6"
    reasons = frozenset(map(str, (*Reason, *TaskReason, *ProofReason)))

    @property
    def prompts(self) -> Mapping[str, str]:
        return read_prompts(__name__)

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        """Make `count` problems, all families in turn; a level from 1 to 5 is fixed by `difficulty`."""
        from verisieve.domains.math import making  # families load on use

        return making.problems(seed, count, families=families, difficulty=difficulty)

    def trials(self) -> Iterable[Trial]:
        """The golden rows: right in many notations, wrong, hedged, hostile."""
        return read_trials(__name__)

    def probes(self) -> Iterable[Completion]:
        """Replies for mutants of the checker; `benchmarks/probes.py` gathers them."""
        return read_probes(__name__)

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        """Judge one reply by its task; raise TruthError for a truth that cannot be used."""
        return tasks.check(problem, text, sandbox)

    def to_solve(self, problem: Problem, text: str) -> Problem | None:
        """Return the problem that a reply to `problem` is, to be solved by others; None where it is none."""
        return tasks.to_solve(problem, text)

    def ballots(self, problem: Problem, texts: Sequence[str]) -> Sequence[int | None]:
        """Group replies by the answers that the checker finds equal."""
        from verisieve.domains.math.tasks import ballots  # only for votes

        return ballots.ballots(problem, texts)

    @property
    def engineering(self) -> Engineering:
        """How rows of many tasks are made of a problem."""
        from verisieve.domains.math import making  # families load on use

        return making

    def lint(self, problem: Problem, sandbox: Sandbox) -> Iterable[Finding]:
        """Find an answer that, given as a reply, does not pass."""
        return linting.lint(problem)

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer rightly or wrongly on purpose, in one of many notations."""
        from verisieve.domains.math import noise  # only for playing a model

        if "known" in problem.truth:
            return noise.known(problem, rng, right=right)
        return noise.reply(gold_of(problem), problem.id, rng, right=right)


domain = Maths()
