"""Fill one table with drawn rows: column by column, some rows copies of others but for a few columns.

One byte of chance chooses a value: a column's values are laid out in a lot of 256, NULLs among them in their share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from verisieve.verifiers.sql import values
from verisieve.verifiers.sql.engine import Row, Value
from verisieve.verifiers.sql.plans import Layout
from verisieve.verifiers.sql.planting import Keep
from verisieve.verifiers.sql.schema import ForeignKey, Kind
from verisieve.verifiers.sql.values import pick

_TRIES = 4
_LOOPS = 0.2
_TWINS = 0.1
_COPIED = 0.7  # how likely a column of a copy is that of the other row
_BYTES = 256


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


class Filler:
    """Draws the rows of one table; `focus` is the share of children that the first parent gets."""

    def __init__(
        self,
        keep: Keep,
        layout: Layout,
        palettes: Mapping[int, list[Value]],
        made: Mapping[str, Sequence[Row]],
        rng: Random,
        shape: Shape,
        focus: float,
        kept: list[Row],
    ) -> None:
        self.keep, self.layout, self.palettes, self.rng = keep, layout, palettes, rng
        self.shape, self.focus, self.kept = shape, focus, kept
        self.used: dict[int, set[Value]] = {place: {row[place] for row in kept} for place in layout.single}
        self.parents = [(key, _parents(key, made.get(key.parent, ()))) for key in layout.keys]

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
        """Draw rows, column by column; one that lacks a parent is left out."""
        layout, palettes = self.layout, self.palettes
        columns: list[Sequence[Value]] = [(None,) * count] * len(layout.places)
        for place in layout.dull:
            columns[place] = (palettes[place] * (count // len(palettes[place]) + 1))[:count]
        for place in layout.single:
            columns[place] = self._unused(place, count)
        chance, width = self.rng.randbytes(count * len(layout.free)), len(layout.free)
        for i, place in enumerate(layout.free):
            lot = _lot(palettes[place], self.shape.nulls if layout.nullable[place] else 0)
            columns[place] = [lot[byte] for byte in chance[i::width]]
        orphans: set[int] = set()
        for key, parents in self.parents:
            chosen = self._chosen(key, parents, count)
            if None in chosen:
                orphans |= {i for i, parent in enumerate(chosen) if parent is None}
            for k, place in enumerate(key.places):
                columns[place] = [None if parent is None else parent[k] for parent in chosen]
        rows: list[Row] = list(zip(*columns, strict=True))
        if self.shape.copies:
            self._copy(rows)
        return [row for i, row in enumerate(rows) if i not in orphans] if orphans else rows

    def _chosen(self, key: ForeignKey, parents: Sequence[Row], count: int) -> list[Row | None]:
        """Choose parents; few get most children, so that some have many and some have none."""
        draw, size, focus = self.rng.random, len(parents), self.focus
        nullable = all(self.layout.nullable[i] for i in key.places)
        nulls, none = self.shape.nulls if nullable else 0, (None,) * len(key.places)
        if not parents:
            return [none if nullable else None] * count
        return [
            none if nulls and draw() < nulls else parents[0 if draw() < focus else int(draw() * size)]
            for _ in range(count)
        ]

    def _copy(self, rows: list[Row]) -> None:
        """Let rows be copies of those before, but for unique columns and a few others."""
        draw, copies, layout, before = self.rng.random, self.shape.copies, self.layout, len(self.kept)
        for i in range(0 if before else 1, len(rows)):
            if draw() >= copies:
                continue
            place = int(draw() * (before + i))
            other = self.kept[place] if place < before else rows[place - before]
            new = list(rows[i])
            for k in layout.loose:
                if draw() < _COPIED:
                    new[k] = other[k]
            for key in layout.keys:
                if draw() < _COPIED:
                    for k in key.places:
                        new[k] = other[k]
            gone = int(draw() * 2 * len(new)) if before else len(new)  # a NULL beside what was planted
            if gone < len(new) and layout.nullable[gone]:
                new[gone] = None
            rows[i] = tuple(new)

    def _referring(self, row: Row) -> Row:
        """Point a row at another of its table, or at itself where it must have a parent and there is none."""
        draw, kept = self.rng.random, self.kept
        new = list(row)
        for key in self.layout.own:
            parent: Sequence[Value] | None = None
            if self.shape.loops and draw() < _LOOPS:
                parent = row
            elif not all(self.layout.nullable[i] for i in key.places) or (kept and draw() >= self.shape.nulls):
                parent = row if not kept else kept[0] if draw() < self.focus else pick(self.rng, kept)
            for place, target in zip(key.places, key.parent_places, strict=True):
                new[place] = parent[target] if parent else None
        return tuple(new)

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


def _lot(some: list[Value], nulls: float) -> list[Value]:
    """Lay out values, and NULLs in their share, one for each byte."""
    gone = round(_BYTES * nulls)
    return [None] * gone + (some * (_BYTES // len(some) + 1))[: _BYTES - gone]
