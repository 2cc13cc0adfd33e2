"""Find the distance of a point from a line: by the normal form, and to the foot of the perpendicular."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, surd, term, tex


def make(rng: Random, level: int) -> Item:
    """Draw lines with a whole normal at first, and any others from level 3 on."""
    a, b = (
        rng.choice([(3, 4), (4, 3), (5, 12), (8, 15), (3, -4), (12, -5), (15, 8), (7, 24), (20, -21)])
        if level < 3
        else (rng.randint(1, 2 + level), rng.choice([-1, 1]) * rng.randint(1, 2 + level))
    )
    c, size = rng.randint(-9 - 2 * level, 9 + 2 * level), 4 + 3 * level
    x, y = rng.randint(-size, size), rng.randint(-size, size)
    value, norm = a * x + b * y + c, a * a + b * b
    if not value:
        return make(rng, level)
    foot = Fraction(-a * value, norm), Fraction(-b * value, norm)
    line = f"{term(a, 1, first=True)}{term(b, 1, 'y')}{term(c, 0) if c else ''} = 0"
    prompt = rng.choice(
        [
            f"How far is the point $({x},{y})$ from the line ${line}$? Give the exact value.",
            f"Find the exact distance between the line ${line}$ and the point $({x},{y})$.",
            f"A circle around $({x},{y})$ touches the line ${line}$. What is its radius? Give the exact value.",
        ]
    )
    square = Fraction(value * value, norm)
    steps = (
        f"{a} \\cdot {bracketed(x)} + {bracketed(b)} \\cdot {bracketed(y)} + {bracketed(c)} = {value}",
        f"\\sqrt{{{a}^{{2}} + {bracketed(b)}^{{2}}}} = \\sqrt{{{norm}}}",
        f"\\frac{{|{value}|}}{{\\sqrt{{{norm}}}}} = {surd(square)}",
    )
    return Item(prompt, surd(square), f"\\sqrt{{{tex(foot[0] ** 2)} + {tex(foot[1] ** 2)}}}", "expression", steps)
