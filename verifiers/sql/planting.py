"""Make rows that follow a goal along its joins, and rows that miss it by one test, as parents come before children.

A repeat is one set of rows, one for each place of the goal. Repeats share what the query groups by, so that groups
get as many rows as it asks for, and sums reach what it compares them with.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any

from verisieve.verifiers.sql import values
from verisieve.verifiers.sql.engine import Row, Value
from verisieve.verifiers.sql.goals import Span
from verisieve.verifiers.sql.plans import Layout
from verisieve.verifiers.sql.schema import Column, Kind, Table, suits
from verisieve.verifiers.sql.schemes import Check, Link, Scheme, Spot, Wish
from verisieve.verifiers.sql.values import Pool, pick

_SIZES = {0: 4, 4: 1}  # how often a goal is met in two of the ways; in the others, as often as it asks
_PICKS = 10
_TRIES = 4
_ALIKE = 0.6  # of two groups, the second has the values of the first
_TWINS = 0.4  # unique texts that differ from another in case alone
_OPEN: Any = object()  # a value that is still to be chosen
_OWN, _GROUPED, _SHARED = range(3)  # whether repeats have a value each, one per group, or one for all
Keep = Callable[[Table, Iterable[Row], list[Row]], None]  # offers rows to the engine, appends what it keeps


class Planter:
    """Plants the rows of one database; `turn` chooses by which test they miss the goal, and how often it is met."""

    def __init__(self, drawn: Scheme, rng: Random, turn: int, nulls: float) -> None:
        self._scheme, self._rng, self._nulls = drawn, rng, nulls
        self._values: dict[int, Value] = {}
        # The first meets all tests and each other misses one; all meet all; all but the last; all miss the same; one.
        way, turn = turn % 5, turn // 5
        tests, counts = max(1, len(drawn.goal.tests)), drawn.goal.repeats or (2, 3)
        size = _SIZES.get(way) or counts[turn % len(counts)] + (way == 2)
        # Two groups that both meet a threshold show an order between them.
        self._repeats, self._size = (2 * size, size) if way == 1 and drawn.grouped else (size, size)
        self._missed: list[int | None] = [turn % tests if way == 3 else None] * self._repeats
        if way == 0:
            self._missed[1:] = [(turn + i) % tests for i in range(self._repeats - 1)]
        elif way == 2:
            self._missed[-1] = turn % tests
        share, draw = 0.6 if way == 3 else 0.4, rng.random
        sharing = [_SHARED if draw() < share else _OWN for _ in range(drawn.variables)]
        self._alike = draw() < _ALIKE
        for number in drawn.lone if way in (1, 2) else ():
            sharing[number] = _OWN
        for number in drawn.once:
            sharing[number] = _OWN if turn % 2 else _SHARED
        for number in drawn.grouped if way else ():
            sharing[number] = _GROUPED
        self._keys = [self._keys_of(repeat, sharing) for repeat in range(self._repeats)]
        self._total_shift = (0, -1, 1)[turn % 3]

    def _keys_of(self, repeat: int, sharing: Sequence[int]) -> list[int]:
        """Say for each variable where its value in a repeat is kept."""
        starts = [len(sharing) * slot for slot in (repeat, repeat // self._size * self._size, 0)]
        return [starts[kind] + number for number, kind in enumerate(sharing)]

    def plant(self, keep: Keep, layout: Layout, pools: Sequence[Pool], made: Mapping[str, Sequence[Row]]) -> list[Row]:
        """Make the rows of a table, and offer them to the engine."""
        kept: list[Row] = []
        table = layout.table
        asked, tries = self._scheme.rows[table.name], range(_TRIES if table.checks else 1)
        for repeat in range(self._repeats if asked else 0):
            for spots in asked:
                for _ in tries:
                    known = self._values.copy()
                    row = self._row(layout, pools, spots, repeat, made, kept)
                    if row is None or self._placed(keep, table, spots, repeat, row, kept):
                        break
                    self._values = known  # a CHECK was in the way: other values may do
        return kept

    def _placed(self, keep: Keep, table: Table, spots: Sequence[Spot], repeat: int, row: Row, kept: list[Row]) -> bool:
        """Offer a row; where another has its key already, that one takes its part."""
        before = len(kept)
        keep(table, (row,), kept)
        if len(kept) > before:
            return True
        twin, keys = _twin(table, row, kept), self._keys[repeat]
        if twin:
            self._values |= {keys[spot.var]: value for spot, value in zip(spots, twin, strict=True)}
        return twin is not None

    def _row(
        self,
        layout: Layout,
        pools: Sequence[Pool],
        spots: Sequence[Spot],
        repeat: int,
        made: Mapping[str, Sequence[Row]],
        kept: Sequence[Row],
    ) -> Row | None:
        """Put a row together: what is known of its variables, its parents, and for the rest what the tests ask."""
        found, keys = self._values, self._keys[repeat]
        row = [found.get(keys[spot.var], _OPEN) for spot in spots]
        before = self._keys[repeat - self._size] if repeat >= self._size else None
        for link in self._scheme.links[layout.table.name]:
            parents = kept if link.own else made.get(link.parent, ())
            if before:
                parents = self._apart(row, link, spots, before, parents)
            if not self._refer(row, link, parents):
                return None
        for place, (var, keyed, wish) in enumerate(spots):
            if place in layout.dull:
                base = pools[place].base
                row[place] = base[repeat % len(base)]
                continue
            value = row[place]
            grouped = before is not None and var in self._scheme.grouped
            if value is _OPEN and before and self._alike and not keyed and not grouped:
                value = found.get(before[var], pools[place].base[0])
            if value is _OPEN:
                column = layout.table.columns[place]
                taken = [other[place] for other in kept] if keyed or grouped else ()
                if wish:
                    value = self._wished(wish, column, pools[place], repeat, taken)
                else:
                    value = self._any(column, pools[place], taken)
            row[place] = found[keys[var]] = value
        return tuple(row)

    def _apart(
        self, row: Sequence[Value], link: Link, spots: Sequence[Spot], before: Sequence[int], parents: Sequence[Row]
    ) -> Sequence[Row]:
        """Leave out parents that would make one group of two, where there are others."""
        for i, target in link.pairs:
            if row[i] is _OPEN and spots[i].var in self._scheme.grouped:
                there = self._values.get(before[spots[i].var])
                parents = [parent for parent in parents if parent[target] != there] or parents
        return parents

    def _refer(self, row: list[Value], link: Link, parents: Sequence[Row]) -> bool:
        """Point a row at a parent that fits what is known of it, or at none; tell whether that could be done."""
        known = [pair for pair in link.pairs if row[pair[0]] is not _OPEN]
        if link.nullable and len(known) == len(link.pairs) and any(row[i] is None for i, _ in known):
            return True
        fitting = parents
        for i, target in known:
            fitting = [other for other in fitting if other[target] == row[i]]
        if not known and link.nullable and self._rng.random() < self._nulls:
            fitting = ()
        elif not fitting:
            fitting = parents
        if not fitting and not link.nullable:
            return False
        parent = pick(self._rng, fitting) if fitting else None
        for i, target in link.pairs:
            row[i] = None if parent is None else parent[target]
        return True

    def _any(self, column: Column, pool: Pool, taken: Sequence[Value]) -> Value:
        """Choose a value that no test asks about."""
        draw, some = self._rng.random, pool.mixed(0.8)
        if column.nullable and draw() < self._nulls:
            return None
        if not taken:
            return some[int(draw() * len(some))]
        return self._chosen(Wish(), column, pool, 0, taken)

    def _wished(self, wish: Wish, column: Column, pool: Pool, repeat: int, taken: Sequence[Value]) -> Value:
        """Choose a value that meets the tests, or misses the one that this repeat is to miss."""
        if wish.total is not None and (share := self._share(wish.total, repeat)) is not None:
            return share
        if column.nullable:
            missed = self._missed[repeat]
            if any(wanted is not (number == missed) for number, wanted in wish.nulls):
                return None
            share_of_nulls = self._nulls / (2 if wish.numbers else 1)
            if self._rng.random() < (0.3 if missed in wish.numbers else share_of_nulls):
                return None
        return self._chosen(wish, column, pool, repeat, taken)

    def _chosen(self, wish: Wish, column: Column, pool: Pool, repeat: int, taken: Sequence[Value]) -> Value:
        draw, keys = self._rng.random, self._keys[repeat]
        some, near = pool.mixed(0.8), list[Value]()
        for other, number in wish.distances:
            near += _beside(self._values.get(keys[other]) if other >= 0 else None, number, column.kind)
        if taken and column.kind is Kind.TEXT and draw() < _TWINS:
            near = [str(taken[-1]).swapcase()]
        for attempt in range(_PICKS):
            source: Sequence[Value] = near if near and attempt < 2 else some
            value = source[int(draw() * len(source))]
            if value not in taken and self._fits(wish.checks, value, repeat):
                return value
        edges: list[Value] = [
            value for value in wish.edges if suits(column.kind, value)
        ]  # a pattern of LIKE is no date
        for value in (*edges, *pool.near, *pool.base):
            if value not in taken and self._fits(wish.checks, value, repeat):
                return value
        if not taken:
            return some[int(draw() * len(some))]
        number = len(taken) + 1
        while values.fresh(column.kind, number) in taken:
            number += 1
        return values.fresh(column.kind, number)

    def _share(self, total: float, repeat: int) -> float | int | None:
        """Let the values of a sum add up to what it is compared with, or just miss it."""
        count = self._size
        if self._missed[repeat] is not None or count < 1:
            return None
        part = int(total) // count
        return part if repeat % count < count - 1 else total - part * (count - 1) + self._total_shift

    def _fits(self, checks: Iterable[Check], value: Value, repeat: int) -> bool:
        """Tell whether a value meets all tests that can be looked at, and misses the one that is to be missed."""
        for number, operator_, constants, other in checks:
            if other is not None:
                known = self._values.get(self._keys[repeat][other]) if other >= 0 else None
                met = None if known is None else _meets(value, operator_, (known,))
            else:
                met = _meets(value, operator_, constants)
            if met is not None and met is (number == self._missed[repeat]):
                return False
        return True


def _twin(table: Table, row: Row, kept: Sequence[Row]) -> Row | None:
    """Return the row that has the key of one that was refused."""
    return next(
        (other for other in kept if any(all(other[i] == row[i] for i in places) for places in table.unique)), None
    )


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _meets(value: Value, test: str, constants: Sequence[Any]) -> bool | None:
    """Tell whether a value meets a test; None where Python's order says nothing about SQL's.

    >>> _meets(3, "<", (4,)), _meets("Ada", "like", ("a%",)), _meets("3", "<", (4,))
    (True, True, None)
    """
    if value is None:
        return None
    if test == "like":
        return bool(_pattern(str(constants[0])).fullmatch(str(value)))
    text = isinstance(value, str)
    for constant in constants:
        if isinstance(constant, str) is not text:
            return None
    if test in ("=", "<>"):
        return (value in constants) is (test == "=")
    if test not in _ORDERS or isinstance(value, bytes):
        return None
    return _ORDERS[test](value, constants[0])


@lru_cache(maxsize=64)
def _pattern(like: str) -> re.Pattern[str]:
    return re.compile(re.escape(like).replace("%", ".*").replace("_", "."), re.IGNORECASE | re.DOTALL)


def _beside(value: Value, distance: float | Span, kind: Kind) -> Iterable[Value]:
    """Yield values at about a distance from another: numbers, or days for dates and moments."""
    if isinstance(value, (int, float)):
        if not isinstance(distance, Span):
            yield from (value + distance, value + distance + 1, value + distance - 1, value * distance, value)
    elif isinstance(value, str) and kind in (Kind.DATE, Kind.TIMESTAMP) and re.match(r"\d{4}-\d\d-\d\d", value):
        there = _days_beyond(date.fromisoformat(value[:10]), distance)
        for days in (there, there + 1, there - 1):
            if 1 <= days <= date.max.toordinal():
                day = date.fromordinal(days).isoformat()
                yield day + value[10:]
                if kind is Kind.TIMESTAMP:
                    yield from (f"{day} 00:00:00", f"{day} 12:00:00")


def _days_beyond(day: date, distance: float | Span) -> int:
    """Return the number of the day so far from another; days that a month lacks run into the next, as in SQLite.

    >>> date.fromordinal(_days_beyond(date(2024, 1, 31), Span(0, 1)))
    datetime.date(2024, 3, 2)
    """
    if not isinstance(distance, Span):
        return day.toordinal() + int(distance)
    years, month = divmod(day.month - 1 + distance.months, 12)
    year = min(max(day.year + years, 1), date.max.year)
    return date(year, month + 1, 1).toordinal() + day.day - 1 + distance.days
