"""The task `solve`: the derivation first where the mode asks for it, then the committed answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verisieve.domains.reasoning.families import TraceFamily
from verisieve.domains.reasoning.truths import Truth
from verisieve.records import Check
from verisieve.verifiers.reasoning import answers, tracing
from verisieve.verifiers.reasoning.findings import Finding, Reason, outcome_of, wrong

MAX_REPLY = 1_000_000


def check(truth: Truth, text: str) -> Sequence[Check]:
    """Judge one reply."""
    if len(text) > MAX_REPLY:
        return [said("length", Finding(Reason.TOO_LONG, {"characters": len(text), "limit": MAX_REPLY}))]
    if truth.mode == "answer":
        return [said("answer", _answer(truth, text))]
    if truth.stepwise is None:
        return _traced(truth, text)
    derivation = truth.stepwise.check_steps(truth.spec, text)
    if not derivation.right:
        return [said("derivation", derivation)]
    return [said("derivation", derivation), *_last_word(truth.stepwise, truth, text)]


def _answer(truth: Truth, text: str) -> Finding:
    family, spec = truth.family, truth.spec
    return answers.settle(text, lambda stretch: family.read(spec, stretch), lambda value: family.judge(spec, value))


def _traced(truth: Truth, text: str) -> list[Check]:
    """Judge a derivation in an answer family, and whether the answer is the one that its steps give."""
    family, spec, tracer = truth.family, truth.spec, truth.tracer
    traced = tracing.check(text, lambda: tracer.begin(spec))
    if not traced.finding.right:
        return [said("derivation", traced.finding)]

    def judge(found: tuple[Any, str]) -> Finding:
        finding = family.judge(spec, found[0])
        agrees = not finding.right or tracer.agrees(spec, traced.derived, *found)
        return finding if agrees else wrong("not the answer that the steps give")

    answer = answers.settle(text, lambda stretch: (family.read(spec, stretch), stretch), judge)
    return [said("derivation", traced.finding), said("answer", _mismatch(answer))]


def _mismatch(finding: Finding) -> Finding:
    """Name a wrong answer after right steps for what it is."""
    bad = finding.reason in (Reason.WRONG_ANSWER, Reason.INCOMPLETE)
    return finding._replace(reason=Reason.ANSWER_MISMATCH) if bad else finding


def _last_word(family: TraceFamily, truth: Truth, text: str) -> list[Check]:
    """Judge the answer after a right derivation; a proof may end without one, and may not deny itself."""
    finding = _answer(truth, text)
    if family.ANSWER_OPTIONAL and finding.reason in (Reason.NO_ANSWER, Reason.UNREADABLE):
        return []
    return [said("answer", _mismatch(finding))]


def said(name: str, finding: Finding) -> Check:
    """Return a finding as a check."""
    return Check(
        name=name,
        outcome=outcome_of(finding.reason),
        reason=str(finding.reason or ""),
        answer=finding.answer,
        evidence=finding.evidence,
    )
