"""Find a symmetric sum of the roots of a polynomial: by Vieta's formulas, and by Newton's identities."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw a quadratic, and a cubic from level 3 on; ask for higher powers later."""
    degree, power = (2, 1 + level) if level < 3 else (3, level)
    lows = [rng.randint(-15 - 2 * level, 15 + 2 * level) for _ in range(degree)]
    if not lows[0] or not lows[1]:
        return make(rng, level)
    e = [Fraction(1)] + [Fraction((-1) ** k * lows[degree - k]) for k in range(1, degree + 1)]
    sums = _newton(e, power)
    total = sums[power]
    text = polynomial([*lows, 1])
    names = ["p", "q", "r"][:degree]
    asked = " + ".join(f"{name}^{{{power}}}" for name in names)
    told = f"${', '.join(names[:-1])}$ and ${names[-1]}$"
    prompt = rng.choice(
        [
            f"Let {told} be the (complex) roots of ${text} = 0$, counted with multiplicity. Compute ${asked}$.",
            (
                f"The polynomial ${text}$ has the roots {told} over the complex numbers, counted with multiplicity. "
                f"What is ${asked}$?"
            ),
            f"If ${text} = {''.join(f'(x-{name})' for name in names)}$, find the value of ${asked}$.",
        ]
    )
    return Item(prompt, tex(total), tex(_trace(lows, power)), steps=tuple(_steps(e, sums, names, power)))


def _newton(e: list[Fraction], power: int) -> list[Fraction]:
    sums = [Fraction(len(e) - 1)]
    for k in range(1, power + 1):
        value = sum(((-1) ** (j - 1) * e[j] * sums[k - j] for j in range(1, min(k, len(e)))), Fraction(0))
        sums.append(value + ((-1) ** (k - 1) * k * e[k] if k < len(e) else 0))
    return sums


def _trace(lows: list[int], power: int) -> int:
    """The trace of a power of the companion matrix."""
    size = len(lows)
    companion = [[-lows[i] if j == size - 1 else int(i == j + 1) for j in range(size)] for i in range(size)]
    out = [[int(i == j) for j in range(size)] for i in range(size)]
    for _ in range(power):
        out = [[sum(out[i][k] * companion[k][j] for k in range(size)) for j in range(size)] for i in range(size)]
    return sum(out[i][i] for i in range(size))


def _steps(e: list[Fraction], sums: list[Fraction], names: list[str], power: int) -> list[str]:
    named = [f"S_{{{k}}} = {tex(sums[k])}" for k in range(1, len(names))]
    steps = [f"{' + '.join(names)} = {tex(e[1])}", f"{'pq' if len(names) == 2 else 'pq + pr + qr'} = {tex(e[2])}"]
    steps += [f"pqr = {tex(e[3])}"] if len(names) == 3 else []
    steps += named
    for k in range(len(names), power + 1):
        parts = [
            f"{'-' if j % 2 == 0 else '+' if j > 1 else ''}{bracketed(e[j])} \\cdot {bracketed(sums[k - j])}"
            for j in range(1, len(e))
        ]
        steps.append(f"S_{{{k}}} = {' '.join(parts)} = {tex(sums[k])}")
    return steps
