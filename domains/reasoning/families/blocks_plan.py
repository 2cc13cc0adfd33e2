"""Blocks world with one gripper; any plan that is executable and reaches the goal counts.

Solved by putting everything down and building the goal towers; proved by breadth-first search over whole states.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Mapping
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.verifiers.reasoning import plans, remarks, specs, symmetry
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong

MODE = "answer"
MAX_BLOCKS = 30
MAX_SEARCHED = 4  # blocks; the states of more are too many to search at every item
TABLE = "table"
_N = r"(?:the[ ]+)?(?:block[ ]+)?(\w{1,20})(?:[ ]+block)?"
_ACTIONS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("pick", rf"\(?pick[ _-]?up[ (]*{_N}[ )]*(?:(?:from|off)[ ](?:of[ ])?(?:the[ ])?table)?"),
        ("pick", rf"pick[ ]{_N}[ ]up(?:[ ](?:from|off)[ ](?:the[ ])?table)?"),
        ("unstack", rf"\(?unstack[ (]*{_N}(?:[ ]*,[ ]*|[ ]+(?:from|off)[ ]+(?:of[ ]+)?|[ ]+){_N}[ )]*"),
        ("put", rf"\(?put[ _-]?down[ (]*{_N}[ )]*(?:(?:on|onto)[ ](?:the[ ])?table)?"),
        ("put", rf"put[ ]{_N}[ ](?:down(?:[ ](?:on|onto)[ ](?:the[ ])?table)?|(?:on|onto)[ ](?:the[ ])?table)"),
        ("stack", rf"\(?stack[ (]*{_N}(?:[ ]*,[ ]*|[ ]+(?:on|onto)[ ]+(?:top[ ]+of[ ]+)?|[ ]+){_N}[ )]*"),
    )
)

Action = tuple[str, str, str]


class Spec(NamedTuple):
    """What each block stands on at the start, and what some must stand on at the end."""

    init: dict[str, str]
    goal: dict[str, str]


def parse(raw: Any) -> Spec:
    """Return the typed spec; both towers must be possible."""
    start = specs.table(specs.part(raw, "init"), "init", 1, MAX_BLOCKS)
    goal = specs.table(specs.part(raw, "goal"), "goal", 1, MAX_BLOCKS)
    blocks = tuple(start)
    specs.need(TABLE not in start, "init", "a block may not be called table")
    for field, places in (("init", start), ("goal", goal)):
        for block, below in places.items():
            specs.member(block, field, blocks)
            specs.member(below, field, (*blocks, TABLE))
        taken = [below for below in places.values() if below != TABLE]
        specs.need(len(set(taken)) == len(taken), field, "puts two blocks on one")
        specs.need(all(_ends(block, places) for block in places), field, "goes in a circle")
    return Spec(start, goal)


def _ends(block: str, places: Mapping[str, str]) -> bool:
    for _ in range(len(places) + 1):
        block = places.get(block, TABLE)
    return block == TABLE


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec: random towers to random towers, the goal on some of the blocks."""
    blocks = rng.sample("ABCDEFGHJKLMNPQRSTUVWXYZ", 3 + level)
    while True:
        init, full = _towers(rng, blocks), _towers(rng, blocks)
        built = [block for block in full if full[block] != TABLE]
        goal = {block: full[block] for block in built[: rng.randint(2, 2 + level)]}
        if len(goal) > 1 and any(init[block] != below for block, below in goal.items()):
            return {"init": init, "goal": goal}


def _towers(rng: Random, blocks: list[str]) -> dict[str, str]:
    places: dict[str, str] = {}
    for block in rng.sample(blocks, len(blocks)):
        clear = [other for other in places if other not in places.values()]
        places[block] = rng.choice([TABLE, *clear, *clear])
    return places


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that differ in the names of the blocks."""
    number = {block: k for k, block in enumerate((*spec.init, TABLE))}
    facts = [("init", number[block], number[below]) for block, below in spec.init.items()]
    facts += [("goal", number[block], number[below]) for block, below in spec.goal.items()]
    return symmetry.canonical(["block"] * len(spec.init) + [TABLE], facts)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    return banks.question("blocks_plan", rng, i=_state(spec.init), g=_state(spec.goal))


def _state(places: Mapping[str, str]) -> str:
    said = {block: "the table" if below == TABLE else below for block, below in sorted(places.items())}
    return ", ".join(f"{block} on {below}" for block, below in said.items())


def solve(spec: Spec) -> list[Action]:
    """Return a plan: take the towers apart from the top, then build the goal from the bottom."""
    on, plan = dict(spec.init), []
    while True:
        loose = [b for b in on if on[b] != TABLE and b not in on.values()]
        if not loose:
            break
        plan += [("unstack", loose[0], on[loose[0]]), ("put", loose[0], "")]
        on[loose[0]] = TABLE
    left = {block: below for block, below in spec.goal.items() if below != TABLE}
    while left:
        block = next(b for b in left if left[b] not in left)
        plan += [("pick", block, ""), ("stack", block, left.pop(block))]
    return plan


def prove(spec: Spec, answer: list[Action]) -> bool:
    """Show by breadth-first search that the goal can be reached, in no more actions than the answer has."""
    if not judge(spec, answer).right or len(spec.init) > MAX_SEARCHED:
        return judge(spec, answer).right
    start = (tuple(sorted(spec.init.items())), "")
    seen, todo = {start}, deque([(start, 0)])
    while todo:
        (places, held), depth = todo.popleft()
        on = dict(places)
        if not held and all(on[block] == below for block, below in spec.goal.items()):
            return depth <= len(answer)
        for state in _after(on, held):
            if state not in seen:
                seen.add(state)
                todo.append((state, depth + 1))
    return False


def _after(on: dict[str, str], held: str) -> list[tuple[tuple[tuple[str, str], ...], str]]:
    """Return the states one action away; a held block is on nothing."""
    clear = [block for block in on if block not in on.values()]
    if held:
        return [(tuple(sorted({**on, held: below}.items())), "") for below in (TABLE, *clear)]
    return [(tuple(sorted((b, below) for b, below in on.items() if b != block)), block) for block in clear]


def read(spec: Spec, text: str) -> list[Action]:
    """Return the actions of a plan."""
    names, it = tuple(spec.init), plans.Pronoun()

    def action(piece: str) -> Action | None:
        piece = it.put_into(piece)
        for kind, pattern in _ACTIONS:
            match = pattern.fullmatch(piece)
            if match:
                found = [plans.canonical(name, names) for name in match.groups()]
                if None in found:
                    return None
                it.thing = str(found[0])
                return kind, it.thing, str((*found, "")[1])
        return None

    known = frozenset(name.lower() for name in names)
    return plans.actions(text, action, lambda remark: remarks.harmless(remark, known))


def judge(spec: Spec, answer: list[Action]) -> Finding:
    """Every action can be done when it comes, and the goal holds with an empty gripper."""
    on, held = dict(spec.init), ""
    for k, (kind, block, below) in enumerate(answer, 1):
        ready = not held and block not in on.values() if kind in ("pick", "unstack") else held == block
        if kind == "stack":
            ready = ready and below in on and below not in on.values()
        if kind in ("pick", "unstack"):
            ready = ready and on.get(block) == (below or TABLE)
        if not ready:
            return wrong("an action is not possible", action=k, text=say((kind, block, below)))
        if kind in ("pick", "unstack"):
            del on[block]
            held = block
        else:
            on[block], held = below or TABLE, ""
    unmet = {block: below for block, below in spec.goal.items() if on.get(block) != below}
    if held or unmet:
        return incomplete("the plan ends before the goal", held=held, unmet=unmet)
    return RIGHT


def say(action: Action) -> str:
    """Write one action."""
    kind, block, below = action
    return {"pick": f"pick up {block}", "put": f"put down {block}", "unstack": f"unstack {block} from {below}"}.get(
        kind, f"stack {block} on {below}"
    )


def write(spec: Spec, answer: list[Action], rng: Random) -> str:
    """Return the plan as a list, a line or JSON."""
    return writing.sequence([say(action) for action in answer], rng)


def spoil(spec: Spec, answer: list[Action], rng: Random) -> list[Action]:
    """Return the plan without one action: the gripper is then in the wrong state for what follows or for the end."""
    k = rng.choice([len(answer) - 1, rng.randrange(len(answer))])
    return answer[:k] + answer[k + 1 :]
