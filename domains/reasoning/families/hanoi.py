"""Discs on pegs, from any state to any other, never a larger disc on a smaller; any list of moves that does it counts.

`start` and `goal` give each peg its discs from the bottom up. Solved by breadth-first search over all states; proved
by playing the moves on stacks, and by the recursion that puts the largest disc right first.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Iterator
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import plans, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_DISCS, MAX_PEGS, MAX_STATES = 10, 5, 20_000
_DISC = r"(?:(?:the )?(?:top )?dis[ck](?: (?P<disc>\d{1,2}))?(?: \((?P<disc2>\d{1,2})\))?|(?P<disc3>\d{1,2}))"
_PEG = r"(?:(?:the )?(?:peg|rod|tower)[ ]+)?"
_FROM_TO = rf"{_PEG}(?P<a>\w{{1,20}}) ?(?:to|onto|->|=>|-) ?{_PEG}(?P<b>\w{{1,20}})"
_MOVES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:move |take |shift |put )?(?:{_DISC}[ ,:]*)?(?:from )?{_FROM_TO}",
        rf"(?:move )?{_DISC}[ ,:]*\({_FROM_TO}\)",
        rf"\(?{_PEG}(?P<a>\w{{1,20}}) ?, ?{_PEG}(?P<b>\w{{1,20}})\)?(?P<disc>)(?P<disc2>)(?P<disc3>)",
    )
)
_PAIR = re.compile(r'\[\s*"?(\w+)"?\s*,\s*"?(\w+)"?\s*\]')
_LINK = re.compile(r"(?<=\w) ?(?:->|=>) ?(?=\w)")

State = tuple[int, ...]  # the peg of each disc, the smallest first
Move = tuple[str, str, int]  # from, to, and the disc that is named or 0


class Spec(NamedTuple):
    """The pegs, and where each disc is and shall be."""

    pegs: tuple[str, ...]
    start: State
    goal: State


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    start, goal = (specs.table(specs.part(raw, part), part, 3, MAX_PEGS) for part in ("start", "goal"))
    pegs = tuple(start)
    specs.need(set(goal) == set(pegs), "goal", "must have the same pegs")
    states = []
    for part, table in (("start", start), ("goal", goal)):
        where: dict[int, int] = {}
        for peg, stack in table.items():
            discs = [
                specs.integer(d, f"{part}.{peg}", 1, MAX_DISCS)
                for d in specs.sized(stack, f"{part}.{peg}", 0, MAX_DISCS)
            ]
            specs.need(discs == sorted(discs, reverse=True), f"{part}.{peg}", "has a larger disc on a smaller")
            specs.need(not set(discs) & set(where), part, "names a disc twice")
            where |= dict.fromkeys(discs, pegs.index(peg))
        specs.need(bool(where) and sorted(where) == list(range(1, len(where) + 1)), part, "must hold discs 1 to n")
        states.append(tuple(where[disc] for disc in sorted(where)))
    specs.need(
        len(states[0]) == len(states[1]) and states[0] != states[1], "goal", "must be another state of these discs"
    )
    return Spec(pegs, *states)


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec whose shortest list has as many moves as the level asks."""
    fewest, most = ((4, 5), (6, 7), (8, 10), (11, 15), (16, 63))[level - 1]
    discs, pegs = (3, 3, 4, 4, rng.choice((5, 6)))[level - 1], rng.choice(("ABC", "XYZ", "PQR", "KLM", "UVW"))
    while True:
        start, goal = ([rng.randrange(3) for _ in range(discs)] for _ in range(2))
        if start[-1] != goal[-1] and fewest <= _shortest(start, goal) <= most:
            return {"start": _stacks(pegs, start), "goal": _stacks(pegs, goal)}


def _shortest(start: list[int], goal: list[int]) -> int:
    """Return the fewest moves between states of three pegs that differ in the largest disc: it moves once or twice."""
    (*low, a), (*high, b) = start, goal
    spare, whole = 3 - a - b, 1 << len(low)  # moves that a whole stack takes, and one more
    once = _gathered(low, spare) + 1 + _gathered(high, spare)
    twice = _gathered(low, b) + 1 + whole + _gathered(high, a)
    return min(once, twice)


def _gathered(state: list[int], peg: int) -> int:
    """Return the fewest moves that bring all discs to one of three pegs."""
    moves = 0
    for disc in range(len(state) - 1, -1, -1):
        if state[disc] != peg:
            moves, peg = moves + (1 << disc), 3 - state[disc] - peg
    return moves


def _stacks(pegs: str, state: list[int]) -> dict[str, list[int]]:
    return {peg: [disc for disc in range(len(state), 0, -1) if state[disc - 1] == k] for k, peg in enumerate(pegs)}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names and the order of the pegs."""
    order = list(dict.fromkeys((*spec.start, *spec.goal)))
    return tuple(tuple(order.index(peg) for peg in state) for state in (spec.start, spec.goal))


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    start, goal = (_say(spec, state) for state in (spec.start, spec.goal))
    return banks.question("hanoi", rng, n=len(spec.start), s=start, g=goal, a=spec.pegs[0], b=spec.pegs[1])


def _say(spec: Spec, state: State) -> str:
    stacks = ([disc for disc in range(len(state), 0, -1) if state[disc - 1] == k] for k in range(len(spec.pegs)))
    return ", ".join(
        f"{peg} holds {' '.join(map(str, stack)) or 'nothing'}" for peg, stack in zip(spec.pegs, stacks, strict=True)
    )


def _steps(state: State, pegs: int) -> Iterator[tuple[int, int, State]]:
    """Yield disc, peg and state of every legal move."""
    top: dict[int, int] = {}
    for disc, peg in enumerate(state):
        top.setdefault(peg, disc)
    for peg, disc in top.items():
        for to in range(pegs):
            if to != peg and top.get(to, MAX_DISCS) > disc:
                yield disc, to, (*state[:disc], to, *state[disc + 1 :])


def solve(spec: Spec) -> list[Move]:
    """Return a shortest list of moves."""
    came: dict[State, tuple[State, Move] | None] = {spec.start: None}
    todo = deque([spec.start])
    while todo and len(came) <= MAX_STATES:
        state = todo.popleft()
        for disc, to, after in _steps(state, len(spec.pegs)):
            if after not in came:
                came[after] = (state, (spec.pegs[state[disc]], spec.pegs[to], disc + 1))
                todo.append(after)
        if spec.goal in came:
            break
    if spec.goal not in came:
        raise TruthError("spec", "too hard to solve here")
    plan, state = [], spec.goal
    while (back := came[state]) is not None:
        state = back[0]
        plan.append(back[1])
    return plan[::-1]


def prove(spec: Spec, answer: list[Move]) -> bool:
    """Show that the moves work on stacks, and are no more than the recursion with three pegs takes."""
    stacks = {
        peg: [d for d in range(len(spec.start), 0, -1) if spec.start[d - 1] == k] for k, peg in enumerate(spec.pegs)
    }
    for a, b, disc in answer:
        top = stacks[a][-1] if stacks[a] else 0
        if not top or disc not in (0, top) or (stacks[b] and stacks[b][-1] < top):
            return False
        stacks[b].append(stacks[a].pop())
    at_end = {disc: k for k, peg in enumerate(spec.pegs) for disc in stacks[peg]}
    return tuple(at_end[d] for d in sorted(at_end)) == spec.goal and len(answer) <= _recursion(
        list(spec.start), spec.goal
    )


def _recursion(state: list[int], goal: State) -> int:
    """Return how many moves the recursion takes: the largest disc that is wrong goes first, the others make way."""
    moves = 0
    for disc in range(len(state) - 1, -1, -1):
        if state[disc] != goal[disc]:
            spare = 3 - state[disc] - goal[disc] if {state[disc], goal[disc]} < {0, 1, 2} else 0
            moves += _recursion(state[:disc], (spare,) * disc) + 1
            state = [spare] * disc + [goal[disc], *state[disc + 1 :]]
    return moves


def read(spec: Spec, text: str) -> list[Move]:
    """Return the moves; the disc need not be named."""

    def move(piece: str) -> Move | None:
        match = next((found for pattern in _MOVES if (found := pattern.fullmatch(piece.strip()))), None)
        if not match:
            return None
        a, b = plans.canonical(match["a"], spec.pegs), plans.canonical(match["b"], spec.pegs)
        disc = match["disc"] or match["disc2"] or match["disc3"] or "0"
        return None if a is None or b is None or a == b else (a, b, int(disc))

    if re.match(r'[{"\w: ]*\[\s*\[', text.strip()):  # pairs of pegs as JSON
        text = _PAIR.sub(r'"\1 to \2"', text)
    return plans.actions(_LINK.sub(" to ", text), move)


def judge(spec: Spec, answer: list[Move]) -> Finding:
    """Every move takes a top disc, the named one, onto a larger disc or a free peg, and the goal is reached."""
    state = spec.start
    for k, (a, b, named) in enumerate(answer, 1):
        peg, to = spec.pegs.index(a), spec.pegs.index(b)
        legal = {(disc, target): after for disc, target, after in _steps(state, len(spec.pegs)) if state[disc] == peg}
        disc = next((disc for disc, where in enumerate(state) if where == peg), -1)
        if (disc, to) not in legal or named not in (0, disc + 1):
            return wrong("a move is not allowed", move=k)
        state = legal[disc, to]
    return RIGHT if state == spec.goal else incomplete("the goal is not reached", end=_say(spec, state))


def same(spec: Spec, answer: list[Move]) -> Hashable:
    """Return the pegs alone: the disc that moves is the top one, named or not."""
    return tuple((a, b) for a, b, _ in answer)


def write(spec: Spec, answer: list[Move], rng: Random) -> str:
    """Return the moves as a list, a line or JSON."""
    form = rng.choice(
        ("move disc {d} from {a} to {b}", "{a} -> {b}", "{d}: {a} to {b}", "disc {d}: {a} -> {b}", "{a} to {b}")
    )
    return writing.sequence([form.format(a=a, b=b, d=disc) for a, b, disc in answer], rng)


def spoil(spec: Spec, answer: list[Move], rng: Random) -> list[Move]:
    """Return the moves without one in the middle or the last, or with a move turned round."""
    k = rng.randrange(len(answer))
    a, b, disc = answer[k]
    kind = rng.randrange(3)
    if kind == 0:
        return answer[:-1]
    if kind == 1:  # a move that is made twice finds another disc, or none
        return [*answer[:k], (b, a, disc), *answer[k:]]
    return [*answer[: k + 1], (a, b, disc), *answer[k + 1 :]]
