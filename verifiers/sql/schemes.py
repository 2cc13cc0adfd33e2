"""Goals made ready for planting: equal columns become one variable, parents are added, tests are sorted out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from verisieve.verifiers.sql.goals import Goal, Span, Test, Var
from verisieve.verifiers.sql.schema import ForeignKey, Table

_MOST_PLACES = 16
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NULLS = frozenset({"null", "set"})
NOWHERE = -1  # a variable that no row holds


class Check(NamedTuple):
    """A test by its number in the goal: an operator with constants, or with another variable."""

    number: int
    operator: str
    constants: tuple[Any, ...]
    other: int | None


class Wish(NamedTuple):
    """What a goal asks of one variable; `nulls` say by the number of a test whether it wants a NULL.

    `distances` are numbers to be apart from another variable, `edges` values at which the tests turn.
    """

    numbers: frozenset[int] = frozenset()
    nulls: tuple[tuple[int, bool], ...] = ()
    checks: tuple[Check, ...] = ()
    distances: tuple[tuple[int, float | Span], ...] = ()
    edges: tuple[Any, ...] = ()
    total: float | None = None


class Spot(NamedTuple):
    """A column of a row that is asked for: its variable, whether it is part of a key, and what it should hold."""

    var: int
    keyed: bool
    wish: Wish | None


class Link(NamedTuple):
    """A foreign key: places of the child with those of the parent; `own` where the parent is the same table."""

    parent: str
    pairs: tuple[tuple[int, int], ...]
    nullable: bool
    own: bool


class Scheme(NamedTuple):
    """A goal made ready: for each table the rows that are asked for; variables are numbered.

    The keys of rows that no other row refers to are `lone`: where repeats share them, there is nothing to count.
    """

    goal: Goal
    rows: Mapping[str, tuple[tuple[Spot, ...], ...]]
    links: Mapping[str, tuple[Link, ...]]
    variables: int
    grouped: frozenset[int]
    once: frozenset[int]
    lone: frozenset[int]


def scheme(goal: Goal, tables: Sequence[Table]) -> Scheme:
    """Join equal columns into variables, add the parents that are needed, order what refers to its own table."""
    heads: dict[Var, Var] = {}
    for left, right in goal.equal:
        heads[_head(heads, left)] = _head(heads, right)
    read = dict(goal.places)
    for table in reversed(tables):
        _add_parents(table, read, heads, {other.name: other for other in tables})
    exact = {_head(heads, var) for test in goal.tests if test.operator == "=" for var in (test.var, test.other) if var}
    rows = {}
    for table in tables:
        places = [
            (place, tuple(_head(heads, (place, column.name.lower())) for column in table.columns))
            for place, name in read.items()
            if name == table.name.lower()
        ]
        # A value that must be taken by one place is not left to another.
        places.sort(key=lambda one: exact.isdisjoint(one[1]))
        rows[table.name] = _parents_first(table, places)
    every = sorted({var for places in rows.values() for _, vars_ in places for var in vars_})
    numbers = {var: number for number, var in enumerate(every)}
    known = {var: numbers.get(_head(heads, var), NOWHERE) for var in _mentioned(goal)}
    wishes = _wishes(goal, known)
    keyed = {table.name: frozenset(place for places in table.unique for place in places) for table in tables}
    asked = {
        name: tuple(
            tuple(Spot(numbers[var], i in keyed[name], wishes.get(numbers[var])) for i, var in enumerate(vars_))
            for _, vars_ in places
        )
        for name, places in rows.items()
    }
    spots = Counter((spot.var, spot.keyed) for some in asked.values() for row in some for spot in row)
    return Scheme(
        goal=goal,
        rows=asked,
        links={table.name: tuple(_link(table, key) for key in table.foreign) for table in tables},
        variables=len(every),
        grouped=frozenset(known[var] for var in goal.grouped),
        once=frozenset(known[var] for var in goal.once),
        lone=frozenset(var for (var, key), n in spots.items() if key and n == 1 and not spots[var, False]),
    )


def _mentioned(goal: Goal) -> Iterable[Var]:
    yield from (*goal.grouped, *goal.once, *(var for var, _ in goal.totals))
    for test in goal.tests:
        yield from (var for var in (test.var, test.other) if var)


def _wishes(goal: Goal, known: Mapping[Var, int]) -> dict[int, Wish]:
    """Sort out by variable what the tests and sums of a goal ask for."""
    sides: dict[int, list[tuple[int, Test, Var | None, bool]]] = {}
    for number, test in enumerate(goal.tests):
        sides.setdefault(known[test.var], []).append((number, test, test.other, False))
        if test.other:
            sides.setdefault(known[test.other], []).append((number, test, test.var, True))
    wishes = {var: _wish(some, known) for var, some in sides.items()}
    for var, total in goal.totals:
        wishes[known[var]] = wishes.get(known[var], Wish())._replace(total=total)
    return wishes


def _wish(sides: Sequence[tuple[int, Test, Var | None, bool]], known: Mapping[Var, int]) -> Wish:
    checks = [
        Check(
            number,
            _MIRRORED.get(test.operator, test.operator) if backwards else test.operator,
            test.constants,
            known[other] if other else None,
        )
        for number, test, other, backwards in sides
        if test.operator != "near" and test.operator not in _NULLS
    ]
    constants = [c for _, test, _, _ in sides for c in test.constants if not isinstance(c, Span)]
    beside = ([c] if isinstance(c, str) else [c, c - 1, c + 1] for c in constants)
    return Wish(
        numbers=frozenset(number for number, *_ in sides),
        nulls=tuple((number, test.operator == "null") for number, test, _, _ in sides if test.operator in _NULLS),
        checks=tuple(checks),
        distances=tuple(
            (known[other], _turned(constant) if backwards else constant)
            for _, test, other, backwards in sides
            if other
            for constant in test.constants or (0,)
        ),
        edges=tuple(value for values in beside for value in values),
    )


def _turned(distance: float | Span) -> float | Span:
    return Span(-distance.days, -distance.months) if isinstance(distance, Span) else -distance


def _link(table: Table, key: ForeignKey) -> Link:
    return Link(
        parent=key.parent,
        pairs=tuple(zip(key.places, key.parent_places, strict=True)),
        nullable=all(table.columns[i].nullable for i in key.places),
        own=key.parent == table.name,
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
