"""Shapes of the families whose answer is a full grid: houses with attributes, Sudoku, Latin squares."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import latin, logic_grid, sudoku4
from verisieve.domains.reasoning.variants import Guess, Raw, Shape

_OPPOSITE = {"same": "notsame", "notsame": "same", "adj": "notadj", "notadj": "adj", "at": "notat", "notat": "at"}
_STRONGER = {
    "before": ("left",),
    "adj": ("left",),
    "notsame": ("adj", "before", "left", "notadj"),
    "notadj": ("before", "same"),
    "notat": ("at",),
}


def _place(raw: Raw, grid: logic_grid.Grid, attr: str, index: int) -> int:
    value = raw["attrs"][attr][index]
    return next(house for house, row in grid.items() if row[attr] == value)


def _holds(raw: Raw, grid: logic_grid.Grid, clue: list[Any]) -> bool:
    kind, attr, index, *rest = clue
    other = rest[0] if len(rest) == 1 else _place(raw, grid, *rest)
    return logic_grid.TESTS[kind](_place(raw, grid, attr, index), other)


def _random_clue(raw: Raw, rng: Random) -> list[Any]:
    attrs = list(raw["attrs"])
    houses = len(raw["attrs"][attrs[0]])
    kind = rng.choice(list(logic_grid.TESTS))
    if kind in ("at", "notat") or len(attrs) < 2:
        return [rng.choice(("at", "notat")), rng.choice(attrs), rng.randrange(houses), rng.randint(1, houses)]
    one, other = rng.sample(attrs, 2)
    return [kind, one, rng.randrange(houses), other, rng.randrange(houses)]


def _with_clue(raw: Raw, grid: Any, rng: Random, *, holds: bool) -> Raw | None:
    for _ in range(60):
        clue = _random_clue(raw, rng)
        if clue not in raw["clues"] and _holds(raw, grid, clue) is holds:
            raw["clues"].insert(rng.randint(0, len(raw["clues"])), clue)
            return raw
    return None


def _stronger_clue(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    choices = [
        (k, [kind, *clue[1:]])
        for k, clue in enumerate(raw["clues"])
        for kind in _STRONGER.get(clue[0], ())
        if _holds(raw, grid, [kind, *clue[1:]])
    ]
    if not choices:
        return None
    k, clue = rng.choice(choices)
    raw["clues"][k] = clue
    return raw


def _change_clue(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the spec with one clue turned round, so that the old grid breaks it."""
    k = rng.randrange(len(raw["clues"]))
    kind, *rest = raw["clues"][k]
    if kind in ("before", "left"):
        raw["clues"][k] = [kind, *rest[2:], *rest[:2]]
    else:
        raw["clues"][k] = [_OPPOSITE[kind], *rest]
    return raw


def _grid_words(raw: Raw) -> list[tuple[str, list[str]]]:
    sections = {"name": "people"}
    return [(sections.get(attr, "things"), values) for attr, values in raw["attrs"].items()]


def _in_order(spec: logic_grid.Spec) -> Iterator[Guess]:
    houses = range(spec.houses)
    yield "as listed", {h + 1: {attr: values[h] for attr, values in spec.attrs.items()} for h in houses}
    yield "as listed, from the right", {h + 1: {a: v[-1 - h] for a, v in spec.attrs.items()} for h in houses}


LOGIC_GRID = Shape(
    words=_grid_words,
    unordered=("clues",),
    clues=("clues",),
    minimal=True,
    add=lambda raw, grid, rng: _with_clue(raw, grid, rng, holds=True),
    tighten=_stronger_clue,
    change=_change_clue,
    clash=lambda raw, grid, rng: _with_clue(raw, grid, rng, holds=False),
    guesses=_in_order,
)


def _empty_cells(raw: Raw) -> list[tuple[int, int]]:
    return [(r, c) for r, row in enumerate(raw["grid"]) for c, cell in enumerate(row) if not cell]


def _given(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    empty = _empty_cells(raw)
    if len(empty) < 2:
        return None
    r, c = rng.choice(empty)
    raw["grid"][r][c] = grid[r][c]
    return raw


def _wrong_given(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the grid with a given that the one solution does not have."""
    empty = _empty_cells(raw)
    if not empty:
        return None
    r, c = rng.choice(empty)
    raw["grid"][r][c] = rng.choice([digit for digit in range(1, len(grid) + 1) if digit != grid[r][c]])
    return raw


def _other_givens(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the grid with one given taken away and another put anywhere, of another digit than it had."""
    filled = [(r, c) for r, c in product(range(len(grid)), repeat=2) if raw["grid"][r][c]]
    for r, c in rng.sample(filled, min(len(filled), 1 + rng.randrange(3))):
        raw["grid"][r][c] = 0
    return _wrong_given(raw, grid, rng)


def _shuffle_sudoku(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the grid with rows exchanged in bands and columns in stacks, and the bands and stacks exchanged."""
    high, wide = raw["box"]
    size = len(raw["grid"])
    rows, columns = _banded(size, high, rng), _banded(size, wide, rng)
    return {**raw, "grid": [[raw["grid"][r][c] for c in columns] for r in rows]}


def _banded(size: int, width: int, rng: Random) -> list[int]:
    bands = [rng.sample(range(k, k + width), width) for k in range(0, size, width)]
    rng.shuffle(bands)
    return [line for band in bands for line in band]


def _relabel(raw: Raw, mapping: Any) -> Raw:
    return {**raw, "grid": [[int(mapping.get(str(cell), cell)) for cell in row] for row in raw["grid"]]}


def _first_fit(size: int, grid: Any, units: Any) -> tuple[tuple[int, ...], ...]:
    """Return the grid filled with the first digit that fits each cell, 1 where none does."""
    cells = [list(row) for row in grid]
    for r, c in product(range(size), repeat=2):
        if not cells[r][c]:
            taken = {cells[i][j] for i, j in units(r, c)}
            cells[r][c] = next((digit for digit in range(1, size + 1) if digit not in taken), 1)
    return tuple(map(tuple, cells))


def _greedy_sudoku(spec: sudoku4.Spec) -> Iterator[Guess]:
    size, (high, wide) = spec.size, spec.box

    def units(r: int, c: int) -> list[tuple[int, int]]:
        box = product(
            range(r // high * high, r // high * high + high), range(c // wide * wide, c // wide * wide + wide)
        )
        return [*((r, j) for j in range(size)), *((i, c) for i in range(size)), *box]

    yield "the first digit that fits, cell by cell", _first_fit(size, spec.grid, units)


SUDOKU = Shape(
    words=lambda raw: [("", [str(k + 1) for k in range(len(raw["grid"]))])],
    rename=_relabel,
    permute=_shuffle_sudoku,
    clues=("grid",),
    add=_given,
    change=_other_givens,
    clash=_wrong_given,
    guesses=_greedy_sudoku,
)


def _value(grid: Any, cell: list[int]) -> int:
    return int(grid[cell[0] - 1][cell[1] - 1])


def _neighbours(size: int, rng: Random) -> list[list[int]]:
    r, c = rng.randint(1, size), rng.randint(1, size - 1)
    pair = [[r, c], [r, c + 1]]
    return [cell[::-1] for cell in pair] if rng.random() < 0.5 else pair


def _add_latin(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the square with a given, an inequality or a cage that holds in the solution."""
    kind = rng.choice(("given", "less", "less", "cage"))
    if kind == "given":
        return _given(raw, grid, rng)
    pair = _neighbours(raw["size"], rng)
    if kind == "less":
        new: Any = sorted(pair, key=lambda cell: _value(grid, cell))
        field = raw.setdefault("less", [])
    else:
        new = {"cells": pair, "sum": sum(_value(grid, cell) for cell in pair)}
        field = raw.setdefault("cages", [])
    if new in field:
        return None
    field.append(new)
    return raw


def _clash_latin(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    pair = sorted(_neighbours(raw["size"], rng), key=lambda cell: _value(grid, cell))
    if rng.random() < 0.5:
        return _wrong_given(raw, grid, rng)
    raw.setdefault("less", []).append(pair[::-1])
    return raw


def _change_latin(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the square with an inequality turned, a sum one off, or givens exchanged."""
    kind = rng.choice(("less", "cages", "grid"))
    if kind == "less" and raw.get("less"):
        k = rng.randrange(len(raw["less"]))
        raw["less"][k] = raw["less"][k][::-1]
        return raw
    if kind == "cages" and raw.get("cages"):
        rng.choice(raw["cages"])["sum"] += rng.choice((-1, 1))
        return raw
    return _other_givens(raw, grid, rng)


def _tighten_latin(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the square with a cage split in two, or a given for an inequality."""
    wide = [cage for cage in raw.get("cages", []) if len(cage["cells"]) > 2]
    if wide:
        cage = rng.choice(wide)
        raw["cages"].remove(cage)
        k = rng.randrange(1, len(cage["cells"]))
        parts = (cage["cells"][:k], cage["cells"][k:])
        raw["cages"] += [{"cells": cells, "sum": sum(_value(grid, cell) for cell in cells)} for cells in parts]
        return raw
    if not raw.get("less"):
        return None
    low, _ = raw["less"].pop(rng.randrange(len(raw["less"])))
    raw["grid"][low[0] - 1][low[1] - 1] = _value(grid, low)
    return raw


def _shuffle_latin(raw: Raw, grid: Any, rng: Random) -> Raw | None:
    """Return the square turned over, its inequalities and cages in another order."""
    turned = {
        **raw,
        "grid": [list(row) for row in zip(*raw["grid"], strict=True)],
        "less": [[cell[::-1] for cell in pair] for pair in raw.get("less", [])],
        "cages": [{**cage, "cells": [cell[::-1] for cell in cage["cells"]]} for cage in raw.get("cages", [])],
    }
    rng.shuffle(turned["less"])
    rng.shuffle(turned["cages"])
    return turned


def _greedy_latin(spec: latin.Spec) -> Iterator[Guess]:
    def units(r: int, c: int) -> list[tuple[int, int]]:
        return [*((r, j) for j in range(spec.size)), *((i, c) for i in range(spec.size))]

    yield "the first number that fits, cell by cell", _first_fit(spec.size, spec.grid, units)


LATIN = Shape(
    permute=_shuffle_latin,
    unordered=("less", "cages"),
    clues=("grid", "less", "cages"),
    add=_add_latin,
    tighten=_tighten_latin,
    change=_change_latin,
    clash=_clash_latin,
    guesses=_greedy_latin,
)

SHAPES = {"logic_grid": LOGIC_GRID, "sudoku4": SUDOKU, "latin": LATIN}
