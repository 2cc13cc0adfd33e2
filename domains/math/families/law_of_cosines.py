"""Find a side of a triangle: by the law of cosines, and by coordinates."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, surd, tex

_COSINES = {60: (Fraction(1, 2), "\\frac{1}{2}"), 120: (Fraction(-1, 2), "(-\\frac{1}{2})"), 90: (Fraction(0), "0")}
_SINES = {60: Fraction(3, 4), 120: Fraction(3, 4), 90: Fraction(1)}


def make(rng: Random, level: int) -> Item:
    """Draw longer sides at each level; a right angle at level 1 only."""
    low, high = 3 + 4 * level, 40 + 12 * level
    a, b = rng.randint(low, high), rng.randint(low, high)
    angle = 90 if level < 2 else rng.choice([60, 120])
    cosine, shown = _COSINES[angle]
    square = a * a + b * b - 2 * a * b * cosine
    x, y_square = a * cosine - b, a * a * _SINES[angle]
    prompt = rng.choice(
        [
            (
                f"Two sides of a triangle are {a} cm and {b} cm long, and the angle between them is ${angle}^\\circ$. "
                "How long is the third side, in cm? Give the exact value."
            ),
            (
                f"In triangle $ABC$, $AC = {a}$, $BC = {b}$ and $\\angle ACB = {angle}^\\circ$. Find the exact length "
                "of $AB$."
            ),
            (
                f"Two ships leave a harbour at an angle of ${angle}^\\circ$ to each other. One goes {a} km and the "
                f"other {b} km, both straight. How far apart are they, in km? Give the exact value."
            ),
        ]
    )
    steps = (
        f"{a}^{{2}} = {a * a}",
        f"{b}^{{2}} = {b * b}",
        f"2 \\cdot {a} \\cdot {b} \\cdot {shown} = {tex(2 * a * b * cosine)}",
        f"{a * a} + {b * b} - {bracketed(2 * a * b * cosine)} = {tex(square)}",
        f"\\sqrt{{{tex(square)}}} = {surd(square)}",
    )
    return Item(
        prompt,
        surd(square),
        f"\\sqrt{{{bracketed(x)}^2 + {tex(y_square)}}}",
        "expression",
        steps[(2 if level < 2 else 0) :] if level < 2 else steps,
    )
