"""Compare two answers of any shape: rules in order, each says same, different, undecided or 'not my business'."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from verisieve.verifiers.math import (
    conditions,
    equations,
    families,
    lines,
    listing,
    matrices,
    measures,
    realsets,
    render,
    rounding,
    shapes,
    steering,
    valued,
)
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import (
    INFINITY,
    Apply,
    MathsError,
    Node,
    Num,
    Sym,
    TooLargeError,
    heads,
    number,
    symbols,
)
from verisieve.verifiers.math.scalars import Judgement, Result, different, equal, same, undecided

_CONTAINERS = frozenset({"tuple", "set", "list", "or", "and", "matrix", "setof", "union", "inter", "minus", "ratio"})
_RELATIONAL = frozenset(
    {"eq", "ne", "lt", "le", "gt", "ge", "chain", "in", "cong", "to", "iv()", "iv(]", "iv[)", "iv[]"}
)
_NO_SCALARS = _CONTAINERS | _RELATIONAL
_WRAPPING = frozenset({"cases", "det", "lim"})
_ARITHMETIC = frozenset(
    str.split("add neg mul div pow sqrt root abs fact binom percent ln log logb exp floor ceil sin cos tan cot sec csc")
)
_NO_NUMBERS = frozenset({"∅", "RR", "ZZ", "NN", "QQ", "CC", "k", "n", "m", *matrices.UNIT_VECTORS})


class Options(NamedTuple):
    """What steers a comparison: a tolerance, whether units may be missing, the type of the gold.

    `absolute` is a tolerance in each gold value's own unit, and stands for a relative one.
    """

    tolerance: float | None = None
    units_known: bool = False
    kind: str = ""
    absolute: float | None = None

    def allowed(self, gold: Node) -> float | None:
        """Return the relative tolerance for one value of the gold."""
        return self.tolerance if self.absolute is None else rounding.relative(gold, self.absolute)


Rule = Callable[[Node, Node, Options], Result | None]


def compare(gold: Node, answer: Node, options: Options | None = None) -> Result:  # a frozen default
    """Compare a gold with an answer."""
    options = options or Options()
    if gold == answer:
        return same("structure")
    if isinstance(gold, Num) and isinstance(answer, Num):
        return equal(gold, answer, tolerance=options.allowed(gold))
    if _arithmetic(gold) and _arithmetic(answer):  # by far the most frequent pair: no other rule has a say
        return _scalars(gold, answer, options)
    if (line := lines.equal_lines(gold, answer)) is not None:
        return line
    answer = shapes.unnumbered(answer, symbols(gold))
    listed = shapes.assignments(gold), shapes.assignments(answer)
    if listed[0] and listed[1] and set(listed[0]) == set(listed[1]):  # (y,x)=(2,5) is no (x,y)=(2,5)
        return listing.pairwise(
            [(value, listed[1][name]) for name, value in listed[0].items()], partial(compare, options=options)
        )
    result = _ruled(gold, answer, options)
    if result.judgement is Judgement.SAME:
        return result
    for one, other in conditions.narrowed(gold, answer):
        if _ruled(one, other, options).judgement is Judgement.SAME:
            return same("domain")
    return result


def _ruled(gold: Node, answer: Node, options: Options) -> Result:
    gold, answer = (steering.listed(shapes.untupled(node)) for node in (gold, answer))
    gold = steering.steered(gold, options.kind)
    gold, answer = steering.point(gold, answer), steering.point(answer, gold)
    for rule in _RULES:
        result = rule(gold, answer, options)
        if result is not None:
            return result
    return _scalars(gold, answer, options)


def _arithmetic(node: Node) -> bool:
    """Say whether a tree is plain arithmetic: no relation, container, family or vector."""
    return heads(node) <= _ARITHMETIC and symbols(node).isdisjoint(_NO_NUMBERS)


def _bases(gold: Node, answer: Node, options: Options) -> Result | None:
    """Ask for the gold's own base: a number in another notation does not answer `write it in base 2`."""
    if not (isinstance(gold, Apply) and gold.head == "based"):
        return None
    if isinstance(answer, Apply) and answer.head == "based":
        return equal(gold, answer) if answer.args[1] == gold.args[1] else different("base", kind="another base")
    if isinstance(answer, Num) and options.units_known and answer.digits == render.latex(gold).partition("_")[0]:
        return same("base")
    if gold.args[1] == number(10):  # the base that every number has
        return equal(gold, answer)
    return different("base", kind="no base")


def _families(gold: Node, answer: Node, options: Options) -> Result | None:
    del options
    if families.applies(gold) or families.applies(answer):
        return families.equal_families(gold, answer)
    if not (families.turns(gold) and families.turns(answer)):
        return None
    if symbols(gold) != symbols(answer) or any(shapes.named(_first(node)).name for node in (gold, answer)):
        return families.equal_families(gold, answer)
    return None


def _first(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.head in {"or", "list"} else node


def _vectors(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare 3i - 2j in unit vectors with a tuple or a column."""
    left, right = shapes.bare(gold), shapes.bare(answer)
    left, right = matrices.upright(left, right), matrices.upright(right, left)
    written = [bool(symbols(side) & set(matrices.UNIT_VECTORS)) for side in (left, right)]
    if written[0] == written[1]:
        return None
    other = right if written[0] else left
    if not (isinstance(other, Apply) and other.head in {"tuple", "matrix"} and 2 <= len(other.args) <= 3):
        return different("vector", kind="a vector and something else")
    size = len(other.args)  # the plane or space
    sides = [
        matrices.components(side, size) if flag else side for side, flag in zip((left, right), written, strict=True)
    ]
    return compare(sides[0], sides[1], options)


def _matrices(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare matrices entry by entry; a tuple may stand for a column."""
    left, right = shapes.bare(gold), shapes.bare(answer)
    if not (matrices.applies(left) or matrices.applies(right)):
        return None
    size = max(matrices.count(left), matrices.count(right))
    try:
        rows = [matrices.rows_of(side, size) for side in (left, right)]
    except matrices.NoMatrixError as error:
        return different("matrix", kind=str(error))
    tupled = [isinstance(side, Apply) and side.head == "tuple" for side in (left, right)]
    if any(tupled):
        rows = [_column(side) for side in rows]
    if len(rows[0]) != len(rows[1]) or len(rows[0][0]) != len(rows[1][0]):
        return different("matrix", kind="another shape")
    pairs = [(a, b) for one, two in zip(*rows, strict=True) for a, b in zip(one, two, strict=True)]
    return listing.pairwise(pairs, partial(compare, options=options))


def _column(rows: matrices.Rows) -> matrices.Rows:
    return tuple((cell,) for cell in rows[0]) if len(rows) == 1 else rows


def _scalars(gold: Node, answer: Node, options: Options) -> Result:
    """Compare two plain values, units and free constants included."""
    for node in (gold, answer):
        if not heads(node).isdisjoint(_NO_SCALARS) and heads(node).isdisjoint(_WRAPPING):
            return different("shape", kind="another kind of answer")
    if INFINITY in (gold, answer) and not (symbols(gold) | symbols(answer)):
        return different("infinity") if _finite(gold) != _finite(answer) else equal(gold, answer)
    try:
        result = measures.equal_quantities(gold, answer, options.allowed(gold), known=options.units_known)
        if result is not None:
            return result
        return _algebra(gold, answer, options)
    except TooLargeError as error:
        return undecided("budget", too_large=str(error))
    except MathsError as error:
        return undecided("probe", unsupported=str(error))


def _finite(node: Node) -> bool:
    return node != INFINITY and not (isinstance(node, Apply) and INFINITY in node.args)


def _algebra(gold: Node, answer: Node, options: Options) -> Result:
    constant = equations.constant_of(gold)
    if constant is not None:
        return equations.equal_antiderivatives(lowered(gold), lowered(answer), constant)
    result = equal(gold, answer, tolerance=options.allowed(gold))
    if result.judgement is Judgement.DIFFERENT and symbols(gold) != symbols(answer):
        result = equations.equal_up_to_constants(lowered(gold), lowered(answer)) or result
    if result.judgement is Judgement.DIFFERENT and equations.arbitrary(gold, answer):
        return same("span") if equations.equal_spans(lowered(gold), lowered(answer)) else result
    return result


def _listed(rule: Callable[[Node, Node, listing.Comparer], Result | None]) -> Rule:
    """Make a rule of one that compares items with the whole comparison again."""
    return lambda gold, answer, options: rule(gold, answer, partial(compare, options=options))


_RULES: tuple[Rule, ...] = (
    _bases,
    _families,
    _listed(listing.assignments),
    lambda gold, answer, options: realsets.regional(gold, answer),
    lambda gold, answer, options: realsets.solved(gold, answer),
    lambda gold, answer, options: equations.branches(gold, answer),
    _listed(listing.solutions),
    _vectors,
    _matrices,
    _listed(listing.tuples),
    _listed(listing.ratios),
    lambda gold, answer, options: valued.equated(gold, answer, partial(_scalars, options=options)),
    lambda gold, answer, options: valued.valued(
        gold, answer, partial(compare, options=options), partial(_scalars, options=options)
    ),
)

__all__ = ["Options", "Sym", "compare"]
