"""Shapes of the families that ask for the best choice: what to pack, who does what, which machine."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import assignment, knapsack, schedule
from verisieve.domains.reasoning.variants import Guess, Raw, Shape, naming


def _useless_item(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the items with one that is as heavy as another and worth less."""
    name = naming.fresh("things", raw["items"], rng)
    like = rng.choice(list(raw["items"].values()))
    if name is None or like["value"] < 2:
        return None
    value = rng.randint(max(1, like["value"] // 2), like["value"] - 1)
    raw["items"][name] = {"weight": like["weight"] + rng.randint(0, 2), "value": value}
    return raw


def _full(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the items with no more room than the best choice takes."""
    weight = sum(raw["items"][name]["weight"] for name in answer[0])
    if not 0 < weight < raw["capacity"]:
        return None
    return {**raw, "capacity": rng.randint(weight, raw["capacity"] - 1)}


def _other_item(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if rng.random() < 0.4:
        return {**raw, "capacity": max(1, raw["capacity"] + rng.choice((-4, -3, -2, -1, 1, 2, 3, 4)))}
    item, field = rng.choice(list(raw["items"].values())), rng.choice(("weight", "value"))
    item[field] = max(1, item[field] + rng.choice((-4, -3, -2, -1, 1, 2, 3, 4)))
    return raw


def _both_bags(one: Raw, other: Raw, rng: Random) -> Raw | None:
    return {"items": {**one["items"], **other["items"]}, "capacity": one["capacity"] + other["capacity"]}


def _pack_guesses(spec: knapsack.Spec) -> Iterator[Guess]:
    """Everything, and whatever still fits: as listed, the most valuable first, the best value per weight first."""
    orders = {
        "as listed": list(spec.items),
        "the most valuable first": sorted(spec.items, key=lambda name: -spec.items[name][1]),
        "the lightest first": sorted(spec.items, key=lambda name: spec.items[name][0]),
        "the best value per weight first": sorted(
            spec.items, key=lambda name: -spec.items[name][1] / spec.items[name][0] if spec.items[name][0] else 0
        ),
    }
    for name, order in orders.items():
        left, chosen = spec.capacity, list[str]()
        for item in order:
            if spec.items[item][0] <= left:
                left -= spec.items[item][0]
                chosen.append(item)
        yield name, (tuple(chosen), sum(spec.items[item][1] for item in chosen))


KNAPSACK = Shape(
    words=lambda raw: [("things", list(raw["items"]))],
    unordered=("items",),
    clues=("items",),
    add=_useless_item,
    tighten=_full,
    change=_other_item,
    join=_both_bags,
    guesses=_pack_guesses,
)


def _shuffled_costs(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    rows = rng.sample(range(len(raw["workers"])), len(raw["workers"]))
    columns = rng.sample(range(len(raw["tasks"])), len(raw["tasks"]))
    return {
        "workers": [raw["workers"][r] for r in rows],
        "tasks": [raw["tasks"][c] for c in columns],
        "costs": [[raw["costs"][r][c] for c in columns] for r in rows],
    }


def _other_price(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    row = rng.choice(raw["costs"])
    k = rng.randrange(len(row))
    row[k] = max(0, row[k] + rng.choice((-6, -4, -3, -2, -1, 1, 2, 3, 4, 6)))
    return raw


def _dearer(raw: Raw, answer: Any, rng: Random, *, by: tuple[int, ...] = (1, 2, 3, 4, 5)) -> Raw | None:
    """Return the costs with one dearer, or cheaper, that the known assignment does not use."""
    unused = [
        (r, c)
        for r, worker in enumerate(raw["workers"])
        for c, task in enumerate(raw["tasks"])
        if answer[0][worker] != task
    ]
    if not unused:
        return None
    r, c = rng.choice(unused)
    raw["costs"][r][c] = max(0, raw["costs"][r][c] + rng.choice(by))
    return raw


def _both_teams(one: Raw, other: Raw, rng: Random) -> Raw | None:
    """Join two teams who can also do each other's tasks, at costs of the same size."""
    if len(one["workers"]) + len(other["workers"]) > assignment.MAX_WORKERS:
        return None
    costs = [cost for team in (one, other) for row in team["costs"] for cost in row]

    def more(count: int) -> list[int]:
        return [rng.randint(min(costs), max(costs)) for _ in range(count)]

    left = [[*row, *more(len(other["tasks"]))] for row in one["costs"]]
    right = [[*more(len(one["tasks"])), *row] for row in other["costs"]]
    return {**{key: [*one[key], *other[key]] for key in ("workers", "tasks")}, "costs": [*left, *right]}


def _team_guesses(spec: assignment.Spec) -> Iterator[Guess]:
    count = range(len(spec.workers))
    greedy: list[int] = []
    for row in spec.costs:
        greedy.append(min((c for c in count if c not in greedy), key=row.__getitem__))
    for name, chosen in (("as listed", list(count)), ("the cheapest task left, worker by worker", greedy)):
        cost = sum(row[c] for row, c in zip(spec.costs, chosen, strict=True))
        yield name, ({worker: spec.tasks[c] for worker, c in zip(spec.workers, chosen, strict=True)}, cost)


ASSIGNMENT = Shape(
    words=lambda raw: [("people", raw["workers"]), ("things", raw["tasks"])],
    permute=_shuffled_costs,
    add=_dearer,
    tighten=lambda raw, answer, rng: _dearer(raw, answer, rng, by=(-3, -2, -1)),
    change=_other_price,
    join=_both_teams,
    guesses=_team_guesses,
)


def _short_job(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    """Return the jobs with one that fits where the known division has time left, which is not the same division."""
    name = naming.fresh("labels", raw["jobs"], rng)
    if name is None:
        return None
    return {**raw, "jobs": {**raw["jobs"], name: rng.randint(1, max(raw["jobs"].values()))}}


def _other_time(raw: Raw, answer: Any, rng: Random) -> Raw | None:
    if rng.random() < 0.2:
        return {**raw, "machines": max(2, raw["machines"] + rng.choice((-1, 1)))}
    name = rng.choice(list(raw["jobs"]))
    raw["jobs"][name] = max(1, raw["jobs"][name] + rng.choice((-4, -3, -2, -1, 1, 2, 3, 4)))
    return raw if rng.random() < 0.5 else _short_job(raw, answer, rng)


def _both_shifts(one: Raw, other: Raw, rng: Random) -> Raw | None:
    if len(one["jobs"]) + len(other["jobs"]) > schedule.MAX_JOBS - 8:
        return None
    return {"jobs": {**one["jobs"], **other["jobs"]}, "machines": max(one["machines"], other["machines"])}


def _shift_guesses(spec: schedule.Spec) -> Iterator[Guess]:
    """The next job to the machine that is free first: as listed, and the longest first."""
    orders = {"as listed": list(spec.jobs), "the longest first": sorted(spec.jobs, key=lambda name: -spec.jobs[name])}
    for name, order in orders.items():
        loads, done = [0] * spec.machines, [list[str]() for _ in range(spec.machines)]
        for job in order:
            first = loads.index(min(loads))
            loads[first] += spec.jobs[job]
            done[first].append(job)
        yield name, (tuple(map(tuple, done)), max(loads))


SCHEDULE = Shape(
    words=lambda raw: [("labels", list(raw["jobs"]))],
    unordered=("jobs",),
    change=_other_time,
    join=_both_shifts,
    guesses=_shift_guesses,
)

SHAPES = {"knapsack": KNAPSACK, "assignment": ASSIGNMENT, "schedule": SCHEDULE}
