"""Invert a number modulo another: by the extended algorithm of Euclid, and by search."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw a larger modulus at each level."""
    while True:
        modulus = rng.randint(10 * 3**level, 30 * 3**level)
        number = rng.randint(4, modulus - 2)
        if math.gcd(number, modulus) == 1:
            break
    inverse = pow(number, -1, modulus)
    found = next(x for x in range(1, modulus) if number * x % modulus == 1)
    prompt = rng.choice(
        [
            f"Find the inverse of {number} modulo {modulus}, as an integer from 1 to {modulus - 1}.",
            f"Which integer $x$ with $0 < x < {modulus}$ satisfies ${number}x \\equiv 1 \\pmod{{{modulus}}}$?",
            (
                f"What is the least positive integer that gives remainder 1 on division by {modulus} after it is "
                f"multiplied by {number}?"
            ),
        ]
    )
    steps = (
        *_euclid(modulus, number),
        f"{number} \\cdot {inverse} = {number * inverse} = {number * inverse // modulus} \\cdot {modulus} + 1",
    )
    return Item(prompt, tex(inverse), tex(found), steps=steps)


def _euclid(left: int, right: int) -> list[str]:
    steps = []
    while right:
        steps.append(f"{left} = {left // right} \\cdot {right} + {left % right}")
        left, right = right, left % right
    return steps
