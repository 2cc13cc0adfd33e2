"""Make rows that follow a goal along its joins, and rows that miss it by one test, as parents come before children.

A repeat is one set of rows, one for each place of the goal. Repeats share what the query groups by, so that groups
get as many rows as it asks for, and sums reach what it compares them with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.verifiers.sql import values
from verisieve.verifiers.sql.engine import Row, Value
from verisieve.verifiers.sql.goals import Goal, Test, Var
from verisieve.verifiers.sql.plans import Layout
from verisieve.verifiers.sql.schema import ForeignKey, Kind, Table
from verisieve.verifiers.sql.values import Pool, pick

_PICKS = 10
_TRIES = 4
_ALIKE = 0.6  # of two groups, the second has the values of the first
_TWINS = 0.4  # unique texts that differ from another in case alone
_MOST_PLACES = 16
Keep = Callable[[Table, Iterable[Row], list[Row]], None]  # offers rows to the engine, appends what it keeps


class Scheme(NamedTuple):
    """A goal made ready: the variable that each column of each place holds, and the tests of each variable."""

    goal: Goal
    rows: Mapping[str, tuple[tuple[str, tuple[Var, ...]], ...]]
    tests: Mapping[Var, tuple[tuple[int, Test, bool], ...]]
    grouped: frozenset[Var]
    once: frozenset[Var]
    totals: Mapping[Var, float]
    heads: Mapping[Var, Var]


def scheme(goal: Goal, tables: Sequence[Table]) -> Scheme:
    """Join equal columns into variables, add the parents that are needed, order what refers to its own table."""
    heads: dict[Var, Var] = {}
    for left, right in goal.equal:
        heads[_head(heads, left)] = _head(heads, right)
    read = dict(goal.places)
    for table in reversed(tables):
        _add_parents(table, read, heads, {other.name: other for other in tables})
    tests: dict[Var, list[tuple[int, Test, bool]]] = {}
    for number, test in enumerate(goal.tests):
        tests.setdefault(_head(heads, test.var), []).append((number, test, False))
        if test.other:
            tests.setdefault(_head(heads, test.other), []).append((number, test, True))
    exact = {var for var, some in tests.items() if any(test.operator == "=" for _, test, _ in some)}
    rows = {}
    for table in tables:
        places = [
            (place, tuple(_head(heads, (place, column.name.lower())) for column in table.columns))
            for place, name in read.items()
            if name == table.name.lower()
        ]
        # A value that must be taken by one place is not left to another.
        places.sort(key=lambda one: exact.isdisjoint(one[1]))
        rows[table.name] = tuple(_parents_first(table, places))
    return Scheme(
        goal=goal,
        rows=rows,
        tests={var: tuple(some) for var, some in tests.items()},
        grouped=frozenset(_head(heads, var) for var in goal.grouped),
        once=frozenset(_head(heads, var) for var in goal.once),
        totals={_head(heads, var): total for var, total in goal.totals},
        heads=heads,
    )


def _add_parents(table: Table, read: dict[str, str], heads: dict[Var, Var], tables: Mapping[str, Table]) -> None:
    """Give each place of a table a place for each parent that the query leaves out."""
    for place in [place for place, name in read.items() if name == table.name.lower()]:
        for key in table.foreign:
            parent = tables[key.parent]
            if parent is table or len(read) >= _MOST_PLACES:
                continue
            columns = [table.columns[i].name.lower() for i in key.places]
            targets = [parent.columns[i].name.lower() for i in key.parent_places]
            there = [other for other, name in read.items() if name == parent.name.lower()]
            if not any(
                all(_head(heads, (place, c)) == _head(heads, (other, t)) for c, t in zip(columns, targets, strict=True))
                for other in there
            ):
                new = f"{place}.{columns[0]}"
                read[new] = parent.name.lower()
                for column, target in zip(columns, targets, strict=True):
                    heads[_head(heads, (new, target))] = _head(heads, (place, column))


def _head(heads: Mapping[Var, Var], var: Var) -> Var:
    while var in heads and heads[var] != var:
        var = heads[var]
    return var


def _parents_first(table: Table, places: list[tuple[str, tuple[Var, ...]]]) -> list[tuple[str, tuple[Var, ...]]]:
    own = [key for key in table.foreign if key.parent == table.name and len(key.places) == 1]
    done: list[tuple[str, tuple[Var, ...]]] = []
    left = list(places)
    while left:
        wanted = {vars_[key.parent_places[0]]: place for place, vars_ in left for key in own}
        free = [one for one in left if all(wanted.get(one[1][key.places[0]], one[0]) == one[0] for key in own)]
        done += free or left[:1]
        left = [one for one in left if one not in done]
    return done


class Planter:
    """Plants the rows of one database; `turn` chooses by which test they miss the goal, and how often it is met."""

    def __init__(self, drawn: Scheme, rng: Random, turn: int, nulls: float) -> None:
        self._scheme, self._rng, self._nulls = drawn, rng, nulls
        self._values: dict[tuple[Var, int], Value] = {}
        # The first meets all tests and each other misses one; all meet all; all but the last; all miss the same; one.
        way, turn = turn % 5, turn // 5
        tests, counts = max(1, len(drawn.goal.tests)), drawn.goal.repeats or (2, 3)
        size = 1 if way == 4 else 4 if way == 0 else counts[turn % len(counts)] + (way == 2)
        # Two groups that both meet a threshold show an order between them.
        self._repeats, self._size = (2 * size, size) if way == 1 and turn % 2 and drawn.grouped else (size, size)
        self._missed: list[int | None] = [turn % tests if way == 3 else None] * self._repeats
        if way == 0:
            self._missed[1:] = [(turn + i) % tests for i in range(self._repeats - 1)]
        elif way == 2:
            self._missed[-1] = turn % tests
        variables = {var for rows in drawn.rows.values() for _, vars_ in rows for var in vars_}
        shared = {var for var in sorted(variables) if rng.random() < (0.6 if way == 3 else 0.4)}
        self._alike = rng.random() < _ALIKE
        self._grouped = drawn.grouped if way else frozenset[Var]()
        self._shared = (shared - drawn.once | (drawn.once if turn % 2 == 0 else frozenset())) - self._grouped
        self._total_shift = (0, -1, 1)[turn % 3]

    def plant(self, keep: Keep, layout: Layout, pools: Sequence[Pool], made: Mapping[str, Sequence[Row]]) -> list[Row]:
        """Make the rows of a table, and offer them to the engine."""
        kept: list[Row] = []
        table = layout.table
        for repeat in range(self._repeats):
            for _, vars_ in self._scheme.rows[table.name]:
                for _ in range(_TRIES if table.checks else 1):
                    known = dict(self._values)
                    row = self._row(layout, pools, vars_, repeat, made, kept)
                    if row is None or self._placed(keep, table, vars_, repeat, row, kept):
                        break
                    self._values = known  # a CHECK was in the way: other values may do
        return kept

    def _placed(self, keep: Keep, table: Table, vars_: Sequence[Var], repeat: int, row: Row, kept: list[Row]) -> bool:
        """Offer a row; where another has its key already, that one takes its part."""
        before = len(kept)
        keep(table, [row], kept)
        if len(kept) > before:
            return True
        twin = _twin(table, row, kept)
        if twin:
            self._values |= {self._key(var, repeat): value for var, value in zip(vars_, twin, strict=True)}
        return twin is not None

    def _key(self, var: Var, repeat: int) -> tuple[Var, int]:
        if var in self._grouped:
            return (var, repeat // self._size * self._size)
        return (var, 0 if var in self._shared else repeat)

    def _row(
        self,
        layout: Layout,
        pools: Sequence[Pool],
        vars_: Sequence[Var],
        repeat: int,
        made: Mapping[str, Sequence[Row]],
        kept: Sequence[Row],
    ) -> Row | None:
        """Put a row together: what is known of its variables, its parents, and for the rest what the tests ask."""
        row: dict[int, Value] = {}
        table = layout.table
        for place, var in enumerate(vars_):
            if (key := self._key(var, repeat)) in self._values:
                row[place] = self._values[key]
        for foreign in table.foreign:
            parents = kept if foreign.parent == table.name else made.get(foreign.parent, ())
            if not self._refer(row, foreign, parents, table):
                return None
        for place, var in enumerate(vars_):
            if self._alike and repeat >= self._size and not any(place in places for places in table.unique):
                row.setdefault(place, self._values.get(self._key(var, repeat - self._size), pools[place].base[0]))
            if place in layout.dull:
                row[place] = pools[place].base[repeat % len(pools[place].base)]
                continue
            if place not in row:
                keyed = any(place in places for places in table.unique)
                taken = [other[place] for other in kept] if keyed else []
                row[place] = self._value(table, place, pools[place], var, repeat, taken)
            self._values[self._key(var, repeat)] = row[place]
        return tuple([row[place] for place in range(len(vars_))])

    def _refer(self, row: dict[int, Value], key: ForeignKey, parents: Sequence[Row], table: Table) -> bool:
        """Point a row at a parent that fits what is known of it, or at none; tell whether that could be done."""
        nullable = all(table.columns[i].nullable for i in key.places)
        known = [(i, row[i]) for i in key.places if i in row]
        targets = dict(zip(key.places, key.parent_places, strict=True))
        if len(known) == len(key.places) and nullable and any(value is None for _, value in known):
            return True
        fitting = [other for other in parents if all(other[targets[i]] == value for i, value in known)]
        if not known and nullable and self._rng.random() < self._nulls:
            fitting = []
        elif not fitting:
            fitting = list(parents)
        if not fitting and not nullable:
            return False
        parent = pick(self._rng, fitting) if fitting else None
        for place in key.places:
            row[place] = None if parent is None else parent[targets[place]]
        return True

    def _value(self, table: Table, place: int, pool: Pool, var: Var, repeat: int, taken: Sequence[Value]) -> Value:
        tests, rng, column = self._scheme.tests.get(var, ()), self._rng, table.columns[place]
        if var in self._scheme.totals and (share := self._share(var, repeat)) is not None:
            return share
        missed = self._missed[repeat]
        if column.nullable and any(
            (test.operator == "null") is not (number == missed) for number, test, _ in tests if test.operator in _NULLS
        ):
            return None
        missing = any(number == missed for number, *_ in tests)
        if column.nullable and rng.random() < (0.3 if missing else self._nulls / (2 if tests else 1)):
            return None
        near = [*self._distant(tests, repeat, column.kind)]
        if taken and column.kind is Kind.TEXT and rng.random() < _TWINS:
            near = [str(taken[-1]).swapcase()]
        some = pool.mixed(0.8)
        for attempt in range(_PICKS):
            value = near[int(rng.random() * len(near))] if near and attempt < 2 else some[int(rng.random() * len(some))]
            if value not in taken and self._fits(tests, value, repeat):
                return value
        for value in (*_edges(tests), *pool.near, *pool.base):
            if value not in taken and self._fits(tests, value, repeat):
                return value
        if not taken:
            return some[int(rng.random() * len(some))]
        number = len(taken) + 1
        while values.fresh(column.kind, number) in taken:
            number += 1
        return values.fresh(column.kind, number)

    def _share(self, var: Var, repeat: int) -> float | int | None:
        """Let the values of a sum add up to what it is compared with, or just miss it."""
        total, count = self._scheme.totals[var], self._size
        if self._missed[repeat] is not None or count < 1:
            return None
        part = int(total) // count
        return part if repeat % count < count - 1 else total - part * (count - 1) + self._total_shift

    def _distant(self, tests: Sequence[tuple[int, Test, bool]], repeat: int, kind: Kind) -> Iterable[Value]:
        """Yield values at the distances that tests name from columns that are known."""
        for _, test, backwards in tests:
            if test.other is None:
                continue
            other = self._other(test, repeat, backwards=backwards)
            for number in test.constants or (0,):
                sign = -1 if backwards else 1
                yield from _beside(other, sign * number, kind)

    def _other(self, test: Test, repeat: int, *, backwards: bool) -> Value:
        other = test.var if backwards else test.other
        assert other
        return self._values.get(self._key(_head(self._scheme.heads, other), repeat))

    def _fits(self, tests: Sequence[tuple[int, Test, bool]], value: Value, repeat: int) -> bool:
        """Tell whether a value meets all tests that can be looked at, and misses the one that is to be missed."""
        for number, test, backwards in tests:
            if test.operator == "near" or test.operator in _NULLS:
                continue
            if test.other is None:
                met = _meets(value, test.operator, test.constants)
            else:
                other = self._other(test, repeat, backwards=backwards)
                operator = _MIRRORED.get(test.operator, test.operator) if backwards else test.operator
                met = None if other is None else _meets(value, operator, (other,))
            if met is not None and met is (number == self._missed[repeat]):
                return False
        return True


_NULLS = frozenset({"null", "set"})
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _edges(tests: Iterable[tuple[int, Test, bool]]) -> Iterator[Value]:
    """Yield the constants of tests, and numbers just beside them."""
    for constant in [constant for _, test, _ in tests for constant in test.constants]:
        yield constant
        if not isinstance(constant, str):
            yield from (constant - 1, constant + 1)


def _twin(table: Table, row: Row, kept: Sequence[Row]) -> Row | None:
    """Return the row that has the key of one that was refused."""
    return next(
        (other for other in kept if any(all(other[i] == row[i] for i in places) for places in table.unique)), None
    )


def _meets(value: Value, operator: str, constants: Sequence[Any]) -> bool | None:
    """Tell whether a value meets a test; None where Python's order says nothing about SQL's.

    >>> _meets(3, "<", (4,)), _meets("Ada", "like", ("a%",)), _meets("3", "<", (4,))
    (True, True, None)
    """
    if value is None:
        return None
    if operator == "like":
        return bool(_pattern(str(constants[0])).fullmatch(str(value)))
    if any(isinstance(value, str) is not isinstance(constant, str) for constant in constants):
        return None
    if operator in ("=", "<>"):
        return (value in constants) is (operator == "=")
    bound: Any = constants[0]
    some: Any = value
    return {"<": some < bound, "<=": some <= bound, ">": some > bound, ">=": some >= bound}.get(operator)


@lru_cache(maxsize=64)
def _pattern(like: str) -> re.Pattern[str]:
    return re.compile(re.escape(like).replace("%", ".*").replace("_", "."), re.IGNORECASE | re.DOTALL)


def _beside(value: Value, number: float, kind: Kind) -> Iterable[Value]:
    """Yield values at about a distance from another: numbers, or days for dates and moments."""
    if isinstance(value, (int, float)):
        yield from (value + number, value + number + 1, value + number - 1, value * number, value)
    elif isinstance(value, str) and kind in (Kind.DATE, Kind.TIMESTAMP) and re.match(r"\d{4}-\d\d-\d\d", value):
        for shift in (0, 1, -1):
            days = date.fromisoformat(value[:10]).toordinal() + int(number) + shift
            if 1 <= days <= date.max.toordinal():
                day = date.fromordinal(days).isoformat()
                yield day + value[10:]
                if kind is Kind.TIMESTAMP:
                    yield from (f"{day} 00:00:00", f"{day} 12:00:00")
