"""Links without variables: both members are recomputed, in every reading that people give to units and percents.

A link is bad only where all its readings are certainly false; rounding to the stated digits is no mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from verisieve.verifiers.math import exact, matrices, probe
from verisieve.verifiers.math.derivation.meanings import bare, measured, readings
from verisieve.verifiers.math.derivation.records import Found, Status
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import (
    Apply,
    MathsError,
    Node,
    Num,
    heads,
    substitute,
    walk,
)
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.scalars import Judgement, equal
from verisieve.verifiers.math.settling import close, settle

_TRIG = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_EXACT = frozenset({"exact", "structure"})
_FLOAT_PLACES = 9  # so many digits after the point are a calculator's
_LOOSE = Fraction(1, 50)
_SIGNS: dict[str, Callable[[int], bool]] = probe.COMPARE
UNKNOWN = Found(Status.UNVERIFIABLE, "unread")


def judged(left: Node, relation: str, right: Node, rounded: dict[Node, Node]) -> Found:
    """Judge one link without variables; `rounded` gives the exact values behind decimals of earlier lines."""
    findings = []
    for a, b in readings(left, right):
        found = _one(a, relation, b)
        if found.status in {Status.PROVED, Status.AGREES}:
            return found
        findings.append(found)
    again = [{key: value} for key, value in rounded.items()] + [rounded] if rounded else []
    for table in again:
        if any(part in table for part in walk(left)):
            found = _one(substitute(lowered(bare(left)), table), relation, lowered(bare(right)))
            if found.status in {Status.PROVED, Status.AGREES}:
                return found._replace(status=Status.AGREES, tier="rounded before")
            findings.append(found)
    unsure = next((found for found in findings if found.status is not Status.BAD), None)
    return unsure or findings[0]


def _one(left: Node, relation: str, right: Node) -> Found:
    try:
        if relation == "eq" and (matrices.applies(left) or matrices.applies(right)):
            return _by_entry(left, right)
        if relation == "approx":
            return _approximate(left, right)
        if relation == "eq" and all(isinstance(side, Apply) and side.head == "tuple" for side in (left, right)):
            return _by_place(left, right)
        if relation == "eq":
            return _equal(left, right)
        return _ordered(left, relation, right)
    except (MathsError, ArithmeticError, RecursionError) as error:
        return Found(Status.UNVERIFIABLE, "arithmetic", {"unsupported": str(error)[:200]})


def _by_entry(left: Node, right: Node) -> Found:
    """Compare matrices of one shape; raise a MathsError for vectors' products and other shapes."""
    tables = [matrices.rows_of(side, matrices.count(side)) for side in (left, right)]
    shapes = [[len(row) for row in table] for table in tables]
    if shapes[0] != shapes[1]:
        return Found(Status.UNVERIFIABLE, "shapes")
    findings = [_equal(a, b) for one, two in zip(*tables, strict=True) for a, b in zip(one, two, strict=True)]
    if all(_entered(side) for side in (left, right)):  # a row operation, written with an equality sign
        findings = [found if found.status is not Status.BAD else UNKNOWN for found in findings]
    return _worst(findings)


def _by_place(left: Node, right: Node) -> Found:
    """Compare tuples of one length place by place."""
    assert isinstance(left, Apply)
    assert isinstance(right, Apply)
    if len(left.args) != len(right.args):
        return UNKNOWN
    return _worst([_equal(a, b) for a, b in zip(left.args, right.args, strict=True)])


def _worst(findings: list[Found]) -> Found:
    wrong = [found for found in findings if found.status not in {Status.PROVED, Status.AGREES}]
    return wrong[0] if wrong else max(findings, key=lambda found: found.status is Status.AGREES)


def _entered(node: Node) -> bool:
    """Say whether a matrix is written out in numbers."""
    return isinstance(node, Apply) and node.head == "matrix" and not heads(node) & {"add", "mul", "pow"}


def _equal(left: Node, right: Node) -> Found:
    result = equal(left, right)
    if result.judgement is Judgement.SAME and (result.tier != "stated digits" or lone(left)):
        return Found(Status.PROVED if result.tier in _EXACT else Status.AGREES, result.tier)
    if result.judgement is Judgement.UNDECIDED:
        return Found(Status.UNVERIFIABLE, result.tier, result.witness)
    try:
        gap, places = _gap(left, right)
    except MathsError:  # no real value here: the tier that told them apart has the witness
        return Found(Status.BAD, result.tier, result.witness)
    if places is not None and places > 0 and gap < Fraction(1, 10**places):
        return Found(Status.AGREES, "stated digits")
    if places is not None and places >= _FLOAT_PLACES and gap <= abs(_value(left)) / 10**12:
        return Found(Status.AGREES, "floating point")
    if places is None or places == 0:
        whole = exact.maybe_rational(left)
        if gap < 1 and (whole is None or whole.denominator != 1) and _whole(right):
            return Found(Status.UNVERIFIABLE, "rounded to a whole number")
    return Found(Status.BAD, result.tier, _witness(left, right))


def _whole(node: Node) -> bool:
    value = exact.maybe_rational(node)
    return value is not None and value.denominator == 1


def _gap(left: Node, right: Node) -> tuple[Any, int | None]:
    """Return the distance of two values, and the digits after the point that the right one states."""
    inner = right.args[0] if isinstance(right, Apply) and right.head == "neg" else right
    if isinstance(inner, Apply) and inner.head in {"mul", "div"} and isinstance(inner.args[0], Num):
        inner = inner.args[0]
    gap = abs(_value(left) - _value(right))
    return gap, inner.places if isinstance(inner, Num) else None


def _value(node: Node) -> Any:
    value = exact.maybe_rational(node)
    if value is not None:
        return value
    found = settle(node, Point({})).value
    return Fraction(int(found * 2**120), 2**120) if probe.context(probe.BASE_BITS).isfinite(found) else found


def _witness(left: Node, right: Node) -> dict[str, str]:
    return {"left": shown(_value(left)), "right": shown(_value(right))}


def shown(value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, Fraction):
        short = value.denominator < 10_000 and value.numerator.bit_length() < 200  # readable
        return str(value) if short else f"{float(value):.12g}" if abs(value) < 10**300 else "a huge number"
    return str(value)[:60]


def _ordered(left: Node, relation: str, right: Node) -> Found:
    values = exact.maybe_rational(left), exact.maybe_rational(right)
    if values[0] is not None and values[1] is not None:
        sign = (values[0] > values[1]) - (values[0] < values[1])
        status = Status.PROVED if _SIGNS[relation](sign) else Status.BAD
        return Found(status, "exact", _witness(left, right) if status is Status.BAD else {})
    one, two = settle(left, Point({})), settle(right, Point({}))
    sign = 0 if close(one, two) else (1 if one.value > two.value else -1)
    status = Status.AGREES if _SIGNS[relation](sign) else Status.BAD
    return Found(status, "probe", _witness(left, right) if status is Status.BAD else {})


def _approximate(left: Node, right: Node) -> Found:
    """Accept one unit of the last stated digit; what is neither close nor far is left open."""
    value = abs(_value(right))
    gap, places = _gap(left, right)
    step = Fraction(1, 10**places) if places else _trailing(value)
    if gap <= step:
        return Found(Status.AGREES, "stated digits")
    scale = max(value, abs(_value(left)))
    if gap <= 3 * step or gap <= _LOOSE * scale:
        return Found(Status.UNVERIFIABLE, "a loose approximation", _witness(left, right))
    return Found(Status.BAD, "approximation", _witness(left, right))


def lone(node: Node | None) -> bool:
    """Say whether a member is a lone number, as in conversions and contradictions: 15 gallons = 120, 0 = 3."""
    inner = bare(node) if node is not None else None
    if isinstance(inner, Apply) and inner.head in {"mul", "percent"}:
        return all(isinstance(arg, Num) for arg in inner.args) and measured(node)
    return isinstance(inner, Num)


def rational(node: Node) -> Fraction | None:
    """Return the value of a member without its units, if it is rational."""
    try:
        return exact.maybe_rational(lowered(bare(node)))
    except (MathsError, ArithmeticError, RecursionError):
        return None


def running(left: Node, right: Node) -> bool:
    """Say whether the right member goes on from the value of the left one: 3 + 4 = 7 * 2."""
    first, value = bare(right), rational(left)
    if not isinstance(first, Apply) or isinstance(bare(left), Num):
        return False
    while isinstance(first, Apply) and first.head in {"add", "mul", "div", "paren"}:
        first = first.args[0]
    return value is not None and isinstance(first, Num) and first.value == value


def near(left: Node, right: Node) -> bool:
    """Say whether two values with decimals in them differ by less than a hundredth."""
    if not any(isinstance(part, Num) and part.places for side in (left, right) for part in walk(side)):
        return False
    try:
        one, two = (_value(lowered(bare(side))) for side in (left, right))
        return bool(abs(one - two) * 100 < abs(one))
    except (MathsError, ArithmeticError, TypeError, RecursionError):
        return False


def _trailing(value: Any) -> Fraction:
    """Return the unit of the last digit of a whole number that is no zero."""
    step = Fraction(1)
    while value and isinstance(value, Fraction) and value.denominator == 1 and value % (step * 10) == 0:
        step *= 10
    return step
