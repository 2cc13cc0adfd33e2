"""What answers independent solutions give: the checker puts them into classes of equal ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verisieve.domains.voting import Votes
from verisieve.records import Outcome
from verisieve.verifiers.math import Gold, Reason, extract, judge, prepare


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
