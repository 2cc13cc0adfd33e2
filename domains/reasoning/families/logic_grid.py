"""Houses in a row, one value of each attribute per house, clues: the whole grid. The spec has exactly one solution.

Clues: [same|notsame|left|adj|notadj|before, attr, index, attr, index] and [at|notat, attr, index, house], houses from
1; `left` means immediately to the left. Made and made minimal with SAT; proved by an own search over domains of
houses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import grids, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_HOUSES = 8
MAX_ATTRS = 8
BANK = {
    "name": ("Anouk", "Bram", "Carmen", "Dario", "Elif", "Farid", "Greta", "Hanne", "Ivo", "Jun", "Kofi", "Lena"),
    "pet": ("ferret", "gecko", "hamster", "iguana", "lynx", "newt", "otter", "parrot", "rabbit", "tortoise"),
    "drink": ("cider", "cocoa", "juice", "lemonade", "mate", "milk", "tea", "water"),
    "flower": ("aster", "dahlia", "iris", "lily", "orchid", "poppy", "tulip", "violet"),
    "tool": ("anvil", "chisel", "hammer", "lathe", "pliers", "rasp", "saw", "wrench"),
}
NOUNS = {"pet": "{} owner", "drink": "{} drinker", "flower": "{} grower", "tool": "{} user"}
TESTS: dict[str, Callable[[int, int], bool]] = {
    "same": lambda a, b: a == b, "notsame": lambda a, b: a != b, "left": lambda a, b: a + 1 == b,
    "adj": lambda a, b: abs(a - b) == 1, "notadj": lambda a, b: abs(a - b) != 1, "before": lambda a, b: a < b,
    "at": lambda a, b: a == b, "notat": lambda a, b: a != b,
}  # fmt: skip
_WORDS = {
    "same": ("{a} is {b}.", "{a} and {b} are the same person.", "{b} is {a}."),
    "notsame": ("{a} is not {b}.", "{b} is not {a}.", "{a} and {b} are different people."),
    "left": ("{a} lives immediately to the left of {b}.", "{b} lives immediately to the right of {a}."),
    "adj": ("{a} and {b} are next-door neighbours.", "{a} lives next to {b}."),
    "notadj": ("{a} and {b} are not neighbours.",),
    "before": ("{a} lives somewhere to the left of {b}.", "{b} lives somewhere to the right of {a}."),
    "at": ("{a} lives in house {h}.", "House {h} is the house of {a}."),
    "notat": ("{a} does not live in house {h}.",),
}

Clue = tuple[str, str, int, str, int]  # for at and notat the second place is ("", house from 0)
Grid = dict[int, dict[str, str]]


class Spec(NamedTuple):
    """The attributes with their values, and the clues."""

    attrs: dict[str, tuple[str, ...]]
    clues: tuple[Clue, ...]

    @property
    def houses(self) -> int:
        return len(next(iter(self.attrs.values())))


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    table = specs.table(specs.part(raw, "attrs"), "attrs", 1, MAX_ATTRS)
    attrs = {attr: specs.words(values, f"attrs.{attr}", 1, MAX_HOUSES) for attr, values in table.items()}
    houses = len(next(iter(attrs.values())))
    specs.need(all(len(values) == houses for values in attrs.values()), "attrs", "must have as many values each")
    clues = specs.sized(specs.part(raw, "clues"), "clues", 0, 200)
    return Spec(attrs, tuple(_clue(clue, tuple(attrs), houses, f"clues[{k}]") for k, clue in enumerate(clues)))


def _clue(raw: Any, attrs: tuple[str, ...], houses: int, field: str) -> Clue:
    kind, attr, index, *rest = specs.sized(raw, field, 4, 5)
    specs.member(kind, field, tuple(TESTS))
    attr, index = specs.member(attr, field, attrs), specs.integer(index, field, 0, houses - 1)
    specs.need(len(rest) == (1 if kind in ("at", "notat") else 2), field, f"wrong length for {kind!r}")
    if len(rest) == 1:
        return kind, attr, index, "", specs.integer(rest[0], field, 1, houses) - 1
    return kind, attr, index, specs.member(rest[0], field, attrs), specs.integer(rest[1], field, 0, houses - 1)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with one solution, in which no clue can be dropped."""
    houses, width = ((3, 2), (3, 3), (4, 3), (4, 4), (5, 4))[level - 1]
    names = ["name", *rng.sample([attr for attr in BANK if attr != "name"], width - 1)]
    attrs = {attr: sorted(rng.sample(BANK[attr], houses)) for attr in names}
    places = {attr: rng.sample(range(houses), houses) for attr in attrs}  # of value i: its house
    kept = _needed(Spec({attr: tuple(values) for attr, values in attrs.items()}, ()), places, rng)
    rng.shuffle(kept)
    clues = [[kind, a, i, j + 1] if not b else [kind, a, i, b, j] for kind, a, i, b, j in kept]
    return {"attrs": attrs, "clues": clues}


def _needed(spec: Spec, places: dict[str, list[int]], rng: Random) -> list[Clue]:
    """Return clues that have the one solution and lose it without any of them.

    While SAT finds another grid, a clue of the solution that the other grid breaks is drawn; then what can go, goes.
    """
    variables = _variables(spec)
    clauses = [*_base(spec), [-variables[a, i, h] for a in places for i, h in enumerate(places[a])]]
    clues: dict[int, Clue] = {}  # by the literal that switches it on
    count = spec.houses
    with sat.solver(clauses) as opened:
        while opened.solve(assumptions=list(clues)):
            other = opened.get_model()
            clue = _true_clue(places, count, rng)
            while _holds(clue, other, variables):
                clue = _true_clue(places, count, rng)
            selector = len(variables) + 1 + len(clues)
            clues[selector] = clue
            for clause in _clauses(clue, spec, variables):
                opened.add_clause([-selector, *clause])
        kept = set(opened.get_core())
        for selector in sorted(kept):
            if not opened.solve(assumptions=sorted(kept - {selector})):
                kept = set(opened.get_core())
    return [clues[selector] for selector in sorted(kept)]


def _holds(clue: Clue, model: list[int], variables: dict[tuple[str, int, int], int]) -> bool:
    """Say whether a clue holds in the grid of a model; the houses of one value have numbers in a row."""
    kind, a, i, b, j = clue
    return TESTS[kind](_house(model, variables[a, i, 0]), _house(model, variables[b, j, 0]) if b else j)


def _house(model: list[int], first: int) -> int:
    """Return the house of a value in a model; `first` is the number for house 0."""
    at = first - 1
    while model[at] < 0:
        at += 1
    return at + 1 - first


def _true_clue(places: dict[str, list[int]], houses: int, rng: Random) -> Clue:
    """Return a random clue that holds in the solution."""
    kind = rng.choice(tuple(TESTS))
    house, other = rng.choice(_pairs(kind, houses))
    if kind in ("at", "notat"):
        a = rng.choice(tuple(places))
        return kind, a, places[a].index(house), "", other
    a, b = rng.sample(tuple(places), 2)
    return kind, a, places[a].index(house), b, places[b].index(other)


@lru_cache(maxsize=128)
def _pairs(kind: str, houses: int) -> tuple[tuple[int, int], ...]:
    """Return the pairs of houses that a kind of clue allows."""
    return tuple((a, b) for a, others in enumerate(_fitting(kind, houses)) for b in others)


def _variables(spec: Spec) -> dict[tuple[str, int, int], int]:
    """Return a number for each value in each house."""
    return _numbered(tuple(spec.attrs), spec.houses)[0]


def _base(spec: Spec) -> list[list[int]]:
    """Return the clauses that give each value one house and each house one value of an attribute."""
    return _numbered(tuple(spec.attrs), spec.houses)[1]


@lru_cache(maxsize=128)
def _numbered(attrs: tuple[str, ...], count: int) -> tuple[dict[tuple[str, int, int], int], list[list[int]]]:
    """Return the numbers and these clauses for all puzzles of some attributes; nobody changes them."""
    houses = range(count)
    cells = [(attr, i, house) for attr in attrs for i in houses for house in houses]
    variables = {cell: k for k, cell in enumerate(cells, 1)}
    tables = ([[variables[attr, i, h] for h in houses] for i in houses] for attr in attrs)
    return variables, [clause for table in tables for clause in sat.bijection(table)]


def _clauses(clue: Clue, spec: Spec, variables: dict[tuple[str, int, int], int]) -> list[list[int]]:
    """Return clauses that leave one side of the clue, for each house of the other, the houses that fit."""
    kind, a, i, b, j = clue
    fitting = _fitting(kind, spec.houses)
    first = variables[a, i, 0]  # the houses of one value have numbers in a row
    if not b:
        return [[first + h for h, others in enumerate(fitting) if j in others]]
    second = variables[b, j, 0]
    return [[-first - h, *[second + g for g in others]] for h, others in enumerate(fitting)]


@lru_cache(maxsize=128)
def _fitting(kind: str, houses: int) -> tuple[tuple[int, ...], ...]:
    """Return for each house of the one side the houses of the other that fit."""
    return tuple(tuple(g for g in range(houses) if TESTS[kind](h, g)) for h in range(houses))


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in words and order, or that are each other's mirror."""
    values = [(attr, i) for attr in spec.attrs for i in range(spec.houses)]
    number = {value: k for k, value in enumerate((*values, *spec.attrs))}
    kinds = ["value"] * len(values) + ["attr"] * len(spec.attrs)
    fixed: list[symmetry.Fact] = [("of", number[value], number[value[0]]) for value in values]

    def facts(*, mirrored: bool) -> list[symmetry.Fact]:
        found = list(fixed)
        for kind, a, i, b, j in spec.clues:
            if not b:
                found.append(((kind, spec.houses - 1 - j if mirrored else j), number[a, i]))
                continue
            either = [(number[a, i], number[b, j]), (number[b, j], number[a, i])]
            found += [(kind, *pair) for pair in (either[mirrored:][:1] if kind in ("left", "before") else either)]
        return found

    return min((symmetry.canonical(kinds, facts(mirrored=m)) for m in (False, True)), key=repr)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    parts = [
        f"one {'resident' if attr == 'name' else attr} ({', '.join(values)})" for attr, values in spec.attrs.items()
    ]
    clues = " ".join(f"({k}) {_say(clue, spec, rng)}" for k, clue in enumerate(spec.clues, 1))
    listed = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return banks.question("logic_grid", rng, n=spec.houses, parts=listed, clues=clues, attrs=", ".join(spec.attrs))


def _say(clue: Clue, spec: Spec, rng: Random) -> str:
    kind, a, i, b, j = clue
    second = _noun(spec, b, j) if b else ""
    text = rng.choice(_WORDS[kind]).format(a=_noun(spec, a, i), b=second, h=j + 1)
    return text[0].upper() + text[1:]


def _noun(spec: Spec, attr: str, index: int) -> str:
    value = spec.attrs[attr][index]
    return value if attr == "name" else "the " + NOUNS.get(attr, "person with {} " + attr).format(value)


def solve(spec: Spec) -> Grid:
    """Return the solution that SAT finds."""
    variables = _variables(spec)
    clauses = list(_base(spec))
    for clue in spec.clues:
        clauses += _clauses(clue, spec, variables)
    with sat.solver(clauses) as opened:
        if not opened.solve():
            raise specs.InfeasibleError("spec.clues", "no grid fits them")
        true = set(opened.get_model())
    grid: Grid = {house + 1: {} for house in range(spec.houses)}
    for (attr, i, house), variable in variables.items():
        if variable in true:
            grid[house + 1][attr] = spec.attrs[attr][i]
    return grid


def prove(spec: Spec, answer: Grid) -> bool:
    """Show that the answer is the only grid, by an own search that never asks SAT."""
    found = _search(spec, {(attr, i): (1 << spec.houses) - 1 for attr in spec.attrs for i in range(spec.houses)}, 2)
    return [{(a, i): h for (a, i), h in grid.items()} for grid in found] == [
        {(a, values.index(row[a])): house - 1 for house, row in answer.items() for a, values in spec.attrs.items()}
    ]


def _search(spec: Spec, domains: dict[tuple[str, int], int], most: int) -> list[dict[tuple[str, int], int]]:
    """Return up to `most` grids: narrow the houses of each value as bits, then branch on the smallest choice."""
    narrowed = _narrow(spec, dict(domains))
    if narrowed is None:
        return []
    open_values = [(bits.bit_count(), value) for value, bits in narrowed.items() if bits & bits - 1]
    if not open_values:
        return [{value: bits.bit_length() - 1 for value, bits in narrowed.items()}]
    _, value = min(open_values)
    found: list[dict[tuple[str, int], int]] = []
    for house in range(spec.houses):
        if narrowed[value] >> house & 1 and len(found) < most:
            found += _search(spec, narrowed | {value: 1 << house}, most - len(found))
    return found


def _narrow(spec: Spec, domains: dict[tuple[str, int], int]) -> dict[tuple[str, int], int] | None:
    count = spec.houses
    houses = range(count)
    before: dict[tuple[str, int], int] = {}
    while before != domains:
        before = dict(domains)
        for kind, a, i, b, j in spec.clues:
            other = domains[b, j] if b else 1 << j
            domains[a, i] = mine = domains[a, i] & _allowed(kind, False, other, count)
            if b:
                domains[b, j] &= _allowed(kind, True, mine, count)
        for (attr, i), bits in list(domains.items()):
            if not bits & bits - 1:
                for k in houses:
                    domains[attr, k] &= ~bits if k != i else -1
        if not all(domains.values()):
            return None
    return domains


@lru_cache(maxsize=8_192)
def _allowed(kind: str, second: bool, other: int, houses: int) -> int:
    """Return the houses, as bits, that one side of a clue may have where the other side may have these."""
    places = [h for h in range(houses) if other >> h & 1]
    return sum(
        1 << mine
        for mine in range(houses)
        if any(TESTS[kind](*((place, mine) if second else (mine, place))) for place in places)
    )


def read(spec: Spec, text: str) -> Grid:
    """Return house -> attribute -> value."""
    return grids.houses(text, spec.attrs, spec.houses)


def judge(spec: Spec, answer: Grid) -> Finding:
    """Every house is full, every value used once, and every clue holds."""
    missing = [
        f"house {h}: {attr}" for h in range(1, spec.houses + 1) for attr in spec.attrs if attr not in answer.get(h, {})
    ]
    if missing:
        return incomplete("the grid has gaps", missing=missing[:8])
    place = {(attr, row[attr]): house - 1 for house, row in answer.items() for attr in spec.attrs}
    if len(place) != spec.houses * len(spec.attrs):
        return wrong("a value is used twice")
    for k, (kind, a, i, b, j) in enumerate(spec.clues, 1):
        second = place[b, spec.attrs[b][j]] if b else j
        if not TESTS[kind](place[a, spec.attrs[a][i]], second):
            return wrong("a clue is broken", clue=k)
    return RIGHT


def write(spec: Spec, answer: Grid, rng: Random) -> str:
    """Return the grid as lines, a table, a turned table or JSON."""
    attrs, form = list(spec.attrs), rng.randrange(5)
    rows = [[str(house), *(answer[house][attr] for attr in attrs if attr in answer[house])] for house in sorted(answer)]
    if form == 0:
        return json.dumps({f"House {house}": answer[house] for house in sorted(answer)})
    if form == 1:
        return json.dumps([{"house": house, **answer[house]} for house in sorted(answer)])
    if form == 2:
        return "\n" + writing.table([["House", *attrs], *rows])
    if form == 3 and len(rows) == spec.houses:
        turned: list[Sequence[str]] = [["", *(f"House {row[0]}" for row in rows)]]
        return "\n" + writing.table([*turned, *([attr, *(row[k + 1] for row in rows)] for k, attr in enumerate(attrs))])
    return "\n" + "\n".join(f"House {house}: {rng.choice([', ', ' - ']).join(values)}" for house, *values in rows)


def spoil(spec: Spec, answer: Grid, rng: Random) -> Grid:
    """Return the grid with two values exchanged or a house missing: wrong, for the solution is unique."""
    rows = {house: dict(row) for house, row in answer.items()}
    if rng.random() < 0.2:
        del rows[rng.choice(list(rows))]
        return rows
    attr = rng.choice(list(spec.attrs))
    one, two = rng.sample(sorted(rows), 2)
    rows[one][attr], rows[two][attr] = rows[two][attr], rows[one][attr]
    return rows


def solutions(spec: Spec, most: int) -> list[Grid]:
    """Return up to `most` solutions, by the search that never asks SAT."""
    everywhere = {(attr, i): (1 << spec.houses) - 1 for attr in spec.attrs for i in range(spec.houses)}
    found: list[Grid] = []
    for places in _search(spec, everywhere, most):
        grid: Grid = {house: {} for house in range(1, spec.houses + 1)}
        for (attr, i), house in places.items():
            grid[house + 1][attr] = spec.attrs[attr][i]
        found.append(grid)
    return found
