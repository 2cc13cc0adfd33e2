"""The reasoning domain: proved puzzles, answers judged from the spec alone, and derivations checked step by step.

Holds no puzzle: each family is one file of `families`. Runs no foreign code, so it needs no sandbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from verisieve.domains import Reply, Trial, read_prompts, read_trials
from verisieve.domains.engineering import Engineering
from verisieve.domains.reasoning.families import TraceFamily
from verisieve.domains.reasoning.truths import Truth, open_truth
from verisieve.records import Check, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.reasoning import answers, tracing
from verisieve.verifiers.reasoning.findings import Finding, Reason, outcome_of, wrong

MAX_REPLY = 1_000_000

__all__ = ["Reasoning", "domain"]


class Reasoning:
    """The domain object; it keeps nothing between calls."""

    name = "reasoning"
    version = "2"
    reasons = frozenset(str(reason) for reason in Reason)

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
        """Judge one reply: the derivation first where the mode asks for it, then the committed answer."""
        truth = open_truth(problem.truth)
        if len(text) > MAX_REPLY:
            return [_check("length", Finding(Reason.TOO_LONG, {"characters": len(text), "limit": MAX_REPLY}))]
        if truth.mode == "answer":
            return [_check("answer", _answer(truth, text))]
        if truth.stepwise is None:
            return _traced(truth, text)
        derivation = truth.stepwise.check_steps(truth.spec, text)
        if not derivation.right:
            return [_check("derivation", derivation)]
        return [_check("derivation", derivation), *_last_word(truth.stepwise, truth, text)]

    @property
    def engineering(self) -> Engineering:
        """How rows are made of a problem: games are played on from its position."""
        from verisieve.domains.reasoning import engineering  # loads families, like making

        return engineering

    def ballots(self, problem: Problem, texts: Sequence[str]) -> Sequence[int | None]:
        """Group replies by the answers that they commit to, as the families read them."""
        from verisieve.domains.reasoning import ballots  # only for votes

        return ballots.ballots(open_truth(problem.truth), [text[: MAX_REPLY + 1] for text in texts], MAX_REPLY)

    def reply(self, problem: Problem, rng: Random, *, right: bool) -> Reply:
        """Answer rightly or wrongly on purpose, in one of many forms."""
        from verisieve.domains.reasoning import noise  # only for playing a model

        return noise.reply(open_truth(problem.truth), rng, right=right)


def _answer(truth: Truth, text: str) -> Finding:
    family, spec = truth.family, truth.spec
    return answers.settle(text, lambda stretch: family.read(spec, stretch), lambda value: family.judge(spec, value))


def _traced(truth: Truth, text: str) -> list[Check]:
    """Judge a derivation in an answer family, and whether the answer is the one that its steps give."""
    family, spec, tracer = truth.family, truth.spec, truth.tracer
    traced = tracing.check(text, lambda: tracer.begin(spec))
    if not traced.finding.right:
        return [_check("derivation", traced.finding)]

    def judge(found: tuple[Any, str]) -> Finding:
        finding = family.judge(spec, found[0])
        agrees = not finding.right or tracer.agrees(spec, traced.derived, *found)
        return finding if agrees else wrong("not the answer that the steps give")

    answer = answers.settle(text, lambda stretch: (family.read(spec, stretch), stretch), judge)
    return [_check("derivation", traced.finding), _check("answer", _mismatch(answer))]


def _mismatch(finding: Finding) -> Finding:
    """Name a wrong answer after right steps for what it is."""
    bad = finding.reason in (Reason.WRONG_ANSWER, Reason.INCOMPLETE)
    return finding._replace(reason=Reason.ANSWER_MISMATCH) if bad else finding


def _last_word(family: TraceFamily, truth: Truth, text: str) -> list[Check]:
    """Judge the answer after a right derivation; a proof may end without one, and may not deny itself."""
    finding = _answer(truth, text)
    if family.ANSWER_OPTIONAL and finding.reason in (Reason.NO_ANSWER, Reason.UNREADABLE):
        return []
    return [_check("answer", _mismatch(finding))]


def _check(name: str, finding: Finding) -> Check:
    return Check(
        name=name,
        outcome=outcome_of(finding.reason),
        reason=str(finding.reason or ""),
        answer=finding.answer,
        evidence=finding.evidence,
    )


domain = Reasoning()
