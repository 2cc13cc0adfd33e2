"""Solve an equation with an absolute value: case by case, and by squaring both sides."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw a number on the right, and a linear term from level 3 on, of which both cases hold."""
    a, b = rng.randint(1, 3 + level), rng.choice([-1, 1]) * rng.randint(1, 9 + 2 * level)
    c = rng.choice([k for k in range(-a + 1, a) if k]) if level > 2 and a > 1 else 0
    d = rng.randint(4, 20 + 4 * level)
    roots = [Fraction(d - b, a - c), Fraction(-d - b, a + c)]
    if any(c * root + d <= 0 for root in roots) or (level < 2 and any(root.denominator > 1 for root in roots)):
        return make(rng, level)
    left, right = polynomial([b, a]), polynomial([d, c])
    squared = [b * b - d * d, 2 * (a * b - c * d), a * a - c * c]
    inside = squared[1] ** 2 - 4 * squared[0] * squared[2]
    prompt = rng.choice(
        [
            f"Find all real solutions of $|{left}| = {right}$.",
            f"Solve $|{left}| = {right}$ for $x$ and list all solutions.",
            f"Which real numbers $x$ satisfy $|{left}| = {right}$?",
        ]
    )
    steps = (
        f"{left} = {right}",
        f"x = \\frac{{{d - b}}}{{{a - c}}} = {tex(roots[0])}",
        f"{left} = -({right})",
        f"x = \\frac{{{-d - b}}}{{{a + c}}} = {tex(roots[1])}",
    )
    again = f"\\frac{{{-squared[1]} \\pm \\sqrt{{{inside}}}}}{{{2 * squared[2]}}}"
    return Item(prompt, ", ".join(map(tex, sorted(roots))), again, "list", steps)
