"""Calculus: derivatives, integrals and series."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item, polynomial, tex


def _coefficients(rng: Random, degree: int) -> list[int]:
    return [rng.randint(-6, 6) for _ in range(degree)] + [rng.choice([-3, -2, -1, 1, 2, 3, 4])]


def derivative(rng: Random, level: int) -> Item:
    """Differentiate a product; by the product rule, and from the expanded polynomial where there is one."""
    if level <= 2:  # polynomials first
        f, g = _coefficients(rng, level), _coefficients(rng, 1)
        rule = f"({polynomial(_slope(f))})({polynomial(g)})+({polynomial(f)})({polynomial(_slope(g))})"
        prompt = f"Differentiate $f(x) = ({polynomial(f)})({polynomial(g)})$ with respect to $x$."
        return Item(prompt, polynomial(_slope(_times(f, g))), rule, "expression")
    a, b = rng.randint(2, 2 + level), rng.randint(2, 5)
    prompt = f"Differentiate $f(x) = x^{{{b}}} \\sin({a}x)$ with respect to $x$."
    once = f"{b}x^{{{b - 1}}}\\sin({a}x)+{a}x^{{{b}}}\\cos({a}x)"
    return Item(prompt, once, f"x^{{{b - 1}}}({b}\\sin({a}x)+{a}x\\cos({a}x))", "expression")


def _slope(poly: list[int]) -> list[int]:
    return [power * value for power, value in enumerate(poly)][1:] or [0]


def _times(left: list[int], right: list[int]) -> list[int]:
    out = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return out


def definite_integral(rng: Random, level: int) -> Item:
    """Integrate a cubic at most; by its antiderivative, and by Simpson's rule, exact up to degree three."""
    poly = _coefficients(rng, min(level, 3))
    low = rng.randint(-3, 2)
    high = low + rng.randint(1, 2 + level)
    whole = [Fraction(value, power + 1) for power, value in enumerate(poly)]
    area = sum(
        (value * (Fraction(high) ** (p + 1) - Fraction(low) ** (p + 1)) for p, value in enumerate(whole)), Fraction(0)
    )
    at = [sum(value * Fraction(x) ** p for p, value in enumerate(poly)) for x in (low, Fraction(low + high, 2), high)]
    simpson = Fraction(high - low, 6) * (at[0] + 4 * at[1] + at[2])
    prompt = f"Compute $\\int_{{{low}}}^{{{high}}} ({polynomial(poly)}) \\, dx$."
    return Item(prompt, tex(area), tex(simpson))


def antiderivative(rng: Random, level: int) -> Item:
    """Find the general antiderivative; term by term, and in powers of a shifted variable."""
    shift, power, factor = rng.randint(1, 2 + level), rng.randint(1, min(level, 3)), rng.randint(1, 4)
    poly = [factor]
    for _ in range(power):
        poly = _times(poly, [shift, 1])
    whole = [Fraction(0)] + [Fraction(value, index + 1) for index, value in enumerate(poly)]
    prompt = f"Find the general antiderivative of $f(x) = {polynomial(poly)}$. Call the constant $C$."
    shifted = f"{tex(Fraction(factor, power + 1))}(x+{shift})^{{{power + 1}}}+C"
    return Item(prompt, f"{polynomial(whole)}+C", shifted, "antiderivative")


def geometric_series(rng: Random, level: int) -> Item:
    """Sum a geometric series; by the formula, and term by term."""
    first, ratio = rng.randint(1, 9), Fraction(rng.randint(1, 1 + level), rng.randint(2, 4))
    ratio = ratio if ratio != 1 else Fraction(1, 2)
    count = rng.randint(3, 3 + level)
    terms = [first * ratio**index for index in range(count)]
    shown = ", ".join(f"${tex(term)}$" for term in terms[:3])
    prompt = f"A geometric sequence begins {shown}. What is the sum of its first {count} terms?"
    return Item(prompt, tex(first * (1 - ratio**count) / (1 - ratio)), tex(sum(terms, Fraction(0))))
