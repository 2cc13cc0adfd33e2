"""Draw small databases that a schema allows: keys, NOT NULL, foreign keys, CHECK and UNIQUE all hold.

A row is drawn in Python and offered to the engine, which refuses what a constraint forbids. Shapes take turns: ties,
duplicates, many NULLs, none, empty tables, parents without children, few groups with as many rows as the queries'
constants ask for. The same seed gives the same database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from verisieve.verifiers.sql.engine import Database, Row, Value
from verisieve.verifiers.sql.filling import Filler, Shape
from verisieve.verifiers.sql.plans import Layout, Plan
from verisieve.verifiers.sql.planting import Keep, Planter
from verisieve.verifiers.sql.schema import Kind
from verisieve.verifiers.sql.schemes import Scheme
from verisieve.verifiers.sql.values import Pool, pick

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
        made[name] = Filler(keep, layout, palettes, made, rng, shape, focus, kept).fill(count)
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
) -> dict[int, list[Value]]:
    """Choose the few values that columns of a table take, by their place; a unique column needs some more."""
    draw, (least, most), hot = rng.random, shape.palette, shape.hot
    palettes: dict[int, list[Value]] = {}
    for place in layout.dull:
        palettes[place] = _few(pools[place].base, turn + place, nullable=layout.nullable[place])
    for place in layout.chosen:
        pool = pools[place]
        mixed, size = pool.mixed(hot), least + int(draw() * (most - least + 1))
        if place in layout.single:
            size += 4
        span = len(mixed)
        chosen = [mixed[int(draw() * span)] for _ in range(size)]
        if pool.near and size > 1:
            chosen[0] = pool.near[(turn + 5 * place) % len(pool.near)]
        group = groups.get((layout.table.name, place)) if groups else None
        if group is not None:
            chosen = shared.setdefault((group, layout.table.columns[place].kind), chosen)
        palettes[place] = chosen
    return palettes


def _few(base: Sequence[Value], turn: int, *, nullable: bool) -> list[Value]:
    """Return three values in turn, one of them NULL every other time."""
    some = [base[(turn + i) % len(base)] for i in range(3)]
    return [*some[:2], None] if nullable and turn % 2 else some
