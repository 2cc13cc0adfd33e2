"""Solve simultaneous congruences: by the Chinese remainder theorem, and by search."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item


def make(rng: Random, level: int) -> Item:
    """Draw two congruences, three from level 3 on and four at level 5."""
    moduli = _coprime(rng, 2 + (level > 2) + (level > 4), 11 + 4 * level)
    product = math.prod(moduli)
    number = rng.randint(max(moduli), product - 1)
    given = [number % m for m in moduli]
    weights = [product // m * pow(product // m, -1, m) for m in moduli]
    solved = sum(rest * weight for rest, weight in zip(given, weights, strict=True)) % product
    found = next(
        x
        for x in range(given[0], product, moduli[0])
        if all(x % m == rest for m, rest in zip(moduli, given, strict=True))
    )
    listed = ", ".join(f"$x \\equiv {rest} \\pmod{{{m}}}$" for m, rest in zip(moduli, given, strict=True))
    told = " and ".join(f"{rest} on division by {m}" for m, rest in zip(moduli, given, strict=True))
    prompt = rng.choice(
        [
            f"Find all integers $x$ with {listed}. Give the answer as one congruence.",
            f"Solve the system {listed}. Write all solutions as one congruence for $x$.",
            f"An integer $x$ leaves the remainder {told}. Describe all such $x$ by one congruence.",
        ]
    )
    steps = [f"{weight} \\equiv 1 \\pmod{{{m}}}" for m, weight in zip(moduli, weights, strict=True)]
    steps += [f"{weight} \\equiv 0 \\pmod{{{product // m}}}" for m, weight in zip(moduli, weights, strict=True)]
    total = " + ".join(f"{rest} \\cdot {weight}" for rest, weight in zip(given, weights, strict=True))
    steps.append(f"{total} \\equiv {solved} \\pmod{{{product}}}")
    answers = [f"x \\equiv {value} \\pmod{{{product}}}" for value in (solved, found)]
    return Item(prompt, answers[0], answers[1], "congruence", tuple(steps))


def _coprime(rng: Random, count: int, most: int) -> list[int]:
    while True:
        moduli = rng.sample(range(3, most), count)
        if math.lcm(*moduli) == math.prod(moduli):
            return moduli
