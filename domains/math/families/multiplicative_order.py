"""Find the order of a number modulo a prime: among the divisors of p-1, and power by power."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex

_PRIMES = (
    11,
    13,
    17,
    19,
    23,
    29,
    31,
    37,
    41,
    43,
    47,
    53,
    59,
    61,
    67,
    71,
    73,
    79,
    83,
    89,
    97,
    101,
    103,
    107,
    109,
    113,
    127,
    131,
    137,
    139,
)


def make(rng: Random, level: int) -> Item:
    """Draw a larger prime at each level."""
    prime = rng.choice(_PRIMES[4 * level - 4 : 8 + 4 * level])
    number = rng.randint(2, prime - 2)
    divisors = [k for k in range(1, prime) if (prime - 1) % k == 0]
    order = next(k for k in divisors if pow(number, k, prime) == 1)
    power, count = number % prime, 1
    while power != 1:
        power, count = power * number % prime, count + 1
    prompt = rng.choice(
        [
            f"Find the least positive integer $k$ such that ${number}^k \\equiv 1 \\pmod{{{prime}}}$.",
            f"What is the multiplicative order of {number} modulo the prime {prime}?",
            (
                f"The powers of {number} are reduced modulo {prime}. After how many multiplications by {number} does 1 "
                "become 1 again for the first time?"
            ),
        ]
    )
    tried = divisors[: divisors.index(order) + 1]
    steps = tuple(f"{number}^{{{k}}} \\equiv {pow(number, k, prime)} \\pmod{{{prime}}}" for k in tried)
    return Item(prompt, tex(order), tex(count), steps=(f"{prime} - 1 = {prime - 1}", *steps))
