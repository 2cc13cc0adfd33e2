"""Derivations of a small Sudoku: digits placed or ruled out by cited rows, columns, boxes and earlier steps."""

from __future__ import annotations

import re
from itertools import combinations
from random import Random

from verisieve.domains.reasoning.families import sudoku4 as family
from verisieve.domains.reasoning.families.sudoku4 import Grid, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, deriving
from verisieve.verifiers.reasoning.citations import Source
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.theories import Deduction, Theory

CITED = True
_CELL = r"(?:cell\s*)?(?:r(?:ow)?\s*(\d{1,2})\s*,?\s*c(?:ol(?:umn)?)?\s*(\d{1,2})|\(?(\d{1,2})\s*,\s*(\d{1,2})\)?)"
_CLAIM = re.compile(
    rf"{_CELL}\s*(?P<link>!=|≠|<>|=|:|->|(?:is|must\s+be|can\s+only\s+be)?(?:\s*(?:not|cannot\s+be))?)\s*(?P<digit>\d{{1,2}})",
    re.IGNORECASE,
)
_NOT = re.compile(r"!=|≠|<>|not", re.IGNORECASE)


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {}


def units(spec: Spec) -> dict[Source, list[tuple[int, int]]]:
    """Return the cells of each row, column and box, all counted from 1."""
    n, (high, wide) = spec.size, spec.box
    found: dict[Source, list[tuple[int, int]]] = {}
    for k in range(n):
        top, left = k // (n // wide) * high, k % (n // wide) * wide
        found["row", k + 1] = [(k, c) for c in range(n)]
        found["column", k + 1] = [(r, k) for r in range(n)]
        found["box", k + 1] = [(top + i, left + j) for i in range(high) for j in range(wide)]
    return found


def _is(r: int, c: int, digit: int) -> Formula:
    return "var", f"{r},{c}={digit}"


def _one(options: list[Formula]) -> list[Formula]:
    return [("or", *options), *(("or", ("not", a), ("not", b)) for a, b in combinations(options, 2))]


def theory(spec: Spec) -> Theory:
    """Return the puzzle as formulas: cells and givens are the background, units the sources."""
    digits = range(1, spec.size + 1)
    cells = [(r, c) for r in range(spec.size) for c in range(spec.size)]
    background = [part for r, c in cells for part in _one([_is(r, c, d) for d in digits])]
    background += [_is(r, c, spec.grid[r][c]) for r, c in cells if spec.grid[r][c]]
    sources: dict[Source, Formula] = {
        unit: ("and", *(part for d in digits for part in _one([_is(r, c, d) for r, c in cells])))
        for unit, cells in units(spec).items()
    }
    return Theory(background, sources, lambda text: _read(spec, text), lambda text: _conclude(spec, text))


def _read(spec: Spec, text: str) -> Formula:
    """Return a claim about one or more cells."""
    parts: list[Formula] = []
    for piece in re.split(r"\band\b|;", text):
        match = _CLAIM.fullmatch(piece.strip(" ,."))
        if not match:
            raise UnreadableError(f"no digit of a cell: {piece.strip()[:40]!r}")
        r, c = (int(number) for number in match.groups()[:4] if number)
        digit = int(match["digit"])
        if not all(1 <= number <= spec.size for number in (r, c, digit)):
            raise UnreadableError("no such cell or digit")
        place = _is(r - 1, c - 1, digit)
        parts.append(("not", place) if _NOT.search(match["link"]) else place)
    return parts[0] if len(parts) == 1 else ("and", *parts)


def _conclude(spec: Spec, text: str) -> tuple[Grid, Formula]:
    grid = family.read(spec, text)
    if len(grid) != spec.size or family.judge(spec, grid).reason is Reason.INCOMPLETE:
        raise UnreadableError("not the whole grid")
    return grid, ("and", *(_is(r, c, digit) for r, row in enumerate(grid) for c, digit in enumerate(row)))


def begin(spec: Spec) -> Deduction:
    """Open a calculus."""
    return Deduction(theory(spec))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a derivation of the only grid."""
    grid, n = family.solve(spec), spec.size
    said: dict[Formula, str] = {}
    for r, c, digit in ((r, c, d) for r in range(n) for c in range(n) for d in range(1, n + 1) if not spec.grid[r][c]):
        place = _is(r, c, digit)
        said |= {place: f"r{r + 1}c{c + 1} = {digit}", ("not", place): f"r{r + 1}c{c + 1} != {digit}"}
    final = " / ".join(" ".join(map(str, row)) for row in grid)
    goals = [_is(r, c, grid[r][c]) for r in range(n) for c in range(n)]
    return Derivation(tuple(deriving.derive(theory(spec), said, rng, goals, final)), grid)


def falsify(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Claim another digit, or the opposite."""
    if not isinstance(line.body, int):
        return None
    if " != " in line.text:
        return line._replace(text=line.text.replace("!=", "="))
    head, _, digit = line.text.rpartition(" ")
    return line._replace(text=f"{head} {int(digit) % spec.size + 1}")


def agrees(spec: Spec, derived: Grid, answer: Grid, text: str) -> bool:
    """Say whether two grids are one."""
    return derived == answer
