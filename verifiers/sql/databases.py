"""Draw small databases that a schema allows: keys, NOT NULL, foreign keys, CHECK and UNIQUE all hold.

A row is drawn in Python and offered to the engine, which refuses what a constraint forbids. Shapes take turns: ties,
duplicates, many NULLs, none, empty tables, parents without children, few groups with as many rows as the queries'
constants ask for. The same seed gives the same database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import NamedTuple

from verisieve.verifiers.sql import values
from verisieve.verifiers.sql.engine import Database, Row, Value
from verisieve.verifiers.sql.schema import ForeignKey, Kind, Schema, Table
from verisieve.verifiers.sql.values import Hints, Pool, pick

Keep = Callable[[Table, Row], bool]  # offers a row to the engine, which refuses what a constraint forbids

_TRIES = 4
_SMALL = 12
_LARGEST = 300


class Shape(NamedTuple):
    """What a database is like: rows per table, share of NULLs, values per column, closeness to constants, copies."""

    rows: tuple[int, ...]
    nulls: float
    palette: tuple[int, int]
    hot: float
    copies: float
    empty: float = 0.0
    counted: bool = False


SHAPES = (
    Shape((2, 3, 4), 0.15, (2, 4), 0.6, 0.2),
    Shape((4, 6, 8), 0.15, (1, 3), 0.7, 0.5),
    Shape((3, 5), 0.0, (1, 2), 0.9, 0.3, counted=True),
    Shape((3, 5, 7), 0.4, (2, 5), 0.5, 0.3, empty=0.1),
    Shape((6, 9, 12), 0.05, (2, 6), 0.7, 0.2),
    Shape((1, 2), 0.2, (1, 2), 0.8, 0.2, empty=0.3),
    Shape((5, 8), 0.1, (1, 2), 0.5, 0.4, counted=True),
    Shape((4, 7), 0.0, (4, 8), 0.3, 0.0),
    Shape((7, 11), 0.05, (6, 10), 0.5, 0.1, counted=True),
)


class Plan(NamedTuple):
    """What databases are drawn from: tables with parents before children, a pool per column, sizes worth trying.

    Columns of one group are equated by a query though no foreign key says so; they take the same few values.
    """

    tables: tuple[Table, ...]
    pools: Mapping[str, Sequence[Pool]]
    groups: Mapping[tuple[str, int], int]
    sizes: tuple[int, ...]


def plan(schema: Schema, hints: Hints, mentioned: Collection[str]) -> Plan:
    """Plan databases for queries that mention some tables; other tables stay empty, but for needed parents."""
    needed: set[str] = set()
    for table in reversed(schema.tables):
        if table.name in needed or table.name.lower() in mentioned:
            needed |= {table.name, *(key.parent for key in table.foreign)}
    tables = tuple(table for table in schema.tables if table.name in needed) or schema.tables
    return Plan(tables, values.pools(schema, hints), _groups(tables, hints), _sizes(schema, hints))


def _sizes(schema: Schema, hints: Hints) -> tuple[int, ...]:
    """Return numbers of rows that may matter: small constants, and larger ones that are compared with a count."""
    columns = {column.name.lower() for table in schema.tables for column in table.columns}
    computed = {value for name, found in hints.by_column.items() if name not in columns for value in found}
    small = {value for value in hints.loose if isinstance(value, int) and 1 <= value <= _SMALL}
    large = {value for value in hints.counts | computed if isinstance(value, int) and _SMALL < value <= _LARGEST}
    return tuple(sorted(small | large))


def _groups(tables: Sequence[Table], hints: Hints) -> dict[tuple[str, int], int]:
    """Number the groups of columns that queries equate, foreign keys apart."""
    merged: list[set[str]] = []
    for names in hints.joined:
        touching = [group for group in merged if not group.isdisjoint(names)]
        merged = [group for group in merged if group not in touching] + [set(names).union(*touching)]
    return {
        (table.name, i): number
        for table in tables
        for i, column in enumerate(table.columns)
        for number, names in enumerate(merged)
        if column.name.lower() in names
    }


def draw(keep: Keep, drawn: Plan, rng: Random, shape: Shape, turn: int = 0) -> Database:
    """Fill the empty database and return its rows; turn by turn each value near a constant gets its place."""
    made: dict[str, list[Row]] = {}
    shared: dict[tuple[int, Kind], list[Value]] = {}
    counts = _row_counts(drawn, rng, shape)
    focus = pick(rng, (0.3, 0.9, 1.0)) if shape.counted else 0.3
    for table in drawn.tables:
        referring = {i for key in table.foreign for i in key.places}
        palettes = [
            (None,) if i in referring else _palette(drawn, table, i, shared, rng, shape, turn)
            for i in range(len(table.columns))
        ]
        made[table.name] = _Filler(keep, table, palettes, made, rng, shape, focus).fill(counts[table.name])
    return made


def _row_counts(drawn: Plan, rng: Random, shape: Shape) -> dict[str, int]:
    """Choose how many rows each table gets; in a counted shape one table gets about as many as the queries ask for."""
    counts = {table.name: 0 if rng.random() < shape.empty else pick(rng, shape.rows) for table in drawn.tables}
    if shape.counted and drawn.sizes:
        counts[pick(rng, drawn.tables).name] = pick(rng, drawn.sizes) + pick(rng, (0, 1, 1, 2))
    return counts


def _palette(
    drawn: Plan,
    table: Table,
    place: int,
    shared: dict[tuple[int, Kind], list[Value]],
    rng: Random,
    shape: Shape,
    turn: int,
) -> list[Value]:
    """Choose the few values that a column of this database takes; a unique column needs some more."""
    pool, group = drawn.pools[table.name][place], drawn.groups.get((table.name, place))
    more = 4 if (place,) in table.unique else 0
    least, most = shape.palette
    chosen = [pool.draw(rng, shape.hot) for _ in range(least + int(rng.random() * (most - least + 1)) + more)]
    if pool.near and len(chosen) > 1:
        chosen[0] = pool.near[(turn + 5 * place) % len(pool.near)]
    if group is None:
        return chosen
    return shared.setdefault((group, table.columns[place].kind), chosen)


class _Filler:
    """Draws the rows of one table; `focus` is the share of children that the first parent gets."""

    def __init__(
        self,
        keep: Keep,
        table: Table,
        palettes: Sequence[Sequence[Value]],
        made: Mapping[str, Sequence[Row]],
        rng: Random,
        shape: Shape,
        focus: float,
    ) -> None:
        self.keep, self.table, self.made, self.rng, self.shape, self.focus = keep, table, made, rng, shape, focus
        self.kept: list[Row] = []
        self.used: dict[int, set[Value]] = {places[0]: set() for places in table.unique if len(places) == 1}
        self.palettes = palettes
        self.places = range(len(table.columns))
        self.nullable = [column.nullable for column in table.columns]
        self.referring = {i for key in table.foreign for i in key.places}
        self.own = [key for key in table.foreign if key.parent == table.name]
        self.keys = [key for key in table.foreign if key.parent != table.name]
        self.parents = [self._parents(key) for key in self.keys]

    def fill(self, count: int) -> list[Row]:
        """Offer rows to the engine until enough are kept or too many were refused."""
        left = _TRIES * count
        while (lacking := min(count - len(self.kept), left)) > 0:
            left -= lacking
            for row in self._drafts(lacking):
                if self.own and row is not None:
                    row = self._referring(row)
                if row is not None and self.keep(self.table, row):
                    self.kept.append(row)
        return self.kept

    def _drafts(self, count: int) -> list[Row | None]:
        """Draw rows, column by column; some copy another but for a few columns, None lacks a parent."""
        columns: list[list[Value]] = [self._column(place, count) for place in self.places]
        orphans: set[int] = set()
        for key, parents in zip(self.keys, self.parents, strict=True):
            chosen = self._chosen(key, parents, count)
            orphans |= {i for i, parent in enumerate(chosen) if parent is None}
            for k, place in enumerate(key.places):
                columns[place] = [None if parent is None else parent[k] for parent in chosen]
        rows: list[Row] = list(zip(*columns, strict=True))
        if self.shape.copies:
            self._copy(rows)
        return [None if i in orphans else row for i, row in enumerate(rows)] if orphans else [*rows]

    def _column(self, place: int, count: int) -> list[Value]:
        if place in self.used and place not in self.referring:
            return [self._unused(place) for _ in range(count)]
        draw, palette = self.rng.random, self.palettes[place]
        if len(palette) == 1:
            return [palette[0]] * count
        size, nulls = len(palette), self.shape.nulls if self.nullable[place] else 0
        if nulls:
            return [None if draw() < nulls else palette[int(draw() * size)] for _ in range(count)]
        return [palette[int(draw() * size)] for _ in range(count)]

    def _chosen(self, key: ForeignKey, parents: Sequence[Row], count: int) -> list[Row | None]:
        """Choose parents; few get most children, so that some have many and some have none."""
        draw, size = self.rng.random, len(parents)
        nullable = all(self.nullable[i] for i in key.places)
        nulls, none = self.shape.nulls if nullable else 0, (None,) * len(key.places)
        if not parents:
            return [none if nullable else None] * count
        return [
            none if nulls and draw() < nulls else parents[0 if draw() < self.focus else int(draw() * size)]
            for _ in range(count)
        ]

    def _copy(self, rows: list[Row]) -> None:
        """Let rows be copies of those before, but for unique columns and a few others."""
        draw, copies = self.rng.random, self.shape.copies
        for i in range(1, len(rows)):
            if draw() < copies:
                mine, other = rows[i], rows[int(draw() * i)]
                new = [k for k in self.places if k in self.used or draw() < 0.3]
                for key in self.keys:
                    if any(k in new for k in key.places):
                        new += key.places
                rows[i] = tuple([mine[k] if k in new else other[k] for k in self.places])

    def _referring(self, row: Row) -> Row:
        """Point a row at another of its table, or at itself where it must have a parent and there is none."""
        for key in self.own:
            new = list(row)
            parents = [tuple([other[i] for i in key.parent_places]) for other in self.kept]
            nullable = all(self.nullable[i] for i in key.places)
            if not (parents and nullable):
                parents.append(tuple([row[i] for i in key.parent_places]))
            none = nullable and (len(parents) < 2 or self.rng.random() < self.shape.nulls)
            chosen = parents[0] if self.rng.random() < self.focus else pick(self.rng, parents)
            for place, value in zip(key.places, (None,) * len(key.places) if none else chosen, strict=True):
                new[place] = value
            row = tuple(new)
        return row

    def _unused(self, place: int) -> Value:
        """Draw a value that no row has yet, as far as the palette goes; it counts as used from now on."""
        used = self.used[place]
        value: Value = None
        free = [value for value in self.palettes[place] if value not in used]
        if free and self.rng.random() < 0.7:
            value = pick(self.rng, free)
        else:
            # Ids of all tables come from one small range: a join on the wrong key finds partners, wrong ones.
            kind = self.table.columns[place].kind
            number = 1 + int(self.rng.random() * (9 if kind is Kind.INT else 99)) + 3 * (len(used) // 6)
            while (value := values.fresh(kind, number)) in used:
                number += 1
        used.add(value)
        return value

    def _parents(self, key: ForeignKey) -> list[Row]:
        return [tuple([other[i] for i in key.parent_places]) for other in self.made.get(key.parent, ())]
