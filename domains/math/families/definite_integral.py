"""Integrate a polynomial of degree five at most: by its antiderivative, and by Boole's rule, exact up to there."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw a higher degree at each level."""
    poly = [rng.choice([-1, 1]) * rng.randint(1, 6) for _ in range(level)] + [rng.choice([-3, -2, -1, 1, 2, 3, 4])]
    low = rng.randint(-3, 2)
    high = low + rng.randint(1, 2 + level)
    whole = [Fraction(0)] + [Fraction(value, power + 1) for power, value in enumerate(poly)]
    ends = [_at(whole, Fraction(x)) for x in (high, low)]
    width = Fraction(high - low, 4)
    weights = [7, 32, 12, 32, 7]
    boole = Fraction(high - low, 90) * sum(weight * _at(poly, low + k * width) for k, weight in enumerate(weights))
    integral = f"\\int_{{{low}}}^{{{high}}} ({polynomial(poly)}) \\, dx"
    prompt = rng.choice(
        [
            f"Compute ${integral}$.",
            f"Find the exact value of ${integral}$.",
            f"Integrate ${polynomial(poly)}$ from $x = {low}$ to $x = {high}$.",
        ]
    )
    text = polynomial(whole)
    steps = (
        f"F(x) = {text}",
        f"F({high}) = {_put(whole, high)} = {tex(ends[0])}",
        f"F({low}) = {_put(whole, low)} = {tex(ends[1])}",
        f"{tex(ends[0])} - {bracketed(ends[1])} = {tex(ends[0] - ends[1])}",
    )
    return Item(prompt, tex(ends[0] - ends[1]), tex(boole), steps=steps)


def _at(poly: Sequence[int | Fraction], x: Fraction) -> Fraction:
    return sum((value * x**power for power, value in enumerate(poly)), Fraction(0))


def _put(poly: list[Fraction], x: int) -> str:
    parts = [f"{bracketed(value)} \\cdot {bracketed(x)}^{{{power}}}" for power, value in enumerate(poly) if value]
    return " + ".join(reversed(parts))
