"""Find the strength of a mixture, or how much to add: by amounts of salt, and litre by litre."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, people, tex


def make(rng: Random, level: int) -> Item:
    """Draw two parts, three from level 3 on; from level 4 on the amount that is added is asked for."""
    parts = [
        (rng.randint(2, 6 + 4 * level), rng.randint(1, 14) * 5 + rng.randint(0, 4)) for _ in range(2 + (level > 2))
    ]
    if len({percent for _, percent in parts}) < len(parts):
        return make(rng, level)
    volume = sum(amount for amount, _ in parts)
    mean = Fraction(sum(amount * percent for amount, percent in parts), volume)
    pooled = [percent for amount, percent in parts for _ in range(amount)]
    name, what = people(rng)[0], rng.choice(["salt", "sugar", "acid", "alcohol", "syrup"])
    told = " and ".join(f"{amount} liters of a {percent}% {what} solution" for amount, percent in parts)
    steps = [
        f"{amount} \\cdot \\frac{{{percent}}}{{100}} = {tex(Fraction(amount * percent, 100))}"
        for amount, percent in parts
    ]
    steps += [
        f"{chained(Fraction(amount * percent, 100) for amount, percent in parts)} = {tex(mean * volume / 100)}",
        f"{chained(amount for amount, _ in parts)} = {volume}",
    ]
    if level < 4:
        prompt = rng.choice(
            [
                f"{name} mixes {told}. How many percent of the mixture is {what}? Give the exact value.",
                f"Into one barrel {name} pours {told}. Find the exact percentage of {what} in the barrel.",
                f"What percent of the mixture is {what} if {name} pours together {told}? Give the exact value.",
            ]
        )
        steps += [f"{tex(mean * volume / 100)} \\cdot \\frac{{100}}{{{volume}}} = {tex(mean)}"]
        return Item(prompt, f"{tex(mean)}\\%", f"\\frac{{{sum(pooled)}}}{{{len(pooled)}}}\\%", "quantity", tuple(steps))
    target = rng.randint(3, max(4, math.floor(mean) - 1))
    if target >= mean:
        return make(rng, level)
    water = mean * volume / target - volume
    by_cross = volume * (mean - target) / target
    prompt = rng.choice(
        [
            (
                f"{name} mixes {told}. How many liters of water must be added so that {target}% of the mixture is "
                f"{what}? Give the exact number."
            ),
            (
                f"Somebody pours together {told}. {name} wants a mixture with {target}% {what} and adds pure water. "
                "How many liters of it are needed, exactly?"
            ),
        ]
    )
    steps += [
        f"{tex(mean * volume / 100)} \\cdot \\frac{{100}}{{{target}}} = {tex(mean * volume / target)}",
        f"{tex(mean * volume / target)} - {volume} = {tex(water)}",
    ]
    return Item(prompt, tex(water), tex(by_cross), steps=tuple(steps))
