"""Sudoku: each digit once per row, column and box, givens kept. The spec has exactly one solution.

Solved by an own search on bit sets; proved with SAT. Any size with rectangular boxes up to 16 is judged; 4, 6 and 9
are made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_SIZE = 16
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ROW = re.compile(
    r"^[ |]*(?:(?:row|r)?[ ]*\d{0,2}[ ]*:|(?:row[ ]*|r)\d{1,2}[ ]*(?:\||is\b|=))[ ]*", re.IGNORECASE | re.MULTILINE
)
_BETWEEN = re.compile(r"[,;] *(?=row\b|r\d)", re.IGNORECASE)
_ORDINAL = re.compile(rf"[,;]? ?(?:and )?(?:the )?\b({'|'.join(_ORDINALS)}) row(?: is)?:?", re.IGNORECASE)
_NUMBER = re.compile(r"^[ |]*(?:(?:row[ ]*|r)(?=\d{1,2}\b)|(?=\d{1,2}[ ]*:))(\d{1,2})", re.IGNORECASE | re.MULTILINE)
_CELL = re.compile(r"\br(?:ow )?(\d)[, ]{0,2}c(?:olumn |ol )?(\d) ?[=:] ?(\d)\b[,;.\s]*", re.IGNORECASE)
_LINE = re.compile(r"^[-+|= ]+$", re.MULTILINE)
_HEAD = re.compile(r"^[ ]*\|[^\n]{0,200}\n(?=[ ]*\|[ ]*:?-{2,})", re.MULTILINE)

Grid = tuple[tuple[int, ...], ...]


class Spec(NamedTuple):
    """The size, the height and width of a box, and the givens."""

    size: int
    box: tuple[int, int]
    grid: Grid


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    grid = specs.sized(specs.part(raw, "grid"), "grid", 1, MAX_SIZE)
    size = specs.integer(raw.get("size", len(grid)), "size", 1, MAX_SIZE)
    specs.need(len(grid) == size, "grid", f"must have {size} rows")
    high, wide = (specs.integer(side, "box", 1, size) for side in specs.sized(specs.part(raw, "box"), "box", 2, 2))
    specs.need(high * wide == size, "box", f"must hold {size} cells")
    rows = [specs.sized(row, f"grid[{k}]", size, size) for k, row in enumerate(grid)]
    return Spec(size, (high, wide), tuple(tuple(specs.integer(cell, "grid", 0, size) for cell in row) for row in rows))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with one solution: a shuffled full grid, emptied while it stays unique."""
    size, box, givens = ((4, (2, 2), 9), (4, (2, 2), 7), (6, (2, 3), 20), (6, (2, 3), 12), (9, (3, 3), 36))[level - 1]
    full = _full(size, box, rng)
    cells = [(r, c) for r in range(size) for c in range(size)]
    literals = {(r, c): _literal(size, r, c, full[r][c]) for r, c in rng.sample(cells, len(cells))}
    another = [-literal for literal in literals.values()]
    todo, step = list(literals), size * size // 3
    while todo and len(literals) > givens:
        chunk = todo[: min(step, len(literals) - givens)]
        rest = dict(literals)
        for cell in chunk:
            del rest[cell]
        if not _rules(size, box).satisfiable(rest.values(), [another]):
            literals, todo = rest, todo[len(chunk) :]
        elif len(chunk) == 1:
            todo = todo[1:]
        step = max(1, step // 2)
    grid = [[full[r][c] if (r, c) in literals else 0 for c in range(size)] for r in range(size)]
    return {"size": size, "box": list(box), "grid": grid}


def _full(size: int, box: tuple[int, int], rng: Random) -> Grid:
    """Return a full grid around boxes that share no row and no column."""
    (high, wide), found = box, list[Grid]()
    while not found:
        grid = [[0] * size for _ in range(size)]
        for k in range(min(box)):
            digits = rng.sample(range(1, size + 1), size)
            for r in range(high):
                grid[k * high + r][k * wide : (k + 1) * wide] = digits[r * wide : (r + 1) * wide]
        found = _solutions(Spec(size, box, tuple(map(tuple, grid))), 1, rng)
    return found[0]


def _solutions(spec: Spec, most: int, rng: Random | None = None) -> list[Grid]:
    """Return up to `most` solutions: the emptiest choice first, digits as bits."""
    size, (high, wide) = spec.size, spec.box
    rows, columns, boxes = [0] * size, [0] * size, [0] * size
    cells = [(r, c, r // high * high + c // wide) for r in range(size) for c in range(size)]
    grid = [list(row) for row in spec.grid]
    for r, c, b in cells:
        bit = 1 << grid[r][c] - 1 if grid[r][c] else 0
        if (rows[r] | columns[c] | boxes[b]) & bit:
            return []
        rows[r], columns[c], boxes[b] = rows[r] | bit, columns[c] | bit, boxes[b] | bit
    found: list[Grid] = []
    everything = (1 << size) - 1

    def fill(todo: list[tuple[int, int, int]]) -> None:
        if not todo:
            found.append(tuple(map(tuple, grid)))
            return
        fewest = size + 1
        for at in todo:
            left = everything & ~(rows[at[0]] | columns[at[1]] | boxes[at[2]])
            if (count := left.bit_count()) < fewest:
                (r, c, b), cell, free, fewest = at, at, left, count
                if count < 2:
                    break
        digits = list(_digits_of(free))
        if rng:
            rng.shuffle(digits)
        rest = [other for other in todo if other is not cell]
        for digit in digits:
            bit = 1 << digit - 1
            grid[r][c] = digit
            rows[r], columns[c], boxes[b] = rows[r] | bit, columns[c] | bit, boxes[b] | bit
            fill(rest)
            rows[r], columns[c], boxes[b] = rows[r] ^ bit, columns[c] ^ bit, boxes[b] ^ bit
            if len(found) >= most:
                break
        grid[r][c] = 0

    fill([cell for cell in cells if not grid[cell[0]][cell[1]]])
    return found


@lru_cache(maxsize=8_192)
def _digits_of(bits: int) -> tuple[int, ...]:
    """Return the digits that bits stand for, the least first."""
    return tuple(k + 1 for k in range(bits.bit_length()) if bits >> k & 1)


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in digits, order of rows, columns and bands, or are turned."""
    forms = [_laid(spec.grid, spec.box)]
    if spec.box[0] == spec.box[1]:
        forms.append(_laid(tuple(zip(*spec.grid, strict=True)), spec.box))
    return min(forms, key=repr)


def _laid(grid: Grid, box: tuple[int, int]) -> Hashable:
    """Return the canonical form of a grid that may not be turned."""
    n, (high, wide) = len(grid), box
    kinds = ["row"] * n + ["column"] * n + ["digit"] * n + ["band"] * wide + ["stack"] * high
    facts: list[symmetry.Fact] = [("in", r, 3 * n + r // high) for r in range(n)]
    facts += [("in", n + c, 3 * n + wide + c // wide) for c in range(n)]
    facts += [("given", r, n + c, 2 * n - 1 + grid[r][c]) for r in range(n) for c in range(n) if grid[r][c]]
    return symmetry.canonical(kinds, facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    grid = "\n".join(" ".join(map(str, row)) for row in spec.grid)
    return banks.question("sudoku4", rng, n=spec.size, r=spec.box[0], c=spec.box[1], grid=grid)


def solve(spec: Spec) -> Grid:
    """Return the only solution."""
    found = _solutions(spec, 2)
    if len(found) != 1:
        raise TruthError("spec.grid", "does not have exactly one solution")
    return found[0]


def prove(spec: Spec, answer: Grid) -> bool:
    """Show with SAT that the answer is a solution and that there is no other."""
    n, rules = spec.size, _rules(spec.size, spec.box)
    planted = [_literal(n, r, c, answer[r][c]) for r in range(n) for c in range(n)]
    givens = [_literal(n, r, c, digit) for r, row in enumerate(spec.grid) for c, digit in enumerate(row) if digit]
    another = [-literal for literal in planted]
    return set(givens) <= set(planted) and rules.satisfiable(planted) and not rules.satisfiable(givens, [another])


def _literal(size: int, row: int, column: int, digit: int) -> int:
    return digit + size * (column + size * row)


@lru_cache(maxsize=16)
def _rules(size: int, box: tuple[int, int]) -> sat.Standing:
    """Return the rules as clauses in a solver: one digit per cell, each digit once per row, column and box."""
    (high, wide), sides = box, range(size)
    cells = [(r, c) for r in sides for c in sides]
    units = [[(r, c) for c in sides] for r in sides] + [[(r, c) for r in sides] for c in sides]
    units += [[(r, c) for r, c in cells if (r // high, c // wide) == (i, j)] for i in range(wide) for j in range(high)]
    groups = [[_literal(size, r, c, d) for d in range(1, size + 1)] for r, c in cells]
    groups += [[_literal(size, r, c, d) for r, c in unit] for unit in units for d in range(1, size + 1)]
    return sat.Standing([clause for group in groups for clause in sat.exactly_one(group)])


def read(spec: Spec, text: str) -> Grid:
    """Return the rows of digits; box lines, separators and row labels may stand between them."""
    data = lexing.json_value(text)
    if isinstance(data, dict):
        data = next(iter(data.values())) if len(data) == 1 else [data[key] for key in sorted(data, key=_digits)]
    if isinstance(data, list) and all(isinstance(row, str) and row.isdecimal() for row in data):
        data = [list(row) for row in data]
    if isinstance(data, list) and all(isinstance(row, list) and all(map(_is_cell, row)) for row in data):
        return tuple(tuple(map(int, row)) for row in data)
    if "c" in text.lower() and not _CELL.sub("", text.strip()):
        return _by_cells(spec, _CELL.findall(text))
    for sign, instead in (("/", "\n"), (";", "\n"), ("&", " "), ("),", ")\n"), ("],", "]\n"), ("(", " "), (")", " ")):
        text = text.replace(sign, instead)
    text = _ORDINAL.sub(lambda match: f"\nrow {_ORDINALS.index(match[1].lower()) + 1}: ", _BETWEEN.sub("\n", text))
    numbers = [int(digits) for digits in _NUMBER.findall(text)]
    if numbers != sorted(numbers):
        raise UnreadableError("rows that are not in order", Reason.HEDGED)
    bare = _LINE.sub("", _ROW.sub("", _HEAD.sub(_kept, text) if "--" in text else text))
    if not re.fullmatch(r"[\d\s|,.\[\]\"']+", bare):
        raise UnreadableError("more than digits")
    lines = [re.findall(r"\d+", line) for line in bare.split("\n")]
    lines = [list(line[0]) if len(line) == 1 and len(line[0]) == spec.size < 10 else line for line in lines if line]
    if len(lines) == 1 and spec.size < 10 and set(map(len, lines[0])) in ({spec.size}, {spec.size**2}):
        lines = [list("".join(lines[0]))]  # the rows, or the whole grid, without spaces
    if len(lines) == 1 and len(lines[0]) == spec.size**2 > 1:
        lines = [lines[0][k : k + spec.size] for k in range(0, spec.size**2, spec.size)]
    if not lines or any(len(cell) > 2 for line in lines for cell in line):
        raise UnreadableError("no rows of digits")
    return tuple(tuple(map(int, line)) for line in lines)


def _by_cells(spec: Spec, cells: list[tuple[str, str, str]]) -> Grid:
    """Return the rows of a grid that is told cell by cell: r1c1=3."""
    places = {(int(row), int(column)): int(digit) for row, column, digit in cells}
    numbers = range(1, spec.size + 1)
    if len(places) != len(cells):
        raise UnreadableError("a cell is given twice", Reason.HEDGED)
    if places.keys() != {(row, column) for row in numbers for column in numbers}:
        raise UnreadableError("not every cell is given", Reason.INCOMPLETE)
    return tuple(tuple(places[row, column] for column in numbers) for row in numbers)


def _digits(key: str) -> int:
    """Return the number in the name of a row, 0 for none."""
    return int("".join(filter(str.isdecimal, key[:20])) or 0)


def _is_cell(cell: object) -> bool:
    return type(cell) is int or (isinstance(cell, str) and cell.isdecimal() and len(cell) < 3)


def _kept(head: re.Match[str]) -> str:
    """Keep a first table row of digits, drop one of names."""
    return "" if re.search(r"[A-Za-z]", head[0]) else head[0]


def judge(spec: Spec, answer: Grid) -> Finding:
    """The grid is full, keeps the givens, and repeats nothing in a row, column or box."""
    n, (high, wide) = spec.size, spec.box
    if len(answer) > n or any(len(row) > n for row in answer):
        return wrong("more cells than the grid has")
    if len(answer) < n or any(len(row) < n or 0 in row for row in answer):
        return incomplete("the grid has gaps", rows=len(answer))
    for r, c in ((r, c) for r in range(n) for c in range(n)):
        if spec.grid[r][c] not in (0, answer[r][c]):
            return wrong("a given is changed", row=r + 1, column=c + 1)
    digits = set(range(1, n + 1))
    boxes = [
        [answer[r + i][c + j] for i in range(high) for j in range(wide)]
        for r in range(0, n, high)
        for c in range(0, n, wide)
    ]
    for kind, units in (("row", answer), ("column", list(zip(*answer, strict=True))), ("box", boxes)):
        for k, unit in enumerate(units, 1):
            if set(unit) != digits:
                return wrong(f"a {kind} repeats a digit", **{kind: k})
    return RIGHT


def write(spec: Spec, answer: Grid, rng: Random) -> str:
    """Return the grid as rows, a table, a code block or JSON."""
    form, rows = rng.randrange(5), [list(map(str, row)) for row in answer]
    if form == 0:
        return json.dumps([list(row) for row in answer])
    if form == 1:
        return "\n```\n" + "\n".join(" ".join(row) for row in rows) + "\n```"
    if form == 2:
        return "\n" + "\n".join(writing.table([row]).split("\n")[0] for row in rows)
    return "\n" + "\n".join(rng.choice((" ", ", ", "")).join(row) for row in rows)


def spoil(spec: Spec, answer: Grid, rng: Random) -> Grid:
    """Return the grid with two unlike cells of a row exchanged, a row missing, or digits renamed."""
    rows = [list(row) for row in answer]
    kind = rng.random()
    if kind < 0.15:
        return tuple(map(tuple, rows[:-1]))
    if kind < 0.3:  # still a Sudoku, and not this one
        return tuple(tuple(cell % spec.size + 1 for cell in row) for row in rows)
    row = rows[rng.randrange(spec.size)]
    i, j = rng.sample(range(spec.size), 2)
    row[i], row[j] = row[j], row[i]
    return tuple(map(tuple, rows))


def solutions(spec: Spec, most: int) -> list[Grid]:
    """Return up to `most` solutions."""
    return _solutions(spec, most)
