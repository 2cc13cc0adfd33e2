"""Find the remainder of a division by a linear polynomial: by Horner's scheme, and by putting the root in."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw a higher degree at each level."""
    root = rng.choice([-1, 1]) * rng.randint(1, 2 + level // 2)
    poly = [rng.randint(-9, 9) for _ in range(level + 1)] + [rng.randint(1, 4)]
    row = [poly[-1]]
    steps = []
    for value in poly[-2::-1]:
        steps.append(
            f"{bracketed(root)} \\cdot {bracketed(row[-1])} {'+' if value >= 0 else '-'} {abs(value)} = "
            f"{row[-1] * root + value}"
        )
        row.append(row[-1] * root + value)
    put = sum(value * root**power for power, value in enumerate(poly))
    text, line = polynomial(poly), polynomial([-root, 1])
    prompt = rng.choice(
        [
            f"What is the remainder when ${text}$ is divided by ${line}$?",
            f"Divide ${text}$ by ${line}$ and give the remainder.",
            f"For which constant $c$ is ${text} - c$ divisible by ${line}$?",
        ]
    )
    return Item(prompt, tex(row[-1]), tex(put), steps=tuple(steps))
