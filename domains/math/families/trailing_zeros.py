"""Count the zeros at the end of a factorial: by the powers of five, and in the number itself."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw a larger factorial at each level, and a quotient of two from level 4 on."""
    number = rng.randint(10 + 5 * 2**level, 90 + 60 * 2**level)
    terms = [number // 5**k for k in range(1, 9) if number >= 5**k]
    zeros = sum(terms)
    counted, rest = 0, math.factorial(number)
    while rest % 10 == 0:
        counted, rest = counted + 1, rest // 10
    steps = [f"\\lfloor \\frac{{{number}}}{{{5**k}}} \\rfloor = {each}" for k, each in enumerate(terms, start=1)]
    steps.append(f"{chained(terms)} = {zeros}")
    prompt = rng.choice(
        [
            f"How many zeros does ${number}!$ end with?",
            f"What is the greatest integer $k$ such that $10^k$ divides ${number}!$?",
            f"The product of all integers from 1 to {number} is written out. How many zeros are at its end?",
        ]
    )
    return Item(prompt, tex(zeros), tex(counted), steps=tuple(steps))
