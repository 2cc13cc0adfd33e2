"""Multiply matrices: entry by entry, and as the product itself."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, matrix


def make(rng: Random, level: int) -> Item:
    """Draw larger entries at each level, and a third column and row from level 4 on."""
    inner, high, wide = (2, 2, 2) if level < 3 else (3, 2, 2) if level < 5 else (3, 3, 3)
    left = [[rng.randint(-level - 2, level + 4) for _ in range(inner)] for _ in range(high)]
    right = [[rng.randint(-level - 2, level + 4) for _ in range(wide)] for _ in range(inner)]
    total = [[sum(left[i][k] * right[k][j] for k in range(inner)) for j in range(wide)] for i in range(high)]
    shown = matrix(left) + matrix(right)
    steps = [
        " + ".join(f"{bracketed(left[i][k])} \\cdot {bracketed(right[k][j])}" for k in range(inner))
        + f" = {total[i][j]}"
        for i in range(high)
        for j in range(wide)
    ]
    prompt = rng.choice(
        [
            f"Compute the product ${shown}$.",
            f"Let $A = {matrix(left)}$ and $B = {matrix(right)}$. Find $AB$.",
            f"Multiply the matrices ${matrix(left)}$ and ${matrix(right)}$ in this order.",
        ]
    )
    return Item(prompt, matrix(total), shown, "matrix", tuple(steps))
