"""Find the largest value on an interval: among ends and critical points, and by search on a grid that holds both."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw critical points further apart at each level; levels 1 and 2 have a parabola."""
    low, high = rng.randint(-4 - level, -1), rng.randint(2, 5 + level)
    if level < 3:
        peak = rng.randint(low, high)
        factor = rng.choice([-1, -2, -3, 1, 2])
        poly = [rng.randint(-9, 9), -2 * factor * peak, factor]
        inner, slope = (
            [peak],
            f"{polynomial([-2 * factor * peak, 2 * factor])} = {2 * factor}({polynomial([-peak, 1])})",
        )
    else:
        first = rng.randint(low - 2, high)
        second = first + 2 * rng.randint(1, level)
        factor = rng.choice([-2, 2, -4, 4])
        poly = [rng.randint(-20, 20), 3 * factor * first * second, -3 * factor * (first + second) // 2, factor]
        inner = [first, second]
        slope = (
            f"{polynomial([poly[1], 2 * poly[2], 3 * factor])} = "
            f"{3 * factor}({polynomial([-first, 1])})({polynomial([-second, 1])})"
        )
    points = sorted({low, high, *(x for x in inner if low <= x <= high)})
    best = max(_at(poly, x) for x in points)
    grid = max(_at(poly, Fraction(k, 2)) for k in range(2 * low, 2 * high + 1))
    text = polynomial(poly)
    prompt = rng.choice(
        [
            f"What is the largest value of $f(x) = {text}$ for ${low} \\le x \\le {high}$?",
            f"Find the maximum of ${text}$ on the interval $[{low}, {high}]$.",
            (
                f"A quantity is given by ${text}$, where $x$ runs through all real numbers from {low} to {high}. How "
                "large can it get?"
            ),
        ]
    )
    steps = [
        f"f'(x) = {slope}",
        *(f"f({x}) = {_put(poly, x)} = {_at(poly, x)}" for x in points),
        f"\\max({', '.join(str(_at(poly, x)) for x in points)}) = {best}",
    ]
    return Item(prompt, tex(best), tex(grid), steps=tuple(steps))


def _at(poly: list[int], x: Fraction | int) -> Fraction:
    return sum((Fraction(value) * x**power for power, value in enumerate(poly)), Fraction(0))


def _put(poly: list[int], x: int) -> str:
    return " + ".join(
        f"{bracketed(value)} \\cdot {bracketed(x)}^{{{power}}}" for power, value in enumerate(poly) if value
    )
