"""The task `solve`: the answer that a reply commits to is the gold."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains.math.tasks.truths import gold_of
from verisieve.records import Check, Problem
from verisieve.verifiers.math import Ruling, judge


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge the answer of one reply; raise TruthError for a truth without a usable answer."""
    return [checked("answer", judge(gold_of(problem), text))]


def checked(name: str, ruling: Ruling) -> Check:
    """Write a ruling as a check."""
    return Check(
        name=name, outcome=ruling.outcome, reason=ruling.reason, answer=ruling.answer, evidence=ruling.evidence
    )
