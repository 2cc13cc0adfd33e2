"""Compare two answers of any shape: rules in order, each says same, different, undecided or 'not my business'."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from verisieve.verifiers.math import equations, families, listing, matrices, measures, regions, render, roots, shapes
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import (
    INFINITY,
    Apply,
    MathsError,
    Node,
    Num,
    Sym,
    TooLargeError,
    Words,
    apply,
    heads,
    symbols,
    walk,
)
from verisieve.verifiers.math.scalars import Judgement, Result, different, equal, same, undecided

_CONTAINERS = frozenset({"tuple", "set", "list", "or", "and", "matrix", "setof", "union", "inter", "minus", "ratio"})
_ANGULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_RELATIONAL = frozenset(
    {"eq", "ne", "lt", "le", "gt", "ge", "chain", "in", "cong", "to", "iv()", "iv(]", "iv[)", "iv[]"}
)
_ARITHMETIC = frozenset(
    str.split("add neg mul div pow sqrt root abs fact binom percent ln log logb exp floor ceil sin cos tan cot sec csc")
)
_NO_NUMBERS = frozenset({"∅", "RR", "ZZ", "NN", "QQ", "CC", "k", "n", "m", *matrices.UNIT_VECTORS})


class Options(NamedTuple):
    """What steers a comparison: a relative tolerance, whether units may be missing, the type of the gold."""

    tolerance: float | None = None
    units_known: bool = False
    kind: str = ""


Rule = Callable[[Node, Node, Options], Result | None]


def compare(gold: Node, answer: Node, options: Options | None = None) -> Result:  # a frozen default
    """Compare a gold with an answer."""
    options = options or Options()
    if gold == answer:
        return same("structure")
    if isinstance(gold, Num) and isinstance(answer, Num):
        return equal(gold, answer, tolerance=options.tolerance)
    if _arithmetic(gold) and _arithmetic(answer):  # by far the most frequent pair: no other rule has a say
        return _scalars(gold, answer, options)
    listed = shapes.assignments(gold), shapes.assignments(answer)
    if listed[0] and listed[1] and set(listed[0]) == set(listed[1]):  # (y,x)=(2,5) is no (x,y)=(2,5)
        return listing.pairwise(
            [(value, listed[1][name]) for name, value in listed[0].items()], partial(compare, options=options)
        )
    gold, answer = _steered(shapes.untupled(gold), options), shapes.untupled(answer)
    gold, answer = _point(gold, answer), _point(answer, gold)
    for rule in _RULES:
        result = rule(gold, answer, options)
        if result is not None:
            return result
    return _scalars(gold, answer, options)


def _arithmetic(node: Node) -> bool:
    """Say whether a tree is plain arithmetic: no relation, container, family or vector."""
    return heads(node) <= _ARITHMETIC and symbols(node).isdisjoint(_NO_NUMBERS)


def _steered(gold: Node, options: Options) -> Node:
    """Read an ambiguous gold as its type says."""
    if isinstance(gold, Apply) and len(gold.args) == 2:  # a pair
        if options.kind == "interval" and gold.head == "tuple":
            return Apply("iv()", gold.args)
        if options.kind in {"point", "list", "tuple"} and gold.head == "iv[]":
            return Apply("tuple", gold.args)
    return gold


def _point(node: Node, other: Node) -> Node:
    """Read P(2,3) as a point where the other side is one, and {{1,2},{3,4}} as a matrix where it is one."""
    if not (isinstance(node, Apply) and isinstance(other, Apply)):
        return node
    if (node.head, other.head) == ("perm", "tuple"):
        return Apply("tuple", node.args)
    if (node.head, other.head) == ("set", "matrix") and all(
        isinstance(r, Apply) and r.head == "set" for r in node.args
    ):
        return Apply("matrix", tuple(Apply("row", row.args) for row in node.args if isinstance(row, Apply)))
    return node


def _bases(gold: Node, answer: Node, options: Options) -> Result | None:
    """Ask for the gold's own base: a number in another notation does not answer `write it in base 2`."""
    if not (isinstance(gold, Apply) and gold.head == "based"):
        return None
    if isinstance(answer, Apply) and answer.head == "based":
        return equal(gold, answer) if answer.args[1] == gold.args[1] else different("base", kind="another base")
    if isinstance(answer, Num) and options.units_known and answer.digits == render.latex(gold).partition("_")[0]:
        return same("base")
    return different("base", kind="no base")


def _families(gold: Node, answer: Node, options: Options) -> Result | None:
    del options
    if families.applies(gold) or families.applies(answer):
        return families.equal_families(gold, answer)
    if families.turns(gold) and families.turns(answer) and any(shapes.named(_first(n)).name for n in (gold, answer)):
        return families.equal_families(gold, answer)
    return None


def _first(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.head in {"or", "list"} else node


def _regions(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare sets of reals where either side holds an inequality or an interval."""
    del options
    left, right = regions.applies(gold), regions.applies(answer)
    if not (left or right) or _is_list_of_scalars(gold, answer):
        return None
    if matrices.applies(gold) or matrices.applies(answer):
        return different("region", kind="a matrix and a set")
    names = [shapes.named(node).name for node in (gold, answer)]
    if isinstance(names[0], Sym) and isinstance(names[1], Sym) and names[0] != names[1]:
        return different("region", kind="another variable")
    finite = shapes.solutions(gold), shapes.solutions(answer)
    if finite[0] is not None and finite[1] is not None:
        return None
    sides = [_as_set(node) for node in (gold, answer)]
    return regions.equal_regions(*sides)


def _is_list_of_scalars(gold: Node, answer: Node) -> bool:
    """Say whether `[2, 3]` stands for a list, because the other side is one."""
    for one, other in ((gold, answer), (answer, gold)):
        if isinstance(one, Apply) and one.head == "iv[]" and isinstance(other, Apply) and other.head == "list":
            return True
    return False


def _as_set(node: Node) -> Node:
    """Write finite solutions as a set, so that they can stand beside intervals."""
    found = shapes.solutions(node)
    if found is not None and not regions.applies(node):
        return Apply("set", found.values)
    if isinstance(node, Apply) and node.head in {"eq", "in"} and shapes.named(node).name is not None:
        value = shapes.bare(node)
        if isinstance(value, Apply) and value.head == "tuple" and len(value.args) == 2 and node.head == "in":  # ends
            return Apply("iv()", value.args)
        return value if regions.applies(value) else apply("set", value)
    return node


def _roots(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare an equation in one variable with its listed solutions, where all its roots are real."""
    del options
    for equation, other in ((gold, answer), (answer, gold)):
        plain = isinstance(equation, Apply) and equation.head == "eq" and shapes.named(equation).name is None
        listed = shapes.solutions(other) is not None or shapes.named(other).name is not None
        if not plain or not listed or not isinstance(equation, Apply):
            continue
        name = shapes.named(other).name
        if isinstance(name, Sym) and name.name not in symbols(equation):
            return different("roots", kind="another variable")
        if len(symbols(equation)) == 1 and roots.all_real(equation):
            return regions.equal_regions(_as_set(gold), _as_set(answer))
    return None


def _vectors(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare 3i - 2j in unit vectors with a tuple or a column."""
    left, right = shapes.bare(gold), shapes.bare(answer)
    written = [bool(symbols(side) & set(matrices.UNIT_VECTORS)) for side in (left, right)]
    if written[0] == written[1]:
        return None
    other = right if written[0] else left
    size = len(other.args) if isinstance(other, Apply) and other.head in {"tuple", "matrix"} else 0
    if not 2 <= size <= 3:  # the plane and space
        return different("vector", kind="a vector and something else")
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


def _equations(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare equations; a gold that names its value is compared by the value alone."""
    both = [isinstance(node, Apply) and node.head == "eq" for node in (gold, answer)]
    if all(both) and isinstance(gold, Apply) and isinstance(answer, Apply):
        found = equations.equal_functions(gold, answer)
        if found is not None:
            return found
        left, right = shapes.named(gold), shapes.named(answer)
        if left.name is not None and left.name == right.name:
            return _scalars(left.value, right.value, options)
        if _function_and_graph(left.name, right.name):
            return _scalars(left.value, right.value, options)
        if not (_is_curve(gold) or _is_curve(answer)):
            return different("equation", kind="another variable")
        return equations.equal_equations(gold, answer)
    return None


def _function_and_graph(left: Node | None, right: Node | None) -> bool:
    """Say whether one side is f(x) = ... (or y' or dy/dx) and the other y = ... in the same variable."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Apply) and one.head in {"call", "div"} and isinstance(other, Sym):
            return True
    return False


def _is_curve(node: Node) -> bool:
    return shapes.named(node).name is None or bool(symbols(shapes.bare(node)))


def _values(gold: Node, answer: Node, options: Options) -> Result | None:
    """Compare a named value with a bare one: `x=5` with 5, `V=...` with its formula."""
    relations = [isinstance(node, Apply) and node.head in {"eq", "chain"} for node in (gold, answer)]
    if not any(relations):
        return None
    left, right = shapes.named(gold), shapes.named(answer)
    if relations[1] and right.name is None and not _determines(answer, right.value):
        return different("value", kind="an equation where a value is asked")
    if not _holds_together(answer, options):
        return different("value", kind="a chain of equalities that is false")
    stated = _function_value(gold) if relations[0] and not relations[1] else None
    if stated is not None:
        return compare(stated, answer, options)
    if relations[0] and left.name is None:
        return different("value", kind="a value where an equation is asked")
    return compare(left.value, _last(right.value), options)


def _function_value(node: Node) -> Node | None:
    """Return the 3/5 of sin(theta) = 3/5, or None."""
    if not (isinstance(node, Apply) and node.head == "eq" and isinstance(node.args[0], Apply)):
        return None
    left, right = node.args[0], node.args[1]
    plain = left.head in _ANGULAR and isinstance(left.args[0], Sym) and not symbols(right)
    return right if plain else None


def _holds_together(node: Node, options: Options) -> bool:
    """Say whether the constant members of a chain such as x = 4+6 = 10 are equal."""
    if not (isinstance(node, Apply) and node.head in {"chain", "eq"}):
        return True
    for link in node.args if node.head == "chain" else (node,):
        constant = isinstance(link, Apply) and link.head == "eq" and not symbols(link) and not _worded(link)
        if not constant or not isinstance(link, Apply):
            continue
        left, right = link.args
        if _scalars(left, right, options).judgement is Judgement.DIFFERENT:
            return False
    return True


def _worded(node: Node) -> bool:
    return any(isinstance(part, Words) for part in walk(node))


def _determines(node: Node, value: Node) -> bool:
    """Say whether an equation only states a value: 2+3=5, x+y=8; not 2x=8."""
    if isinstance(node, Apply) and node.head == "eq" and value == node:
        names = symbols(node.args[0])
        return not symbols(node.args[1]) and (len(names) > 1 or not names)
    return True


def _last(node: Node) -> Node:
    return node.args[1] if isinstance(node, Apply) and node.head == "eq" else node


def _scalars(gold: Node, answer: Node, options: Options) -> Result:
    """Compare two plain values, units and free constants included."""
    for node in (gold, answer):
        if heads(node) & (_CONTAINERS | _RELATIONAL) and not heads(node) & {"cases", "det", "lim"}:
            return different("shape", kind="another kind of answer")
    if INFINITY in (gold, answer) and not (symbols(gold) | symbols(answer)):
        return different("infinity") if _finite(gold) != _finite(answer) else equal(gold, answer)
    try:
        result = measures.equal_quantities(gold, answer, options.tolerance, known=options.units_known)
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
    result = equal(gold, answer, tolerance=options.tolerance)
    if result.judgement is Judgement.DIFFERENT and symbols(gold) != symbols(answer):
        return equations.equal_up_to_constants(lowered(gold), lowered(answer)) or result
    return result


def _listed(rule: Callable[[Node, Node, listing.Comparer], Result | None]) -> Rule:
    """Make a rule of one that compares items with the whole comparison again."""
    return lambda gold, answer, options: rule(gold, answer, partial(compare, options=options))


_RULES: tuple[Rule, ...] = (
    _bases,
    _families,
    _listed(listing.assignments),
    _regions,
    _roots,
    _listed(listing.solutions),
    _vectors,
    _matrices,
    _listed(listing.tuples),
    _listed(listing.ratios),
    _equations,
    _values,
)

__all__ = ["Options", "Sym", "compare"]
