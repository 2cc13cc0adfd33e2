"""Derivations of a logic grid: placements and eliminations, each entailed by few cited clues and earlier steps."""

from __future__ import annotations

from itertools import combinations
from random import Random

from verisieve.domains.reasoning.families import logic_grid as family
from verisieve.domains.reasoning.families.logic_grid import Clue, Grid, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, deriving
from verisieve.verifiers.reasoning import placements
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula
from verisieve.verifiers.reasoning.theories import Deduction, Theory

CITED = True


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return dict(zip("ab", (values[0] for values in (*spec.attrs.values(), ("it",))), strict=False))


def _cell(attr: str, index: int, house: int) -> Formula:
    return "var", f"{attr}:{index}@{house}"


def theory(spec: Spec) -> Theory:
    """Return the puzzle as formulas."""
    houses = range(spec.houses)
    background: list[Formula] = []
    for attr in spec.attrs:
        for k in houses:
            for cells in ([_cell(attr, k, h) for h in houses], [_cell(attr, i, k) for i in houses]):
                background.append(("or", *cells))
                background += [("or", ("not", a), ("not", b)) for a, b in combinations(cells, 2)]
    sources = {("clue", k): _clue(clue, spec) for k, clue in enumerate(spec.clues, 1)}
    return Theory(background, sources, lambda text: _read(spec, text), lambda text: _conclude(spec, text))


def _clue(clue: Clue, spec: Spec) -> Formula:
    kind, a, i, b, j = clue
    houses, test = range(spec.houses), family.TESTS[kind]
    if not b:
        return ("and", *(("not", _cell(a, i, h)) for h in houses if not test(h, j)))
    pairs = [(h, g) for h in houses for g in houses if not test(h, g)]
    return ("and", *(("or", ("not", _cell(a, i, h)), ("not", _cell(b, j, g))) for h, g in pairs))


def _read(spec: Spec, text: str) -> Formula:
    """Return a claim about values and houses."""
    things = {value: (attr, i) for attr, values in spec.attrs.items() for i, value in enumerate(values)}
    parts = [_literal(spec, things, literal) for literal in placements.read(text, tuple(things), spec.houses)]
    return parts[0] if len(parts) == 1 else ("and", *parts)


def _literal(spec: Spec, things: dict[str, tuple[str, int]], literal: placements.Literal) -> Formula:
    options = [_together(spec, things, literal.thing, other) for other in literal.others]
    whole = options[0] if len(options) == 1 else ("or", *options)
    return whole if literal.holds else ("not", whole)


def _together(spec: Spec, things: dict[str, tuple[str, int]], one: str | int, other: str | int) -> Formula:
    if isinstance(one, int):
        one, other = other, one
    if isinstance(one, int):
        raise UnreadableError("two houses")
    attr, i = things[one]
    if isinstance(other, int):
        return _cell(attr, i, other - 1)
    b, j = things[other]
    return ("and", *(("imp", _cell(attr, i, h), _cell(b, j, h)) for h in range(spec.houses)))


def _conclude(spec: Spec, text: str) -> tuple[Grid, Formula]:
    grid = family.read(spec, text)
    if family.judge(spec, grid).reason is Reason.INCOMPLETE:
        raise UnreadableError("not the whole grid")
    return grid, ("and", *_cells(spec, grid))


def _cells(spec: Spec, grid: Grid) -> list[Formula]:
    return [_cell(a, values.index(grid[h][a]), h - 1) for h in sorted(grid) for a, values in spec.attrs.items()]


def begin(spec: Spec) -> Deduction:
    """Open a calculus."""
    return Deduction(theory(spec))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return a derivation of the only grid."""
    grid = family.solve(spec)
    said: dict[Formula, str] = {}
    for attr, values in spec.attrs.items():
        for i, value in enumerate(values):
            for house in range(spec.houses):
                cell = _cell(attr, i, house)
                said |= {
                    cell: f"{value} is in house {house + 1}",
                    ("not", cell): f"{value} is not in house {house + 1}",
                }
    final = "; ".join(f"House {h}: {', '.join(grid[h][a] for a in spec.attrs)}" for h in sorted(grid))
    lines = deriving.derive(theory(spec), said, rng, _cells(spec, grid), final)
    return Derivation(tuple(lines), grid)


def falsify(spec: Spec, line: Line, rng: Random) -> Line | None:
    """Deny a placement or an elimination."""
    if not isinstance(line.body, int):
        return None
    one, other = (" is not in ", " is in ") if " is not in " in line.text else (" is in ", " is not in ")
    return line._replace(text=line.text.replace(one, other))


def agrees(spec: Spec, derived: Grid, answer: Grid, text: str) -> bool:
    """Say whether two grids are one."""
    return derived == answer
