"""Do independent solutions agree, and with whom? The checker puts their answers into classes of equal ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verisieve.domains.math.tasks.reasons import TaskReason
from verisieve.records import Check, Json, Outcome
from verisieve.verifiers.math import Gold, Reason, extract, judge, prepare


@dataclass(frozen=True, slots=True)
class Votes:
    """How many solutions gave the author's answer, how many gave each other answer, and how many were no use."""

    own: int
    others: Mapping[str, int]
    silent: int
    undecided: int

    @property
    def rate(self) -> float:
        """The share of the solutions that gave the author's answer."""
        total = self.own + sum(self.others.values()) + self.silent + self.undecided
        return self.own / total if total else 0.0


def count(gold: Gold, solutions: Sequence[str], statement: str) -> Votes:
    """Put the solutions in classes; the author's answer is the first of them."""
    own = silent = undecided = 0
    others: dict[str, int] = {}
    for text in solutions:
        ruling = judge(gold, text)
        if ruling.outcome is Outcome.PASS:
            own += 1
        elif ruling.outcome is Outcome.FAIL and ruling.reason == Reason.WRONG:
            name = _class_of(text, others, statement)
            others[name] = others.get(name, 0) + 1
        elif ruling.outcome in {Outcome.ERROR, Outcome.LIMIT}:
            undecided += 1
        else:
            silent += 1
    return Votes(own, others, silent, undecided)


def _class_of(text: str, others: Mapping[str, int], statement: str) -> str:
    for answer in others:
        if judge(prepare(answer, prompt=statement), text).outcome is Outcome.PASS:
            return answer
    return (extract(text).text or "")[:200]


def check(votes: Votes, least: int) -> Check:
    """Rule on the votes: at least so many for the author's answer, and no other answer with as many."""
    evidence: dict[str, Json] = {
        "agree": votes.own,
        "least": least,
        "others": dict(votes.others),
        "silent": votes.silent,
        "undecided": votes.undecided,
    }
    best = max(votes.others.values(), default=0)
    if votes.own >= least and votes.own > best:
        return _check(Outcome.PASS, "", evidence)
    if best >= least and best > votes.own + votes.undecided:
        return _check(Outcome.FAIL, TaskReason.OTHER_ANSWER, evidence)
    if votes.own + votes.undecided >= least and votes.own + votes.undecided > best:
        return _check(Outcome.ERROR, Reason.UNVERIFIABLE, evidence)
    if votes.own + sum(votes.others.values()) + votes.silent + votes.undecided < least:
        message = f"fewer than {least} independent solutions"
        return _check(Outcome.ERROR, Reason.UNVERIFIABLE, {**evidence, "message": message})
    return _check(Outcome.FAIL, TaskReason.NO_AGREEMENT, evidence)


def _check(outcome: Outcome, reason: str, evidence: dict[str, Json]) -> Check:
    return Check(name="agreement", outcome=outcome, reason=str(reason), evidence=evidence)
