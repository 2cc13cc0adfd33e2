"""Which replies give the same answer: those that equal the gold, and wrong ones that the checker finds equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verisieve.domains import UNDECIDED
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem
from verisieve.verifiers.math import Gold, Reason, judge

Firsts = Mapping[int, tuple[str, Gold | None]]  # by place: an answer, and as what others are compared with


def ballots(problem: Problem, texts: Sequence[str]) -> list[int | None]:
    """Return for each reply the place of the first with an equal answer; raise TruthError for another task."""
    if problem.truth.get("task", "solve") != "solve":
        raise TruthError("task", "replies to it are no votes")
    gold, firsts, right = gold_of(problem), dict[int, tuple[str, Gold | None]](), -1
    found: list[int | None] = []
    for place, text in enumerate(texts):
        ruling = judge(gold, text)
        same: int | None = None
        if ruling.outcome is Outcome.PASS:
            right = same = place if right < 0 else right
        elif ruling.outcome in (Outcome.ERROR, Outcome.LIMIT):
            same = UNDECIDED
        elif ruling.reason == Reason.WRONG and ruling.answer is not None:
            same = _same(text, ruling.answer, firsts)
            if same is None:
                firsts[place], same = (ruling.answer, _gold(problem, ruling.answer)), place
        found.append(same)
    return found


def _same(text: str, answer: str, firsts: Firsts) -> int | None:
    """Return the group of a wrong answer, UNDECIDED where the checker cannot tell, None where it is in none."""
    unsure = False
    for place, (first, gold) in firsts.items():
        outcome = Outcome.PASS if answer == first else judge(gold, text).outcome if gold else Outcome.FAIL
        if outcome is Outcome.PASS:
            return place
        unsure |= outcome in (Outcome.ERROR, Outcome.LIMIT)
    return UNDECIDED if unsure else None


def _gold(problem: Problem, answer: str) -> Gold | None:
    """Return an answer as what others are compared with; None where it cannot be read as mathematics."""
    try:
        return gold_of(replace(problem, truth={**problem.truth, "answer": answer}))
    except TruthError:
        return None
