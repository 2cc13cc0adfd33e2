"""Solve two equations: built from the solution, and solved by Cramer's rule."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, term, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger coefficients at each level, and fractions as solutions from level 4 on."""
    x, y = (
        Fraction(rng.randint(2, 3 + 3 * level) * rng.choice([-1, 1]), rng.choice([1, 2, 3]) if level > 3 else 1)
        for _ in range(2)
    )
    while True:
        a, b, c, d = (rng.choice([-1, 1]) * rng.randint(1, 4 + 2 * level) for _ in range(4))
        if a * d != b * c and {abs(a), abs(b), abs(c), abs(d)} != {1}:
            break
    common = math.lcm(x.denominator, y.denominator)
    a, b, c, d = (value * common for value in (a, b, c, d))
    e, f = a * x + b * y, c * x + d * y
    down = a * d - b * c
    cramer = Fraction(e * d - b * f, down), Fraction(a * f - e * c, down)
    first, second = f"{_sum(a, b)} = {tex(e)}", f"{_sum(c, d)} = {tex(f)}"
    prompt = rng.choice(
        [
            f"Solve the system ${first}$, ${second}$. Give the answer as an ordered pair $(x, y)$.",
            f"Two lines have the equations ${first}$ and ${second}$. At which point $(x, y)$ do they meet?",
            f"Find the ordered pair $(x, y)$ with ${first}$ and ${second}$.",
        ]
    )
    steps = (
        f"{a} \\cdot {bracketed(d)} - {bracketed(b)} \\cdot {bracketed(c)} = {down}",
        (
            f"x = \\frac{{{tex(e)} \\cdot {bracketed(d)} - {bracketed(b)} \\cdot {bracketed(f)}}}{{{down}}} = "
            f"\\frac{{{tex(e * d - b * f)}}}{{{down}}} = {tex(x)}"
        ),
        (
            f"y = \\frac{{{a} \\cdot {bracketed(f)} - {bracketed(e)} \\cdot {bracketed(c)}}}{{{down}}} = "
            f"\\frac{{{tex(a * f - e * c)}}}{{{down}}} = {tex(y)}"
        ),
    )
    return Item(prompt, f"({tex(x)}, {tex(y)})", f"({tex(cramer[0])}, {tex(cramer[1])})", "point", steps)


def _sum(first: int, second: int) -> str:
    return term(first, 1, "x", first=True) + term(second, 1, "y")
