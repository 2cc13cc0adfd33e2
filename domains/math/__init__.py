"""The math domain: procedural problems with answers found in two ways, and a checker for short answers.

Judges answers, not derivations. Executes nothing, so it needs no sandbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from verisieve.domains import Finding, Reply, Trial, read_prompts, read_trials
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.math import Gold, Reason, judge, prepare

__all__ = ["Maths", "domain"]


class Maths:
    """The domain object; it keeps nothing between calls."""

    name = "math"
    version = "1"
    reasons = frozenset(str(reason) for reason in Reason)

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
        """Judge the answer of one reply; raise TruthError for a truth without a usable answer."""
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

    def lint(self, problem: Problem, sandbox: Sandbox) -> Iterable[Finding]:
        """Find an answer that, given as a reply, does not pass."""
        gold = gold_of(problem)
        ruling = judge(gold, f"The answer is \\boxed{{{_answer(problem.truth.get('answer'))}}}.")
        if ruling.outcome is not Outcome.PASS:
            message = f"the answer does not pass as a reply: {ruling.outcome.value}, {ruling.reason}"
            yield Finding(kind="answer_not_itself", message=message, fault=True)

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
