"""Look for a database on which a candidate and the gold differ: the fixture first, then drawn ones.

Finding none proves nothing; the number of databases tried says how hard it was looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers.sql import analyse, compare
from verisieve.verifiers.sql.analyse import Glance
from verisieve.verifiers.sql.bench import Pair, Storage
from verisieve.verifiers.sql.engine import Budget, Database, Fault, Refused, Row, Rows
from verisieve.verifiers.sql.gold import Expected, Gold, Sample, ties
from verisieve.verifiers.sql.orders import OrderKeys

DATABASES = 80
DRAWN_BUDGET = Budget(steps=300_000)  # drawn databases are tiny: an honest query takes a few thousand steps
MOST_UNDECIDED = 10
WIDER_DATABASES = 40


class Refuted(NamedTuple):
    """A database on which the two differ; `number` is 0 for the fixture."""

    number: int
    rows: Database
    pair: Pair
    storage: Storage
    expected: Expected
    got: Rows | Refused


class Survived(NamedTuple):
    """How many drawn databases could not tell the two apart, and on how many, with the fixture, the gold tells."""

    databases: int
    telling: int


class Exhausted(NamedTuple):
    """The candidate used up its budget on too many databases to go on."""

    undecided: int


class Matcher:
    """Compare results of one candidate.

    With free columns one order of columns must do for every database. Where the gold is ordered and the candidate sorts
    nowhere, no engine promises its order, even where SQLite happens to keep it (GROUP BY); then it must be right
    backwards as well.
    """

    def __init__(self, *, free_columns: bool, sorts: bool) -> None:
        self._free, self._sorts = free_columns, sorts
        self._order: tuple[int, ...] | None = None
        self._seen: list[tuple[Expected, Sequence[Row]]] = []

    def matches(self, expected: Expected, got: Rows) -> bool:
        """Tell whether a result is the expected one; raise TooHardError where columns cannot be matched in bound."""
        if expected.width != got.width:
            return False
        if expected.runs is not None and not self._sorts and not self._same(expected, got.rows[::-1], got.width):
            return False
        return self._same(expected, got.rows, got.width)

    def _same(self, expected: Expected, rows: Sequence[Row], width: int) -> bool:
        if not self._free:
            return compare.equal(expected.rows, rows, expected.runs)
        self._seen.append((expected, rows))
        if self._order and self._fits(self._order, self._seen[-1:]):
            return True
        self._order = next((order for order in self._orders(width) if self._fits(order, self._seen)), None)
        return self._order is not None

    def _fits(self, order: Sequence[int], seen: Sequence[tuple[Expected, Sequence[Row]]]) -> bool:
        return all(compare.equal(want.rows, compare.permute(rows, order), want.runs) for want, rows in seen)

    def _orders(self, width: int) -> Iterator[tuple[int, ...]]:
        """Match the columns of all results at once; a first column keeps the databases apart."""
        left = [(b"%d" % i, *row) for i, (want, _) in enumerate(self._seen) for row in want.rows]
        right = [(b"%d" % i, *row) for i, (_, rows) in enumerate(self._seen) for row in rows]
        for order in compare.column_orders(left, right, width + 1):
            if order[0] == 0:
                yield tuple(place - 1 for place in order[1:])


class Asked(NamedTuple):
    """A candidate and its sort keys, where the gold is ordered too."""

    sql: str
    sorts: bool
    keys: OrderKeys | None


def asked(gold: Gold, sql: str) -> Asked:
    """Read of a candidate what its comparison needs."""
    sorts = analyse.glance(sql).sorts
    ordered = sorts and gold.reading.glance.ordered
    return Asked(sql, sorts, _keys(sql, gold.bench.dialect) if ordered else None)


@lru_cache(maxsize=64)
def _keys(sql: str, dialect: str) -> OrderKeys | None:
    return analyse.read(sql, dialect).keys


def difference(
    gold: Gold, candidate: Asked, matcher: Matcher, expected: Expected, pair: Pair, storage: Storage, budget: Budget
) -> Rows | Refused | None:
    """Run a candidate, and return what it gave that is not expected; None where nothing is.

    Rows that tie under the candidate's own keys may come in either order, even where SQLite keeps one (GROUP BY).
    """
    got = gold.bench.run(candidate.sql, pair, storage, budget)
    if isinstance(got, Refused) or not matcher.matches(expected, got):
        return got
    if expected.runs is None or not expected.known or len(got.rows) < 2:
        return None
    runs = ties(gold.bench, candidate.keys, got, pair, storage)
    if runs is None or len(runs) == len(got.rows):
        return None
    turned = Rows(got.width, _turned(got.rows, runs))
    return None if matcher.matches(expected, turned) else turned


def _turned(rows: Sequence[Row], runs: Sequence[int]) -> list[Row]:
    """Return the rows with those of each tie in reverse."""
    turned: list[Row] = []
    for length in runs:
        turned += rows[len(turned) : len(turned) + length][::-1]
    return turned


def search(
    gold: Gold, sql: str, *, free_columns: bool = False, databases: int = DATABASES, after: int = -1
) -> Refuted | Survived | Exhausted:
    """Try to refute a candidate; raise TooHardError where free columns cannot be matched within bound.

    `after` is the number of a database found before: the search goes on behind it.
    """
    seen, candidate = analyse.glance(sql), asked(gold, sql)
    matcher = Matcher(free_columns=free_columns, sorts=seen.sorts)
    twin = gold.twin(seen)
    tried = undecided = telling = 0
    for number, sample, storages in _samples(gold, sql, seen, twin, databases):
        for storage in storages if number > after else ():
            budget = DRAWN_BUDGET if number else Budget()
            got = difference(gold, candidate, matcher, sample.expected, sample.pair, storage, budget)
            if isinstance(got, Refused) and got.fault is Fault.LIMIT:
                undecided += 1  # no evidence: the query may be right and slow
            elif got is not None:
                return Refuted(number, sample.rows, sample.pair, storage, sample.expected, got)
        if undecided > MOST_UNDECIDED or (undecided and not number):
            return Exhausted(undecided)
        tried += number > 0
        telling += gold.tells(sample.expected)
    return Survived(tried - undecided, telling)


Turn = tuple[int, Sample, tuple[Storage, ...]]


def samples(gold: Gold, twin: Storage, count: int) -> Iterator[Turn]:
    """Yield the fixture in both storages, then databases drawn for the gold in one of them in turn."""
    yield 0, gold.given, (Storage.GIVEN, twin)
    for index in range(count):
        sample = gold.sample(index)
        if sample:
            yield index + 1, sample, (_storage(gold, twin, index),)


def _storage(gold: Gold, twin: Storage, index: int) -> Storage:
    """Choose one form in turn; the second less often where the gold cannot tell them apart."""
    return twin if index % (4 if gold.steady else 2) == 1 else Storage.GIVEN


def _samples(gold: Gold, sql: str, seen: Glance, twin: Storage, count: int) -> Iterator[Turn]:
    """Yield the gold's databases, then some drawn from what the candidate names as well."""
    yield from samples(gold, twin, count)
    if not count or gold.covers(seen):
        return
    reading = analyse.read(sql, gold.bench.dialect)
    for index in range(WIDER_DATABASES):
        sample = gold.wider(reading, index)
        if sample:
            yield count + index + 1, sample, (_storage(gold, twin, index),)
