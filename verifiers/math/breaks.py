"""Where a function of one variable may change its rule, and the samples that no such place can hide between.

An absolute value, a maximum, a step and a case are told apart at their breaks and between two of them; samples that
are merely scattered miss a narrow stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from verisieve.verifiers.math import poly
from verisieve.verifiers.math.exact import maybe_rational
from verisieve.verifiers.math.nodes import (
    CONSTANTS,
    INEQUALITIES,
    INTERVALS,
    Apply,
    MathsError,
    Node,
    Num,
    Sym,
    apply,
    heads,
    symbols,
    walk,
)
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.settling import WHOLE, settle

HEADS = frozenset({"abs", "cases", "floor", "ceil", "sign", "min", "max"})
STEPS = frozenset({"floor", "ceil"})
STEPPED = STEPS | {"mod", "gcd", "lcm", "cases"}  # of whole numbers: what one residue tells, another does not
_MOST = 24
_FIRST_WHOLE, _LARGEST = 40, 100_000
_WHOLE = tuple(Fraction(value) for value in (0, 1, -1, 2, -2, 5, -7))
_RELATIONS = INEQUALITIES | {"eq"}
_GRID = [place / 4 for place in range(-80, 81)]  # where roots of higher degree are looked for
_HALVINGS = 40
_FITTED, _CHECKED = (0, 1, 2), (3, -2)  # where a quadratic is fitted, and where the fit is looked at


def samples(gold: Node, answer: Node, names: frozenset[str]) -> list[Point]:
    """Return points at each break and between two of them; of several variables at the numbers that occur."""
    numbers = _numbers(gold, answer)
    if len(names) != 1:
        return [Point(dict.fromkeys(sorted(names), sign * value)) for value in numbers for sign in (1, -1)]
    (name,) = names
    found = [place for side in (gold, answer) for place in _breaks(side, name)]
    found += [sign * value for value in numbers for sign in (1, -1)]
    places = sorted(list(dict.fromkeys(found))[:_MOST])
    between = [(left + right) / 2 for left, right in pairwise(places)]
    outside = [places[0] - 1, places[-1] + 1] if places else []
    steps = _WHOLE if (heads(gold) | heads(answer)) & (STEPS | {"in"}) else ()
    return [Point({name: value}) for value in dict.fromkeys([*places, *between, *outside, *steps])]


def whole_samples(gold: Node, answer: Node, names: frozenset[str]) -> list[Point]:
    """Return whole numbers beside the usual samples of one variable: the first few, and those about each number."""
    if len(names) != 1:
        return []
    (name,) = names
    first = [Fraction(place) for place in range(1, _FIRST_WHOLE + 1) if place not in WHOLE]
    near = [
        Fraction(place)
        for value in _numbers(gold, answer)
        if value.denominator == 1 and _FIRST_WHOLE < value <= _LARGEST
        for place in (value - 1, value, value + 1, 2 * value)
    ]
    return [Point({name: value}) for value in dict.fromkeys([*first, *near])]


def _numbers(gold: Node, answer: Node) -> list[Fraction]:
    """Return the constants that occur: the largest parts without a variable, and the numbers in them."""
    found = [value for side in (gold, answer) for value in _constants(side)]
    found += sorted({part.value for side in (gold, answer) for part in walk(side) if isinstance(part, Num)})
    return list(dict.fromkeys(found))[: _MOST // 2]


def _constants(node: Node) -> Iterator[Fraction]:
    if isinstance(node, Apply) and symbols(node):
        for arg in node.args:
            yield from _constants(arg)
    elif not isinstance(node, Sym) or node.name in CONSTANTS:
        exact = maybe_rational(node)
        value = _value(node, Point({})) if exact is None else exact
        if value is not None:
            yield value


def _value(node: Node, point: Point) -> Fraction | None:
    try:
        return Fraction(float(settle(node, point).value))
    except (MathsError, TypeError, ValueError, OverflowError):
        return None


def _breaks(node: Node, name: str) -> Iterator[Fraction]:
    """Yield the places where a tree may change its rule, as far as polynomials decide them."""
    for part in walk(node):
        for form in _forms(part):
            try:
                roots = _roots(form, name)
            except (ArithmeticError, ValueError):  # no finite float
                continue
            yield from roots


def _roots(form: Node, name: str) -> list[Fraction]:
    try:
        ratio = poly.ratio_of(form, name)
        return [root for side in (ratio.above, ratio.below) for root in _roots_of(side)]
    except MathsError:
        return _fitted(form, name)


def _roots_of(coefficients: poly.Poly) -> list[Fraction]:
    """Return the real roots of a polynomial: one or two in closed form, else nearly, those where its sign changes."""
    if len(coefficients) == 2:  # linear
        return [-coefficients[0] / coefficients[1]]
    floats = [float(part) for part in coefficients]
    if len(floats) == 3:  # a quadratic
        return _quadratic(floats[2], floats[1], floats[0])
    values = [(place, _horner(floats, place)) for place in _GRID]
    found = []
    for (low, below), (high, above) in pairwise(values):
        if below == 0:
            found.append(Fraction(low))
        elif below * above < 0:
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                low, high = (middle, high) if _horner(floats, middle) * below > 0 else (low, middle)
            found.append(Fraction(high))
    return found


def _horner(coefficients: list[float], place: float) -> float:
    value = 0.0
    for part in reversed(coefficients):
        value = value * place + part
    return value


def _quadratic(square: float, slope: float, constant: float) -> list[Fraction]:
    inner = slope * slope - 4 * square * constant
    return [Fraction((-slope + sign * inner**0.5) / (2 * square)) for sign in (1, -1)] if inner >= 0 else []


def _fitted(form: Node, name: str) -> list[Fraction]:
    """Return the roots of what is linear or quadratic with any constants, such as x - pi, nearly."""
    at = {k: _value(form, Point({name: Fraction(k)})) for k in (*_FITTED, *_CHECKED)}
    if any(value is None for value in at.values()):
        return []
    zero, one, two = (float(at[k] or 0) for k in _FITTED)
    square = (two - 2 * one + zero) / 2
    slope = one - zero - square
    if any(abs(square * k * k + slope * k + zero - float(at[k] or 0)) > 1e-9 * (1 + abs(zero)) for k in _CHECKED):
        return []
    if abs(square) < 1e-12:  # what rounding leaves
        return [Fraction(-zero / slope)] if slope else []
    return _quadratic(square, slope, zero)


def _forms(node: Node) -> Iterator[Node]:
    """Yield what vanishes at the breaks of one operation."""
    if not isinstance(node, Apply):
        return
    if node.head in {"abs", "sign"}:
        yield node.args[0]
    elif node.head in {"min", "max"}:
        for left, right in combinations(node.args, 2):
            yield _difference(left, right)
    elif node.head in _RELATIONS:
        yield _difference(*node.args)
    elif node.head == "in" and isinstance(node.args[1], Apply) and node.args[1].head in INTERVALS:
        for end in node.args[1].args:
            yield _difference(node.args[0], end)


def _difference(left: Node, right: Node) -> Node:
    return apply("add", left, apply("neg", right))
