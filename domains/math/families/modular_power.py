"""Reduce a power: by squaring, and by the cycle of remainders."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw a longer exponent and a larger modulus at each level."""
    modulus, base = rng.randint(5 + 6 * level, 20 + 16 * level), rng.randint(2, 40)
    exponent = rng.randint(5 * 6**level, 5 * 6 ** (level + 1))
    seen: list[int] = []
    value = 1 % modulus
    while value not in seen:
        seen.append(value)
        value = value * base % modulus
    start = seen.index(value)
    place = exponent if exponent < start else start + (exponent - start) % (len(seen) - start)
    prompt = rng.choice(
        [
            f"What is the remainder when ${base}^{{{exponent}}}$ is divided by {modulus}?",
            f"Find the remainder of ${base}^{{{exponent}}}$ on division by {modulus}.",
            f"Which number from 0 to {modulus - 1} has the same remainder modulo {modulus} as ${base}^{{{exponent}}}$?",
        ]
    )
    return Item(
        prompt, tex(pow(base, exponent, modulus)), tex(seen[place]), steps=tuple(_squarings(base, exponent, modulus))
    )


def _squarings(base: int, exponent: int, modulus: int) -> list[str]:
    """The powers whose exponents are the leading bits of the exponent."""
    power, value = 1, base % modulus
    steps = [f"{base} \\equiv {value} \\pmod{{{modulus}}}"]
    for bit in bin(exponent)[3:]:
        last, power, value = value, 2 * power, value * value % modulus
        steps.append(f"{base}^{{{power}}} \\equiv {last}^{{2}} \\equiv {value} \\pmod{{{modulus}}}")
        if bit == "1":
            last, power, value = value, power + 1, value * base % modulus
            steps.append(f"{base}^{{{power}}} \\equiv {last} \\cdot {base} \\equiv {value} \\pmod{{{modulus}}}")
    return steps
