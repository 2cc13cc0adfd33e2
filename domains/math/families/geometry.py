"""Geometry: triangles, circles and the hands of a clock."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item, tex


def triangle_area(rng: Random, level: int) -> Item:
    """Find the area of a triangle; by the shoelace formula, and by Pick's theorem."""
    size = 3 + 3 * level
    while True:
        points = [(rng.randint(-size, size), rng.randint(-size, size)) for _ in range(3)]
        (ax, ay), (bx, by), (cx, cy) = points
        double = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
        if double:
            break
    border = sum(math.gcd(p[0] - q[0], p[1] - q[1]) for p, q in zip(points, points[1:] + points[:1], strict=True))
    pick = _inside(points) + Fraction(border, 2) - 1
    listed = ", ".join(f"$({x},{y})$" for x, y in points)
    return Item(f"Find the area of the triangle with vertices {listed}.", tex(Fraction(double, 2)), tex(pick))


def _inside(points: list[tuple[int, int]]) -> int:
    """Count the lattice points strictly inside a triangle."""
    count = 0
    for x in range(min(p[0] for p in points), max(p[0] for p in points) + 1):
        for y in range(min(p[1] for p in points), max(p[1] for p in points) + 1):
            sides = [
                (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
                for a, b in zip(points, points[1:] + points[:1], strict=True)
            ]
            count += all(side > 0 for side in sides) or all(side < 0 for side in sides)
    return count


def circle_region(rng: Random, level: int) -> Item:
    """Find the area of a sector of a ring; as a difference of sectors, and as mean arc times width."""
    inner, width = rng.randint(1, 3 * level), rng.randint(1, 3 + level)
    outer, angle = inner + width, rng.choice([30, 45, 60, 72, 90, 120, 150])
    sectors = Fraction(angle, 360) * (outer**2 - inner**2)
    mean_arc = Fraction(angle, 180) * Fraction(inner + outer, 2)
    prompt = (
        f"A ring lies between two concentric circles of radius {inner} and {outer}. "
        f"Find the exact area of the part of the ring that a central angle of ${angle}^\\circ$ cuts out."
    )
    return Item(prompt, f"{tex(sectors)}\\pi", f"{tex(mean_arc)}\\cdot {width}\\pi", "expression")


def clock_angle(rng: Random, level: int) -> Item:
    """Find the smaller angle between the hands; by their speeds, and in steps of the minute marks."""
    hour, minute = (
        rng.randint(1, 12),
        rng.choice(range(0, 60, 10 if level < 2 else 5 if level < 4 else 1)),
    )  # finer later
    apart = abs(Fraction(60 * hour - 11 * minute, 2)) % 360
    by_speed = min(apart, 360 - apart)
    short, long = Fraction(5 * (hour % 12)) + Fraction(minute, 12), Fraction(minute)
    marks = min((short - long) % 60, (long - short) % 60)
    time = f"{hour}:{minute:02d}"
    prompt = f"What is the smaller angle, in degrees, between the hour hand and the minute hand of a clock at {time}?"
    return Item(prompt, f"{tex(by_speed)}^\\circ", f"{tex(marks * 6)}^\\circ", "quantity")
