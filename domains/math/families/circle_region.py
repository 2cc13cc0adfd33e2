"""Find the area of a part of a ring: as a difference of sectors, and as mean arc times width."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw larger rings at each level and angles that divide a turn less well; ask for the rest from level 4 on."""
    inner, width = rng.randint(2, 15 + 6 * level), rng.randint(2, 9 + 4 * level)
    outer, angle = (
        inner + width,
        rng.choice(
            [30, 45, 60, 90, 120, 180]
            if level < 3
            else [40, 50, 72, 75, 80, 100, 105, 108, 135, 150, 160, 216, 225, 250, 300]
        ),
    )
    turn = 360 - angle if level > 3 else angle
    part = Fraction(turn, 360)
    area = part * (outer**2 - inner**2)
    mean_arc = Fraction(turn, 180) * Fraction(inner + outer, 2)
    prompt = rng.choice(_removed(inner, outer, angle) if level > 3 else _cut_out(inner, outer, angle))
    steps = [f"360 - {angle} = {turn}"] if level > 3 else []
    steps += [f"\\frac{{{turn}}}{{360}} = {tex(part)}", f"{outer}^{{2}} - {inner}^{{2}} = {outer**2 - inner**2}"]
    steps += [f"{tex(part)} \\cdot {outer**2 - inner**2} \\cdot \\pi = {tex(area)}\\pi"]
    return Item(prompt, f"{tex(area)}\\pi", f"{tex(mean_arc)}\\cdot {width}\\pi", "expression", tuple(steps))


def _cut_out(inner: int, outer: int, angle: int) -> list[str]:
    return [
        (
            f"A ring lies between two concentric circles of radius {inner} and {outer}. "
            f"Find the exact area of the part of the ring that a central angle of ${angle}^\\circ$ cuts out."
        ),
        (
            f"Circles of radius {inner} and {outer} have the same centre. What is the exact area of the region between "
            f"them inside an angle of ${angle}^\\circ$ at the centre?"
        ),
        (
            f"A windscreen wiper turns through ${angle}^\\circ$. Its blade reaches from {inner} to {outer} units from "
            "the pivot. What area does the blade sweep? Give the exact value."
        ),
    ]


def _removed(inner: int, outer: int, angle: int) -> list[str]:
    return [
        (
            f"A ring lies between concentric circles of radius {inner} and {outer}. The part inside a central angle "
            f"of ${angle}^\\circ$ is removed. Find the exact area of what is left of the ring."
        ),
        (
            f"Circles of radius {inner} and {outer} have the same centre. What is the exact area of the region between "
            f"them outside an angle of ${angle}^\\circ$ at the centre?"
        ),
    ]
