"""Count the zeros at the end of a factorial: by the powers of five, and in the number itself."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw a larger factorial at each level, and a quotient of two from level 3 on."""
    number = rng.randint(10 + 5 * 2**level, 300 + 60 * 2**level)
    start = rng.randint(5, number // 2) if level > 2 else 1
    terms, below = _fives(number), _fives(start - 1)
    zeros = sum(terms) - sum(below)
    counted, rest = 0, math.factorial(number) // math.factorial(start - 1)
    while rest % 10 == 0:
        counted, rest = counted + 1, rest // 10
    steps = [f"\\lfloor \\frac{{{number}}}{{{5**k}}} \\rfloor = {each}" for k, each in enumerate(terms, start=1)]
    steps.append(f"{chained(terms)} = {sum(terms)}")
    if below:
        steps += [
            f"\\lfloor \\frac{{{start - 1}}}{{{5**k}}} \\rfloor = {each}" for k, each in enumerate(below, start=1)
        ]
        steps += [f"{chained(below)} = {sum(below)}", f"{sum(terms)} - {sum(below)} = {zeros}"]
    told = f"the product of all integers from {start} to {number}"
    prompt = rng.choice(
        [
            f"How many zeros does {told} end with?",
            f"What is the greatest integer $k$ such that $10^k$ divides {told}, both included?",
            f"{told[0].upper()}{told[1:]} is written out. How many zeros are at its end?",
            f"How many zeros does ${number}!$ end with?"
            if start == 1
            else f"Count the zeros at the end of $\\frac{{{number}!}}{{{start - 1}!}}$.",
        ]
    )
    return Item(prompt, tex(zeros), tex(counted), steps=tuple(steps))


def _fives(number: int) -> list[int]:
    return [number // 5**k for k in range(1, 9) if number >= 5**k]
