"""Sum a geometric series: by the formula, and term by term."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, tex


def make(rng: Random, level: int) -> Item:
    """Draw more terms at each level, and fractions as ratio from level 2 on."""
    first, ratio = (
        rng.randint(1, 40) * rng.choice([1, 1, -1]),
        Fraction(rng.choice([-5, -4, -3, -2, 2, 3, 4, 5, 6]), rng.choice([3, 4, 5, 7]) if level > 1 else 1),
    )
    count = rng.randint(4, 5) + level
    if abs(ratio) == 1:
        return make(rng, level)
    terms = [first * ratio**index for index in range(count)]
    shown = ", ".join(f"${tex(each)}$" for each in terms[:3])
    total = first * (1 - ratio**count) / (1 - ratio)
    prompt = rng.choice(
        [
            f"A geometric sequence begins {shown}. What is the sum of its first {count} terms?",
            (
                f"Find the sum of the first {count} terms of the geometric sequence {shown}, and so on. Give the exact "
                "value."
            ),
            (
                f"Each term of a sequence is a fixed multiple of the one before, and it begins {shown}. Add up its "
                f"first {count} terms."
            ),
        ]
    )
    steps = (
        f"\\frac{{{tex(terms[1])}}}{{{tex(terms[0])}}} = {tex(ratio)}",
        f"{bracketed(ratio) if ratio.denominator == 1 else f'({tex(ratio)})'}^{{{count}}} = {tex(ratio**count)}",
        f"1 - {bracketed(ratio**count)} = {tex(1 - ratio**count)}",
        f"1 - {bracketed(ratio)} = {tex(1 - ratio)}",
        f"{first} \\cdot {bracketed(1 - ratio**count)} \\cdot {bracketed(1 / (1 - ratio))} = {tex(total)}",
    )
    return Item(prompt, tex(total), tex(sum(terms, Fraction(0))), steps=steps)
