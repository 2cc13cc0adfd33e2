"""Find the area of a triangle from its corners: by the shoelace formula, and by Pick's theorem."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw corners further out at each level, and a fourth one from level 4 on."""
    size = 5 + 4 * level
    corners = [(rng.randint(-size, size), rng.randint(-size, size)) for _ in range(3)]
    if level > 3:
        corners = [
            (0, -rng.randint(2, size)),
            (rng.randint(2, size), 0),
            (0, rng.randint(2, size)),
            (-rng.randint(2, size), 0),
        ]
        dx, dy = rng.randint(-size, size), rng.randint(-size, size)
        corners = [(x + dx, y + dy) for x, y in corners]
    sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
    terms = [a[0] * b[1] - b[0] * a[1] for a, b in sides]
    if not sum(terms):
        return make(rng, level)
    border = sum(math.gcd(p[0] - q[0], p[1] - q[1]) for p, q in sides)
    pick = _inside(corners) + Fraction(border, 2) - 1
    listed = ", ".join(f"$({x},{y})$" for x, y in corners)
    name = {3: "triangle", 4: "quadrilateral"}[len(corners)]
    prompt = rng.choice(
        [
            f"Find the area of the {name} with vertices {listed}{', in this order' if level > 3 else ''}.",
            f"What is the area of the {name} whose corners are {listed}{' (in this order)' if level > 3 else ''}?",
            (
                f"The points {listed} are joined to a {name}{' in this order' if level > 3 else ''}. How large is its "
                "area?"
            ),
        ]
    )
    steps = [
        f"{bracketed(a[0])} \\cdot {bracketed(b[1])} - {bracketed(b[0])} \\cdot {bracketed(a[1])} = {value}"
        for (a, b), value in zip(sides, terms, strict=True)
    ]
    steps += [
        f"{chained(terms)} = {sum(terms)}",
        f"\\frac{{|{sum(terms)}|}}{{2}} = {tex(Fraction(abs(sum(terms)), 2))}",
    ]
    return Item(prompt, tex(Fraction(abs(sum(terms)), 2)), tex(pick), steps=tuple(steps))


def _inside(points: list[tuple[int, int]]) -> int:
    """Count the lattice points strictly inside a convex polygon."""
    count = 0
    for x in range(min(p[0] for p in points), max(p[0] for p in points) + 1):
        for y in range(min(p[1] for p in points), max(p[1] for p in points) + 1):
            sides = [
                (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
                for a, b in zip(points, points[1:] + points[:1], strict=True)
            ]
            count += all(side > 0 for side in sides) or all(side < 0 for side in sides)
    return count
