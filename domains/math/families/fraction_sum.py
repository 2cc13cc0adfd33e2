"""Add fractions: one after the other, and over the product of the denominators."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw one fraction more than the level."""
    parts = [Fraction(rng.choice((1, -1)) * rng.randint(1, 9), rng.randint(2, 6 + 3 * level)) for _ in range(level + 1)]
    common = math.prod(part.denominator for part in parts)
    over = sum(part.numerator * (common // part.denominator) for part in parts)
    shown = chained(parts)
    steps, total = [], parts[0]
    for part in parts[1:]:
        down = math.lcm(total.denominator, part.denominator)
        above = int(total * down), int(part * down)
        steps.append(f"{chained([total, part])} = \\frac{{{chained(above)}}}{{{down}}} = {tex(total + part)}")
        total += part
    prompt = rng.choice(
        [
            f"Compute ${shown}$ as a fraction in lowest terms.",
            f"Simplify ${shown}$ to a single fraction in lowest terms.",
            f"What is ${shown}$? Give an exact fraction in lowest terms.",
        ]
    )
    return Item(prompt, tex(total), f"\\frac{{{over}}}{{{common}}}", steps=tuple(steps))
