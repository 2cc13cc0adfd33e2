"""Find the probability of a sum of dice: by convolution, and by enumeration."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex, times


def make(rng: Random, level: int) -> Item:
    """Draw two dice up to level 2, three up to level 4, then four; ask for a range of sums from level 2 on."""
    dice = 2 if level < 3 else 3 if level < 5 else 4
    sides = [rng.choice([4, 6, 8, 10, 12, 14, 16, 20] if dice < 3 else [4, 5, 6, 8]) for _ in range(dice)]
    low = rng.randint(dice + 2, sum(sides) - dice - 1)
    high = low if level < 2 else rng.randint(low + 1, min(low + 1 + level, sum(sides) - 1))
    ways = [1]
    for faces in sides:
        ways = [
            sum(ways[k - face] for face in range(1, faces + 1) if 0 <= k - face < len(ways))
            for k in range(len(ways) + faces)
        ]
    hits = sum(low <= sum(roll) <= high for roll in product(*(range(1, faces + 1) for faces in sides)))
    total, all_ = sum(ways[low : high + 1]), math.prod(sides)
    told = ", ".join(f"one with {faces} sides" for faces in sides)
    asked = f"the sum is {low}" if low == high else f"the sum is at least {low} and at most {high}"
    prompt = rng.choice(
        [
            f"Fair dice are rolled, numbered from 1: {told}. What is the probability that {asked}?",
            f"Somebody rolls {dice} fair dice, {told}, each numbered from 1. Find the probability that {asked}.",
            (
                f"A game uses {dice} fair dice that are numbered from 1: {told}. A player wins if {asked}. How likely "
                "is that?"
            ),
        ]
    )
    steps = [f"{times(sides)} = {all_}"]
    steps += [f"{chained(ways[low : high + 1])} = {total}"] if low < high else []
    return Item(
        prompt,
        tex(Fraction(total, all_)),
        f"\\frac{{{hits}}}{{{all_}}}",
        steps=(*steps, f"\\frac{{{total}}}{{{all_}}} = {tex(Fraction(total, all_))}"),
    )
