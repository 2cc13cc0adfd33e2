"""Quantities: values with units, money, percent, degrees and counted nouns, and when a unit may be missing."""

from __future__ import annotations

from fractions import Fraction

from verisieve.verifiers.math import units
from verisieve.verifiers.math.lowering import factors, has_dimension, joined, lowered, measured_letters
from verisieve.verifiers.math.nodes import (
    Apply,
    Node,
    Num,
    Sym,
    Unit,
    Words,
    apply,
    flat,
    has_units,
    heads,
    number,
    substitute,
    symbols,
    unit_names,
)
from verisieve.verifiers.math.scalars import Judgement, Result, different, equal

_DEGREE = Unit("deg")
_RADIAN = Unit("rad")
_SCALES = frozenset({"K", *units.TEMPERATURES})
_SINGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman"}
_MEASURING = frozenset({"noun", "percent"})


def equal_quantities(gold: Node, answer: Node, tolerance: float | None, *, known: bool) -> Result | None:
    """Compare where a unit, a noun, a percent or a degree occurs; None where none does.

    `known` says that the question names the unit, so that a bare number states the whole answer.
    """
    if not any(has_units(side) or heads(side) & _MEASURING for side in (gold, answer)):
        return None
    nouns = _noun(gold), _noun(answer)
    if nouns[0] and nouns[1] and not _same_noun(nouns[0], nouns[1]):
        return different("units", kind="another noun", expected=nouns[0], got=nouns[1])
    for noun, other in zip(nouns, (answer, gold), strict=True):
        if noun and has_dimension(other) and not _droppable(factors(other)[1]):  # 25 apples are no 25 cm
            return different("units", kind="a noun and a unit")
    gold, answer = _unnamed(gold), _unnamed(answer)
    if not (has_units(gold) or has_units(answer) or _percent(gold) or _percent(answer)):
        return equal(gold, answer, tolerance=tolerance) if any(nouns) else None
    gold, answer = (measured_letters(node) if has_dimension(node) else node for node in _sterling(gold, answer))
    sides = has_dimension(gold), has_dimension(answer)
    if all(sides):
        return _both(gold, answer, tolerance)
    if sides[0]:
        return _gold_only(gold, answer, tolerance, known=known)
    if sides[1]:
        return _answer_only(gold, answer, tolerance)
    return _pure(gold, answer, tolerance, known=known)


def _noun(node: Node) -> str:
    return (
        node.args[1].text if isinstance(node, Apply) and node.head == "noun" and isinstance(node.args[1], Words) else ""
    )


def _unnamed(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.head == "noun" else node


def _same_noun(left: str, right: str) -> bool:
    one, two = (
        {_SINGULAR.get(word, word.rstrip("s").removesuffix("e")) for word in text.split()} for text in (left, right)
    )
    return one <= two or two <= one


def _percent(node: Node) -> bool:
    return "percent" in heads(node) or ("percent" in unit_names(node) and Unit("percent") in flat(node, "mul"))


def _sterling(gold: Node, answer: Node) -> tuple[Node, Node]:
    """Read `pounds` as money beside pounds sterling, and `C` beside degrees as a temperature."""
    names = unit_names(gold) | unit_names(answer)
    if names & {"gbp", "pence"} and "lb" in names:
        table: dict[Node, Node] = {Unit("lb"): Unit("gbp")}
        return substitute(gold, table), substitute(answer, table)
    if "gbp" in names and "p" in symbols(gold) | symbols(answer):
        table = {Sym("p"): Unit("pence")}
        return substitute(gold, table), substitute(answer, table)
    if names >= {"eur", "cent"}:
        table = {Unit("cent"): apply("mul", number(Fraction(1, 100)), Unit("eur"))}
        return substitute(gold, table), substitute(answer, table)
    return gold, answer


def _both(gold: Node, answer: Node, tolerance: float | None) -> Result:
    kelvin = _kelvin(gold), _kelvin(answer)
    if kelvin[0] is not None and kelvin[1] is not None:
        return equal(kelvin[0], kelvin[1], tolerance=tolerance)
    return equal(gold, answer, tolerance=tolerance)


def _kelvin(node: Node) -> Node | None:
    """Return a temperature on the absolute scale, or None where it is none or both may be differences."""
    if unit_names(node).isdisjoint(_SCALES):
        return None
    plain, measured = factors(node)
    if len(measured) != 1 or not isinstance(measured[0], Unit):
        return None
    if measured[0].name == "K":
        return lowered(joined(plain))
    if measured[0].name not in units.TEMPERATURES:
        return None
    factor, offset = units.TEMPERATURES[measured[0].name]
    return apply("add", apply("mul", number(factor), lowered(joined(plain))), Num(offset))


def _droppable(measured: list[Node]) -> bool:
    """Say whether a unit may be left out of an answer: money, and the word `units`."""
    names = (name for node in measured for name in unit_names(node))
    return all(name == "unit" or units.money(name) for name in names)


def _gold_only(gold: Node, answer: Node, tolerance: float | None, *, known: bool) -> Result:
    lettered = measured_letters(answer)
    if lettered != answer and has_dimension(lettered):
        return _both(gold, lettered, tolerance)
    plain, measured = factors(gold)
    if known or _droppable(measured):
        return equal(joined(plain), answer, tolerance=tolerance)
    return different("units", kind="missing unit")


def _answer_only(gold: Node, answer: Node, tolerance: float | None) -> Result:
    lettered = measured_letters(gold)
    if lettered != gold and has_dimension(lettered):
        result = _both(lettered, answer, tolerance)
        if result.judgement is Judgement.SAME:
            return result
    plain, measured = factors(answer)
    result = equal(gold, joined(plain), tolerance=tolerance)
    if result.judgement is Judgement.DIFFERENT and _droppable(measured):
        money: dict[Node, Node] = {
            Unit("usd"): number(1),
            Unit("gbp"): number(1),
            Sym("§usd"): number(1),
            Sym("§gbp"): number(1),
        }
        return equal(gold, substitute(lowered(answer), money), tolerance=tolerance)
    return result


def _pure(gold: Node, answer: Node, tolerance: float | None, *, known: bool) -> Result:
    """Compare percents and degrees: a bare number may stand for degrees, and for percent if the question says so."""
    result = equal(gold, answer, tolerance=tolerance)
    if result.judgement is not Judgement.DIFFERENT:
        return result
    degrees = [_DEGREE in flat(node, "mul") for node in (gold, answer)]
    if degrees[0] and not has_units(answer) and not _percent(answer):
        return equal(_without(gold, _DEGREE), answer, tolerance=tolerance)
    if degrees[1] and not has_units(gold) and not _percent(gold):
        return equal(gold, _without(answer, _DEGREE), tolerance=tolerance)
    if known and _percent(gold) != _percent(answer):
        return equal(_unpercented(gold), _unpercented(answer), tolerance=tolerance)
    return result


def _without(node: Node, unit: Unit) -> Node:
    return joined([part for part in flat(node, "mul") if part != unit])


def _unpercented(node: Node) -> Node:
    if isinstance(node, Apply) and node.head in {"percent", "noun"}:
        return node.args[0]
    if isinstance(node, Apply) and node.head == "neg":
        return apply("neg", _unpercented(node.args[0]))
    return _without(node, Unit("percent"))


__all__ = ["_RADIAN", "equal_quantities"]
