"""Find the general antiderivative: term by term, and in powers of a shifted variable."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import polynomial, term, tex


def make(rng: Random, level: int) -> Item:
    """Draw a higher power at each level."""
    shift, power, factor = (
        rng.choice([-1, 1]) * rng.randint(1, 12 + 4 * level),
        level,
        rng.choice([1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4]),
    )
    poly = [factor * math.comb(power, k) * shift ** (power - k) for k in range(power + 1)]
    if level < 3:
        poly[0] += (more := rng.randint(1, 30))
    else:
        more = 0
    whole = [Fraction(0)] + [Fraction(value, index + 1) for index, value in enumerate(poly)]
    answer = f"{polynomial(whole)}+C"
    prompt = rng.choice(
        [
            f"Find the general antiderivative of $f(x) = {polynomial(poly)}$. Call the constant $C$.",
            f"Compute $\\int ({polynomial(poly)}) \\, dx$. Call the constant of integration $C$.",
            f"Which functions have the derivative ${polynomial(poly)}$? Give all of them with a constant $C$.",
        ]
    )
    shifted = (
        f"{tex(Fraction(factor, power + 1))}({polynomial([shift, 1])})^{{{power + 1}}}{term(more, 1) if more else ''}+C"
    )
    rows = [f"\\frac{{{value}}}{{{k + 1}}} = {tex(Fraction(value, k + 1))}" for k, value in enumerate(poly)]
    return Item(prompt, answer, shifted, "antiderivative", (*rows, f"F(x) = {answer}"))
