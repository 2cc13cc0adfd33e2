"""Count the numbers that are divisible by some numbers, or by none: by inclusion and exclusion, and one by one."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw a larger bound at each level, and a third divisor from level 3 on."""
    divisors = sorted(rng.sample([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15], 2 + (level > 2)))
    if any(b % a == 0 for a, b in combinations(divisors, 2)):
        return make(rng, level)
    bound, none = rng.randint(60 * level, 240 * level), rng.random() < 0.5
    found = sum(any(k % d == 0 for d in divisors) != none for k in range(1, bound + 1))
    terms, steps = [], []
    for size in range(1, len(divisors) + 1):
        for chosen in combinations(divisors, size):
            common = math.lcm(*chosen)
            terms.append((-1) ** (size - 1) * (bound // common))
            steps.append(f"\\lfloor \\frac{{{bound}}}{{{common}}} \\rfloor = {bound // common}")
    steps.append(f"{chained(terms)} = {sum(terms)}")
    steps += [f"{bound} - {sum(terms)} = {bound - sum(terms)}"] if none else []
    listed = ", ".join(map(str, divisors[:-1])) + f" {'or' if not none else 'nor'} {divisors[-1]}"
    asked = f"divisible by neither {listed}" if none else f"divisible by {listed} (or by several of these)"
    prompt = rng.choice(
        [
            f"How many of the integers from 1 to {bound} are {asked}?",
            f"Count the positive integers up to {bound}, {bound} included, that are {asked}.",
            f"Tickets are numbered from 1 to {bound}. A ticket wins if its number is {asked}. How many tickets win?",
        ]
    )
    return Item(prompt, tex(bound - sum(terms) if none else sum(terms)), tex(found), steps=tuple(steps))
