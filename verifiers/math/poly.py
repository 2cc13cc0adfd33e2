"""Polynomials and rational functions of one variable with rational coefficients, and their real roots."""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import Any, NamedTuple

from verisieve.verifiers.math import exact, meter, probe
from verisieve.verifiers.math.exact import InexactError
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, TooLargeError

MAX_DEGREE = 60
MAX_SOLVED = 12
Poly = tuple[Fraction, ...]  # constant term first, no trailing zeros


class Ratio(NamedTuple):
    """A quotient of polynomials."""

    above: Poly
    below: Poly


ONE: Poly = (Fraction(1),)


def ratio_of(node: Node, name: str) -> Ratio:
    """Return the tree as a rational function of one variable; raise InexactError where it is none."""
    if isinstance(node, Num):
        return Ratio(_trim((node.value,)), ONE)
    if node == Sym(name):
        return Ratio((Fraction(0), Fraction(1)), ONE)
    if not isinstance(node, Apply):
        raise InexactError("another symbol")
    if node.head == "add":
        return _total([ratio_of(arg, name) for arg in node.args])
    if node.head == "neg":
        inner = ratio_of(node.args[0], name)
        return Ratio(tuple(-c for c in inner.above), inner.below)
    if node.head in {"mul", "div"}:
        return _product(node, name)
    if node.head == "pow":
        return _power(node, name)
    return Ratio(_trim((exact.rational(node),)), ONE)


def _total(parts: list[Ratio]) -> Ratio:
    total = parts[0]
    for part in parts[1:]:
        if part.below == total.below:
            total = Ratio(plus(total.above, part.above), total.below)
        else:
            above = plus(times(total.above, part.below), times(part.above, total.below))
            total = Ratio(above, times(total.below, part.below))
    return total


def _product(node: Apply, name: str) -> Ratio:
    parts = [ratio_of(arg, name) for arg in node.args]
    if node.head == "div":
        if not parts[1].above:
            raise exact.UndefinedError("division by zero")
        parts[1] = Ratio(parts[1].below, parts[1].above)
    total = parts[0]
    for part in parts[1:]:
        total = Ratio(times(total.above, part.above), times(total.below, part.below))
    return total


def _power(node: Apply, name: str) -> Ratio:
    exponent = exact.rational(node.args[1])
    if exponent.denominator != 1 or abs(exponent) > MAX_DEGREE:
        return Ratio(_trim((exact.rational(node),)), ONE)
    base = ratio_of(node.args[0], name)
    if exponent < 0:
        if not base.above:
            raise exact.UndefinedError("zero to a negative power")
        base, exponent = Ratio(base.below, base.above), -exponent
    total = Ratio(ONE, ONE)
    for _ in range(int(exponent)):
        total = Ratio(times(total.above, base.above), times(total.below, base.below))
    return total


def _trim(poly: tuple[Fraction, ...]) -> Poly:
    end = len(poly)
    while end and poly[end - 1] == 0:
        end -= 1
    return poly[:end]


def plus(left: Poly, right: Poly) -> Poly:
    """Add."""
    return _trim(tuple(a + b for a, b in zip_longest(left, right, fillvalue=Fraction(0))))


def times(left: Poly, right: Poly) -> Poly:
    """Multiply; raise TooLargeError over the degree budget."""
    if len(left) + len(right) > MAX_DEGREE + 2:
        raise TooLargeError("a polynomial of too high a degree")
    out = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return _trim(tuple(out))


def remainder(left: Poly, right: Poly) -> tuple[Poly, Poly]:
    """Divide with remainder."""
    rest, quotient = list(left), [Fraction(0)] * max(len(left) - len(right) + 1, 0)
    while len(rest) >= len(right) and rest:
        factor = rest[-1] / right[-1]
        shift = len(rest) - len(right)
        quotient[shift] = factor
        for index, coefficient in enumerate(right):
            rest[index + shift] -= factor * coefficient
        rest = list(_trim(tuple(rest[:-1])))
    return _trim(tuple(quotient)), tuple(rest)


def gcd(left: Poly, right: Poly) -> Poly:
    """Return the monic greatest common divisor."""
    while right:
        left, right = right, remainder(left, right)[1]
    return tuple(c / left[-1] for c in left) if left else ()


def reduced(ratio: Ratio) -> Ratio:
    """Cancel common factors and make the denominator monic."""
    common = gcd(ratio.above, ratio.below)
    above, below = remainder(ratio.above, common)[0], remainder(ratio.below, common)[0]
    return Ratio(tuple(c / below[-1] for c in above), tuple(c / below[-1] for c in below))


def squarefree(poly: Poly) -> Poly:
    """Return the monic polynomial with the same roots, each once."""
    if len(poly) < 2:  # a constant
        return ONE
    slope = _trim(tuple(index * c for index, c in enumerate(poly))[1:])
    simple = remainder(poly, gcd(poly, slope))[0]
    return tuple(c / simple[-1] for c in simple)


def real_roots(poly: Poly, bits: int = probe.BASE_BITS) -> list[Any]:
    """Return the distinct real roots as floats of the thread's context."""
    simple = squarefree(poly)
    ctx = probe.context(bits)
    if len(simple) == 2:  # linear
        return [-ctx.mpf(simple[0].numerator) / simple[0].denominator]
    if len(simple) < 2:  # a constant
        return []
    if len(simple) > MAX_SOLVED + 1:
        raise TooLargeError("roots of so high a degree")
    meter.spend(10 * len(simple) ** 2)
    coefficients = [ctx.mpf(c.numerator) / c.denominator for c in reversed(simple)]
    try:
        roots = ctx.polyroots(coefficients, maxsteps=100, extraprec=2 * bits)
    except ctx.NoConvergence:
        raise TooLargeError("roots that do not converge") from None
    return [ctx.re(root) for root in roots if abs(ctx.im(root)) < ctx.mpf(2) ** (-bits // 3)]
