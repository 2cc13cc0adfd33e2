"""Add up divisors: by the product of geometric sums, and by trial."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex, times


def make(rng: Random, level: int) -> Item:
    """Draw larger primes at each level, and a third one later."""
    primes = sorted(
        rng.sample(
            [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71][: 15 + level], 2 + level // 3
        )
    )
    powers = [rng.randint(1, 5 if prime == 2 else 3 if prime < 7 else 2) for prime in primes]
    pairs = list(zip(primes, powers, strict=True))
    number = math.prod(prime**power for prime, power in pairs)
    sums = [sum(prime**k for k in range(power + 1)) for prime, power in pairs]
    trial = sum(
        low + (number // low if low * low < number else 0)
        for low in range(1, math.isqrt(number) + 1)
        if number % low == 0
    )
    shown = " \\cdot ".join(f"{prime}^{{{power}}}" for prime, power in pairs)
    parts = [
        f"{chained(prime**k for k in range(power + 1))} = {one}"
        for (prime, power), one in zip(pairs, sums, strict=True)
    ]
    steps = (f"{number} = {shown}", *parts, f"{times(sums)} = {math.prod(sums)}")
    prompt = rng.choice(
        [
            f"What is the sum of all positive divisors of {number}?",
            f"Find the sum of the positive integers that divide {number}, 1 and {number} included.",
            f"Let $\\sigma(n)$ be the sum of the positive divisors of $n$. Compute $\\sigma({number})$.",
        ]
    )
    return Item(prompt, tex(math.prod(sums)), tex(trial), steps=steps)
