"""Which queries mean the same: those that pass mean the gold; wrong ones are alike where nothing tells them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from verisieve.domains import UNDECIDED
from verisieve.domains.sql import checker
from verisieve.domains.sql.checker import SqlReason, Truth
from verisieve.domains.voting import Votes
from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.verifiers.sql import extract
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.compare import TooHardError
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.search import Refuted, Survived, search


class Cast(NamedTuple):
    """For each reply the place of the first that means the same, None or UNDECIDED; which means the gold."""

    ballots: list[int | None]
    right: int | None
    wrong: Mapping[int, str]  # by place, the first query of each class


def cast(read: Truth, texts: Sequence[str]) -> Cast:
    """Put queries into classes; raise TruthError where the gold cannot be compared with."""
    ballots: list[int | None] = []
    firsts: dict[int, tuple[str, Gold | None]] = {}
    right: int | None = None
    for place, text in enumerate(texts):
        found = extract.query(text)
        last = checker.judge_sql(read, found.text)[-1] if found else None
        ballot: int | None = None
        if found is None or last is None:
            pass
        elif last.outcome is Outcome.PASS:
            ballot = right = place if right is None else right
        elif last.outcome in {Outcome.ERROR, Outcome.LIMIT}:
            ballot = UNDECIDED
        elif last.reason == SqlReason.WRONG_RESULT:
            ballot = _same(found.text, firsts, free_columns=read.free_columns)
            if ballot is None:
                firsts[place], ballot = (found.text, _gold(read, found.text)), place
        ballots.append(ballot)
    return Cast(ballots, right, {place: sql for place, (sql, _) in firsts.items()})


def count(read: Truth, solutions: Sequence[str]) -> Votes:
    """Count the queries that mean the gold, and those of each other class."""
    ballots, right, wrong = cast(read, solutions)
    sizes = Counter(ballots)
    own = 0 if right is None else sizes[right]
    others = {sql[:2_000]: sizes[place] for place, sql in wrong.items()}
    return Votes(own, others, sizes[None], sizes[UNDECIDED])


def _same(sql: str, firsts: Mapping[int, tuple[str, Gold | None]], *, free_columns: bool) -> int | None:
    """Return the class of a wrong query, UNDECIDED where the search came to no end, None where it is in none."""
    unsure = False
    for place, (first, wanted) in firsts.items():
        if sql == first:
            return place
        if wanted is None:
            continue
        try:
            found = search(wanted, sql, free_columns=free_columns)
        except TooHardError:
            unsure = True
            continue
        if isinstance(found, Survived) and found.telling:
            return place
        unsure |= not isinstance(found, Refuted)
    return UNDECIDED if unsure else None


def _gold(read: Truth, sql: str) -> Gold | None:
    """Return a query as what others are compared with; None where it has no one result of its own."""
    try:
        return Gold(bench(read.schema, read.data, read.dialect), sql)
    except TruthError:
        return None
