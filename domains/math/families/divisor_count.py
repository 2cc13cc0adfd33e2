"""Count divisors: from the exponents, and by trial."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw larger primes and powers at each level."""
    primes = rng.sample([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37][: 7 + level], 2 + level // 2)
    powers = [rng.randint(1, 2 + level // 3) for _ in primes]
    number = math.prod(prime**power for prime, power in zip(primes, powers, strict=True)) * rng.choice([4, 8, 9, 16])
    factors = _factors(number)
    trial = sum((2 if low * low < number else 1) for low in range(1, math.isqrt(number) + 1) if number % low == 0)
    formula = math.prod(power + 1 for power in factors.values())
    shown = " \\cdot ".join(f"{prime}^{{{power}}}" for prime, power in factors.items())
    counted = " \\cdot ".join(f"({power}+1)" for power in factors.values())
    prompt = rng.choice(
        [
            f"How many positive divisors does {number} have?",
            f"Find the number of positive integers that divide {number}.",
            f"In how many ways can a positive integer $d$ be chosen so that {number} is a multiple of $d$?",
        ]
    )
    return Item(prompt, tex(formula), tex(trial), steps=(f"{number} = {shown}", f"{counted} = {formula}"))


def _factors(number: int) -> dict[int, int]:
    found: dict[int, int] = {}
    prime = 2
    while number > 1:
        while number % prime == 0:
            found[prime], number = found.get(prime, 0) + 1, number // prime
        prime += 1
    return found
