"""The task `solve`: the answer that a reply commits to is the gold."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains.math import extra
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.records import Check, Problem
from verisieve.verifiers.math import judge


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge the answer of one reply, and what else the row asks for; raise TruthError for a truth that is no use."""
    more = extra.read(problem.truth)
    return [extra.named("answer", judge(gold_of(problem), text)), *extra.checks(problem, text, more)]
