"""Do independent answers to a new problem agree, and with its author? A vote is not a proof; it is what can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verisieve.records import Check, Json, Outcome, Reason

OTHER_ANSWER = "other_answer"  # they agree, on another answer
NO_AGREEMENT = "no_agreement"


@dataclass(frozen=True, slots=True)
class Votes:
    """How many answers were the author's, how many gave each other answer, and how many were no use."""

    own: int
    others: Mapping[str, int]
    silent: int
    undecided: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.own + sum(self.others.values()) + self.silent + self.undecided

    @property
    def rate(self) -> float:
        """The share that gave the author's answer."""
        return self.own / self.total if self.total else 0.0


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
        return _check(Outcome.FAIL, OTHER_ANSWER, evidence)
    if votes.own + votes.undecided >= least and votes.own + votes.undecided > best:
        return _check(Outcome.ERROR, Reason.UNVERIFIABLE, evidence)
    if votes.total < least:
        message = f"fewer than {least} independent solutions"
        return _check(Outcome.ERROR, Reason.UNVERIFIABLE, {**evidence, "message": message})
    return _check(Outcome.FAIL, NO_AGREEMENT, evidence)


def _check(outcome: Outcome, reason: str, evidence: dict[str, Json]) -> Check:
    return Check(name="agreement", outcome=outcome, reason=str(reason), evidence=evidence)
