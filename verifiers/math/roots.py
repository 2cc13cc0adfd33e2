"""Real roots and poles of expressions in one variable: exact polynomials first, then straight lines, then a scan."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from verisieve.verifiers.math import poly, probe
from verisieve.verifiers.math.exact import InexactError, UndefinedError
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, apply, symbols
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.settling import CLOSE_BITS, settle

_GRID = 240
_PLACES = (0, 1, -1, 2, 9, -7, 1000, -1000)


def all_real(equation: Apply) -> bool:
    """Say whether an equation in one variable is polynomial with real roots alone."""
    name = next(iter(symbols(equation)))
    try:
        side = poly.ratio_of(lowered(apply("add", equation.args[0], apply("neg", equation.args[1]))), name)
        return 0 < len(poly.squarefree(side.above)) - 1 == len(poly.real_roots(side.above))
    except MathsError:
        return False


def real_roots(node: Node, name: str) -> list[Any]:
    """Return zeros and poles as floats of the thread's context; a scan may miss some, never invents any."""
    try:
        ratio = poly.ratio_of(node, name)
        return poly.real_roots(ratio.above) + poly.real_roots(ratio.below)
    except InexactError:
        line = _straight(node, name)
        return _scanned(node, name) if line is None else line


def _straight(node: Node, name: str) -> list[Any] | None:
    """Return the root of a function that is linear wherever we look, its coefficients irrational; else None."""
    try:
        values = [settle(node, Point({name: Fraction(place)})).value for place in _PLACES]
    except MathsError:
        return None
    slope = values[1] - values[0]
    limit = probe.context(probe.BASE_BITS).mpf(2) ** -CLOSE_BITS
    if any(abs(value - values[0] - place * slope) > limit * 2000 for place, value in zip(_PLACES, values, strict=True)):
        return None
    return [-values[0] / slope] if abs(slope) > limit else []


def _scanned(node: Node, name: str) -> list[Any]:
    """Find sign changes on a grid where no polynomial helps; good for |x|, e^x, ln x."""
    known: list[tuple[Any, int]] = []
    found: list[Any] = []
    for step in range(-_GRID, _GRID + 1):
        place = Fraction(step * abs(step), 2 * _GRID) + Fraction(1, 977)
        sign = _sign_of(node, name, place)
        if known and sign != known[-1][1]:
            found.append(_bisected(node, name, known[-1], place))
        known.append((place, sign))
    return [_exact_root(node, name, root) for root in found]


def _sign_of(node: Node, name: str, place: Any, bits: int = 60) -> int:
    try:
        value = probe.evaluate(node, Point({name: place}), bits).value
    except UndefinedError:
        return 2
    return 0 if not value else (1 if value > 0 else -1)


def _bisected(node: Node, name: str, before: tuple[Any, int], place: Fraction) -> Fraction:
    low, sign = before
    high = place
    for _ in range(110):
        middle = (low + high) / 2
        if _sign_of(node, name, middle, probe.BASE_BITS) == sign:
            low = middle
        else:
            high = middle
    return Fraction((low + high) / 2)


def _exact_root(node: Node, name: str, root: Fraction) -> Any:
    ctx = probe.context(probe.BASE_BITS)
    near = root.limit_denominator(10_000)
    chosen = near if abs(near - root) < Fraction(1, 1 << 50) else root
    return ctx.mpf(chosen.numerator) / chosen.denominator
