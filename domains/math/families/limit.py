"""Find the limit of a quotient at a common root: by cancelling, and by the quotient of the slopes (L'Hospital)."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw a higher degree at each level."""
    at = rng.choice([-1, 1]) * rng.randint(1, 3 + level)
    above = [rng.choice([-1, 1]) * rng.randint(1, 5 + level) for _ in range(1 + (level + 1) // 2)]
    below = [rng.choice([-1, 1]) * rng.randint(1, 5 + level) for _ in range(1 + level // 2)]
    if not _at(below, at) or not _at(above, at):
        return make(rng, level)
    value = Fraction(_at(above, at), _at(below, at))
    tops, downs = _times(above, [-at, 1]), _times(below, [-at, 1])
    slopes = Fraction(_at(_slope(tops), at), _at(_slope(downs), at))
    shown = f"\\lim_{{x \\to {at}}} \\frac{{{polynomial(tops)}}}{{{polynomial(downs)}}}"
    prompt = rng.choice(
        [
            f"Compute ${shown}$.",
            f"Find the limit of $\\frac{{{polynomial(tops)}}}{{{polynomial(downs)}}}$ as $x$ approaches {at}.",
            (
                f"What value must $f({at})$ have so that $f(x) = \\frac{{{polynomial(tops)}}}{{{polynomial(downs)}}}$ "
                f"becomes continuous at $x = {at}$?"
            ),
        ]
    )
    line = polynomial([-at, 1])
    steps = (
        f"{polynomial(tops)} = ({line})({polynomial(above)})",
        f"{polynomial(downs)} = ({line})({polynomial(below)})",
        (
            f"\\frac{{{_put(above, at)}}}{{{_put(below, at)}}} = \\frac{{{_at(above, at)}}}{{{_at(below, at)}}} = "
            f"{tex(value)}"
        ),
    )
    return Item(prompt, tex(value), tex(slopes), steps=steps)


def _at(poly: list[int], x: int) -> int:
    return sum(value * x**power for power, value in enumerate(poly))


def _put(poly: list[int], x: int) -> str:
    return " + ".join(
        bracketed(value) if not power else f"{bracketed(value)} \\cdot {bracketed(x)}^{{{power}}}"
        for power, value in enumerate(poly)
    )


def _slope(poly: list[int]) -> list[int]:
    return [power * value for power, value in enumerate(poly)][1:]


def _times(left: list[int], right: list[int]) -> list[int]:
    out = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return out
