"""Expand a product: by convolution, and left as the product itself."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import polynomial


def make(rng: Random, level: int) -> Item:
    """Draw one factor more than the level, four at most, and quadratic ones at level 5."""
    name = rng.choice("xyzabt")
    factors = [
        _factor(rng, 1 + (level > 3 and k == 0) + (level > 4 and k == 1), level) for k in range(min(level + 1, 4))
    ]
    total, steps = [1], []
    for factor in factors:
        before, total = total, _times(total, factor)
        if before != [1]:
            steps.append(f"({polynomial(before, name)})({polynomial(factor, name)}) = {polynomial(total, name)}")
    shown = "".join(f"({polynomial(factor, name)})" for factor in factors)
    prompt = rng.choice(
        [
            f"Expand ${shown}$ and collect like terms.",
            f"Write ${shown}$ as a sum of powers of ${name}$.",
            f"Multiply out and simplify: ${shown}$.",
        ]
    )
    return Item(prompt, polynomial(total, name), shown, "expression", tuple(steps))


def _factor(rng: Random, degree: int, level: int) -> list[int]:
    return [rng.choice([-1, 1]) * rng.randint(1, 7) for _ in range(degree)] + [
        rng.choice([-1, 1, 2]) * rng.randint(1, 1 + level)
    ]


def _times(left: list[int], right: list[int]) -> list[int]:
    out = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return out
