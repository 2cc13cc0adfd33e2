"""Draw small databases that a schema allows: keys, NOT NULL, foreign keys, CHECK and UNIQUE all hold.

A row is drawn in Python and offered to the engine, which refuses what a constraint forbids. Shapes take turns: ties,
duplicates, many NULLs, none, empty tables, parents without children, few groups with as many rows as the queries'
constants ask for. The same seed gives the same database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, islice
from random import Random
from typing import NamedTuple

from verisieve.verifiers.sql import values
from verisieve.verifiers.sql.engine import Database, Row, Value
from verisieve.verifiers.sql.plans import Layout, Plan
from verisieve.verifiers.sql.planting import Keep, Planter
from verisieve.verifiers.sql.schema import ForeignKey, Kind
from verisieve.verifiers.sql.schemes import Scheme
from verisieve.verifiers.sql.values import Pool, pick

_TRIES = 4
_LOOPS = 0.2
_TWINS = 0.1
_NOTHING: list[Value] = [None]


class Shape(NamedTuple):
    """What a database is like: rows per table, share of NULLs, values per column, closeness to constants, copies.

    Tables of an empty one may lack rows, a counted one has as many as queries ask for, in loops rows are their parents.
    """

    rows: tuple[int, ...]
    nulls: float
    palette: tuple[int, int]
    hot: float
    copies: float
    empty: float = 0.0
    counted: bool = False
    loops: bool = False


SHAPES = (
    Shape((2, 3, 4), 0.15, (2, 4), 0.6, 0.2),
    Shape((4, 6, 8), 0.15, (1, 3), 0.7, 0.5),
    Shape((3, 5), 0.0, (1, 2), 0.9, 0.3, counted=True),
    Shape((3, 5, 7), 0.4, (2, 5), 0.5, 0.3, empty=0.1),
    Shape((6, 9, 12), 0.05, (2, 6), 0.7, 0.2, loops=True),
    Shape((1, 2), 0.2, (1, 2), 0.8, 0.2, empty=0.3),
    Shape((5, 8), 0.1, (1, 2), 0.5, 0.4, counted=True),
    Shape((4, 7), 0.0, (4, 8), 0.3, 0.0),
    Shape((7, 11), 0.05, (6, 10), 0.5, 0.1, counted=True),
)


def draw(keep: Keep, drawn: Plan, rng: Random, shape: Shape, turn: int = 0, planted: Scheme | None = None) -> Database:
    """Fill the empty database and return its rows; turn by turn each value near a constant gets its place.

    Around rows that were planted there are only a few others.
    """
    made: dict[str, list[Row]] = {}
    shared: dict[tuple[int, Kind], list[Value]] = {}
    counts = _row_counts(drawn, rng, shape)
    focus = pick(rng, (0.3, 0.9, 1.0)) if shape.counted else 0.3
    planter = Planter(planted, rng, turn, shape.nulls) if planted else None
    for layout, pools in zip(drawn.layouts, drawn.lots, strict=True):
        name = layout.table.name
        kept = planter.plant(keep, layout, pools, made) if planter else []
        palettes = _palettes(layout, pools, drawn.groups, shared, rng, shape, turn)
        count = len(kept) + int(rng.random() * 4) if planter else counts[name]
        made[name] = _Filler(keep, layout, palettes, made, rng, shape, focus, kept).fill(count)
    return made


def _row_counts(drawn: Plan, rng: Random, shape: Shape) -> dict[str, int]:
    """Choose how many rows each table gets; in a counted shape one table gets about as many as the queries ask for."""
    counts = {table.name: 0 if rng.random() < shape.empty else pick(rng, shape.rows) for table in drawn.tables}
    if shape.counted and drawn.sizes:
        counts[pick(rng, drawn.tables).name] = pick(rng, drawn.sizes) + pick(rng, (0, 1, 1, 2))
    return counts


def _palettes(
    layout: Layout,
    pools: Sequence[Pool],
    groups: Mapping[tuple[str, int], int],
    shared: dict[tuple[int, Kind], list[Value]],
    rng: Random,
    shape: Shape,
    turn: int,
) -> list[list[Value]]:
    """Choose the few values that each column of a table takes; a unique column needs some more."""
    draw, (least, most) = rng.random, shape.palette
    palettes: list[list[Value]] = []
    for place, pool in enumerate(pools):
        if place in layout.referring:
            palettes.append(_NOTHING)
            continue
        if place in layout.dull:
            palettes.append(_few(pool.base, turn + place, nullable=layout.nullable[place]))
            continue
        mixed, size = pool.mixed(shape.hot), least + int(draw() * (most - least + 1))
        if place in layout.single:
            size += 4
        span = len(mixed)
        chosen = [mixed[int(draw() * span)] for _ in range(size)]
        if pool.near and size > 1:
            chosen[0] = pool.near[(turn + 5 * place) % len(pool.near)]
        group = groups.get((layout.table.name, place))
        if group is not None:
            chosen = shared.setdefault((group, layout.table.columns[place].kind), chosen)
        palettes.append(chosen)
    return palettes


def _few(base: Sequence[Value], turn: int, *, nullable: bool) -> list[Value]:
    """Return three values in turn, one of them NULL every other time."""
    some = [base[(turn + i) % len(base)] for i in range(3)]
    return [*some[:2], None] if nullable and turn % 2 else some


class _Filler:
    """Draws the rows of one table; `focus` is the share of children that the first parent gets."""

    def __init__(
        self,
        keep: Keep,
        layout: Layout,
        palettes: Sequence[Sequence[Value]],
        made: Mapping[str, Sequence[Row]],
        rng: Random,
        shape: Shape,
        focus: float,
        kept: list[Row],
    ) -> None:
        self.keep, self.layout, self.palettes, self.rng, self.shape, self.focus = (
            keep,
            layout,
            palettes,
            rng,
            shape,
            focus,
        )
        self.kept = kept
        self.used: dict[int, set[Value]] = {place: {row[place] for row in kept} for place in layout.single}
        self.parents = [_parents(key, made.get(key.parent, ())) for key in layout.keys]

    def fill(self, count: int) -> list[Row]:
        """Offer rows to the engine until enough are kept or too many were refused."""
        left, table = _TRIES * count, self.layout.table
        while (lacking := min(count - len(self.kept), left)) > 0:
            left -= lacking
            drafts: Iterable[Row] = self._drafts(lacking)
            if self.layout.own:  # each may refer to those kept before it
                drafts = map(self._referring, drafts)
            self.keep(table, drafts, self.kept)
        return self.kept

    def _drafts(self, count: int) -> list[Row]:
        """Draw rows, column by column; some copy another but for a few columns. One that lacks a parent is left out."""
        columns = [self._column(place, count) for place in self.layout.places]
        orphans: set[int] = set()
        for key, parents in zip(self.layout.keys, self.parents, strict=True):
            chosen = self._chosen(key, parents, count)
            if None in chosen:
                orphans |= {i for i, parent in enumerate(chosen) if parent is None}
            for k, place in enumerate(key.places):
                columns[place] = [None if parent is None else parent[k] for parent in chosen]
        rows: list[Row] = list(zip(*columns, strict=True))
        if self.shape.copies:
            self._copy(rows)
        return [row for i, row in enumerate(rows) if i not in orphans] if orphans else rows

    def _column(self, place: int, count: int) -> list[Value]:
        if place in self.layout.referring:
            return [None] * count
        if place in self.used:
            return self._unused(place, count)
        draw, palette = self.rng.random, self.palettes[place]
        if place in self.layout.dull:
            return list(islice(cycle(palette), count))
        if len(palette) == 1:
            return [palette[0]] * count
        size, nulls = len(palette), self.shape.nulls if self.layout.nullable[place] else 0
        if nulls:
            return [None if draw() < nulls else palette[int(draw() * size)] for _ in range(count)]
        return [palette[int(draw() * size)] for _ in range(count)]

    def _chosen(self, key: ForeignKey, parents: Sequence[Row], count: int) -> list[Row | None]:
        """Choose parents; few get most children, so that some have many and some have none."""
        draw, size = self.rng.random, len(parents)
        nullable = all(self.layout.nullable[i] for i in key.places)
        nulls, none = self.shape.nulls if nullable else 0, (None,) * len(key.places)
        if not parents:
            return [none if nullable else None] * count
        return [
            none if nulls and draw() < nulls else parents[0 if draw() < self.focus else int(draw() * size)]
            for _ in range(count)
        ]

    def _copy(self, rows: list[Row]) -> None:
        """Let rows be copies of those before, but for unique columns and a few others."""
        draw, copies, before = self.rng.random, self.shape.copies, len(self.kept)
        for i in range(0 if before else 1, len(rows)):
            if draw() < copies:
                place = int(draw() * (before + i))
                mine, other = rows[i], self.kept[place] if place < before else rows[place - before]
                new = {k for k in self.layout.places if k in self.used or draw() < 0.3}
                for key in self.layout.keys:
                    if not new.isdisjoint(key.places):
                        new.update(key.places)
                gone = int(draw() * 2 * len(mine)) if before else -1  # a NULL beside what was planted
                rows[i] = tuple(
                    [
                        None if k == gone and self.layout.nullable[k] else mine[k] if k in new else other[k]
                        for k in self.layout.places
                    ]
                )

    def _referring(self, row: Row) -> Row:
        """Point a row at another of its table, or at itself where it must have a parent and there is none."""
        draw = self.rng.random
        for key in self.layout.own:
            new = list(row)
            nullable = all(self.layout.nullable[i] for i in key.places)
            itself = tuple([row[i] for i in key.parent_places])
            chosen: Row = (None,) * len(key.places)
            if self.shape.loops and draw() < _LOOPS:
                chosen = itself
            elif not nullable or (self.kept and draw() >= self.shape.nulls):
                parents = _parents(key, self.kept) or [itself]
                chosen = parents[0] if draw() < self.focus else pick(self.rng, parents)
            for place, value in zip(key.places, chosen, strict=True):
                new[place] = value
            row = tuple(new)
        return row

    def _unused(self, place: int, count: int) -> list[Value]:
        """Draw values that no row has yet, as far as the palette goes; they count as used from now on."""
        used, draw, kind = self.used[place], self.rng.random, self.layout.table.columns[place].kind
        free = [value for value in dict.fromkeys(self.palettes[place]) if value not in used]
        reach = 9 if kind is Kind.INT else 99
        found: list[Value] = []
        for _ in range(count):
            value = free.pop(int(draw() * len(free))) if free and draw() < 0.7 else None
            if kind is Kind.TEXT and found and draw() < _TWINS:
                value = str(found[-1]).swapcase()
            if value is None or value in used:
                # Ids of all tables come from one small range: a join on the wrong key finds partners, wrong ones.
                number = 1 + int(draw() * reach) + 3 * (len(used) // 6)
                while (value := number if kind is Kind.INT else values.fresh(kind, number)) in used:
                    number += 1
            found.append(value)
            used.add(value)
        return found


def _parents(key: ForeignKey, rows: Sequence[Row]) -> list[Row]:
    if len(key.parent_places) == 1:
        place = key.parent_places[0]
        return [(row[place],) for row in rows]
    return [tuple([row[i] for i in key.parent_places]) for row in rows]
