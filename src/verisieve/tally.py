"""Votes among recorded replies: which answer most of them give, and whether the checker passes that answer.

Theory. Replies to one problem are put into classes by what they answer (`domains.Voter`), not by their text; one
without an answer has no vote. The class with most replies wins; the verdicts then say what the winner is worth. A tie
scores what a draw among the tied would on average. A vote is no verdict: where the checker could not judge the winner,
or could not tell whose votes some replies are, nothing is scored.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from math import fsum
from pathlib import Path
from typing import NamedTuple

from verisieve import domains
from verisieve.domains import UNDECIDED, Voter
from verisieve.errors import TruthError, UsageError
from verisieve.folder import Pair, Place, fetch, pairs, text_of, truncated
from verisieve.records import Json, Outcome, Problem
from verisieve.stats import Interval, clustered


class Elected(StrEnum):
    """What came of a vote."""

    PASS = "pass"  # noqa: S105  # an outcome, not a password
    FAIL = "fail"
    MIXED = "mixed"  # the same answer was judged both ways: its derivation or its wording counts, too
    TIE = "tie"
    NONE = "none"  # nobody voted
    UNVERIFIABLE = "unverifiable"


class Party(NamedTuple):
    """One answer: as its first voter put it, its votes, and how many of them the checker passed and judged."""

    answer: str
    votes: int
    passed: int
    judged: int


class Count(NamedTuple):
    """The vote on one problem, most votes first; `score` is None where it is worth nothing."""

    domain: str
    id: str
    parties: tuple[Party, ...]
    silent: int
    undecided: int
    elected: Elected
    score: float | None

    @property
    def replies(self) -> int:
        """All replies, voters or not."""
        return sum(party.votes for party in self.parties) + self.silent + self.undecided

    def row(self) -> dict[str, Json]:
        """Return it as a row of the tally."""
        return {
            "id": self.id,
            "domain": self.domain,
            "replies": self.replies,
            "answers": [party._asdict() for party in self.parties],
            "silent": self.silent,
            "undecided": self.undecided,
            "elected": str(self.elected),
            "score": self.score,
        }


class Majority(NamedTuple):
    """maj@k over problems: the mean score, and that of a single reply beside it."""

    scored: int
    tied: int
    unverifiable: int
    rate: float
    interval: Interval
    single: float


def counts(folder: Path, *, model: str | None = None) -> Iterator[Count]:
    """Count the votes on each problem of a run, those of one model or of all."""
    places: dict[tuple[str, str], list[Place]] = {}
    for pair in pairs(folder):
        if model is None or text_of(pair.completion, "model") == model:
            key = text_of(pair.verdict, "domain"), str(pair.completion.get("id"))
            places.setdefault(key, []).append(pair.place)
    for (domain, identity), found in places.items():
        yield count(domain, identity, list(fetch(folder, found)))


def by_model(folder: Path) -> Iterator[tuple[str, Count]]:
    """Count the votes of each model on each problem of a run, among the replies that are scored.

    What ended in `error` or was cut off has no vote, as it is nobody's score. Domains without votes are left out.
    """
    votes = cache(lambda domain: isinstance(domains.load(domain), Voter))
    places: dict[tuple[str, str, str], array[int]] = {}  # numbers side by side: a run may have millions of rows
    for pair in pairs(folder):
        domain = text_of(pair.verdict, "domain")
        if pair.verdict["outcome"] != Outcome.ERROR and not truncated(pair.completion) and votes(domain):
            key = (text_of(pair.completion, "model"), domain, str(pair.completion.get("id")))
            places.setdefault(key, array("q")).extend(pair.place)
    for (model, domain, identity), found in places.items():
        yield model, count(domain, identity, list(fetch(folder, map(Place, found[::3], found[1::3], found[2::3]))))


def models(folder: Path) -> tuple[str, ...]:
    """Return the models of a run, in order of appearance."""
    return tuple(dict.fromkeys(text_of(pair.completion, "model") for pair in pairs(folder)))


def count(domain: str, identity: str, replies: Sequence[Pair]) -> Count:
    """Count the votes of all replies to one problem."""
    try:
        ballots = _ballots(domain, identity, replies)
    except (TruthError, UsageError):
        return Count(domain, identity, (), 0, len(replies), Elected.UNVERIFIABLE, None)
    voters: dict[int, list[Pair]] = {}
    for place, ballot in enumerate(ballots):
        if ballot is not None and ballot != UNDECIDED:
            voters.setdefault(ballot, []).append(replies[place])
    parties = tuple(sorted(map(_party, voters.values()), key=lambda party: -party.votes))
    undecided = sum(ballot == UNDECIDED for ballot in ballots)
    elected, score = _elect(parties, undecided)
    return Count(domain, identity, parties, sum(ballot is None for ballot in ballots), undecided, elected, score)


def _ballots(domain: str, identity: str, replies: Sequence[Pair]) -> Sequence[int | None]:
    voter = domains.load(domain)
    if not isinstance(voter, Voter):
        raise UsageError(f"domain {domain} has no ballots()")
    row = replies[0].completion
    truth = row.get("truth")
    problem = Problem(
        domain=domain, id=identity, prompt=text_of(row, "prompt"), truth=truth if isinstance(truth, dict) else {}
    )
    silent = [reply.verdict["outcome"] == Outcome.NO_ANSWER for reply in replies]
    ballots = voter.ballots(problem, [text_of(reply.completion, "response") for reply in replies])
    return [None if nothing else ballot for nothing, ballot in zip(silent, ballots, strict=True)]


def _party(voters: Sequence[Pair]) -> Party:
    outcomes = [Outcome(voter.verdict["outcome"]) for voter in voters]
    named = (text_of(voter.verdict, "answer") for voter in voters)
    answer = next(filter(None, named), text_of(voters[0].completion, "response")[-200:])
    passed, unjudged = outcomes.count(Outcome.PASS), outcomes.count(Outcome.ERROR)
    return Party(answer, len(voters), passed, len(voters) - unjudged)


def _elect(parties: Sequence[Party], undecided: int) -> tuple[Elected, float | None]:
    """Say what won and what that is worth."""
    if not parties:
        return (Elected.UNVERIFIABLE, None) if undecided else (Elected.NONE, 0.0)
    first = [party for party in parties if party.votes == parties[0].votes]
    rival = next((party.votes for party in parties[1:]), 0)
    if any(party.judged < party.votes for party in first) or (undecided and rival + undecided >= parties[0].votes):
        return Elected.UNVERIFIABLE, None
    score = fsum(party.passed / party.votes for party in first) / len(first)
    if len(first) > 1:
        return Elected.TIE, score
    return {1.0: Elected.PASS, 0.0: Elected.FAIL}.get(score, Elected.MIXED), score


def majority(counted: Sequence[Count]) -> Majority:
    """Sum up the votes of many problems; the interval is over problems."""
    scored = [one for one in counted if one.score is not None]
    scores = [one.score for one in scored if one.score is not None]
    singles = [sum(party.passed for party in one.parties) / one.replies for one in scored]
    return Majority(
        scored=len(scored),
        tied=sum(one.elected is Elected.TIE for one in scored),
        unverifiable=len(counted) - len(scored),
        rate=fsum(scores) / len(scores) if scores else 0.0,
        interval=clustered(scores, len(scores)),
        single=fsum(singles) / len(singles) if singles else 0.0,
    )
