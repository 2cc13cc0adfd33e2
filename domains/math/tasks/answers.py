"""The task `solve`: the answer that a reply commits to is the gold, or another one that is right too."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains.math import extra
from verisieve.domains.math.tasks.truths import golds_of
from verisieve.records import Check, Outcome, Problem
from verisieve.verifiers.math import Gold, Ruling, judge

_FIRST = (Outcome.PASS, Outcome.ERROR, Outcome.LIMIT)  # what could not be compared is not wrong


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge the answer of one reply, and what else the row asks for; raise TruthError for a truth that is no use."""
    more = extra.read(problem.truth)
    return [extra.named("answer", _ruling(golds_of(problem), text)), *extra.checks(problem, text, more)]


def _ruling(golds: Sequence[Gold], text: str) -> Ruling:
    """Judge by each right answer in turn: the first pass counts, else what keeps a reply from being called wrong."""
    rulings: list[Ruling] = []
    for gold in golds:
        rulings.append(judge(gold, text))
        if rulings[-1].outcome is Outcome.PASS:
            break
    found = (ruling for outcome in _FIRST for ruling in rulings if ruling.outcome is outcome)
    return next(found, rulings[0])
