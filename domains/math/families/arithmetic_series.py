"""Sum an arithmetic series: by the formula, and term by term."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, tex


def make(rng: Random, level: int) -> Item:
    """Draw more terms at each level; from level 3 on only two terms apart are given."""
    first, step, count = (
        rng.randint(-9, 30),
        rng.choice([-7, -4, -3, 2, 3, 4, 5, 6, 7, 9, 11]),
        rng.randint(8 * level, 20 * level),
    )
    last = first + (count - 1) * step
    total = sum(range(first, last + (1 if step > 0 else -1), step))
    if level < 3:
        told = f"begins {first}, {first + step}, {first + 2 * step}"
        steps = [f"{first + step} - {bracketed(first)} = {step}"]
    else:
        i, j = sorted(rng.sample(range(2, 14), 2))
        told = f"has {first + (i - 1) * step} as term number {i} and {first + (j - 1) * step} as term number {j}"
        steps = [f"\\frac{{{first + (j - 1) * step} - {bracketed(first + (i - 1) * step)}}}{{{j} - {i}}} = {step}"]
        steps += [f"{first + (i - 1) * step} - {i - 1} \\cdot {bracketed(step)} = {first}"]
    steps += [f"{first} + {count - 1} \\cdot {bracketed(step)} = {last}"]
    steps += [
        (
            f"\\frac{{{count} \\cdot ({first} + {bracketed(last)})}}{{2}} = \\frac{{{count} \\cdot "
            f"{bracketed(first + last)}}}{{2}} = {total}"
        )
    ]
    prompt = rng.choice(
        [
            f"An arithmetic sequence {told}. What is the sum of its first {count} terms?",
            f"Find the sum of the first {count} terms of the arithmetic sequence that {told}.",
            f"A sequence with a constant difference {told}. Add up its first {count} terms.",
        ]
    )
    return Item(prompt, tex(Fraction(count * (2 * first + (count - 1) * step), 2)), tex(total), steps=tuple(steps))
