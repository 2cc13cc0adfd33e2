"""Find the distance of a point from a line: by the normal form, and to the foot of the perpendicular."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, surd, term, tex


def make(rng: Random, level: int) -> Item:
    """Draw lines with a whole normal at first, any others at level 3, and lines through two points from level 4 on."""
    a, b = (
        rng.choice([(3, 4), (4, 3), (5, 12), (8, 15), (3, -4), (12, -5), (15, 8), (7, 24), (20, -21)])
        if level < 3
        else (rng.randint(1, 2 + level), rng.choice([-1, 1]) * rng.randint(1, 2 + level))
    )
    c, size = rng.randint(-9 - 2 * level, 9 + 2 * level), 4 + 3 * level
    first, second = (
        (rng.randint(-size, size), rng.randint(-size, size)),
        (rng.randint(-size, size), rng.randint(-size, size)),
    )
    if level > 3:
        a, b = second[1] - first[1], first[0] - second[0]
        c = -(a * first[0] + b * first[1])
    x, y = rng.randint(-size, size), rng.randint(-size, size)
    value, norm = a * x + b * y + c, a * a + b * b
    if not value or not a or not b:
        return make(rng, level)
    foot = Fraction(-a * value, norm), Fraction(-b * value, norm)
    equation = f"{term(a, 1, first=True)}{term(b, 1, 'y')}{term(c, 0) if c else ''} = 0"
    line = (
        f"line ${equation}$" if level < 4 else f"line through $({first[0]},{first[1]})$ and $({second[0]},{second[1]})$"
    )
    prompt = rng.choice(
        [
            f"How far is the point $({x},{y})$ from the {line}? Give the exact value.",
            f"Find the exact distance between the {line} and the point $({x},{y})$.",
            f"A circle around $({x},{y})$ touches the {line}. What is its radius? Give the exact value.",
        ]
    )
    square = Fraction(value * value, norm)
    found = (
        f"{second[1]} - {bracketed(first[1])} = {a}",
        f"{first[0]} - {bracketed(second[0])} = {b}",
        f"-({bracketed(a)} \\cdot {bracketed(first[0])} + {bracketed(b)} \\cdot {bracketed(first[1])}) = {c}",
    )
    steps = (
        *(found if level > 3 else ()),
        f"{a} \\cdot {bracketed(x)} + {bracketed(b)} \\cdot {bracketed(y)} + {bracketed(c)} = {value}",
        f"\\sqrt{{{bracketed(a)}^{{2}} + {bracketed(b)}^{{2}}}} = \\sqrt{{{norm}}}",
        f"\\frac{{|{value}|}}{{\\sqrt{{{norm}}}}} = {surd(square)}",
    )
    return Item(prompt, surd(square), f"\\sqrt{{{tex(foot[0] ** 2)} + {tex(foot[1] ** 2)}}}", "expression", steps)
