"""Straight lines by a parameter: (1,2,3) + t(2,-1,4), x = 1+2t, y = 2-t, (x-1)/2 = (y-2)/-1; steps of whole numbers.

Two lines are one where their directions are multiples of each other and a point of the one lies on the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from verisieve.verifiers.math import shapes
from verisieve.verifiers.math.exact import maybe_rational
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Apply, Node, Sym, apply, flat, heads, number, substitute, symbols
from verisieve.verifiers.math.scalars import Result, different, same

_PARAMETERS = frozenset(("t", "s", "k", "n", "m", "r", "u", "lambda", "mu", "p", "q"))
Vector = tuple[Fraction, ...]


class Line(NamedTuple):
    """The names of its coordinates where told, a point, a direction; `whole` where only whole steps are on it."""

    names: tuple[str, ...]
    point: Vector
    direction: Vector
    whole: bool


def equal_lines(gold: Node, answer: Node) -> Result | None:
    """Compare two lines; None where either is none."""
    if not (_may_be(gold) and _may_be(answer)):
        return None
    one, other = _read(gold), _read(answer)
    if one is None or other is None or len(one.point) != len(other.point) or one.whole != other.whole:
        return None
    if one.names and other.names and one.names != other.names:
        return None
    step = _multiple(other.direction, one.direction)
    shift = _multiple([a - b for a, b in zip(other.point, one.point, strict=True)], one.direction)
    if step is None or not step or shift is None:
        return different("line", kind="another direction" if not step else "another line")
    if one.whole and (abs(step) != 1 or shift.denominator != 1):
        return different("line", kind="other steps")
    return same("line")


def _may_be(node: Node) -> bool:
    return isinstance(node, Apply) and node.head in {"list", "and", "eq", "setof", "add", "chain"}


def _ranged(node: Apply) -> tuple[Node, str] | None:
    """Return what a parameter's range stands behind, and the range."""
    last = node.args[-1]
    if not (isinstance(last, Apply) and last.head == "in" and isinstance(last.args[1], Sym)):
        return None
    body = node.args[0] if len(node.args) == 2 else Apply("list", node.args[:-1])
    return body, last.args[1].name


def _read(node: Node) -> Line | None:
    whole, free = False, False
    if isinstance(node, Apply) and node.head in {"setof", "list", "and"} and (ranged := _ranged(node)):
        node, kind = ranged
        if kind not in {"ZZ", "RR"}:
            return None
        whole, free = kind == "ZZ", True
    if isinstance(node, Apply) and node.head == "setof":
        return None
    if isinstance(node, Apply) and node.head == "chain":
        return _symmetric(node)
    found = ((), list(node.args)) if free and _tuple(node) and isinstance(node, Apply) else _coordinates(node)
    if found is None:
        return None
    names, values = found
    used = frozenset[str]().union(*map(symbols, values))
    if len(used) != 1 or not used <= _PARAMETERS or not used.isdisjoint(names) or not 2 <= len(values) <= 4:
        return None
    straight = _straight(values, Sym(next(iter(used))))
    return Line(names, *straight, whole) if straight and any(straight[1]) else None


def _straight(values: Sequence[Node], parameter: Sym) -> tuple[Vector, Vector] | None:
    """Return where values begin and their step, or None where they are not linear in the parameter."""
    ends = [_at(values, parameter, place) for place in range(3)]
    if ends[0] is None or ends[1] is None or ends[2] is None:
        return None
    steps = [tuple(b - a for a, b in zip(one, other, strict=True)) for one, other in pairwise(filter(None, ends))]
    return (ends[0], steps[0]) if steps[0] == steps[1] else None


def _coordinates(node: Node) -> tuple[tuple[str, ...], Sequence[Node]] | None:
    """Return the names of coordinates, where they are told, and their values."""
    if isinstance(node, Apply) and node.head in {"list", "and"}:
        parts = [shapes.named(part) for part in node.args]
        if not all(isinstance(part.name, Sym) for part in parts):
            return None
        told = {part.name.name: part.value for part in parts if isinstance(part.name, Sym)}
        return (tuple(sorted(told)), [told[name] for name in sorted(told)]) if len(told) == len(parts) else None
    name, value = shapes.named(node)
    if isinstance(node, Apply) and node.head == "eq" and name is None and _tuple(node.args[0]):
        left, right = node.args
        assert isinstance(left, Apply)
        written = all(isinstance(part, Sym) for part in left.args)
        sums = _sum(right) or (right.args if isinstance(right, Apply) and _tuple(right) else None)
        if not written or sums is None or len(sums) != len(left.args):
            return None
        pairs = sorted((part.name, k) for k, part in enumerate(left.args) if isinstance(part, Sym))
        return tuple(name for name, _ in pairs), [sums[k] for _, k in pairs]
    summed = _sum(value)
    return ((), summed) if summed is not None else None


def _tuple(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "tuple"


def _sum(node: Node) -> list[Node] | None:
    """Return the coordinates of a point and multiples of directions: (1,2) + t(3,4)."""
    terms = flat(node, "add")
    if len(terms) < 2:
        return None
    rows = list[list[Node]]()
    for term in terms:
        negated = term.args[0] if isinstance(term, Apply) and term.head == "neg" else None
        factors = [_flattened(part) for part in flat(negated or term, "mul")]
        tuples = [part for part in factors if isinstance(part, Apply) and part.head == "tuple"]
        if len(tuples) != 1:
            return None
        scale = [part for part in factors if part is not tuples[0]]
        if negated:
            scale.append(number(-1))
        rows.append([apply("mul", *scale, part) if scale else part for part in tuples[0].args])
    if len({len(row) for row in rows}) != 1:
        return None
    return [apply("add", *column) for column in zip(*rows, strict=True)]


def _flattened(node: Node) -> Node:
    """Return a column as a tuple."""
    if isinstance(node, Apply) and node.head == "matrix":
        rows = [row.args for row in node.args if isinstance(row, Apply)]
        if len(rows) == len(node.args) and all(len(row) == 1 for row in rows):
            return Apply("tuple", tuple(row[0] for row in rows))
    return node


def _at(values: Sequence[Node], parameter: Sym, place: int) -> Vector | None:
    found = [maybe_rational(lowered(substitute(value, {parameter: number(place)}))) for value in values]
    return tuple(value for value in found if value is not None) if None not in found else None


def _symmetric(node: Apply) -> Line | None:
    """Read (x-1)/2 = (y-2)/-1 = (z-3)/4: each side is the parameter."""
    if not all(isinstance(link, Apply) and link.head == "eq" for link in node.args):
        return None
    links = [link.args for link in node.args if isinstance(link, Apply)]
    sides = [links[0][0], *(link[1] for link in links)]
    rows = list[tuple[str, Fraction, Fraction]]()
    for side in sides:
        if len(symbols(side)) != 1 or heads(side) & {"tuple", "list"}:
            return None
        name = next(iter(symbols(side)))
        straight = _straight([side], Sym(name))
        if not straight or not any(straight[1]):
            return None
        (at,), (slope,) = straight
        rows.append((name, -at / slope, 1 / slope))  # the parameter 0, and a step of 1
    rows.sort()
    names = tuple(name for name, _, _ in rows)
    if len(set(names)) != len(names):
        return None
    return Line(names, tuple(row[1] for row in rows), tuple(row[2] for row in rows), whole=False)


def _multiple(vector: Sequence[Fraction], unit: Vector) -> Fraction | None:
    """Return how many times a direction a vector is; None for another direction."""
    axis = next(k for k, part in enumerate(unit) if part)
    times = vector[axis] / unit[axis]
    return times if all(part == times * one for part, one in zip(vector, unit, strict=True)) else None
