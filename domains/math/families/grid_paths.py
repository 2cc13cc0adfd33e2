"""Count lattice paths past blocked points: by subtraction, and step by step."""

from __future__ import annotations

import math
from itertools import pairwise, product
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger grids at each level, and a second blocked point from level 4 on."""
    wide, high = rng.randint(2 + level // 2, 6 + level), rng.randint(3 + level // 2, 6 + level)
    inner = [(x, y) for x in range(wide + 1) for y in range(high + 1) if (x, y) not in ((0, 0), (wide, high))]
    blocked = sorted(rng.sample(inner, 2 if level > 3 else 1))
    ways = {(0, 0): 1}
    for i, j in product(range(wide + 1), range(high + 1)):
        if (i, j) != (0, 0):
            ways[i, j] = 0 if (i, j) in blocked else ways.get((i - 1, j), 0) + ways.get((i, j - 1), 0)
    free, steps = _free(wide, high, blocked)
    told = " and ".join(f"$({x},{y})$" for x, y in blocked)
    points = "points" if len(blocked) > 1 else "point"
    prompt = rng.choice(
        [
            (
                f"A path goes from $(0,0)$ to $({wide},{high})$ in unit steps right or up. How many such paths do not "
                f"pass through the {points} {told}?"
            ),
            (
                f"A robot moves on a grid from $(0,0)$ to $({wide},{high})$, one unit to the right or one unit up at a "
                f"time. It must not enter {told}. In how many ways can it go?"
            ),
            (
                f"Count the shortest ways along the lines of a grid from $(0,0)$ to $({wide},{high})$ that avoid the "
                f"{points} {told}."
            ),
        ]
    )
    return Item(prompt, tex(free), tex(ways[wide, high]), steps=tuple(steps))


def _free(wide: int, high: int, blocked: list[tuple[int, int]]) -> tuple[int, list[str]]:
    """By inclusion and exclusion over the blocked points, which are sorted."""
    end = (wide, high)
    legs = [[(0, 0), end], *([(0, 0), point, end] for point in blocked)]
    legs += [[(0, 0), *blocked, end]] if len(blocked) > 1 and blocked[0][1] <= blocked[1][1] else []
    counts, steps = [], []
    for leg in legs:
        moves = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(leg)]
        counts.append(math.prod(math.comb(x + y, x) for x, y in moves) * (-1) ** (len(leg) % 2))
        steps.append(" \\cdot ".join(f"\\binom{{{x + y}}}{{{x}}}" for x, y in moves) + f" = {abs(counts[-1])}")
    return sum(counts), [*steps, f"{chained(counts)} = {sum(counts)}"]
