"""Find the order of a number modulo a prime: among the divisors of p-1, and power by power."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex

_PRIMES = tuple(n for n in range(11, 330) if all(n % k for k in range(2, 19)) or n in (11, 13, 17))


def make(rng: Random, level: int) -> Item:
    """Draw a larger prime at each level."""
    prime = rng.choice(_PRIMES[8 * level - 8 : 14 + 9 * level])
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
