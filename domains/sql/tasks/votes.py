"""What independent queries mean: the checker puts them into classes, each of queries that nothing tells apart."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains.sql import checker
from verisieve.domains.sql.checker import SqlReason, Truth
from verisieve.domains.voting import Votes
from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.verifiers.sql import extract
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.search import Refuted, search


def count(wanted: Gold, read: Truth, solutions: Sequence[str]) -> Votes:
    """Put the queries into classes; what means the gold is the first of them."""
    own = silent = undecided = 0
    others: dict[str, int] = {}
    for text in solutions:
        found = extract.query(text)
        last = checker.judge_sql(read, found.text)[-1] if found else None
        if last is None or found is None:
            silent += 1
        elif last.outcome is Outcome.PASS:
            own += 1
        elif last.reason == SqlReason.WRONG_RESULT:
            name = _class_of(wanted, found.text, others)
            others[name] = others.get(name, 0) + 1
        elif last.outcome in {Outcome.ERROR, Outcome.LIMIT}:
            undecided += 1
        else:
            silent += 1
    return Votes(own, others, silent, undecided)


def _class_of(wanted: Gold, sql: str, others: dict[str, int]) -> str:
    for other in others:
        try:
            if not isinstance(search(Gold(wanted.bench, other), sql), Refuted):
                return other
        except TruthError:  # a query without a result of its own is like no other
            continue
    return sql[:2_000]
