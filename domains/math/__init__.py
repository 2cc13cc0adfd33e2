"""The math domain: procedural problems with answers found in two ways, a checker for short answers, and one for proofs.

Judges answers, not derivations; those need no sandbox. A truth with `task` "proof" is judged by Coq, in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from verisieve.domains import Reply, Trial, read_prompts, read_trials
from verisieve.domains.math import proofs
from verisieve.errors import TruthError
from verisieve.records import Check, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.math import Gold, Reason, judge, prepare
from verisieve.verifiers.math.coq import ProofReason

__all__ = ["Maths", "domain"]


class Maths:
    """The domain object; it keeps nothing between calls."""

    name = "math"
    version = "1"
    reasons = frozenset(str(reason) for reason in (*Reason, *ProofReason))

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

    def check(self, problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
        """Judge one reply; raise TruthError for a truth that is none, SandboxError where a proof has no prover."""
        task = problem.truth.get("task")
        if task == proofs.TASK:
            return proofs.check(problem, text, sandbox)
        if task is not None:
            raise TruthError("task", f"{task!r} is not {proofs.TASK!r}")
        ruling = judge(gold_of(problem), text)
        return [
            Check(
                name="answer",
                outcome=ruling.outcome,
                reason=ruling.reason,
                answer=ruling.answer,
                evidence=ruling.evidence,
            )
        ]

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer rightly or wrongly on purpose, in one of many notations."""
        from verisieve.domains.math import noise  # only for playing a model

        return noise.reply(gold_of(problem), problem.id, rng, right=right)


def gold_of(problem: Problem) -> Gold:
    """Read the truth of a problem; raise TruthError naming the field that is wrong."""
    truth = problem.truth
    kind = truth.get("type") or ""
    if not isinstance(kind, str):
        raise TruthError("type", f"must be a text, not {kind!r}")
    tolerance, unit = truth.get("tolerance"), truth.get("unit") or ""
    if tolerance is not None and (
        isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance < 1
    ):
        raise TruthError("tolerance", f"must be a relative tolerance from 0 to below 1, not {tolerance!r}")
    if not isinstance(unit, str):
        raise TruthError("unit", f"must be a text, not {unit!r}")
    return prepare(_answer(truth.get("answer")), kind=kind, tolerance=tolerance, unit=unit, prompt=problem.prompt)


def _answer(answer: Any) -> str:
    if isinstance(answer, bool):
        return str(answer)
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    if isinstance(answer, int | float):
        answer = str(answer)
    if not isinstance(answer, str) or not answer.strip():
        raise TruthError("answer", f"must be a text that is not empty, not {answer!r}")
    return answer


domain = Maths()
