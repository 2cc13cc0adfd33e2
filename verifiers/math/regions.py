"""Sets of real numbers: intervals, unions, finite sets, and the solutions of inequalities in one variable.

Both sides are cut at every end point, root and pole of either; membership is then compared on each cut and
between cuts. A cell where they differ is the witness.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from verisieve.verifiers.math import meter, probe, roots
from verisieve.verifiers.math.exact import InexactError, UndefinedError
from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import (
    INEQUALITIES,
    INFINITY,
    INTERVALS,
    RELATIONS,
    Apply,
    MathsError,
    Node,
    Sym,
    apply,
    heads,
    symbols,
    walk,
)
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.scalars import Result, different, equal, same, undecided
from verisieve.verifiers.math.settling import CLOSE_BITS, points, settle

_SET_HEADS = INTERVALS | {"union", "inter", "minus"}
_SETS_OF_REALS = _SET_HEADS | INEQUALITIES
_SETS = frozenset({"RR", "∅"})


class NoRegionError(MathsError):  # reads as a verdict
    """The tree is no set of real numbers that we can cut into cells."""


def applies(node: Node) -> bool:
    """Say whether a tree can only be a set of reals: it holds an inequality, an interval or the like."""
    found = heads(node)
    if "cases" in found or "cong" in found:
        return False
    return not found.isdisjoint(_SETS_OF_REALS) or not symbols(node).isdisjoint(_SETS)


def interval(node: Node) -> bool:
    """Say whether a tree is an interval as written."""
    return isinstance(node, Apply) and node.head in INTERVALS | {"tuple"}


def equal_regions(gold: Node, answer: Node) -> Result | None:
    """Compare two sets of reals; None where either is none."""
    gold, answer = lowered(gold), lowered(answer)
    names = _names(gold), _names(answer)
    if len(names[0] | names[1]) > 1 or _symbolic_ends(gold) or _symbolic_ends(answer):
        return _beyond_one(gold, answer, names)
    name = next(iter(names[0] | names[1]), "x")
    if _closed_at_infinity(gold) != _closed_at_infinity(answer):
        return different("region", kind="an end at infinity that is closed")
    try:
        cuts = _merged(_cuts(gold, name) + _cuts(answer, name))
        return _by_cells(gold, answer, name, cuts)
    except (NoRegionError, InexactError, UnsupportedError):
        return different("region", kind="no set of real numbers") if not applies(answer) else None


def _names(node: Node) -> frozenset[str]:
    return symbols(node) - {"RR", "ZZ", "NN", "QQ", "∅"}


def _symbolic_ends(node: Node) -> bool:
    return any(isinstance(part, Apply) and part.head in INTERVALS and symbols(part) for part in walk(node))


def _closed_at_infinity(node: Node) -> bool:
    ends = (INFINITY, apply("neg", INFINITY))
    return any(
        isinstance(part, Apply)
        and part.head in INTERVALS
        and ((part.head[2] == "[" and part.args[0] in ends) or (part.head[3] == "]" and part.args[1] in ends))
        for part in walk(node)
    )


def _beyond_one(gold: Node, answer: Node, names: tuple[frozenset[str], frozenset[str]]) -> Result | None:
    if len(names[0]) == len(names[1]) == 1 and names[0] != names[1] and not _symbolic_ends(gold):
        return different("region", kind="another variable")
    if isinstance(gold, Apply) and isinstance(answer, Apply):
        if gold.head in INTERVALS or answer.head in INTERVALS:
            return _same_ends(gold, answer)
        if gold.head in RELATIONS and answer.head in RELATIONS:
            return half_spaces(gold, answer)
        if gold.head == answer.head and len(gold.args) == len(answer.args):
            return _piecewise_same(gold, answer)
    return different("region", kind="of different shapes")


def _same_ends(gold: Apply, answer: Apply) -> Result:
    head = "iv()" if answer.head == "tuple" else answer.head
    if head != gold.head or len(answer.args) != len(gold.args):
        return different("region", kind="of different shapes")
    return _piecewise_same(gold, answer)


def _piecewise_same(gold: Apply, answer: Apply) -> Result:
    for left, right in zip(gold.args, answer.args, strict=True):
        nested = equal_regions(left, right) if applies(left) or applies(right) else None
        result = nested or equal(left, right)
        if result != same(result.tier):
            return result
    return same("region")


def half_spaces(gold: Apply, answer: Apply) -> Result:
    """Compare inequalities in several variables: a point where one holds alone, or a constant positive ratio."""
    names = symbols(gold) | symbols(answer)
    sides = [_oriented(node) for node in (gold, answer)]
    ratios = []
    for point in points(names):
        try:
            left, right = (probe.satisfied(node, point) for node in (gold, answer))
            if left != right:
                return different("region", at={k: str(v) for k, v in point.env.items()}, expected=left, got=right)
            values = [settle(side, point).value for _, side in sides]
        except UndefinedError:
            continue
        if values[1]:
            ratios.append(values[0] / values[1])
    if sides[0][0] != sides[1][0]:
        return different("region", kind="one holds on the boundary alone")
    if ratios and all(abs(r / ratios[0] - 1) < 2**-CLOSE_BITS for r in ratios):
        return same("region")
    return undecided("region", unsupported="inequalities of different shape")


def _oriented(node: Apply) -> tuple[str, Node]:
    left, right = node.args
    if node.head in {"gt", "ge"}:
        left, right = right, left
    kind = {"gt": "lt", "ge": "le"}.get(node.head, node.head)
    return kind, apply("add", left, apply("neg", right))


def _by_cells(gold: Node, answer: Node, name: str, cuts: list[Any]) -> Result:
    for value, label in _cells(cuts):
        expected, got = (_member(side, name, value) for side in (gold, answer))
        if expected != got:
            return different("region", at={name: label}, expected=expected, got=got)
    return same("region")


def _cells(cuts: list[Any]) -> list[tuple[Any, str]]:
    ctx = probe.context(probe.BASE_BITS)
    if not cuts:
        return [(ctx.mpf(1) / 7, "1/7")]
    inner = [(a + b) / 2 for a, b in pairwise(cuts)]
    values = [cuts[0] - 1, *cuts, *inner, cuts[-1] + 1]
    return [(value, ctx.nstr(value, 12)) for value in values]


def _merged(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in sorted(values):
        if not found or _sign(value, found[-1]):
            found.append(value)
    if len(found) > 2000:  # a budget
        raise NoRegionError("too many ends")
    return found


def _sign(left: Any, right: Any) -> int:
    """Compare two reals; 0 where they agree to 90 bits."""
    gap = left - right
    if not gap:
        return 0
    ctx = probe.context(probe.BASE_BITS)
    if ctx.isinf(gap):
        return 1 if gap > 0 else -1
    scale = max(abs(left), abs(right), 1)
    return 0 if abs(gap) < scale * ctx.mpf(2) ** -CLOSE_BITS else (1 if gap > 0 else -1)


def _end(node: Node) -> Any:
    if symbols(node):
        raise NoRegionError("a symbolic end")
    ctx = probe.context(probe.BASE_BITS)
    if node == INFINITY:
        return ctx.inf
    if node == apply("neg", INFINITY):
        return -ctx.inf
    meter.spend(10)
    return settle(node, Point({})).value


def _cuts(node: Node, name: str) -> list[Any]:
    """Return every finite end, root and pole."""
    if isinstance(node, Sym) and node.name in _SETS:
        return []
    if not isinstance(node, Apply):
        raise NoRegionError("a plain value")
    if node.head in INTERVALS or node.head == "tuple":
        if len(node.args) != 2:  # an interval has two ends
            raise NoRegionError("a tuple")
        ctx = probe.context(probe.BASE_BITS)
        ends = [_end(arg) for arg in node.args]
        if node.head == "tuple" and _sign(ends[1], ends[0]) <= 0:
            raise NoRegionError("a point, no interval")
        return [end for end in ends if not ctx.isinf(end)]
    if node.head == "set":
        return [_end(arg) for arg in node.args]
    if node.head in {"in", "setof"}:
        if node.head == "setof" and not _variable(node.args[0]):  # of values, and not of the variable
            raise NoRegionError("a set of values")
        return [cut for arg in node.args[1:] for cut in _cuts(arg, name)]
    if node.head in RELATIONS:
        return roots.real_roots(apply("add", node.args[0], apply("neg", node.args[1])), name)
    if node.head in {"union", "inter", "minus", "or", "and", "list", "chain"}:
        return [cut for arg in node.args for cut in _cuts(arg, name)]
    raise NoRegionError(node.head)


def _variable(node: Node) -> bool:
    """Say whether a set's members are told by their name alone: x, x in R, 0 < x."""
    return isinstance(node, Sym) or (isinstance(node, Apply) and node.head in RELATIONS | {"in", "chain"})


def _member(node: Node, name: str, value: Any) -> bool:
    if isinstance(node, Sym):
        return node.name == "RR"
    assert isinstance(node, Apply)
    if node.head in INTERVALS or node.head == "tuple":
        head = "iv()" if node.head == "tuple" else node.head
        low, high = _sign(value, _end(node.args[0])), _sign(_end(node.args[1]), value)
        return (low > 0 or (low == 0 and head[2] == "[")) and (high > 0 or (high == 0 and head[3] == "]"))
    if node.head == "set":
        return any(_sign(value, _end(arg)) == 0 for arg in node.args)
    if node.head in RELATIONS:
        return _satisfies(node, name, value)
    return _combined(node, name, value)


def _combined(node: Apply, name: str, value: Any) -> bool:
    if node.head in {"in", "setof"}:
        return all(_member(arg, name, value) for arg in node.args[1:])
    inside = [_member(arg, name, value) for arg in node.args]
    if node.head == "minus":
        return inside[0] and not any(inside[1:])
    if node.head in {"inter", "and", "chain"}:
        return all(inside)
    if node.head == "list":
        only = all(isinstance(arg, Apply) and arg.head in INEQUALITIES | {"chain"} for arg in node.args)
        return all(inside) if only else any(inside)
    return any(inside)


def _satisfies(node: Apply, name: str, value: Any) -> bool:
    try:
        difference = probe.at(apply("add", node.args[0], apply("neg", node.args[1])), name, value)
    except UndefinedError:
        return False
    ctx = probe.context(probe.BASE_BITS)
    zero = not difference or ctx.mag(difference) < -CLOSE_BITS // 2
    return probe.COMPARE[node.head](0 if zero else (1 if difference > 0 else -1))
