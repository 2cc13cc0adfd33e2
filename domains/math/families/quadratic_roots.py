"""Find both roots: built from them, and by the formula."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, surd


def make(rng: Random, level: int) -> Item:
    """Draw whole roots up to level 2, then surds, then a leading coefficient."""
    a = rng.randint(2, level) if level > 3 else 1
    middle = rng.choice([-1, 1]) * rng.randint(2, 15 + 6 * level)
    radicand = rng.choice(
        [k * k for k in range(1, 12 + level)]
        if level < 3
        else [k for k in range(2, 20 + level) if math.isqrt(k) ** 2 != k]
    )
    b, c = -2 * a * middle, a * (middle * middle - radicand)
    spread = surd(radicand)
    text = polynomial([c, b, a])
    inside = b * b - 4 * a * c
    prompt = rng.choice(
        [
            f"Find all real solutions of ${text} = 0$.",
            f"Where does the graph of $y = {text}$ cross the x-axis? List all values of $x$.",
            f"Solve ${polynomial([0, b, a])} = {-c}$ for $x$ and list all solutions.",
        ]
    )
    steps = (
        f"{bracketed(b)}^{{2}} - 4 \\cdot {a} \\cdot {bracketed(c)} = {inside}",
        f"\\sqrt{{{inside}}} = {surd(inside)}",
        f"\\frac{{{-b} - {surd(inside)}}}{{{2 * a}}} = {middle} - {spread}",
        f"\\frac{{{-b} + {surd(inside)}}}{{{2 * a}}} = {middle} + {spread}",
    )
    roots = (
        f"{middle - math.isqrt(radicand)}, {middle + math.isqrt(radicand)}"
        if level < 3
        else f"{middle}-{spread}, {middle}+{spread}"
    )
    return Item(prompt, roots, f"\\frac{{{-b} \\pm \\sqrt{{{inside}}}}}{{{2 * a}}}", "list", steps)
