"""Polynomials in any number of atoms, and what follows from equations by linear algebra over their monomials.

An atom is whatever is no sum, product or power: a variable, sqrt(x), f(2). Exact; nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from verisieve.verifiers.math import exact, meter
from verisieve.verifiers.math.exact import InexactError
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Num, Sym, TooLargeError, apply, number, symbols

MAX_TERMS = 300
MAX_POWER = 24
Monomial = tuple[tuple[Node, int], ...]
Poly = dict[Monomial, Fraction]
_UNIT: Monomial = ()


def polynomial(node: Node) -> Poly:
    """Expand a tree; raise InexactError, UndefinedError or TooLargeError."""
    meter.spend()
    if isinstance(node, Num):
        return {_UNIT: node.value} if node.value else {}
    if not isinstance(node, Apply):
        return {((node, 1),): Fraction(1)}
    if node.head == "add":
        return _total(polynomial(arg) for arg in node.args)
    if node.head == "neg":
        return {key: -value for key, value in polynomial(node.args[0]).items()}
    if node.head == "mul":
        total: Poly = {_UNIT: Fraction(1)}
        for arg in node.args:
            total = _product(total, polynomial(arg))
        return total
    if node.head == "div":
        return _divided(node)
    if node.head == "pow":
        return _power(node)
    value = exact.maybe_rational(node)
    return {_UNIT: value} if value else ({} if value is not None else {((node, 1),): Fraction(1)})


def _total(parts: Iterable[Poly]) -> Poly:
    total: Poly = {}
    for part in parts:
        for key, value in part.items():
            total[key] = total.get(key, Fraction(0)) + value
    if len(total) > MAX_TERMS:
        raise TooLargeError("a polynomial of too many terms")
    return {key: value for key, value in total.items() if value}


def _product(left: Poly, right: Poly) -> Poly:
    meter.spend(len(left) * len(right))
    return _total({_joined(a, b): x * y} for a, x in left.items() for b, y in right.items())


def _joined(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(((atom, power) for atom, power in powers.items() if power), key=repr))


def _divided(node: Apply) -> Poly:
    below = polynomial(node.args[1])
    if not below:
        raise exact.UndefinedError("division by zero")
    if len(below) > 1:
        return _product(polynomial(node.args[0]), {((apply("div", number(1), node.args[1]), 1),): Fraction(1)})
    ((key, value),) = below.items()
    inverse: Poly = {tuple((atom, -power) for atom, power in key): 1 / value}
    return _product(polynomial(node.args[0]), inverse)


def _power(node: Apply) -> Poly:
    exponent = exact.maybe_rational(node.args[1])
    if exponent is None or exponent.denominator != 1:
        return {((node, 1),): Fraction(1)}
    if abs(exponent) > MAX_POWER:
        raise TooLargeError("a power")
    base = polynomial(node.args[0])
    if exponent < 0 and len(base) == 1:
        ((key, value),) = base.items()
        return {tuple((atom, int(power * exponent)) for atom, power in key): Fraction(value ** int(exponent))}
    if exponent < 0:
        return _divided(apply("div", number(1), apply("pow", node.args[0], Num(-exponent))))
    total: Poly = {_UNIT: Fraction(1)}
    for _ in range(int(exponent)):
        total = _product(total, base)
    return total


def difference(equation: Apply) -> Poly:
    """Return left minus right."""
    return polynomial(apply("add", equation.args[0], apply("neg", equation.args[1])))


class Isolated(NamedTuple):
    """A variable and what an equation says that it is."""

    name: str
    value: Node


def isolated(equation: Apply, keep: frozenset[str] = frozenset()) -> Isolated | None:
    """Solve for a variable that occurs once, linearly and with a constant factor; None where there is none."""
    for this, that in (equation.args, equation.args[::-1]):
        if isinstance(this, Sym) and this.name in symbols(this) - keep and this.name not in symbols(that):
            return Isolated(this.name, that)
    try:
        poly = difference(equation)
    except MathsError:
        return None
    alone = [key[0][0] for key in poly if len(key) == 1 and key[0][1] == 1 and isinstance(key[0][0], Sym)]
    for atom in sorted(alone, key=repr):
        assert isinstance(atom, Sym)
        others = {key: value for key, value in poly.items() if key != ((atom, 1),)}
        if atom.name in symbols(atom) - keep and not any(
            atom.name in symbols(part) for key in others for part, _ in key
        ):
            scale = -1 / poly[((atom, 1),)]
            return Isolated(atom.name, rebuilt({key: value * scale for key, value in others.items()}))
    return None


def rebuilt(poly: Poly) -> Node:
    """Return a tree of a polynomial."""
    terms: list[Node] = []
    for key, value in poly.items():
        factors = [atom if power == 1 else apply("pow", atom, number(power)) for atom, power in key]
        terms.append(Apply("mul", (Num(value), *factors)) if factors else Num(value))
    return Apply("add", tuple(terms)) if terms else number(0)


def reduced(claim: Poly, facts: list[Poly]) -> Poly:
    """Return what is left of a claim after subtracting multiples of facts: empty where it follows."""
    rows: list[tuple[Monomial, Poly]] = []
    for fact in facts:
        rest = _against(fact, rows)
        pivot = next((key for key in sorted(rest, key=repr) if key), None)
        if pivot is not None:
            scaled = {key: value / rest[pivot] for key, value in rest.items()}
            rows = [(key, _minus(row, scaled, row.get(pivot, Fraction(0)))) for key, row in rows]
            rows.append((pivot, scaled))
    return _against(claim, rows)


def consistent(facts: list[Poly]) -> bool:
    """Say whether no fact contradicts those before it by a number."""
    left = (reduced(fact, facts[:place]) for place, fact in enumerate(facts))
    return all(not rest or any(rest) for rest in left)


def rescaled(this: Node, that: Node) -> bool:
    """Say whether two equations between the same two terms give them different ratios."""
    if not (isinstance(this, Apply) and isinstance(that, Apply) and this.head == that.head == "eq"):
        return False
    try:
        one, two = difference(this), difference(that)
    except MathsError:
        return False
    return len(one) == 2 and all(one) and set(one) == set(two) and len({one[key] / two[key] for key in one}) == 2


def _against(poly: Poly, rows: list[tuple[Monomial, Poly]]) -> Poly:
    for pivot, row in rows:
        poly = _minus(poly, row, poly.get(pivot, Fraction(0)))
    return poly


def _minus(poly: Poly, row: Poly, factor: Fraction) -> Poly:
    if not factor:
        return poly
    meter.spend(len(row))
    return _total((poly, {key: -value * factor for key, value in row.items()}))


__all__ = ["InexactError", "Isolated", "Poly", "difference", "isolated", "polynomial", "rebuilt", "reduced", "rescaled"]
