"""When an answer that is not equal still counts: a relative tolerance, or an exact value for a rounded decimal."""

from __future__ import annotations

from fractions import Fraction

from verisieve.verifiers.math import exact, probe, units
from verisieve.verifiers.math.lowering import has_decimal, stated_decimal
from verisieve.verifiers.math.nodes import MathsError, Node, Unit, apply, number, substitute, symbols, walk
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.settling import settle

_SLACK = 1 + 1e-9  # an answer at the very bound is within it, whatever the division loses
_LEAST = 100  # units of the last place: a decimal of fewer than three digits stands for itself only


def within(gold: Node, answer: Node, tolerance: float) -> bool:
    """Say whether the answer lies within a relative tolerance of the gold."""
    if symbols(gold) != symbols(answer):
        return False
    try:
        return all(_near(gold, answer, point, tolerance) for point in _points(gold))
    except MathsError:
        return False


def _points(node: Node) -> list[Point]:
    """Two points for the symbols of a tree; any will do."""
    names = sorted(symbols(node))
    return [Point({name: Fraction(k + 4 * index, 7) for index, name in enumerate(names)}) for k in (5, 9)]


def _near(gold: Node, answer: Node, point: Point, tolerance: float) -> bool:
    expected, got = settle(gold, point).value, settle(answer, point).value
    return bool(abs(expected - got) <= tolerance * (abs(expected) or 1))


def relative(gold: Node, absolute: float) -> float | None:
    """Return an absolute tolerance, in the gold's own unit, as a relative one; None for a gold that is no number."""
    plain = substitute(gold, {part: number(1) for part in walk(gold) if isinstance(part, Unit)})
    if symbols(plain):
        return None
    try:
        size = abs(settle(plain, Point({})).value)
        return absolute * _SLACK / float(size) if size else absolute * _SLACK
    except (MathsError, OverflowError, ZeroDivisionError):
        return None


def rounds_to(gold: Node, answer: Node) -> bool:
    """Say whether an exact answer that no decimal can state rounds to the decimal that the gold states."""
    stated = stated_decimal(gold)
    if stated is None or has_decimal(answer):
        return False
    decimal, rest = stated
    unit = Fraction(1, 10 ** (decimal.places or 0))
    if abs(decimal.value) < _LEAST * unit:
        return False
    quotient = apply("div", answer, rest)
    value = exact.maybe_rational(quotient)
    if value is None:
        return _rounds_numerically(decimal.value, unit, quotient)
    return not _terminates(value) and abs(value - decimal.value) <= unit / 2


def _rounds_numerically(decimal: Fraction, unit: Fraction, quotient: Node) -> bool:
    if any(name[0] != units.DIMENSION for name in symbols(quotient)):
        return False
    try:
        values = [probe.evaluate(quotient, point).value for point in _points(quotient)]
    except MathsError:
        return False
    ctx = probe.context(probe.BASE_BITS)
    stated = ctx.mpf(decimal.numerator) / decimal.denominator
    return all(2 * abs(value - stated) * unit.denominator <= 1 for value in values)


def _terminates(value: Fraction) -> bool:
    below = value.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return below == 1
