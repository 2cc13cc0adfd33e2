"""Find a least common multiple in a story: by Euclid's algorithm, and by counting up."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw two periods, and three from level 3 on."""
    factor = rng.randint(2, 6 + level)
    periods = [factor * each for each in rng.sample(range(2, 12 + 4 * level), 2 + (level > 2))]
    steps, whole = [], periods[0]
    for period in periods[1:]:
        steps += _euclid(whole, period)
        steps.append(f"\\frac{{{whole} \\cdot {period}}}{{{math.gcd(whole, period)}}} = {math.lcm(whole, period)}")
        whole = math.lcm(whole, period)
    found = max(periods)
    while any(found % period for period in periods):
        found += max(periods)
    told = ", ".join(map(str, periods[:-1])) + f" and {periods[-1]}"
    prompt = rng.choice(
        [
            (
                f"Lights flash every {told} seconds. They have just flashed together. In how many seconds do they next "
                "flash together?"
            ),
            (
                f"Buses of different lines leave a stop every {told} minutes, all of them now. After how many minutes "
                "do all leave together again?"
            ),
            (
                f"Gears turn fully in {told} seconds. After how many seconds are all of them in their starting "
                "position again for the first time?"
            ),
            f"Find the least positive integer that is a multiple of {told}.",
        ]
    )
    return Item(prompt, tex(whole), tex(found), steps=tuple(steps))


def _euclid(left: int, right: int) -> list[str]:
    left, right = max(left, right), min(left, right)
    steps = []
    while right:
        steps.append(f"{left} = {left // right} \\cdot {right} + {left % right}")
        left, right = right, left % right
    return steps
