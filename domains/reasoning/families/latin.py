"""Latin squares with conditions: each number once per row and column, with inequalities (futoshiki) and sums of cages.

The spec has exactly one solution. Cells are [row, column] from 1; `less` holds pairs of cells, the first being less.
Solved by an own search on bit sets; proved with SAT.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.domains.reasoning.families import sudoku4
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_SIZE, MAX_PAIRS, MAX_CAGES, MAX_CAGE, MAX_NODES = 9, 100, 81, 4, 20_000

Cell = tuple[int, int]
Grid = tuple[tuple[int, ...], ...]


class Spec(NamedTuple):
    """The size, the givens (0 is empty), pairs of cells in order, and cages with their sums; cells from 0."""

    size: int
    grid: Grid
    less: tuple[tuple[Cell, Cell], ...]
    cages: tuple[tuple[tuple[Cell, ...], int], ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    size = specs.integer(specs.part(raw, "size"), "size", 2, MAX_SIZE)
    rows = [specs.sized(row, "grid", size, size) for row in specs.sized(specs.part(raw, "grid"), "grid", size, size)]
    grid = tuple(tuple(specs.integer(cell, "grid", 0, size) for cell in row) for row in rows)
    less, cages = [], []
    for k, pair in enumerate(specs.sized(raw.get("less", []), "less", 0, MAX_PAIRS)):
        low, high = (_cell(cell, f"less[{k}]", size) for cell in specs.sized(pair, f"less[{k}]", 2, 2))
        specs.need(low != high, f"less[{k}]", "compares a cell with itself")
        less.append((low, high))
    for k, cage in enumerate(specs.sized(raw.get("cages", []), "cages", 0, MAX_CAGES)):
        listed = specs.sized(specs.part(cage, "cells"), f"cages[{k}].cells", 1, MAX_CAGE)
        cells = tuple(_cell(cell, f"cages[{k}].cells", size) for cell in listed)
        specs.need(len(set(cells)) == len(cells), f"cages[{k}].cells", "must be distinct")
        cages.append((cells, specs.integer(specs.part(cage, "sum"), f"cages[{k}].sum", 1, MAX_CAGE * MAX_SIZE)))
    return Spec(size, grid, tuple(less), tuple(cages))


def _cell(raw: Any, field: str, size: int) -> Cell:
    row, column = (specs.integer(part, field, 1, size) for part in specs.sized(raw, field, 2, 2))
    return row - 1, column - 1


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with one solution: conditions of a full square, whose givens are dropped while it stays so."""
    size, left = (4, 4, 5, 5, 6)[level - 1], (8, 4, 9, 6, 11)[level - 1]
    full = _shuffled(size, rng)
    less, cages = _conditions(full, rng, rng.choice(("less", "cages", "both")))
    spec = Spec(size, full, less, cages)
    half = size * size // 2
    todo = rng.sample([(r, c) for r in range(size) for c in range(size)], size * size - left)
    for chunk in (todo[:half], *(todo[k : k + 2] for k in range(half, len(todo), 2))):
        fewer = spec._replace(grid=_emptied(spec.grid, chunk))
        if len(_solutions(fewer, 2)) == 1:
            spec = fewer
    return _raw(spec)


def _emptied(grid: Grid, cells: list[Cell]) -> Grid:
    return tuple(tuple(0 if (r, c) in cells else value for c, value in enumerate(row)) for r, row in enumerate(grid))


def _shuffled(size: int, rng: Random) -> Grid:
    """Return a full square: a cyclic one with rows, columns and numbers shuffled."""
    rows, columns, names = (rng.sample(range(size), size) for _ in range(3))
    return tuple(tuple(names[(r + c) % size] + 1 for c in columns) for r in rows)


@lru_cache(maxsize=16)
def _near(size: int) -> list[tuple[Cell, Cell]]:
    """Return every cell with its right and its lower neighbour."""
    pairs = [((r, c), to) for r, c in product(range(size), repeat=2) for to in ((r, c + 1), (r + 1, c))]
    return [(cell, to) for cell, to in pairs if max(to) < size]


def _conditions(full: Grid, rng: Random, kind: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    size = len(full)
    near = _near(size)
    less = [(a, b) if full[a[0]][a[1]] < full[b[0]][b[1]] else (b, a) for a, b in rng.sample(near, size + size // 2)]
    cages: list[tuple[tuple[Cell, ...], int]] = []
    used = set[Cell]()
    for a, b in rng.sample(near, len(near)):
        beyond = [other for one, other in near if one == b and other not in used and rng.random() < 0.4]
        cage = tuple(dict.fromkeys((a, b, *beyond[:1])))
        if len(cages) < size and not used & set(cage):
            used |= set(cage)
            cages.append((cage, sum(full[r][c] for r, c in cage)))
    return tuple(less) if kind != "cages" else (), tuple(cages) if kind != "less" else ()


def _raw(spec: Spec) -> dict[str, Any]:
    raw: dict[str, Any] = {"size": spec.size, "grid": [list(row) for row in spec.grid]}
    if spec.less:
        raw["less"] = sorted([[r + 1, c + 1] for r, c in pair] for pair in spec.less)
    if spec.cages:
        raw["cages"] = [{"cells": [[r + 1, c + 1] for r, c in cells], "sum": total} for cells, total in spec.cages]
    return raw


class _Net(NamedTuple):
    """The conditions by cell, cells numbered row by row: what must differ, be greater, be less, and the cages."""

    peers: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]
    cages: list[list[tuple[list[int], int]]]


@lru_cache(maxsize=16)
def _peers(n: int) -> list[list[int]]:
    cells = range(n * n)
    return [[k for k in cells if k != cell and (k // n == cell // n or k % n == cell % n)] for cell in cells]


@lru_cache(maxsize=16)
def _net(n: int, less: tuple[tuple[Cell, Cell], ...], sums: tuple[tuple[tuple[Cell, ...], int], ...]) -> _Net:
    cells = range(n * n)
    pairs = [(a * n + b, i * n + j) for (a, b), (i, j) in less]
    cages = [([r * n + c for r, c in listed], total) for listed, total in sums]
    return _Net(
        _peers(n),
        [[high for low, high in pairs if low == cell] for cell in cells],
        [[low for low, high in pairs if high == cell] for cell in cells],
        [[cage for cage in cages if cell in cage[0]] for cell in cells],
    )


def _put(net: _Net, domains: list[int], cell: int, number: int) -> list[int] | None:
    """Return the domains (bit sets) with a number in a cell, None where one is empty or a sum out of reach."""
    after, bit = domains[:], 1 << number - 1
    after[cell] = bit
    for other in net.peers[cell]:
        after[other] &= ~bit
    for other in net.above[cell]:
        after[other] &= ~(2 * bit - 1)
    for other in net.below[cell]:
        after[other] &= bit - 1
    for cells, total in net.cages[cell]:
        least = sum((after[k] & -after[k]).bit_length() for k in cells)
        if not least <= total <= sum(after[k].bit_length() for k in cells):
            return None
    return after if all(after) else None


def _solutions(spec: Spec, most: int) -> list[Grid]:
    """Return up to `most` solutions, the cell with the fewest numbers first; raise TruthError for too long a search."""
    size, net = spec.size, _net(spec.size, spec.less, spec.cages)
    found: list[Grid] = []
    budget = [MAX_NODES]

    def fill(domains: list[int], todo: list[int]) -> None:
        budget[0] -= 1
        if budget[0] < 0:
            raise TruthError("spec", "too hard to solve here")
        if not todo:
            numbers = [domain.bit_length() for domain in domains]
            found.append(tuple(tuple(numbers[k : k + size]) for k in range(0, size * size, size)))
            return
        fewest = size + 1
        for one in todo:
            if (count := domains[one].bit_count()) < fewest:
                cell, fewest = one, count
                if count < 2:
                    break
        rest = [other for other in todo if other != cell]
        for number in range(1, size + 1):
            if domains[cell] >> number - 1 & 1 and len(found) < most:
                after = _put(net, domains, cell, number)
                if after:
                    fill(after, rest)

    domains = [(1 << size) - 1] * (size * size)
    givens = {cell: number for cell, number in enumerate(number for row in spec.grid for number in row) if number}
    for cell, number in givens.items():
        narrowed = _put(net, domains, cell, number) if domains[cell] >> number - 1 & 1 else None
        if narrowed is None:
            return []
        domains = narrowed
    fill(domains, [cell for cell in range(size * size) if cell not in givens])
    return found


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the order of rows and columns, or are turned over."""
    n = spec.size
    kinds = ["row"] * n + ["column"] * n + [f"cage {total}" for _, total in spec.cages]

    def facts(*, turned: bool) -> list[symmetry.Fact]:
        def places(cell: Cell) -> tuple[int, int]:
            r, c = cell[::-1] if turned else cell
            return r, n + c

        cells = [(r, c) for r in range(n) for c in range(n)]
        found: list[symmetry.Fact] = [(("given", d), *places((r, c))) for r, c in cells if (d := spec.grid[r][c])]
        found += [("less", *places(small), *places(large)) for small, large in spec.less]
        found += [("in", 2 * n + k, *places(cell)) for k, (cage, _) in enumerate(spec.cages) for cell in cage]
        return found

    return min((symmetry.canonical(kinds, facts(turned=turned)) for turned in (False, True)), key=repr)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    grid = "\n".join(" ".join(map(str, row)) for row in spec.grid)
    said = [f"{_name(low)} < {_name(high)}" for low, high in spec.less]
    said += [f"{' + '.join(map(_name, cells))} = {total}" for cells, total in spec.cages]
    return banks.question("latin", rng, n=spec.size, grid=grid, c=", ".join(said))


def _name(cell: Cell) -> str:
    return f"r{cell[0] + 1}c{cell[1] + 1}"


def solve(spec: Spec) -> Grid:
    """Return the only solution."""
    found = _solutions(spec, 2)
    if len(found) != 1:
        raise TruthError("spec.grid", "does not have exactly one solution")
    return found[0]


def prove(spec: Spec, answer: Grid) -> bool:
    """Show with SAT that the answer is a solution and that there is no other."""
    n, rules = spec.size, _rules(spec.size)
    planted = [_literal(n, (r, c), answer[r][c]) for r, c in product(range(n), repeat=2)]
    givens = [_literal(n, (r, c), number) for r, row in enumerate(spec.grid) for c, number in enumerate(row) if number]
    conditions = list(_clauses(spec))
    another = [-literal for literal in planted]
    return rules.satisfiable({*planted, *givens}, conditions) and not rules.satisfiable(givens, [*conditions, another])


def _literal(size: int, cell: Cell, number: int) -> int:
    return number + size * (cell[1] + size * cell[0])


@lru_cache(maxsize=16)
def _rules(size: int) -> sat.Standing:
    """Return the rules as clauses in a solver: one number per cell, each number once per row and column."""
    sides, numbers = range(size), range(1, size + 1)
    groups = [[_literal(size, (r, c), d) for d in numbers] for r, c in product(sides, repeat=2)]
    groups += [[_literal(size, (r, c), d) for c in sides] for r in sides for d in numbers]
    groups += [[_literal(size, (r, c), d) for r in sides] for c in sides for d in numbers]
    return sat.Standing([clause for group in groups for clause in sat.exactly_one(group)])


def _clauses(spec: Spec) -> Iterator[list[int]]:
    """Yield clauses for the conditions: what a number in the first cells leaves for the last one."""
    n, numbers = spec.size, range(1, spec.size + 1)
    for a, b in spec.less:
        yield from ([-_literal(n, a, d), *(_literal(n, b, e) for e in numbers if e > d)] for d in numbers)
    for (*cells, last), total in spec.cages:
        for digits in product(numbers, repeat=len(cells)):
            rest = total - sum(digits)
            clause = [-_literal(n, cell, d) for cell, d in zip(cells, digits, strict=True)]
            yield [*clause, _literal(n, last, rest)] if 1 <= rest <= n else clause


def read(spec: Spec, text: str) -> Grid:
    """Return the rows of numbers, as in a Sudoku."""
    return sudoku4.read(sudoku4.Spec(spec.size, (1, spec.size), spec.grid), text)


def judge(spec: Spec, answer: Grid) -> Finding:
    """The square is full, keeps the givens, repeats nothing in a row or column, and meets every condition."""
    n = spec.size
    if len(answer) > n or any(len(row) > n for row in answer):
        return wrong("more cells than the square has")
    if len(answer) < n or any(len(row) < n or 0 in row for row in answer):
        return incomplete("the square has gaps", rows=len(answer))
    for r, c in product(range(n), repeat=2):
        if spec.grid[r][c] not in (0, answer[r][c]):
            return wrong("a given is changed", row=r + 1, column=c + 1)
    for kind, units in (("row", answer), ("column", list(zip(*answer, strict=True)))):
        for k, unit in enumerate(units, 1):
            if set(unit) != set(range(1, n + 1)):
                return wrong(f"a {kind} repeats a number", **{kind: k})
    for (a, b), (i, j) in spec.less:
        if answer[a][b] >= answer[i][j]:
            return wrong("an inequality is broken", cells=[_name((a, b)), _name((i, j))])
    for cells, total in spec.cages:
        if sum(answer[r][c] for r, c in cells) != total:
            return wrong("a sum is broken", cells=[_name(cell) for cell in cells], sum=total)
    return RIGHT


def write(spec: Spec, answer: Grid, rng: Random) -> str:
    """Return the square as rows, a table, a code block or JSON."""
    return sudoku4.write(sudoku4.Spec(spec.size, (1, spec.size), spec.grid), answer, rng)


def spoil(spec: Spec, answer: Grid, rng: Random) -> Grid:
    """Return the square with two unlike cells of a row exchanged, a row missing, or numbers renamed."""
    return sudoku4.spoil(sudoku4.Spec(spec.size, (1, spec.size), spec.grid), answer, rng)


def solutions(spec: Spec, most: int) -> list[Grid]:
    """Return up to `most` solutions; raise TruthError for too long a search."""
    return _solutions(spec, most)
