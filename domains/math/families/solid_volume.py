"""Find the volume of a solid: by its formula, and by Simpson's rule on its sections, exact up to degree three."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex

_SHAPES = ("cone", "cylinder", "frustum", "capped")


def make(rng: Random, level: int) -> Item:
    """Draw a cone or cylinder first, a cone without its top from level 3 on, half a ball on a cylinder later."""
    low, high = 3 + level, 20 + 10 * level
    r, h, s = rng.randint(low, high), rng.randint(low, high), rng.randint(1, low)
    shape = rng.choice(_SHAPES[:2] if level < 3 else _SHAPES[2:])
    prompt, total, sections, steps = {"cone": _cone, "cylinder": _cylinder, "frustum": _frustum, "capped": _capped}[
        shape
    ](rng, r, h, s)
    simpson = sum((height * (a + 4 * b + c) / 6 for height, a, b, c in sections), Fraction(0))
    return Item(
        f"{prompt} Give the exact value in cubic centimetres.",
        f"{tex(total)}\\pi",
        f"{tex(simpson)}\\pi",
        "expression",
        tuple(steps),
    )


_Solid = tuple[str, Fraction, list[tuple[Fraction, Fraction, Fraction, Fraction]], list[str]]


def _cone(rng: Random, r: int, h: int, s: int) -> _Solid:
    total = Fraction(r * r * h, 3)
    prompt = rng.choice(
        [
            f"A cone has a base of radius {r} cm and a height of {h} cm. What is its volume?",
            f"A funnel is a cone, {r} cm in radius and {h} cm high. How much does it hold?",
        ]
    )
    return (
        prompt,
        total,
        [(Fraction(h), Fraction(r * r), Fraction(r * r, 4), Fraction(0))],
        [
            (
                f"\\frac{{1}}{{3}} \\cdot {r}^{{2}} \\cdot {h} \\cdot \\pi = \\frac{{{r * r * h}}}{{3}} \\cdot \\pi = "
                f"{tex(total)}\\pi"
            )
        ],
    )


def _cylinder(rng: Random, r: int, h: int, s: int) -> _Solid:
    total, square = Fraction(r * r * h), Fraction(r * r)
    prompt = rng.choice(
        [
            f"A tin is a cylinder, {r} cm in radius and {h} cm high. What is its volume?",
            f"Find the volume of a cylinder with radius {r} cm and height {h} cm.",
        ]
    )
    return (
        prompt,
        total,
        [(Fraction(h), square, square, square)],
        [f"{r}^{{2}} \\cdot {h} \\cdot \\pi = {r * r} \\cdot {h} \\cdot \\pi = {tex(total)}\\pi"],
    )


def _frustum(rng: Random, r: int, h: int, s: int) -> _Solid:
    total = Fraction(h * (r * r + r * s + s * s), 3)
    middle = Fraction(r + s, 2)
    prompt = rng.choice(
        [
            (
                f"A bucket is a cone cut off parallel to its base: its circles have radius {r} cm and {s} cm, {h} cm "
                "apart. How much does it hold?"
            ),
            (
                f"A cone is cut parallel to its base. The remaining solid has circles of radius {r} cm and {s} cm and "
                f"a height of {h} cm. What is its volume?"
            ),
        ]
    )
    steps = [
        f"{r}^{{2}} + {r} \\cdot {s} + {s}^{{2}} = {r * r} + {r * s} + {s * s} = {r * r + r * s + s * s}",
        f"\\frac{{1}}{{3}} \\cdot {h} \\cdot {r * r + r * s + s * s} \\cdot \\pi = {tex(total)}\\pi",
    ]
    return prompt, total, [(Fraction(h), Fraction(r * r), middle**2, Fraction(s * s))], steps


def _capped(rng: Random, r: int, h: int, s: int) -> _Solid:
    total = Fraction(2, 3) * r**3 + r * r * h
    prompt = rng.choice(
        [
            (
                f"A silo is a cylinder with half a ball on top. The radius of both is {r} cm and the cylinder is {h} "
                "cm high. What is the volume of the whole?"
            ),
            (
                f"Half a ball of radius {r} cm stands on a cylinder of the same radius and of height {h} cm. Find the "
                "volume of both together."
            ),
        ]
    )
    steps = [
        f"\\frac{{2}}{{3}} \\cdot {r}^{{3}} \\cdot \\pi = {tex(Fraction(2, 3) * r**3)}\\pi",
        f"{r}^{{2}} \\cdot {h} \\cdot \\pi = {r * r * h}\\pi",
        f"{tex(Fraction(2, 3) * r**3)}\\pi + {r * r * h}\\pi = {tex(total)}\\pi",
    ]
    square = Fraction(r * r)
    return (
        prompt,
        total,
        [(Fraction(h), square, square, square), (Fraction(r), square, square * 3 / 4, Fraction(0))],
        steps,
    )
