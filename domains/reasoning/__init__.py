"""The reasoning domain: proved puzzles, answers judged from the spec alone, and derivations checked step by step.

Holds no puzzle: each family is one file of `families`. Runs no foreign code, so it needs no sandbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from verisieve.domains import Reply, Trial, read_prompts, read_trials
from verisieve.domains.engineering import Engineering
from verisieve.domains.reasoning import tasks
from verisieve.domains.reasoning.tasks.answers import MAX_REPLY
from verisieve.domains.reasoning.tasks.reasons import TaskReason
from verisieve.domains.reasoning.truths import open_truth
from verisieve.records import Check, Completion, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.reasoning.findings import Reason

__all__ = ["MAX_REPLY", "Reasoning", "domain"]


class Reasoning:
    """The domain object; it keeps nothing between calls."""

    name = "reasoning"
    version = "5"
    reasons = frozenset(map(str, (*Reason, *TaskReason)))

    @property
    def prompts(self) -> Mapping[str, str]:
        return read_prompts(__name__)

    def problems(
        self, seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
    ) -> Iterator[Problem]:
        """Make `count` proved problems, all families in turn; a level from 1 to 5 is fixed by `difficulty`."""
        from verisieve.domains.reasoning import making  # families and solvers load on use

        return making.problems(seed, count, families=families, difficulty=difficulty)

    def trials(self) -> Iterable[Trial]:
        """The golden rows of every family."""
        return read_trials(__name__)

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        """Judge one reply by its task; of a problem to solve the derivation, where it is asked for, and the answer."""
        return tasks.check(problem, text)

    def to_solve(self, problem: Problem, text: str) -> Problem | None:
        """Return a new problem's text, for others to turn back to a spec; None where the reply is none."""
        return tasks.to_solve(problem, text)

    @property
    def engineering(self) -> Engineering:
        """How rows are made of a problem: it is varied, put into a spec, or played on."""
        from verisieve.domains.reasoning import engineering  # loads families, like making

        return engineering

    def ballots(self, problem: Problem, texts: Sequence[str]) -> Sequence[int | None]:
        """Group replies by the answers that they commit to, as the families read them."""
        from verisieve.domains.reasoning import ballots  # only for votes

        return ballots.ballots(open_truth(problem.truth), [text[: MAX_REPLY + 1] for text in texts], MAX_REPLY)

    def probes(self) -> Iterable[Completion]:
        """Replies and specs of all families that tell mutants of the checker from the original."""
        from verisieve.domains.reasoning import probing  # only for vetting

        return probing.probes()

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer rightly or wrongly on purpose, in one of many forms."""
        from verisieve.domains.reasoning import noise  # only for playing a model

        if tasks.name(problem.truth) != "solve":
            return noise.task_reply(problem, rng, right=right)
        return noise.reply(open_truth(problem.truth), rng, right=right)


domain = Reasoning()
