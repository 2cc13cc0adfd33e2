"""Put items in a row under rules; any arrangement that keeps all of them counts.

Rules: [before|next|notnext|immediately_before, a, b], [at|notat, a, position from 1]. Solved by trying permutations
with early cuts; proved with SAT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import lru_cache
from itertools import permutations
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, sat, specs, symmetry
from verisieve.verifiers.reasoning.findings import (
    RIGHT,
    Finding,
    Reason,
    UnexpectedError,
    UnreadableError,
    incomplete,
    wrong,
)

MODE = "answer"
MAX_ITEMS, MAX_RULES, MAX_NODES = 20, 200, 50_000
FILLERS = lexing.FILLERS | lexing.words(
    "order position positions row first second third fourth fifth sixth seventh last next place spot from left "
    "directly immediately "
    "right item items comes come goes stands finally begin end followed "
    "rank"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|#(?=\d)")
TESTS: dict[str, Callable[[int, int], bool]] = {
    "before": lambda a, b: a < b, "after": lambda a, b: a > b, "next": lambda a, b: abs(a - b) == 1,
    "notnext": lambda a, b: abs(a - b) != 1, "immediately_before": lambda a, b: a + 1 == b, "at": lambda a, b: a == b,
    "notat": lambda a, b: a != b,
}  # fmt: skip
_WORDS = {
    "before": "{0} comes before {1}", "after": "{0} comes after {1}", "next": "{0} and {1} are neighbours",
    "notnext": "{0} and {1} are not neighbours", "immediately_before": "{0} comes immediately before {1}",
    "at": "{0} is in position {1}", "notat": "{0} is not in position {1}",
}  # fmt: skip

Rule = tuple[str, str, str | int]


class Spec(NamedTuple):
    """The items and the rules."""

    items: tuple[str, ...]
    rules: tuple[Rule, ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    items = specs.words(specs.part(raw, "items"), "items", 1, MAX_ITEMS)
    rules: list[Rule] = []
    for k, rule in enumerate(specs.sized(specs.part(raw, "constraints"), "constraints", 0, MAX_RULES)):
        kind, item, other = specs.sized(rule, f"constraints[{k}]", 3, 3)
        specs.member(kind, f"constraints[{k}]", tuple(TESTS))
        item = specs.member(item, f"constraints[{k}]", items)
        if kind in ("at", "notat"):
            rules.append((kind, item, specs.integer(other, f"constraints[{k}]", 1, len(items))))
        else:
            rules.append((kind, item, specs.member(other, f"constraints[{k}]", items)))
    return Spec(items, tuple(rules))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec whose rules hold in a planted order, found by as long a search as the level asks."""
    count = (5, 6, 6, 7, 8)[level - 1]
    fewest, most = ((6, 14), (14, 30), (30, 60), (60, 120), (120, 300))[level - 1]
    while True:
        items = sorted(rng.sample(banks.lists("ordering", "items", rng), count))
        order, true = rng.sample(items, count), _true(count)
        rules: dict[Rule, None] = {}
        while len(rules) < 2 * level + 3:
            kind, a, b = rng.choice(true)
            rules[kind, order[a - 1], b if kind == "notat" else order[b - 1]] = None
        if fewest <= _search(Spec(tuple(items), tuple(rules)), most)[1] <= most:
            return {"items": items, "constraints": [list(rule) for rule in rules]}


@lru_cache(maxsize=8)
def _true(count: int) -> tuple[tuple[str, int, int], ...]:
    """Return the rules that hold in any order, as a kind with two positions; some kinds come twice."""
    kinds = ("before", "next", "notnext", "notnext", "notat", "notat", "immediately_before")
    pairs = list(permutations(range(1, count + 1), 2))
    return tuple((kind, a, b) for kind in kinds for a, b in pairs if TESTS[kind](a, b))


def _holds(rule: Rule, place: dict[str, int]) -> bool:
    kind, item, other = rule
    return TESTS[kind](place[item], other if isinstance(other, int) else place[other])


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in items and rules' order, or that are each other's mirror."""
    number, count = {item: k for k, item in enumerate(spec.items)}, len(spec.items)

    def facts(*, mirrored: bool) -> list[symmetry.Fact]:
        found: list[symmetry.Fact] = []
        for kind, item, other in spec.rules:
            if isinstance(other, int):
                found.append(((kind, count + 1 - other if mirrored else other), number[item]))
                continue
            a, b = number[item], number[other]
            if kind == "after":
                kind, a, b = "before", b, a
            either = [(a, b), (b, a)]
            found += [(kind, *pair) for pair in (either if kind in ("next", "notnext") else either[mirrored:][:1])]
        return found

    parts = ["item"] * count
    return min((symmetry.canonical(parts, facts(mirrored=m)) for m in (False, True)), key=repr)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    rules = "; ".join(_WORDS[kind].format(item, other) for kind, item, other in spec.rules)
    return banks.question("ordering", rng, i=", ".join(spec.items), n=len(spec.items), r=rules)


def solve(spec: Spec) -> list[str]:
    """Return an order; raise TruthError where there is none or the search is too long."""
    found, nodes = _search(spec, MAX_NODES)
    if found is None:
        if nodes <= MAX_NODES:
            raise specs.InfeasibleError("spec.constraints", "no order keeps them all")
        raise TruthError("spec.constraints", "too hard to solve here")
    return found


def _search(spec: Spec, most: int) -> tuple[list[str] | None, int]:
    """Return the first order, if there is any, and how many beginnings of orders were looked at, up to `most`."""
    count, number = len(spec.items), {item: k for k, item in enumerate(spec.items)}
    allowed, bound = [-1] * count, [list[tuple[tuple[int, ...], int]]() for _ in spec.items]
    for kind, item, other in spec.rules:
        a = number[item]
        if isinstance(other, int):
            allowed[a] &= _places(kind, True, count)[other]
        else:
            bound[a].append((_places(kind, True, count), number[other]))
            bound[number[other]].append((_places(kind, False, count), a))
    place, nodes = [0] * count, 1

    def extend(at: int) -> bool:
        nonlocal nodes
        for k in range(count) if at <= count else ():
            if place[k]:
                continue
            nodes += 1
            if nodes > most:
                return False
            fits = allowed[k]
            for table, other in bound[k]:
                fits &= table[place[other]]
            if fits >> at & 1:
                place[k] = at
                if extend(at + 1):
                    return True
                place[k] = 0
        return at > count

    found = extend(1)
    return sorted(spec.items, key=lambda item: place[number[item]]) if found else None, nodes


@lru_cache(maxsize=512)
def _places(kind: str, first: bool, count: int) -> tuple[int, ...]:
    """Return, for each place of the other side of a rule, the places of one side as bits; 0 is no place yet."""
    places = range(1, count + 1)
    tests = [[TESTS[kind](k, other) if first else TESTS[kind](other, k) for k in places] for other in places]
    return (-1, *(sum(1 << k for k, good in zip(places, row, strict=True) if good) for row in tests))


def prove(spec: Spec, answer: list[str]) -> bool:
    """Show with SAT that an order exists and that the answer is one."""
    count = len(spec.items)
    var = {(item, k): 1 + i * count + k - 1 for i, item in enumerate(spec.items) for k in range(1, count + 1)}
    places = range(1, count + 1)
    clauses = sat.bijection([[var[item, k] for k in places] for item in spec.items])
    for kind, item, other in spec.rules:
        if isinstance(other, int):
            clauses += [[-var[item, k]] for k in places if not TESTS[kind](k, other)]
        else:
            clauses += [[-var[item, k], -var[other, m]] for k in places for m in places if not TESTS[kind](k, m)]
    placed = [var[item, k] for k, item in enumerate(answer, 1)]
    return len(placed) == count and sat.satisfiable(clauses, placed)


def read(spec: Spec, text: str) -> list[str]:
    """Return the items in order; numbers must be their positions, or count them up."""
    lexing.forward(text)
    if ">" in text.replace("->", "").replace("=>", ""):
        raise UnreadableError("> says neither before nor after")
    if "{" in text.strip()[1:] or text.count("[") > 1:
        raise UnreadableError("a set inside of an order", Reason.HEDGED)
    found: list[str] = []
    numbers: list[tuple[int, int]] = []  # (number, how many items stand before it)
    for kind, word in lexing.tokens(_ORDINAL.sub("", text), spec.items):
        if kind == "key":
            found.append(word)
        elif kind == "int":
            numbers.append((int(word), len(found)))
        elif kind == "word" and not lexing.is_filler(word, FILLERS):
            raise UnexpectedError(word)
    if not found:
        raise UnreadableError("no items")
    found = found if numbers else lexing.once(found)
    if not numbers or all(number == before + 1 for number, before in numbers):
        return found
    places = [before for _, before in numbers]  # a number behind, or before, each item, or all in the head of a table
    if places in ([*range(1, len(found) + 1)], [*range(len(found))], [0] * len(found)):
        ranks = [number for number, _ in numbers]
    else:
        raise UnreadableError("numbers that are no positions")
    if sorted(ranks) != list(range(1, len(found) + 1)):
        raise UnreadableError("positions that do not count up", Reason.WRONG_ANSWER)
    return [item for _, item in sorted(zip(ranks, found, strict=True))]


def judge(spec: Spec, answer: list[str]) -> Finding:
    """Every item stands once, and every rule holds."""
    missing = [item for item in spec.items if item not in answer]
    if missing:
        return incomplete("items without a place", missing=missing)
    if len(answer) != len(spec.items):
        return wrong("an item stands twice")
    place = {item: k for k, item in enumerate(answer, 1)}
    broken = next((rule for rule in spec.rules if not _holds(rule, place)), None)
    return RIGHT if broken is None else wrong("a rule is broken", rule=list(broken))


def write(spec: Spec, answer: list[str], rng: Random) -> str:
    """Return the order in a line, as a list or as JSON."""
    return writing.sequence(answer, rng, joiners=(", ", " < ", " -> ", " → ", " | "))


def spoil(spec: Spec, answer: list[str], rng: Random) -> list[str]:
    """Return an order that breaks a chosen rule, or lacks an item."""
    if rng.random() < 0.3 or not spec.rules:
        gone = rng.choice(answer)
        return [item for item in answer if item != gone]
    kind, item, other = rng.choice(spec.rules)
    rest = [one for one in answer if one not in (item, other)]
    places = range(len(answer))
    if isinstance(other, int):
        k = other - 1 if kind == "notat" else rng.choice([k for k in places if k != other - 1])
        return [*rest[:k], item, *rest[k:]]
    options = [(i, j) for i in places for j in places if i != j and not TESTS[kind](i, j)]
    i, j = rng.choice(options) if options else (0, 0)
    for k, one in sorted(((i, item), (j, other))):
        rest.insert(k, one)
    return rest if options else rest[:-1]
