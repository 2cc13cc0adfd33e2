"""The enclosure of a tree at a point: every intermediate value is a box that surely holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from verisieve.verifiers.math import boxes, exact, meter, probe
from verisieve.verifiers.math.boxes import Box
from verisieve.verifiers.math.exact import UndefinedError
from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.intervals import Field, Real
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Num, Sym, Words
from verisieve.verifiers.math.probe import Point


class Enclosure:
    """One evaluation in a field at a point."""

    def __init__(self, numbers: Field, point: Point) -> None:
        self.numbers = numbers
        self.point = point
        self.bound: dict[str, Fraction] = {}

    def value(self, node: Node) -> Box:
        """Enclose one tree; raise UnsupportedError where there is no rule."""
        meter.spend(2)
        if isinstance(node, Num):
            return self.rational(node.value)
        if isinstance(node, Sym):
            return self._symbol(node.name)
        if not isinstance(node, Apply):
            return self.rational(probe.opaque(node.text if isinstance(node, Words) else node.name))
        special = _SPECIAL.get(node.head)
        if special:
            return special(self, node)
        rule = boxes.RULES.get(node.head)
        if rule is None:
            return self.rational(exact.rational(node, self.env))
        return rule(self, *[self.value(arg) for arg in node.args])

    @property
    def env(self) -> Mapping[str, Fraction]:
        """The rational values by name."""
        return {name: v for name, v in self.point.env.items() if isinstance(v, Fraction)} | self.bound

    def rational(self, value: Fraction | int) -> Box:
        """Enclose a rational number."""
        return Box(self.numbers.rational(Fraction(value)))

    def call(self, name: str, value: Real) -> Real:
        """Apply a real function of the field."""
        return self.numbers.functions[name](value)

    def ends(self, value: Real) -> tuple[Fraction, Fraction]:
        """Return the exact ends of a real enclosure."""
        found = self.numbers.ends(value)
        if found is None:
            raise UndefinedError("no finite enclosure")
        return found

    def sign(self, value: Real) -> int:
        """Return the sign; raise UnsupportedError where the enclosure holds both."""
        low, high = self.ends(value)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        if low == high == 0:
            return 0
        raise UnsupportedError("a sign that the enclosure leaves open")

    def _symbol(self, name: str) -> Box:
        if name in self.bound:
            return self.rational(self.bound[name])
        given = self.point.env.get(name)
        if isinstance(given, complex):
            return Box(*(self.numbers.rational(Fraction(part)) for part in (given.real, given.imag)))
        if given is not None:
            return self.rational(given)
        if name == "pi":
            return Box(self.numbers.pi)
        if name == "e":
            return Box(self.call("exp", self.numbers.rational(Fraction(1))))
        if name == "i":
            return Box(self.numbers.rational(Fraction(0)), self.numbers.rational(Fraction(1)))
        if name == "oo":
            raise UnsupportedError("infinity")
        return self.rational(probe.opaque(name))


def _pow(run: Enclosure, node: Apply) -> Box:
    base = run.value(node.args[0])
    try:
        exponent = exact.rational(node.args[1], run.env)
    except MathsError:
        return boxes.exp(run, boxes.times(run.value(node.args[1]), boxes.log(run, base)))
    if exponent.denominator == 1:
        return boxes.whole_power(run, base, exponent.numerator)
    return boxes.rooted(run, base, exponent)


def _root(run: Enclosure, node: Apply) -> Box:
    order = exact.rational(node.args[1], run.env)
    if not order:
        raise UndefinedError("a root of order zero")
    return boxes.rooted(run, run.value(node.args[0]), 1 / order)


def _series(run: Enclosure, node: Apply) -> Box:
    name, low, high, body = node.args
    assert isinstance(name, Sym)
    first, last = (exact.rational(end, run.env) for end in (low, high))
    if first.denominator != 1 or last.denominator != 1:
        raise UndefinedError("a sum between fractions")
    outer, total = run.bound, run.rational(0 if node.head == "sum" else 1)
    for index in range(int(first), int(last) + 1):
        run.bound = {**outer, name.name: Fraction(index)}
        inner = run.value(body)
        total = boxes.add(run, total, inner) if node.head == "sum" else boxes.times(total, inner)
    run.bound = outer
    return total


def _cases(run: Enclosure, node: Apply) -> Box:
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        if _holds(run, condition):
            return run.value(value)
    raise UndefinedError("no case holds")


def _holds(run: Enclosure, node: Node) -> bool:
    if not isinstance(node, Apply):
        raise UnsupportedError("no relation")
    if node.head == "otherwise":
        return True
    if node.head in {"and", "chain"}:
        return all(_holds(run, arg) for arg in node.args)
    if node.head not in probe.COMPARE:
        raise UnsupportedError(node.head)
    left, right = (run.value(arg) for arg in node.args)
    if left.imag is not None or right.imag is not None:
        raise UnsupportedError("an order of complex numbers")
    return probe.COMPARE[node.head](run.sign(left.real - right.real))


def _determinant(run: Enclosure, node: Apply) -> Box:
    matrix = node.args[0]
    if not (isinstance(matrix, Apply) and matrix.head == "matrix"):
        raise UnsupportedError("det")
    rows = [[run.value(cell) for cell in row.args] for row in matrix.args if isinstance(row, Apply)]
    if len(rows) != len(rows[0]) or len(rows) > 4:  # enough for answers
        raise UnsupportedError("a determinant of that size")
    return _laplace(run, rows)


def _laplace(run: Enclosure, rows: list[list[Box]]) -> Box:
    if len(rows) == 1:
        return rows[0][0]
    minors = [[row[:column] + row[column + 1 :] for row in rows[1:]] for column in range(len(rows))]
    signs = [run.rational((-1) ** column) for column in range(len(rows))]
    terms = zip(signs, rows[0], minors, strict=True)
    return boxes.add(run, *(boxes.mul(run, sign, cell, _laplace(run, minor)) for sign, cell, minor in terms))


_SPECIAL: dict[str, Callable[[Enclosure, Apply], Box]] = {
    "pow": _pow,
    "root": _root,
    "sum": _series,
    "prod": _series,
    "cases": _cases,
    "det": _determinant,
}
