"""Pour water between jugs until one of them holds the target; any list of moves that ends so counts.

Solved by breadth-first search; for two jugs proved by number theory: reachable are the multiples of the greatest
common divisor.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Iterator
from math import gcd
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import plans, remarks, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_JUGS = 8
MAX_STATES = 50_000
_JUG = r"(?:the[ ]+)?(?:\d{1,6}[- ](?:litre|liter|l)[ ]+)?(?:jug[ ]+)?(\w{1,20})(?:[ ]+jug)?"
_REST = r"(?:(?:the[ ]+)?(?:rest|contents?)[ ]+(?:of[ ]+)?)?"
_MOVES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(fill)(?:[ ]+up)?[ (]+{_JUG}[ )]*",
        rf"(empty)(?:[ ]+out)?[ (]+{_JUG}[ )]*",
        rf"(pour)[ (]+{_REST}(?:from[ ]+)?{_JUG}(?:[ ]+(?:in)?to[ ]+|[ ]*,[ ]*|[ ]*->[ ]*|[ ]+){_JUG}[ )]*",
    )
)
_POUR = re.compile(r"(\bpour[ (]+(?:from[ ]+)?(?:the[ ]+)?(?:jug[ ]+)?\w{1,20})[ ]*->[ ]*(?=\w)", re.IGNORECASE)
_ORDER = re.compile(rf"\bempty[ ]+{_JUG}", re.IGNORECASE)  # no state, though each word may be of one

Move = tuple[str, str, str]
State = tuple[int, ...]


class Spec(NamedTuple):
    """The jugs in order, what each holds, and the target."""

    jugs: tuple[str, ...]
    capacities: tuple[int, ...]
    target: int


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    jugs = specs.table(specs.part(raw, "capacities"), "capacities", 1, MAX_JUGS)
    sizes = tuple(specs.integer(size, f"capacities.{jug}", 1, 10**6) for jug, size in jugs.items())
    target = specs.integer(specs.part(raw, "target"), "target", 1, max(sizes))
    reachable = target % gcd(*sizes) == 0 if len(sizes) > 1 else target == sizes[0]
    if not reachable:
        raise specs.InfeasibleError("spec.target", "cannot be reached")
    return Spec(tuple(jugs), sizes, target)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec whose target is reachable, no capacity, and as many moves away as the level asks."""
    fewest = 4 * level - 2
    while True:
        sizes = sorted(rng.sample(range(3, 20 + 20 * level), 2))
        away = _distances(sizes, fewest + 3)
        targets = [amount for amount, moves in away.items() if moves >= fewest and amount not in sizes]
        if targets:
            names = rng.sample("ABCJKLMPQRSTXYZ", 2)
            return {"capacities": dict(zip(names, sizes, strict=True)), "target": rng.choice(sorted(targets))}


def _distances(sizes: list[int], most: int) -> dict[int, int]:
    """Return in how many moves, up to `most`, each amount can first stand in a jug."""
    start = (0,) * len(sizes)
    away, seen, ring = {0: 0}, {start}, [start]
    places = range(len(sizes))
    for moves in range(1, most + 1):
        after = []
        for state in ring:
            for i in places:
                after += [(*state[:i], amount, *state[i + 1 :]) for amount in (0, sizes[i])]
                for j in places:
                    amount = min(state[i], sizes[j] - state[j])
                    if j != i and amount:
                        after.append(tuple(s - amount * (k == i) + amount * (k == j) for k, s in enumerate(state)))
        ring = [state for state in dict.fromkeys(after) if state not in seen]
        seen.update(ring)
        for state in ring:
            for amount in state:
                away.setdefault(amount, moves)
    return away


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the jugs."""
    return tuple(sorted(spec.capacities)), spec.target


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    jugs = " and ".join(f"jug {jug} holds {size} litres" for jug, size in zip(spec.jugs, spec.capacities, strict=True))
    return banks.question("jugs", rng, j=jugs[0].upper() + jugs[1:], t=spec.target)


def _pour(spec: Spec, state: State, move: Move) -> State:
    """Return the state after one move; one that changes nothing is allowed."""
    kind, first, second = move
    i, after = spec.jugs.index(first), list(state)
    if kind == "pour":
        j = spec.jugs.index(second)
        amount = min(after[i], spec.capacities[j] - after[j])
        after[i], after[j] = after[i] - amount, after[j] + amount
    else:
        after[i] = spec.capacities[i] if kind == "fill" else 0
    return tuple(after)


def _moves(spec: Spec) -> Iterator[Move]:
    for jug in spec.jugs:
        yield from (("fill", jug, ""), ("empty", jug, ""))
        yield from (("pour", jug, other) for other in spec.jugs if other != jug)


def solve(spec: Spec) -> list[Move]:
    """Return a shortest list of moves; raise TruthError where there is none."""
    start: State = (0,) * len(spec.jugs)
    came: dict[State, tuple[State, Move] | None] = {start: None}
    todo, moves = deque([start]), list(_moves(spec))
    while todo and len(came) < MAX_STATES:
        state = todo.popleft()
        if spec.target in state:
            plan = []
            while (back := came[state]) is not None:
                state = back[0]
                plan.append(back[1])
            return plan[::-1]
        for move in moves:
            after = _pour(spec, state, move)
            if after not in came:
                came[after] = (state, move)
                todo.append(after)
    raise TruthError("spec.target", "cannot be reached, or only after too long a search")


def prove(spec: Spec, answer: list[Move]) -> bool:
    """Show by divisibility that the target can be reached, and by conservation of water that the moves reach it."""
    level = dict.fromkeys(spec.jugs, 0)
    size = dict(zip(spec.jugs, spec.capacities, strict=True))
    for kind, first, second in answer:
        if kind == "pour":
            both = level[first] + level[second]
            level[second] = min(both, size[second])
            level[first] = both - level[second]
        else:
            level[first] = size[first] if kind == "fill" else 0
    return (
        spec.target in level.values()
        and spec.target % gcd(*spec.capacities) == 0
        and spec.target <= max(spec.capacities)
    )


def read(spec: Spec, text: str) -> list[Move]:
    """Return the moves; what they lead to is passed over."""
    it = plans.Pronoun()

    def move(piece: str) -> Move | None:
        bare = it.put_into(piece)
        match = next((found for pattern in _MOVES if (found := pattern.fullmatch(bare.strip()))), None)
        if not match:
            return None
        names = [plans.canonical(name, spec.jugs) for name in match.groups()[1:]]
        if None in names or len(set(names)) < len(names):
            return None
        it.thing = str(names[0])
        return match[1].lower(), it.thing, str((*names, "")[1])

    known = frozenset(jug.lower() for jug in spec.jugs)

    def says(remark: str) -> bool:
        ordered = {jug.lower() for match in _ORDER.finditer(remark) for jug in match.groups()}
        return ordered.isdisjoint(known) and remarks.harmless(remark, known)

    return plans.actions(_POUR.sub(r"\1 into ", text), move, says)


def judge(spec: Spec, answer: list[Move]) -> Finding:
    """After the last move one jug holds the target."""
    state: State = (0,) * len(spec.jugs)
    reached = False
    for move in answer:
        state = _pour(spec, state, move)
        reached = reached or spec.target in state
    if spec.target in state:
        return RIGHT
    at_end = dict(zip(spec.jugs, state, strict=True))
    return (
        wrong("the target is lost again", end=at_end)
        if reached
        else incomplete("the target is not reached", end=at_end)
    )


def say(move: Move) -> str:
    """Write one move."""
    return f"pour {move[1]} into {move[2]}" if move[0] == "pour" else f"{move[0]} {move[1]}"


def write(spec: Spec, answer: list[Move], rng: Random) -> str:
    """Return the moves as a list, a line or JSON."""
    return writing.sequence([say(move) for move in answer], rng)


def spoil(spec: Spec, answer: list[Move], rng: Random) -> list[Move]:
    """Return the moves without the last of a shortest list, or with all jugs emptied at the end."""
    if rng.random() < 0.5 and len(answer) > 1:
        return answer[:-1]
    return [*answer, *(("empty", jug, "") for jug in spec.jugs)]
