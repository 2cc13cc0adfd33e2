"""Solve a linear equation: built from its solution, and solved by false position."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger numbers at each level, fractions from level 2 and brackets from level 4 on."""
    name = rng.choice("xyztnm")
    solution = Fraction(rng.choice([-1, 1]) * rng.randint(2, 9 * level), rng.choice([2, 3, 5]) if level > 1 else 1)
    a, c = rng.sample([k for k in range(-6 - level, 7 + level) if k], 2)
    b, factor = rng.randint(1, 20) * rng.choice([-1, 1]), rng.randint(2, 5) if level > 3 else 1
    d = factor * (a * solution + b) - c * solution
    left = polynomial([b, a], name)
    shown = f"{factor}({left})" if factor > 1 else left
    slope = factor * a - c
    at = [factor * (a * x + b) - (c * x + d) for x in (0, 1)]
    if at[0] == at[1]:
        return make(rng, level)
    right = polynomial([d, c], name)
    prompt = rng.choice(
        [
            f"Solve for ${name}$: ${shown} = {right}$.",
            f"Find the value of ${name}$ for which ${shown}$ equals ${right}$.",
            f"For which ${name}$ is ${shown} = {right}$?",
        ]
    )
    steps = [f"{shown} = {polynomial([factor * b, factor * a], name)}"] if factor > 1 else []
    steps += [f"{polynomial([factor * b, factor * a], name)} = {right}"]
    steps += [f"{polynomial([0, slope], name)} = {chained([d, -factor * b])} = {tex(d - factor * b)}"]
    steps += [f"{name} = \\frac{{{tex(d - factor * b)}}}{{{slope}}} = {tex(solution)}"]
    return Item(
        prompt, f"{name}={tex(solution)}", f"{name}={tex(Fraction(-at[0]) / (at[1] - at[0]))}", "equation", tuple(steps)
    )
