"""Shapes of the families whose answer is a plan or a move: jugs, blocks, boats, towers, heaps, and numbers to join."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import blocks_plan, countdown, nim_move, river_crossing
from verisieve.domains.reasoning.variants import Guess, Raw, Shape, naming
from verisieve.verifiers.reasoning.expressions import evaluate


def _another_jug(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    name = naming.fresh("labels", raw["capacities"], rng)
    if name is None or len(raw["capacities"]) > 3:
        return None
    size = rng.choice([n for n in range(2, max(raw["capacities"].values()) + 3) if n != raw["target"]])
    return {**raw, "capacities": {**raw["capacities"], name: size}}


def _other_jugs(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    if rng.random() < 0.6:
        return {**raw, "target": rng.randint(1, max(raw["capacities"].values()) - 1)}
    jug = rng.choice(list(raw["capacities"]))
    raw["capacities"][jug] = max(2, raw["capacities"][jug] + rng.choice((-2, -1, 1, 2)))
    return raw


JUGS = Shape(
    words=lambda raw: [("labels", list(raw["capacities"]))],
    unordered=("capacities",),
    clues=("capacities",),
    add=_another_jug,
    change=_other_jugs,
)


def _towers(blocks: list[str], rng: Random) -> dict[str, str]:
    """Return the blocks on one another at random."""
    found: dict[str, str] = {}
    for k, block in enumerate(blocks):
        free = [below for below in blocks[:k] if below not in found.values()]
        found[block] = rng.choice([*free, "table"]) if free else "table"
    return found


def _goal_fact(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    """Return the blocks with one more wish, which the known plan fulfils, too, or not; the checker will tell."""
    open_blocks = [block for block in raw["init"] if block not in raw["goal"]]
    if not open_blocks:
        return None
    raw["goal"][rng.choice(open_blocks)] = rng.choice(["table", *raw["init"]])
    return raw


def _block_more(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    name = naming.fresh("labels", raw["init"], rng)
    return name and {**raw, "init": {**raw["init"], name: "table"}}  # type: ignore[return-value]


def _other_goal(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    side = rng.choice(("init", "goal", "goal"))
    blocks = list(raw["init"] if side == "init" else raw["goal"])
    rng.shuffle(blocks)
    towers = _towers(blocks, rng)
    if side == "init":
        towers = {block: towers[block] for block in raw["init"]}
    return {**raw, side: towers}


def _both_tables(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two tables of blocks; a tower of the first is to stand on one of the second."""
    if len(one["init"]) + len(other["init"]) > blocks_plan.MAX_BLOCKS:
        return None
    goal = {**one["goal"], **other["goal"]}
    bottoms = [block for block in one["goal"] if goal[block] == "table"]
    tops = [block for block in other["goal"] if block not in goal.values()]
    if bottoms and tops:
        goal[rng.choice(bottoms)] = rng.choice(tops)
    return {"init": {**one["init"], **other["init"]}, "goal": goal}


def _block_guesses(spec: blocks_plan.Spec) -> Iterator[Guess]:
    """Each block of the goal is picked up from the table and put in its place, in the order listed."""
    plan = []
    for block, below in spec.goal.items():
        if below != "table":
            plan += [("pick", block, ""), ("stack", block, below)]
    if plan:
        yield "build as listed, taking nothing apart", plan


BLOCKS = Shape(
    words=lambda raw: [("labels", list(raw["init"]))],
    unordered=("init", "goal"),
    clues=("goal",),
    add=lambda raw, plan, rng: (_block_more if rng.random() < 0.5 else _goal_fact)(raw, plan, rng),
    change=_other_goal,
    join=_both_tables,
    guesses=_block_guesses,
)


def _another_pair(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    there = {frozenset(pair) for pair in raw["forbidden"]}
    pair = rng.sample(raw["items"], 2)
    if frozenset(pair) in there:
        return None
    raw["forbidden"].append(sorted(pair))
    return raw


def _smaller_boat(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    return {**raw, "boat": raw["boat"] - rng.randint(1, 3)} if raw["boat"] > 3 else None


def _other_crossing(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    kind = rng.choice(("boat", "pair", "weight"))
    if kind == "boat":
        return {**raw, "boat": max(1, raw["boat"] + rng.choice((-2, -1, 1)))}
    if kind == "weight" and raw.get("weights"):
        item = rng.choice(raw["items"])
        raw["weights"][item] = max(1, raw["weights"][item] + rng.choice((-2, -1, 1, 2)))
        return raw
    if raw["forbidden"]:
        raw["forbidden"].pop(rng.randrange(len(raw["forbidden"])))
    return _another_pair(raw, plan, rng)


def _at_odds(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    """Return the items with as many pairs at odds as there are."""
    raw["forbidden"] = [[a, b] for k, a in enumerate(raw["items"]) for b in raw["items"][:k]]
    return raw


def _boat_loads(spec: river_crossing.Spec) -> Iterator[Guess]:
    yield "all at once", [frozenset(spec.items)]
    plan = []
    for item in spec.items:
        plan += [frozenset([item]), frozenset()]
    yield "one after the other, as listed", plan[:-1]


RIVER = Shape(
    words=lambda raw: [("things", raw["items"])],
    unordered=("items", "forbidden"),
    clues=("forbidden",),
    two_sided=sorted,
    add=_another_pair,
    tighten=_smaller_boat,
    change=_other_crossing,
    clash=_at_odds,
    guesses=_boat_loads,
)


def _other_towers(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    """Return the pegs with the discs of the start, or of the goal, anywhere."""
    side = rng.choice(("start", "goal"))
    discs = sorted((disc for pile in raw[side].values() for disc in pile), reverse=True)
    piles: dict[str, list[int]] = {peg: [] for peg in raw[side]}
    for disc in discs:
        piles[rng.choice(list(piles))].append(disc)
    return {**raw, side: piles}


def _larger_disc(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    """Return the pegs with a disc below all others, which need not move."""
    discs = [disc for pile in raw["start"].values() for disc in pile]
    if len(discs) > 4:
        return None
    peg = rng.choice(list(raw["start"]))
    return {side: {p: [len(discs) + 1, *pile] if p == peg else pile for p, pile in raw[side].items()} for side in raw}


def _other_peg(raw: Raw, plan: Any, rng: Random) -> Raw | None:
    name = naming.fresh("labels", raw["start"], rng)
    if name is None or len(raw["start"]) > 3:
        return None
    return {side: {**piles, name: []} for side, piles in raw.items()}


HANOI = Shape(
    words=lambda raw: [("labels", list(raw["start"]))],
    add=lambda raw, plan, rng: (_larger_disc if rng.random() < 0.6 else _other_peg)(raw, plan, rng),
    change=_other_towers,
)


def _even_heaps(raw: Raw, move: Any, rng: Random) -> Raw | None:
    """Return the heaps with two equal ones more, behind the others."""
    if len(raw["heaps"]) > 5:
        return None
    return {"heaps": [*raw["heaps"], *([rng.randint(1, max(raw["heaps"]))] * 2)]}


def _other_heap(raw: Raw, move: Any, rng: Random) -> Raw | None:
    k = rng.randrange(len(raw["heaps"]))
    raw["heaps"][k] = max(1, raw["heaps"][k] + rng.choice((-4, -3, -2, -1, 1, 2, 3, 4)))
    return raw


def _heap_guesses(spec: nim_move.Spec) -> Iterator[Guess]:
    """All of the largest heap, and one stone of it."""
    largest = spec.heaps.index(max(spec.heaps)) + 1
    yield "all of the largest heap", (largest, max(spec.heaps))
    yield "one stone of the largest heap", (largest, 1)


NIM = Shape(
    unordered=("heaps",),
    add=_even_heaps,
    change=_other_heap,
    join=lambda one, other, rng: {"heaps": [*one["heaps"], *other["heaps"]]} if len(one["heaps"]) < 5 else None,
    guesses=_heap_guesses,
)


def _other_target(raw: Raw, expression: Any, rng: Random) -> Raw | None:
    """Return the numbers with what they give when they are joined at random."""
    values = rng.sample(raw["numbers"], len(raw["numbers"]))
    if rng.random() < 0.4:
        values[0] = max(1, values[0] + rng.choice((-2, -1, 1, 2)))
    numbers = list(values)
    while len(values) > 1:
        one, other = sorted(values.pop(rng.randrange(len(values))) for _ in range(2))
        values.append(rng.choice((one + other, other - one, one * other)))
    return {"numbers": numbers, "target": values[0]} if 0 < values[0] < 1_000 else None


def _far_target(raw: Raw, expression: Any, rng: Random) -> Raw | None:
    return {**raw, "target": raw["target"] + rng.randint(50, 900)}


def _plain_sums(spec: countdown.Spec) -> Iterator[Guess]:
    """All numbers added, and all multiplied."""
    for name, sign in (("the sum of all", " + "), ("the product of all", " * ")):
        text = sign.join(map(str, spec.numbers))
        yield name, countdown.Answer(text, *evaluate(text))


COUNTDOWN = Shape(
    unordered=("numbers",),
    change=_other_target,
    clash=_far_target,
    guesses=_plain_sums,
)

SHAPES = {
    "jugs": JUGS,
    "blocks_plan": BLOCKS,
    "river_crossing": RIVER,
    "hanoi": HANOI,
    "nim_move": NIM,
    "countdown": COUNTDOWN,
}
