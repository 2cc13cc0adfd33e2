"""Carry everything over a river in a small boat; what may not be left alone together is given. Any plan counts.

The ferryman rows every crossing and carries items of at most `boat` in all; each counts 1, or what `weights` gives it.
Items of a forbidden pair may not be on a bank without him. Solved by breadth-first search over bits; proved by playing
the plan with sets of names.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Iterator
from functools import lru_cache
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import lexing, plans, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnexpectedError, incomplete, wrong

MODE = "answer"
MAX_ITEMS, MAX_PAIRS, MAX_WEIGHT = 10, 45, 1_000
FILLERS = lexing.FILLERS | lexing.words(
    "take takes carry carries bring brings row rows cross crosses ferry ferries go goes return returns over across "
    "back alone nothing empty boat ferryman he you river bank side load him together themselves self transport move"
)
_BACK = re.compile(r"\b(?:back|returns?|left bank|near)\b", re.IGNORECASE)
_OVER = re.compile(r"\b(?:over|across|right bank|far)\b", re.IGNORECASE)
_CUT = re.compile(r",(?=\s*(?:take|carry|bring|row|cross|ferry|go|return)\b)", re.IGNORECASE)

Load = frozenset[str]


class Spec(NamedTuple):
    """What is to be carried, how much the boat takes, what may not be left together, and what each counts."""

    items: tuple[str, ...]
    boat: int
    pairs: tuple[tuple[str, str], ...]
    weights: tuple[int, ...]

    def weight(self, load: Load) -> int:
        """Return what a load counts."""
        return sum(self.weights[self.items.index(item)] for item in load)


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    items = specs.words(specs.part(raw, "items"), "items", 1, MAX_ITEMS)
    boat = specs.integer(specs.part(raw, "boat"), "boat", 1, MAX_WEIGHT)
    weights = specs.table(raw.get("weights", dict.fromkeys(items, 1)), "weights", len(items), len(items))
    specs.need(set(weights) == set(items), "weights", "must be those of the items")
    counts = tuple(specs.integer(weights[item], f"weights.{item}", 1, MAX_WEIGHT) for item in items)
    pairs = []
    for k, pair in enumerate(specs.sized(specs.part(raw, "forbidden"), "forbidden", 0, MAX_PAIRS)):
        a, b = (specs.member(item, f"forbidden[{k}]", items) for item in specs.sized(pair, f"forbidden[{k}]", 2, 2))
        specs.need(a != b, f"forbidden[{k}]", "must be two items")
        pairs.append((a, b))
    return Spec(items, boat, tuple(pairs), counts)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec with a plan of at least five crossings."""
    while True:
        count = 2 + level if level > 1 or rng.random() < 0.5 else 4
        items = sorted(rng.sample(banks.lists("river_crossing", "items", rng), count))
        every = list(combinations(items, 2))
        forbidden = sorted(rng.sample(every, min(len(every), rng.randint(2, 2 + level))))
        raw: dict[str, Any] = {"items": items, "boat": 1, "forbidden": [list(pair) for pair in forbidden]}
        if level > 1 or rng.random() < 0.9:
            raw["weights"] = {item: rng.randint(2, 5 if level == 1 else 9) for item in items}
            raw["boat"] = rng.randint(max(raw["weights"].values()), sum(raw["weights"].values()) * 2 // 3)
        plan = _search(parse(raw))
        if plan and len(plan) >= 5:
            return raw


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names and the order of what is carried."""
    number = {item: k for k, item in enumerate(spec.items)}
    facts = [("apart", number[one], number[two]) for a, b in spec.pairs for one, two in ((a, b), (b, a))]
    return spec.boat, symmetry.canonical(spec.weights, facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    pairs = ", ".join(f"{a} and {b}" for a, b in spec.pairs)
    light = set(spec.weights) == {1}
    listed = spec.items if light else [f"{item} ({w} kg)" for item, w in zip(spec.items, spec.weights, strict=True)]
    most = f"{spec.boat} of these" if light else f"{spec.boat} kg of these"
    return banks.question("river_crossing", rng, i=", ".join(listed), k=most, p=pairs)


@lru_cache(maxsize=512)
def _loads(weights: tuple[int, ...], boat: int) -> tuple[int, ...]:
    """Return what the boat can take, as bits, the fewest items first."""
    parts = (part for size in range(len(weights) + 1) for part in combinations(range(len(weights)), size))
    return tuple(sum(1 << k for k in part) for part in parts if sum(weights[k] for k in part) <= boat)


def _search(spec: Spec) -> list[Load] | None:
    """Return a shortest plan as what each crossing carries, None where there is none."""
    everything, loads = (1 << len(spec.items)) - 1, _loads(spec.weights, spec.boat)
    bad = [sum(1 << spec.items.index(item) for item in pair) for pair in spec.pairs]
    came: dict[tuple[int, bool], Any] = {(everything, True): None}  # what is on the near bank, and the ferryman
    todo = deque(came)
    while todo:
        near, here = state = todo.popleft()
        bank = near if here else everything & ~near
        for load in loads:
            if load & ~bank:
                continue
            left, after = bank & ~load, (near ^ load, not here)
            if after in came or any(pair & left == pair for pair in bad):
                continue
            came[after] = (state, load)
            if after == (0, False):
                return _back(spec, came, after)
            todo.append(after)
    return None


def _back(spec: Spec, came: dict[tuple[int, bool], Any], state: tuple[int, bool]) -> list[Load]:
    plan: list[Load] = []
    while came[state] is not None:
        state, load = came[state]
        plan.append(frozenset(item for k, item in enumerate(spec.items) if load >> k & 1))
    return plan[::-1]


def solve(spec: Spec) -> list[Load]:
    """Return a shortest plan; raise TruthError where there is none."""
    plan = _search(spec)
    if plan is None:
        raise specs.InfeasibleError("spec", "no plan at all")
    return plan


def prove(spec: Spec, answer: list[Load]) -> bool:
    """Show that the boat can hold a cover of the pairs, as it must, and that the plan works, with sets of names."""
    parts = (frozenset(part) for size in range(len(spec.items) + 1) for part in combinations(spec.items, size))
    if not any(spec.weight(part) <= spec.boat and all(part & set(pair) for pair in spec.pairs) for part in parts):
        return False
    banks_: tuple[set[str], set[str]] = set(spec.items), set()
    for k, load in enumerate(answer):
        here, there = banks_[k % 2], banks_[1 - k % 2]
        if not load <= here or spec.weight(load) > spec.boat:
            return False
        here -= load
        there |= load
        if any(set(pair) <= here for pair in spec.pairs):
            return False
    return not banks_[0] and len(answer) % 2 == 1


def read(spec: Spec, text: str) -> list[Load]:
    """Return what each crossing carries; a direction that is named must be the one that is due."""
    count = iter(range(plans.MAX_ACTIONS + 1))

    def crossing(piece: str) -> Load | None:
        back = next(count) % 2 == 1
        if (_BACK.search(piece) and not back) or (_OVER.search(piece) and not _BACK.search(piece) and back):
            return None
        load = list(_items(spec, piece))
        return frozenset(load) if len(set(load)) == len(load) else None

    text = text.replace("+", " and ").replace("<-", " back ").replace("←", " back ")
    return plans.actions(_CUT.sub(";", text), crossing)


def _items(spec: Spec, piece: str) -> Iterator[str]:
    for kind, word in lexing.tokens(piece, spec.items):
        if kind == "key":
            yield word
        elif kind == "int" or (kind == "word" and word.lower() not in FILLERS):
            raise UnexpectedError(word)


def judge(spec: Spec, answer: list[Load]) -> Finding:
    """Every crossing carries what is there and no more than the boat takes, no pair is left, all are over."""
    near, here = set(spec.items), True
    for k, load in enumerate(answer, 1):
        bank = near if here else set(spec.items) - near
        if not load <= bank:
            return wrong("something is not on this bank", crossing=k, item=min(load - bank))
        if spec.weight(load) > spec.boat:
            return wrong("the boat is too small", crossing=k)
        left = bank - load
        lost = next((pair for pair in spec.pairs if set(pair) <= left), None)
        if lost:
            return wrong("a pair is left alone", crossing=k, pair=list(lost))
        near ^= load
        here = not here
    return RIGHT if not near else incomplete("not everything is over", left=sorted(near))


def write(spec: Spec, answer: list[Load], rng: Random) -> str:
    """Return the crossings as a list, a line or JSON."""
    take, alone = rng.choice(
        (("take {} over", "return alone"), ("cross with {}", "go back alone"), ("carry {}", "return"))
    )
    said = []
    for k, load in enumerate(answer):
        words = " and ".join(sorted(load))
        back = f"return with {words}" if words else alone
        said.append(back if k % 2 else take.format(words) if words else "cross alone")
    return writing.sequence(said, rng, joiners=("; ",))


def spoil(spec: Spec, answer: list[Load], rng: Random) -> list[Load]:
    """Return a plan that leaves a pair alone at first, loads too much, or stops too early."""
    kind = rng.randrange(3)
    if kind == 0:
        return answer[:-1]
    if kind == 1 and sum(spec.weights) > spec.boat:
        return [frozenset(spec.items), *answer[1:]]
    return [frozenset(), frozenset(), *answer] if spec.pairs else answer[:-1]
