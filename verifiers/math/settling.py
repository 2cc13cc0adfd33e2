"""Where to evaluate and with how many bits: sample points, and values with the magnitude of their error.

An evaluation asks for 120 bits and eight more for every bit that its intermediate values span, so that near misses such
as sin(10^-20) and 10^-20 come apart.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.verifiers.math import probe, units
from verisieve.verifiers.math.nodes import Node, TooLargeError
from verisieve.verifiers.math.probe import Point

WHOLE = (2, 3, 5, 4, 7, 1, 6, 11, 8, 13, 9, 17, 24, 33)  # where one variable is looked at that counts
CLOSE_BITS = 90  # two numbers that agree so far, relatively, are one number

_COMPLEX_NAMES = frozenset({"z", "w"})


def points(names: frozenset[str], *, whole: bool = False, plane: bool = False) -> tuple[Point, ...]:
    """Return sample points: first positive, then mixed signs, small and large; or integers; or complex."""
    return _whole_points(names, plane) if whole else _scattered(names, plane)


@lru_cache(maxsize=256)
def _whole_points(names: frozenset[str], plane: bool) -> tuple[Point, ...]:  # a flag of the cache's key
    """Whole numbers up to some where few polynomials still agree; of several variables with no fixed distance."""
    if len(names) == 1:
        envs = [dict.fromkeys(names, Fraction(value)) for value in WHOLE]
    else:
        rng, ordered = Random("verisieve.whole"), sorted(names)  # seeded on purpose
        drawn = [[rng.randrange(1, 13) for _ in ordered] for _ in range(_TUPLES)]
        rows = [sorted(row, reverse=k % 3 == 1) if k % 3 < 2 else row for k, row in enumerate(drawn)]
        envs = [dict(zip(ordered, map(Fraction, row), strict=True)) for row in rows]
    return tuple(Point(env, real=not plane) for env in envs)


@lru_cache(maxsize=256)
def _scattered(names: frozenset[str], plane: bool) -> tuple[Point, ...]:
    rng, found = Random("verisieve.points"), list[Point]()  # seeded on purpose
    for scale, signs in _SCALES:
        env: dict[str, Fraction | complex] = {}
        for index, name in enumerate(sorted(names)):
            sign = 1 if name[0] == units.DIMENSION else signs[index % len(signs)]
            value = Fraction(sign * rng.randrange(scale // 5, scale), 1000)
            lifted = plane and name in _COMPLEX_NAMES
            env[name] = complex(float(value), rng.randrange(200, 1500) / 1000) if lifted else value
        found.append(Point(env, real=not plane))
    return tuple(found)


_TUPLES = 24
_SCALES = (
    (2000, (1,)), (3000, (-1, 1)), (900, (1,)), (3000, (-1,)), (40_000, (1,)), (2500, (1, -1)), (900, (-1,)),
    (300, (1,)), (900_000, (1,)), (40_000, (-1,)), (5000, (1,)), (9000, (1, 1, -1)),
    (40_000, (1, -1)), (40_000, (-1, 1)), (90_000_000, (1,)),
)  # fmt: skip


class Settled(NamedTuple):
    """A value with the binary magnitude of its error."""

    value: Any
    error: int


def settle(node: Node, point: Point) -> Settled:
    """Evaluate with as many bits as the span of magnitudes asks for; raise TooLargeError past the budget."""
    bits = probe.BASE_BITS
    found = probe.evaluate(node, point, bits)
    if found.faint:
        before, bits = found.value, 4 * bits
        found = probe.evaluate(node, point, bits)
        if not _steady(before, found.value):
            return Settled(probe.context(bits).mpf(0), -bits // 2)
    needed = 120 + 8 * found.span
    if needed > bits:
        if needed > probe.MAX_BITS:
            raise TooLargeError("a value of that size")
        bits = needed
        found = probe.evaluate(node, point, bits)
    return Settled(found.value, 2 * found.span + probe.GUARD_BITS - bits)


def _steady(before: Any, after: Any) -> bool:
    """Say whether a faint value is real and no rounding: more bits leave it where it was."""
    if not after:
        return False
    gap = before - after
    ctx = probe.context(probe.BASE_BITS)
    return not gap or ctx.mag(gap) < ctx.mag(after) - 20


def close(left: Settled, right: Settled) -> bool:
    """Say whether two values agree within their errors."""
    ctx = probe.context(max(probe.BASE_BITS, -left.error, -right.error))
    if ctx.isinf(left.value) or ctx.isinf(right.value):
        return bool(left.value == right.value)
    gap = left.value - right.value
    if not gap:
        return True
    magnitude = ctx.mag(gap)
    if magnitude > max(left.error, right.error):
        return False
    top = max(ctx.mag(side.value) if side.value else magnitude for side in (left, right))
    return bool(magnitude < top - probe.BASE_BITS // 2) or not (left.value and right.value)
