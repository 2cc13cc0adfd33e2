"""Families about lists: runs, windows, intervals, queues."""

from __future__ import annotations

from random import Random
from typing import Any

from verisieve.domains.code.family import Arguments, Constants, Family

SHORTEST, WIDTH, GAP, QUANTUM, LIMIT = 2, 3, 1, 2, 10


def runs(xs: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(xs) + 1):
        if index == len(xs) or xs[index] != xs[start]:
            if index - start >= SHORTEST:
                found.append((xs[start], index - start))
            start = index
    return found


def runs_strict(xs: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(xs) + 1):
        if index == len(xs) or xs[index] != xs[start]:
            if index - start > SHORTEST:
                found.append((xs[start], index - start))
            start = index
    return found


def runs_unfinished(xs: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(xs)):
        if xs[index] != xs[start]:
            if index - start >= SHORTEST:
                found.append((xs[start], index - start))
            start = index
    return found


def runs_counted(xs: list[int]) -> list[tuple[int, int]]:
    return [(x, xs.count(x)) for x in dict.fromkeys(xs) if xs.count(x) >= SHORTEST]


def windows(xs: list[int]) -> list[int]:
    found = []
    for end in range(WIDTH, len(xs) + 1):
        window = xs[end - WIDTH : end]
        found.append(max(window) - min(window))
    return found


def windows_short(xs: list[int]) -> list[int]:
    found = []
    for end in range(WIDTH, len(xs)):
        window = xs[end - WIDTH : end]
        found.append(max(window) - min(window))
    return found


def windows_narrow(xs: list[int]) -> list[int]:
    found = []
    for end in range(WIDTH, len(xs) + 1):
        window = xs[end - WIDTH + 1 : end]
        found.append(max(window) - min(window))
    return found


def windows_apart(xs: list[int]) -> list[int]:
    found = []
    for end in range(WIDTH, len(xs) + 1, WIDTH):
        window = xs[end - WIDTH : end]
        found.append(max(window) - min(window))
    return found


def merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low - merged[-1][1] <= GAP:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def merge_unsorted(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in spans:
        if merged and low - merged[-1][1] <= GAP:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def merge_last(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low - merged[-1][1] <= GAP:
            merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged


def merge_tight(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low - merged[-1][1] < GAP:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def round_robin(jobs: list[int]) -> list[int]:
    queue = [(index, need) for index, need in enumerate(jobs)]
    finished = [0] * len(jobs)
    clock = 0
    while queue:
        index, need = queue.pop(0)
        spent = min(need, QUANTUM)
        clock += spent
        if need > spent:
            queue.append((index, need - spent))
        else:
            finished[index] = clock
    return finished


def round_robin_whole(jobs: list[int]) -> list[int]:
    finished = []
    clock = 0
    for need in jobs:
        clock += need
        finished.append(clock)
    return finished


def round_robin_full(jobs: list[int]) -> list[int]:
    queue = [(index, need) for index, need in enumerate(jobs)]
    finished = [0] * len(jobs)
    clock = 0
    while queue:
        index, need = queue.pop(0)
        clock += QUANTUM
        if need > QUANTUM:
            queue.append((index, need - QUANTUM))
        else:
            finished[index] = clock
    return finished


def round_robin_stack(jobs: list[int]) -> list[int]:
    queue = [(index, need) for index, need in enumerate(jobs)]
    finished = [0] * len(jobs)
    clock = 0
    while queue:
        index, need = queue.pop()
        spent = min(need, QUANTUM)
        clock += spent
        if need > spent:
            queue.insert(0, (index, need - spent))
        else:
            finished[index] = clock
    return finished


def _repeating(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    xs: list[int] = []
    for _ in range(rng.randint(0, 3 + 3 * difficulty)):
        xs += [rng.randint(-3, 3)] * rng.randint(1, constants["SHORTEST"] + 2)
    return (xs,)


def _numbers(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    return ([rng.randint(-50, 50) for _ in range(rng.randint(0, 6 + 8 * difficulty))],)


def _spans(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    count, reach = rng.randint(0, 3 + 4 * difficulty), 15 + 15 * difficulty
    lows = [rng.randint(-reach, reach) for _ in range(count)]
    return ([(low, low + rng.randint(0, 6 + difficulty)) for low in lows],)


def _jobs(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    return ([rng.randint(1, 4 + 4 * difficulty) for _ in range(rng.randint(0, 2 + 2 * difficulty))],)


def _small(name: str, low: int) -> Any:
    return lambda rng, difficulty: {name: rng.randint(low, low + difficulty)}


FAMILIES = (
    Family(
        name="runs",
        entry="long_runs",
        text="Return (value, length) for each maximal run of equal neighbours in xs that has at "
        "least {SHORTEST} items, in order.",
        right=runs,
        wrong=(runs_strict, runs_unfinished, runs_counted),
        constants=_small("SHORTEST", 2),
        sample=_repeating,
        edges=(([],), ([1],), ([2, 2, 2, 2, 2, 2, 2, 2],)),
    ),
    Family(
        name="windows",
        entry="spreads",
        text="For each window of {WIDTH} neighbours in xs, left to right, return its largest minus its smallest item.",
        right=windows,
        wrong=(windows_short, windows_narrow, windows_apart),
        constants=_small("WIDTH", 2),
        sample=_numbers,
        edges=(([],), ([4],), (list(range(12)),)),
    ),
    Family(
        name="intervals",
        entry="merge_spans",
        text="Merge closed spans (low, high) that overlap or lie at most {GAP} apart; return the "
        "merged spans in ascending order.",
        right=merge,
        wrong=(merge_unsorted, merge_last, merge_tight),
        constants=_small("GAP", 1),
        sample=_spans,
        edges=(([],), ([(1, 9), (2, 3)],), ([(5, 6), (1, 2)],)),
    ),
    Family(
        name="scheduling",
        entry="finish_times",
        text="Jobs run in turn, each for at most {QUANTUM} units before it goes to the end of the "
        "queue with what is left. "
        "Return the time at which each job ends, in the order of the list.",
        right=round_robin,
        wrong=(round_robin_whole, round_robin_full, round_robin_stack),
        constants=_small("QUANTUM", 2),
        sample=_jobs,
        edges=(([],), ([1],), ([9, 1, 5],)),
    ),
)
