"""Find the area between two curves: by the integral of their difference, and by Archimedes' triangle."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw a level line first, then any line, then two parabolas."""
    low = rng.randint(-1 - 2 * level, 1 + 2 * level)
    high = low + rng.randint(2, 2 + 3 * level)
    factor = rng.choice([1, -1, 2, -2, 3]) if level > 1 else rng.choice([1, -1])
    slope, start = rng.randint(-3 - level, 3 + level) if level > 1 else 0, rng.randint(-9, 9)
    curve = [factor * low * high + start, slope - factor * (low + high), factor]
    bend = rng.choice([-1, 1, 2]) if level > 3 and factor != -1 else 0
    curve[2] += bend
    if not curve[2] or curve[2] == factor != curve[2] - bend:
        return make(rng, level)
    line, gap = [start, slope, *([bend] if bend else [])], [-factor * low * high, factor * (low + high), -factor]
    whole = [Fraction(0)] + [Fraction(value, power + 1) for power, value in enumerate(gap)]
    ends = [sum(value * x**power for power, value in enumerate(whole)) for x in (high, low)]
    area = abs(ends[0] - ends[1])
    prompt = rng.choice(
        [
            (
                f"Find the area between the parabola $y = {polynomial(curve)}$ and the "
                f"{'parabola' if bend else 'line'} $y = {polynomial(line)}$."
            ),
            f"The graphs of $y = {polynomial(curve)}$ and $y = {polynomial(line)}$ enclose a region. What is its area?",
            f"How large is the region that is bounded by $y = {polynomial(curve)}$ and $y = {polynomial(line)}$?",
        ]
    )
    inner = polynomial(gap)
    steps = (
        f"{polynomial(line)} - ({polynomial(curve)}) = {inner}",
        f"{inner} = {-factor}({polynomial([-low, 1])})({polynomial([-high, 1])})",
        f"F(x) = {polynomial(whole)}",
        f"F({high}) = {tex(ends[0])}",
        f"F({low}) = {tex(ends[1])}",
        f"|{tex(ends[0])} - {bracketed(ends[1])}| = {tex(area)}",
    )
    return Item(prompt, tex(area), tex(_archimedes(gap, low, high)), steps=steps)


def _archimedes(curve: list[int], low: int, high: int) -> Fraction:
    """Four thirds of the triangle under the chord of the gap, whose third corner is on its parabola halfway."""
    points = [
        (x, sum(value * x**power for power, value in enumerate(curve)))
        for x in (Fraction(low), Fraction(low + high, 2), Fraction(high))
    ]
    (ax, ay), (bx, by), (cx, cy) = points
    return Fraction(4, 3) * abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
