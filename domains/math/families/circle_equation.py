"""Find the radius of a circle from its equation: by completing squares, and from two opposite points."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, surd, term, tex


def make(rng: Random, level: int) -> Item:
    """Draw whole radii first, roots from level 3 on, and a factor before the squares later."""
    p, q = (rng.choice([-1, 1]) * rng.randint(1, 5 + 2 * level) for _ in range(2))
    square = (
        rng.randint(2, 6 + level) ** 2
        if level < 3
        else rng.choice([k for k in range(2, 40 + 10 * level) if math.isqrt(k) ** 2 != k])
    )
    factor = 1 if level < 4 else rng.randint(2, level)
    rest = factor * (p * p + q * q - square)
    squares = term(factor, 2, first=True) + term(factor, 2, "y")
    shown = f"{squares}{term(-2 * factor * p, 1)}{term(-2 * factor * q, 1, 'y')}{term(rest, 0) if rest else ''} = 0"
    prompt = rng.choice(
        [
            f"Find the exact radius of the circle ${shown}$.",
            f"The equation ${shown}$ describes a circle. What is its radius? Give the exact value.",
            f"How far are the points of the circle ${shown}$ from its centre? Give the exact value.",
        ]
    )
    inside = Fraction(-2 * factor * p) ** 2 - 4 * factor * (factor * q * q - 2 * factor * q * q + rest)
    steps = [f"\\frac{{{rest}}}{{{factor}}} = {rest // factor}"] if factor > 1 else []
    steps += [
        f"x^{{2}}{term(-2 * p, 1)} = ({polynomial([-p, 1])})^{{2}} - {p * p}",
        f"y^{{2}}{term(-2 * q, 1, 'y')} = ({polynomial([-q, 1], 'y')})^{{2}} - {q * q}",
    ]
    steps += [f"{p * p} + {q * q} - {bracketed(rest // factor)} = {square}"] + (
        [f"\\sqrt{{{square}}} = {surd(square)}"] if surd(square) != f"\\sqrt{{{square}}}" else []
    )
    return Item(prompt, surd(square), f"\\frac{{\\sqrt{{{tex(inside)}}}}}{{{2 * factor}}}", "expression", tuple(steps))
