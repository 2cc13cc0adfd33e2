"""Where a function of one variable may change its rule, and the samples that no such place can hide between.

An absolute value, a maximum, a step and a case are told apart at their breaks and between two of them; samples that
are merely scattered miss a narrow stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from verisieve.verifiers.math import poly
from verisieve.verifiers.math.nodes import INEQUALITIES, INTERVALS, Apply, MathsError, Node, Num, apply, heads, walk
from verisieve.verifiers.math.probe import Point

HEADS = frozenset({"abs", "cases", "floor", "ceil", "sign", "min", "max"})
_STEPS = frozenset({"floor", "ceil"})
_MOST = 24
_WHOLE = tuple(Fraction(value) for value in (0, 1, -1, 2, -2, 5, -7))
_RELATIONS = INEQUALITIES | {"eq"}


def samples(gold: Node, answer: Node, names: frozenset[str]) -> list[Point]:
    """Return points at each break and between two of them; of several variables at the numbers that occur."""
    if len(names) != 1:
        return _at_numbers(gold, answer, names)
    (name,) = names
    found = [place for side in (gold, answer) for place in _breaks(side, name)]
    found += [sign * value for value in _numbers(gold, answer) for sign in (1, -1)]
    places = sorted(list(dict.fromkeys(found))[:_MOST])
    between = [(left + right) / 2 for left, right in pairwise(places)]
    outside = [places[0] - 1, places[-1] + 1] if places else []
    steps = _WHOLE if (heads(gold) | heads(answer)) & _STEPS else ()
    return [Point({name: value}) for value in dict.fromkeys([*places, *between, *outside, *steps])]


def _numbers(gold: Node, answer: Node) -> list[Fraction]:
    return sorted({part.value for side in (gold, answer) for part in walk(side) if isinstance(part, Num)})[:12]


def _at_numbers(gold: Node, answer: Node, names: frozenset[str]) -> list[Point]:
    values = _numbers(gold, answer)
    return [Point(dict.fromkeys(sorted(names), sign * value)) for value in values for sign in (1, -1)]


def _breaks(node: Node, name: str) -> Iterator[Fraction]:
    """Yield the places where a tree may change its rule, as far as polynomials decide them."""
    for part in walk(node):
        for form in _forms(part):
            try:
                ratio = poly.ratio_of(form, name)
                roots = [*_roots(ratio.above), *_roots(ratio.below)]
            except MathsError:
                continue
            yield from roots


def _roots(coefficients: poly.Poly) -> list[Fraction]:
    if len(coefficients) == 2:
        return [-coefficients[0] / coefficients[1]]
    return [Fraction(float(root)) for root in poly.real_roots(coefficients)]


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
