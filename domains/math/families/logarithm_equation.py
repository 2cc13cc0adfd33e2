"""Solve an equation with logarithms: by the laws of logarithms, and by search among the values that are allowed."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw one logarithm, and a sum or a difference of two from level 3 on."""
    base = rng.choice([2, 3, 4, 5, 6, 7, 10])
    if level < 3:
        power, factor = rng.randint(2, 2 + level), rng.randint(2, 9)
        shift = base**power % factor + factor * rng.randint(-20, 20)
        solution, text = (
            Fraction(base**power - shift, factor),
            f"\\log_{{{base}}}({polynomial([shift, factor])}) = {power}",
        )
        steps = [f"{polynomial([shift, factor])} = {base}^{{{power}}} = {base**power}"]
        steps += [f"x = \\frac{{{base**power - shift}}}{{{factor}}} = {tex(solution)}"]
        trial = next(x for x in range(-(10**5), 10**5) if factor * x + shift == base**power)
    else:
        (low, high), power = _factors(rng, base, level)
        move = rng.randint(1, 30 + 9 * level)
        solution, gap = Fraction(low + move), high - low
        first, second = polynomial([-move, 1]), polynomial([gap - move, 1])
        text = f"\\log_{{{base}}}({first}) + \\log_{{{base}}}({second}) = {power}"
        steps = [f"({first})({second}) = {base}^{{{power}}} = {base**power}"]
        steps += [
            (
                f"({solution} - {move})({solution} {'+' if gap >= move else '-'} {abs(gap - move)}) = {low} \\cdot "
                f"{high} = {base**power}"
            )
        ]
        steps += [f"x = {solution}"]
        trial = next(x for x in range(move + 1, 10**5) if (x - move) * (x + gap - move) == base**power)
    prompt = rng.choice(
        [
            f"Solve ${text}$ over the real numbers.",
            f"Find the real number $x$ with ${text}$.",
            f"For which real $x$ does ${text}$ hold?",
        ]
    )
    return Item(prompt, f"x={tex(solution)}", f"x={trial}", "equation", tuple(steps))


def _factors(rng: Random, base: int, level: int) -> tuple[tuple[int, int], int]:
    power = rng.randint(2, level)
    pairs = [
        (low, base**power // low)
        for low in range(1, base**power)
        if base**power % low == 0 and low * low <= base**power
    ]
    return rng.choice(pairs), power
