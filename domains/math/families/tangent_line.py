"""Find a tangent of a polynomial: by its derivative, and as the remainder on division by the square of x-a."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, polynomial


def make(rng: Random, level: int) -> Item:
    """Draw a higher degree at each level."""
    poly = [rng.choice([-1, 1]) * rng.randint(1, 6) for _ in range(level + 1)] + [rng.choice([-2, -1, 1, 2, 3])]
    at = rng.choice([-3, -2, -1, 1, 2, 3])
    value = sum(cell * at**power for power, cell in enumerate(poly))
    slope = sum(power * cell * at ** (power - 1) for power, cell in enumerate(poly) if power)
    text = polynomial(poly)
    prompt = rng.choice(
        [
            f"Find the equation of the tangent to the graph of $y = {text}$ at $x = {at}$, in the form $y = mx + b$.",
            f"Which line $y = mx + b$ touches the curve $y = {text}$ at the point with $x = {at}$?",
            f"Give the linear approximation of $f(x) = {text}$ at $x = {at}$ as an equation $y = mx + b$.",
        ]
    )
    rest = _remainder(poly, [at * at, -2 * at, 1])
    slopes = " + ".join(
        f"{power} \\cdot {bracketed(cell)} \\cdot {bracketed(at)}^{{{power - 1}}}"
        for power, cell in enumerate(poly)
        if power
    )
    values = " + ".join(f"{bracketed(cell)} \\cdot {bracketed(at)}^{{{power}}}" for power, cell in enumerate(poly))
    steps = (
        f"f({at}) = {values} = {value}",
        f"f'({at}) = {slopes} = {slope}",
        f"{value} - {bracketed(slope)} \\cdot {bracketed(at)} = {value - slope * at}",
    )
    return Item(prompt, f"y={polynomial([value - slope * at, slope])}", f"y={polynomial(rest)}", "equation", steps)


def _remainder(poly: list[int], by: list[int]) -> list[int]:
    """The remainder on division by a polynomial whose first coefficient is 1."""
    rest = list(poly)
    while len(rest) >= len(by):
        factor = rest.pop()
        for k, cell in enumerate(reversed(by[:-1]), start=1):
            rest[-k] -= factor * cell
    return rest
