"""Arithmetic and number theory: expressions, fractions, bases, divisors, powers and congruences."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item, tex
from verisieve.verifiers.math.exact import rational
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.render import digits


def arithmetic(rng: Random, level: int) -> Item:
    """Evaluate an expression; built bottom up, and read back by the exact evaluator."""
    text, value = str(first := rng.randint(2, 9 * level)), Fraction(first)
    for _ in range(level + 1):
        number, sign = rng.randint(2, 9 + 4 * level), rng.choice("+-*")
        if sign == "*":
            text, value = f"({text}) \\cdot {number}", value * number
        else:
            text, value = f"{text} {sign} {number}", value + number if sign == "+" else value - number
    return Item(f"Evaluate ${text}$.", tex(value), tex(rational(parse(text))))


def fraction_sum(rng: Random, level: int) -> Item:
    """Add fractions; by Fraction, and over the product of the denominators."""
    parts = [(rng.randint(1, 9), rng.randint(2, 6 + 3 * level), rng.choice((1, -1))) for _ in range(level + 1)]
    total = sum((Fraction(sign * above, below) for above, below, sign in parts), Fraction(0))
    common = math.prod(below for _, below, _ in parts)
    over = sum(sign * above * common // below for above, below, sign in parts)
    shown = " ".join(f"{'+' if sign > 0 else '-'} \\frac{{{above}}}{{{below}}}" for above, below, sign in parts)
    prompt = f"Compute ${shown.removeprefix('+ ')}$ as a fraction in lowest terms."
    return Item(prompt, tex(total), f"\\frac{{{over}}}{{{common}}}")


def base_conversion(rng: Random, level: int) -> Item:
    """Write a number in a base; by division from below, and by taking powers from above."""
    base = rng.choice([2, 3, 4, 5, 6, 7, 8, 9])
    value = rng.randint(10 * level, 60 * 4**level)
    power = max(k for k in range(40) if base**k <= value)
    rest, digits_above = value, ""
    for exponent in range(power, -1, -1):
        digits_above, rest = digits_above + str(rest // base**exponent), rest % base**exponent
    prompt = f"Write the decimal number {value} in base {base}. Give the base as a subscript."
    return Item(prompt, f"{digits(value, base)}_{{{base}}}", f"({digits_above})_{{{base}}}")


def divisor_count(rng: Random, level: int) -> Item:
    """Count divisors; from the exponents, and by trial."""
    primes = rng.sample([2, 3, 5, 7, 11], min(level + 1, 4))
    powers = [rng.randint(1, 3) for _ in primes]
    number = math.prod(prime**power for prime, power in zip(primes, powers, strict=True))
    formula = math.prod(power + 1 for power in powers)
    trial = sum((2 if low * low < number else 1) for low in range(1, math.isqrt(number) + 1) if number % low == 0)
    return Item(f"How many positive divisors does {number} have?", tex(formula), tex(trial))


def modular_power(rng: Random, level: int) -> Item:
    """Reduce a power; by square and multiply, and by the cycle of remainders."""
    modulus, base = rng.randint(5, 10 + 15 * level), rng.randint(2, 30)
    exponent = rng.randint(10, 10 ** (level + 1))
    seen: list[int] = []
    value = 1 % modulus
    while value not in seen:
        seen.append(value)
        value = value * base % modulus
    start = seen.index(value)
    place = exponent if exponent < start else start + (exponent - start) % (len(seen) - start)
    prompt = f"What is the remainder when ${base}^{{{exponent}}}$ is divided by {modulus}?"
    return Item(prompt, tex(pow(base, exponent, modulus)), tex(seen[place]))


def congruences(rng: Random, level: int) -> Item:
    """Solve simultaneous congruences; by the Chinese remainder theorem, and by search."""
    moduli = rng.sample([3, 4, 5, 7, 11, 13], 2 if level < 3 else 3)  # a harder level has three
    number = rng.randint(0, math.prod(moduli) - 1)
    product = math.prod(moduli)
    solved = sum(number % m * (product // m) * pow(product // m, -1, m) for m in moduli) % product
    found = next(x for x in range(product) if all(x % m == number % m for m in moduli))
    listed = ", ".join(f"$x \\equiv {number % m} \\pmod{{{m}}}$" for m in moduli)
    prompt = f"Find all integers $x$ with {listed}. Give the answer as one congruence."
    return Item(
        prompt, f"x \\equiv {solved} \\pmod{{{product}}}", f"x \\equiv {found} \\pmod{{{product}}}", "congruence"
    )
