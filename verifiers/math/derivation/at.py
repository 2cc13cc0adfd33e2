"""Formulas at a point: whether they hold there, and how the point is shown as a witness."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from verisieve.verifiers.math import meter, probe
from verisieve.verifiers.math.derivation import linear
from verisieve.verifiers.math.nodes import RELATIONS, Apply, MathsError, Node, Num, Sym, number, substitute, symbols

ZERO_BITS, APART_BITS = 50, 30


def holds(node: Node, at: Mapping[str, Any]) -> bool | None:
    """Say whether a formula holds at a point; None where a side has no value or they are too close to tell."""
    if not isinstance(node, Apply):
        return None
    if node.head in {"and", "or"}:
        truths = [holds(arg, at) for arg in node.args]
        strong = node.head == "or"
        if strong in truths:
            return strong
        return None if None in truths else not strong
    if node.head not in RELATIONS:
        return None
    return _compared(node, at)


def _compared(node: Apply, at: Mapping[str, Any]) -> bool | None:
    meter.spend(4)
    try:
        name, value = next(iter(at.items()), ("", 0))
        left, right = (probe.at(side, name, value) for side in node.args)
    except MathsError:
        return None
    ctx = probe.context(probe.BASE_BITS)
    if isinstance(left, ctx.mpc) or isinstance(right, ctx.mpc) or not (ctx.isfinite(left) and ctx.isfinite(right)):
        return None
    gap, scale = left - right, max(abs(left), abs(right), 1)
    if abs(gap) < scale * ctx.mpf(2) ** -ZERO_BITS:
        return probe.COMPARE[node.head](0)
    if abs(gap) < scale * ctx.mpf(2) ** -APART_BITS:
        return None
    return probe.COMPARE[node.head](1 if gap > 0 else -1)


def located(values: Mapping[str, Any], eliminated: list[linear.Isolated]) -> dict[str, Any]:
    """Return a witness: the values of all variables, those that were eliminated too."""
    ctx = probe.context(probe.BASE_BITS)
    table: dict[Node, Node] = {}
    shown: dict[str, str] = {}
    for name, value in values.items():
        near = (
            Fraction(str(ctx.nstr(value, 30))).limit_denominator(10_000) if not isinstance(value, Fraction) else value
        )
        close = (
            isinstance(value, Fraction) or abs(ctx.mpf(near.numerator) / near.denominator - value) < ctx.mpf(2) ** -80
        )
        shown[name] = str(near) if close else ctx.nstr(value, 15)
        table[Sym(name)] = number(near) if close else Num(Fraction(str(ctx.nstr(value, 40))))
    for name, expression in eliminated:
        filled = substitute(expression, table)
        if not symbols(filled):
            try:
                result = probe.evaluate(filled, probe.Point({})).value
                shown[name] = ctx.nstr(result, 15)
                table[Sym(name)] = Num(Fraction(str(ctx.nstr(result, 40))))
            except MathsError:
                continue
    return {"at": {name: text.removesuffix(".0") for name, text in shown.items()}}
