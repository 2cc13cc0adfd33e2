"""Differentiate a product: by the product rule, and from the expanded polynomial or Euler's formula."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, term


def make(rng: Random, level: int) -> Item:
    """Draw polynomials up to level 2, then a power times a sine, then three factors."""
    if level < 3:
        f, g = _coefficients(rng, level), _coefficients(rng, level)
        shown, answer, again, steps = _of_polynomials(f, g)
    else:
        a, b, c = rng.randint(2, 9), rng.randint(2, 4 + level), rng.choice([-1, 1]) * rng.randint(2, 9)
        shown, answer, again, steps = (
            _with_sine(a, b, c)
            if level < 4
            else _with_exponential(a, b, c, rng.randint(2, 3 + level) if level > 4 else 0)
        )
    prompt = rng.choice(
        [
            f"Differentiate $f(x) = {shown}$ with respect to $x$.",
            f"Find $f'(x)$ for $f(x) = {shown}$.",
            f"What is the derivative of ${shown}$ with respect to $x$?",
        ]
    )
    return Item(prompt, answer, again, "expression", tuple(steps))


def _coefficients(rng: Random, degree: int) -> list[int]:
    return [rng.choice([-1, 1]) * rng.randint(1, 7) for _ in range(degree)] + [rng.choice([-3, -2, -1, 1, 2, 3, 4])]


def _of_polynomials(f: list[int], g: list[int]) -> tuple[str, str, str, list[str]]:
    rule = f"({polynomial(_slope(f))})({polynomial(g)})+({polynomial(f)})({polynomial(_slope(g))})"
    answer = polynomial(_slope(_times(f, g)))
    return f"({polynomial(f)})({polynomial(g)})", answer, rule, [f"f'(x) = {rule} = {answer}"]


def _with_sine(a: int, b: int, c: int) -> tuple[str, str, str, list[str]]:
    """The second way writes the sine as a difference of complex exponentials."""
    rule = f"{c * b}x^{{{b - 1}}}\\sin({a}x){term(c * a, b)}\\cos({a}x)"
    waves = [f"({b}x^{{{b - 1}}} {sign} {a}i x^{{{b}}})e^{{{way}{a}i x}}" for sign, way in (("+", ""), ("-", "-"))]
    again = f"\\frac{{{c}}}{{2i}}({waves[0]} - {waves[1]})"
    return (
        f"{term(c, b, first=True)} \\sin({a}x)",
        rule,
        again,
        [f"f'(x) = {c} \\cdot ({b}x^{{{b - 1}}}\\sin({a}x)+{a}x^{{{b}}}\\cos({a}x)) = {rule}"],
    )


def _with_exponential(a: int, b: int, c: int, d: int) -> tuple[str, str, str, list[str]]:
    """The second way writes the cosine as the real part that it is."""
    wave = f"\\cos({a}x)" if not d else f"x^{{{d}}}\\cos({a}x)"
    parts = [
        f"{bracketed(c)} \\cdot {wave}",
        f"- {a} {'' if not d else f'x^{{{d}}}'}\\sin({a}x)",
        *([f"+ {d}x^{{{d - 1}}}\\cos({a}x)"] if d else []),
    ]
    rule = f"e^{{{c}x}}({' '.join(parts)})"
    power = f"x^{{{d}}}" if d else ""
    lower = f" + {d}x^{{{d - 1}}}" if d else ""
    halves = [f"(({c} {sign} {a}i){power}{lower})e^{{({c} {sign} {a}i)x}}" for sign in "+-"]
    return (
        f"e^{{{c}x}} {wave}",
        rule,
        f"\\frac{{1}}{{2}}({halves[0]} + {halves[1]})",
        [f"f'(x) = {c}e^{{{c}x}} {wave} + e^{{{c}x}}({' '.join(parts[1:])}) = {rule}"],
    )


def _slope(poly: list[int]) -> list[int]:
    return [power * value for power, value in enumerate(poly)][1:] or [0]


def _times(left: list[int], right: list[int]) -> list[int]:
    out = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return out
