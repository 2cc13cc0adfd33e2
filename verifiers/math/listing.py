"""Answers of several values: assignments, lists and sets in any order, tuples in order, ratios up to a factor."""

from __future__ import annotations

from itertools import product
from typing import Protocol

from verisieve.verifiers.math import matrices, shapes
from verisieve.verifiers.math.exact import maybe_rational
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import Apply, Node, apply
from verisieve.verifiers.math.scalars import Judgement, Result, different, equal, same, undecided

_MAX_VALUES = 60


class Comparer(Protocol):
    """How two items are compared: the whole comparison again, with its options."""

    def __call__(self, gold: Node, answer: Node) -> Result: ...


def assignments(gold: Node, answer: Node, by: Comparer) -> Result | None:
    """Compare `a=4, b=9` with itself in any order, or with a tuple in the order given."""
    left, right = shapes.assignments(gold), shapes.assignments(answer)
    if left is None and right is None:
        return None
    if left is not None and right is not None:
        if set(left) != set(right):
            return different("assignments", kind="other names")
        return pairwise([(left[name], right[name]) for name in left], by)
    given = left if left is not None else right
    assert given is not None
    other = answer if left is not None else gold
    values = tuple(given.values()) if left is not None else tuple(given[name] for name in sorted(given))
    listed = shapes.solutions(other)
    if listed and not listed.name and shapes.numbered(given):  # x_1 = 3, x_2 = 5
        return None
    items = listed.values if listed and not listed.name else ()
    if isinstance(other, Apply) and other.head == "tuple":
        items = other.args
    if len(items) != len(values):
        return different("assignments", kind="another shape")
    pairs = list(zip(values, items, strict=True))
    return pairwise(pairs if left is not None else [(item, value) for value, item in pairs], by)


def pairwise(pairs: list[tuple[Node, Node]], by: Comparer) -> Result:
    """Compare pairwise: the first difference decides, then the first doubt."""
    doubt: Result | None = None
    for expected, got in pairs:
        result = by(expected, got)
        if result.judgement is Judgement.DIFFERENT:
            return result
        if result.judgement is Judgement.UNDECIDED:
            doubt = doubt or result
    return doubt or same("items")


def solutions(gold: Node, answer: Node, by: Comparer) -> Result | None:
    """Compare lists of values in any order; a single value is a list of one only against a list."""
    left, right = shapes.solutions(gold), shapes.solutions(answer)
    if left is None and right is None:
        return None
    expected = left or shapes.Solutions(shapes.named(gold).name, (shapes.bare(gold),), "")
    got = right or shapes.Solutions(shapes.named(answer).name, (shapes.bare(answer),), "")
    if expected.name is not None and got.name is not None and expected.name != got.name:
        return different("solutions", kind="another variable")
    sequence = _sequence(expected, answer if right is None else gold)
    if sequence is not None:
        return pairwise(list(zip(expected.values, sequence, strict=True)), by)
    if left is not None and right is None and isinstance(gold, Apply) and isinstance(got.values[0], Apply):
        items = got.values[0]
        if items.head == "iv[]" and left.head != "set":
            got = got._replace(values=items.args)
    if (
        right is not None
        and left is None
        and isinstance(gold, Apply)
        and gold.head in {"tuple", "iv[]"}
        and right.head == "list"
    ):
        if len(gold.args) != len(right.values):
            return different("solutions", kind="another number of items")
        return pairwise(list(zip(gold.args, right.values, strict=True)), by)
    result = _matched(expected.values, got.values, by)
    if result.judgement is Judgement.DIFFERENT:  # (\pm 2, \pm 3) may mean four points
        loose = [tuple(v for value in _split(node) for v in value) for node in (gold, answer)]
        if any(loose) and len(loose[0] or expected.values) == len(loose[1] or got.values):
            return _matched(loose[0] or expected.values, loose[1] or got.values, by)
    return result


def _split(node: Node) -> list[list[Node]]:
    """Return the points of a tuple whose plus-minus signs do not go together, or nothing."""
    value = shapes.bare(node)
    if not (isinstance(value, Apply) and value.head == "tuple"):
        return []
    each = [shapes.signed(arg) for arg in value.args]
    if sum(len(choices) > 1 for choices in each) < 2 or len(each) > 4:  # a pair of signs at least
        return []
    return [[Apply("tuple", items) for items in product(*each)]]


def _sequence(expected: shapes.Solutions, other: Node) -> tuple[Node, ...] | None:
    """Return the items of a tuple that stands against a plain list of the same length."""
    value = shapes.bare(other)
    if not (isinstance(value, Apply) and value.head == "tuple" and expected.head == "list") or expected.name:
        return None
    points = any(isinstance(item, Apply) and item.head == "tuple" for item in expected.values)
    return value.args if len(value.args) == len(expected.values) and not points else None


def _matched(gold: tuple[Node, ...], answer: tuple[Node, ...], by: Comparer) -> Result:
    """Match two unordered lists: every item of each has an equal one in the other."""
    if max(len(gold), len(answer)) > _MAX_VALUES:
        exact = [{maybe_rational(item) for item in side} for side in (gold, answer)]
        if None in exact[0] | exact[1]:
            return undecided("solutions", too_large="too many values")
        return same("exact") if exact[0] == exact[1] else different("solutions", kind="other values")
    unmatched, doubt = list(answer), None
    for expected in gold:
        found, doubted = _find(expected, unmatched, list(answer), by)
        doubt = doubt or doubted
        if not found and not doubted:
            return different("solutions", missing=_sketch(expected))
    for got in unmatched:
        found, doubted = _find(got, list(gold), [], by)
        doubt = doubt or doubted
        if not found and not doubted:
            return different("solutions", extra=_sketch(got))
    return doubt or same("solutions")


def _find(item: Node, pool: list[Node], again: list[Node], by: Comparer) -> tuple[bool, Result | None]:
    doubt = None
    for candidates in (pool, again):
        for candidate in candidates:
            if _braced(item) != _braced(candidate):  # {1} is no 1 where sets are listed
                continue
            result = by(item, candidate)
            if result.judgement is Judgement.SAME:
                if candidates is pool:
                    pool.remove(candidate)
                return True, None
            if result.judgement is Judgement.UNDECIDED:
                doubt = result
    return False, doubt


def _braced(node: Node) -> bool:
    return isinstance(node, Apply) and node.head == "set"


def _sketch(node: Node) -> str:
    value = maybe_rational(node)
    return str(value) if value is not None else str(node)[:200]


def tuples(gold: Node, answer: Node, by: Comparer) -> Result | None:
    """Compare ordered tuples item by item."""
    sides = [shapes.bare(node) for node in (gold, answer)]
    if matrices.applies(sides[0]) or matrices.applies(sides[1]):
        return None
    kinds = [isinstance(side, Apply) and side.head == "tuple" for side in sides]
    if not any(kinds):
        return None
    left, right = sides
    if not all(kinds) or not isinstance(left, Apply) or not isinstance(right, Apply):
        return different("tuple", kind="a tuple and something else")
    if len(left.args) != len(right.args):
        return different("tuple", kind="another length")
    return pairwise(list(zip(left.args, right.args, strict=True)), by)


def ratios(gold: Node, answer: Node, by: Comparer) -> Result | None:
    """Compare ratios a:b:c up to a common factor; a ratio of two is also a quotient."""
    sides = [shapes.bare(node) for node in (gold, answer)]
    parts = [side.args if isinstance(side, Apply) and side.head == "ratio" else () for side in sides]
    if not any(parts):
        return None
    if all(parts):
        if len(parts[0]) != len(parts[1]):
            return different("ratio", kind="another length")
        crossed = [(apply("mul", a, parts[1][0]), apply("mul", b, parts[0][0])) for a, b in zip(*parts, strict=True)]
        return pairwise([(lowered(a), lowered(b)) for a, b in crossed[1:]], by)
    quotients = [apply("div", *p) if len(p) == 2 else side for p, side in zip(parts, sides, strict=True)]  # a pair
    if any(isinstance(side, Apply) and side.head == "ratio" for side in quotients):
        return different("ratio", kind="a ratio and something else")
    return equal(*(lowered(side) for side in quotients))
