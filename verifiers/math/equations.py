"""Equations as curves: equal where one is a constant multiple of the other, or each solves the other.

Also functions by name, and antiderivatives with their free constant.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from random import Random
from typing import Any

from verisieve.verifiers.math import exact, poly, probe
from verisieve.verifiers.math.exact import InexactError, UndefinedError
from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import (
    Apply,
    MathsError,
    Node,
    Sym,
    TooLargeError,
    apply,
    flat,
    heads,
    number,
    substitute,
    symbols,
)
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.scalars import Judgement, Result, different, equal, same, undecided
from verisieve.verifiers.math.settling import CLOSE_BITS, points, settle
from verisieve.verifiers.math.shapes import renamed

_CONSTANTS = ("C", "K", "c", "k", "D", "C_1", "C_2", "c_1", "c_2", "A", "B", "const", "C_0", "C'")

_ARBITRARY = frozenset({"C", "K", "C_1", "C_2", "c_1", "c_2", "C_0", "C_3", "c_3", "c_0"})
_MAX_SPANNED = 3
_RANK_BITS = 60

_INDICES = frozenset("nkmij")


def equal_equations(gold: Apply, answer: Apply) -> Result:
    """Compare two equations between expressions."""
    left, right = (_unrooted(lowered(node)) for node in (gold, answer))
    assert isinstance(left, Apply)
    assert isinstance(right, Apply)
    if symbols(left) != symbols(right):
        return different("equation", kind="other variables")
    sides = [apply("add", node.args[0], apply("neg", node.args[1])) for node in (left, right)]
    if _proportional(*sides):
        return same("equation")
    solved = [_isolated(node) for node in (left, right)]
    verdicts = []
    for (name, value), other in ((solved[0], sides[1]), (solved[1], sides[0])):
        if name is not None and value is not None:
            verdicts.append(_solves(name, value, other))
    if any(verdict.judgement is Judgement.DIFFERENT for verdict in verdicts):
        return next(verdict for verdict in verdicts if verdict.judgement is Judgement.DIFFERENT)
    if len(verdicts) == 2 and all(verdict.judgement is Judgement.SAME for verdict in verdicts):  # both ways
        return same("equation")
    for (name, value), other in ((solved[0], sides[1]), (solved[1], sides[0])):
        if len(verdicts) == 1 and name is not None and value is not None and (missed := _missed(name, value, other)):
            return missed
    return _polynomial(left, right)


def told(equation: Apply, head: str) -> tuple[Node, Fraction] | None:
    """Return u and c of an equation head(u) = c, where c is no negative number; None for any other."""
    for side, value in (equation.args, equation.args[::-1]):
        if isinstance(side, Apply) and side.head == head:
            known = exact.maybe_rational(value)
            if known is not None and known >= 0:
                return side.args[0], known
    return None


def _unrooted(node: Node) -> Node:
    """Return sqrt(u) = c as u = c^2."""
    found = told(node, "sqrt") if isinstance(node, Apply) and node.head == "eq" else None
    return apply("eq", found[0], number(found[1] ** 2)) if found else node


def _missed(name: str, value: Node, other: Node) -> Result | None:
    """Look for a point of a curve that is not on the graph name = value: the lower half of a circle."""
    for point in points(symbols(value) - {name}):
        table: dict[Node, Node] = {Sym(key): number(put) for key, put in point.env.items() if isinstance(put, Fraction)}
        try:
            found = poly.real_roots(poly.ratio_of(lowered(substitute(other, table)), name).above)
            at = settle(value, point).value if found else None
        except MathsError:
            continue
        ctx = probe.context(probe.BASE_BITS)
        for root in found:
            if at is None or abs(root - at) > max(1, abs(root)) * ctx.mpf(2) ** -_RANK_BITS:
                shown = {key: str(put) for key, put in point.env.items()} | {name: ctx.nstr(root, 15)}
                return different("equation", at=shown, note="on the one curve, not on the other")
    return None


def branches(gold: Node, answer: Node) -> Result | None:
    r"""Compare y = \pm\sqrt{x} with y^2 = x: both branches of a curve with its equation; None for anything else."""
    sides = [_unsigned(node) for node in (gold, answer)]
    if (sides[0] is None) == (sides[1] is None):
        return None
    whole, curve = (sides[0], answer) if sides[0] is not None else (sides[1], gold)
    plain = isinstance(curve, Apply) and curve.head == "eq" and heads(curve).isdisjoint({"pm", "mp", "tuple"})
    if not plain or whole is None or not isinstance(curve, Apply) or len(symbols(curve)) < 2:
        return None
    return equal_equations(curve, whole)


def _unsigned(node: Node) -> Apply | None:
    r"""Return (y - a)^2 = b^2 for y = a \pm b, and the product of both for one equation or another."""
    if isinstance(node, Apply) and node.head == "or" and len(symbols(node)) > 1:
        if not all(isinstance(arg, Apply) and arg.head == "eq" and not heads(arg) & {"pm", "mp"} for arg in node.args):
            return None
        sides = [apply("add", arg.args[0], apply("neg", arg.args[1])) for arg in node.args if isinstance(arg, Apply)]
        return apply("eq", apply("mul", *sides), number(0))
    if not (isinstance(node, Apply) and node.head == "eq"):
        return None
    name, value = node.args
    if (
        not isinstance(name, Sym)
        or not (isinstance(value, Apply) and value.head == "pm")
        or name.name in symbols(value)
    ):
        return None
    *centre, half = value.args
    if any(heads(part) & {"pm", "mp"} for part in value.args):
        return None
    return apply(
        "eq",
        apply("pow", apply("add", name, *(apply("neg", part) for part in centre)), number(2)),
        apply("pow", half, number(2)),
    )


def _proportional(left: Node, right: Node) -> bool:
    """Say whether the quotient of both sides is one constant at many points."""
    names = symbols(left) | symbols(right)
    exactly = exact.proportional(left, right, names)
    if exactly is not None:
        return exactly
    ratios: list[Any] = []
    for point in points(names):
        try:
            values = [settle(side, point) for side in (left, right)]
        except UndefinedError:
            continue
        except (TooLargeError, UnsupportedError):
            return False
        ctx = probe.context(probe.BASE_BITS)
        if not all(side.value and ctx.isfinite(side.value) for side in values):
            return False
        ratios.append(values[0].value / values[1].value)
        if len(ratios) > 1 and abs(ratios[-1] / ratios[0] - 1) > 2.0**-CLOSE_BITS:
            return False
    return len(ratios) > 1


def _isolated(node: Apply) -> tuple[str | None, Node | None]:
    """Return a variable that an equation can be solved for, and its value: it stands alone, or is linear."""
    for this, that in (node.args, node.args[::-1]):
        if isinstance(this, Sym) and this.name in symbols(this) and this.name not in symbols(that):
            return this.name, that
    side = apply("add", node.args[0], apply("neg", node.args[1]))
    for name in sorted(symbols(side)):
        at = [substitute(side, {Sym(name): number(value)}) for value in range(3)]
        slope = apply("add", at[1], apply("neg", at[0]))
        again = apply("add", at[2], apply("neg", at[1]))
        if equal(slope, again).judgement is Judgement.SAME and equal(slope, number(0)).judgement is Judgement.DIFFERENT:
            return name, apply("neg", apply("div", at[0], slope))
    return None, None


def _solves(name: str, value: Node, other: Node) -> Result:
    """Say whether every point of the graph name = value lies on the other curve."""
    inserted = substitute(other, {Sym(name): value})
    if exact.vanishes(inserted):
        return same("equation")
    for point in points(symbols(inserted)) if symbols(inserted) else [Point({})]:
        try:
            rest = settle(inserted, point)
            size = settle(value, point).value
        except (UndefinedError, UnsupportedError, TooLargeError):
            continue
        ctx = probe.context(probe.BASE_BITS)
        if rest.value and ctx.mag(rest.value) > rest.error + max(0, int(ctx.mag(size)) if size else 0):
            at = {key: str(put) for key, put in point.env.items()} | {name: ctx.nstr(size, 15)}
            return different("equation", at=at, note="on the one curve, not on the other")
    return same("equation")


def _polynomial(left: Apply, right: Apply) -> Result:
    """Tell polynomial equations apart: their quotient is not constant, so they differ but for multiple factors."""
    try:
        sides = [apply("add", node.args[0], apply("neg", node.args[1])) for node in (left, right)]
        names = symbols(left) | symbols(right)
        env = {name: 3 + index for index, name in enumerate(sorted(names))} | {"i": exact.imaginary()}
        for side in sides:
            exact.residue(side, env, exact.PRIME)
    except (InexactError, UndefinedError, TooLargeError):
        return undecided("equation", unsupported="equations that we cannot solve")
    return different("equation", kind="not a multiple of each other")


def equal_functions(gold: Apply, answer: Apply) -> Result | None:
    """Compare f(x) = ... with f(t) = ..., or a_n with a_k: arguments may be renamed; None for anything else."""
    calls = _called(gold), _called(answer)
    if not all(isinstance(call, Apply) and call.head == "call" for call in calls):
        return None
    left, right = (call for call in calls if isinstance(call, Apply))
    if len(left.args) != len(right.args) or left.args[0] != right.args[0]:
        return different("function", kind="another function")
    if any(one != two for one, two in zip(left.args, right.args, strict=True) if not isinstance(two, Sym)):
        return different("function", kind="another argument")
    if len(set(right.args)) != len(right.args):
        return different("function", kind="an argument twice")
    capital = any(isinstance(arg, Sym) and arg.name[:1].isupper() for arg in (*left.args[1:], *right.args[1:]))
    if capital and left.args[1:] != right.args[1:]:  # the probabilities of two events
        return different("function", kind="another argument")
    pairs = zip(right.args[1:], left.args[1:], strict=True)
    table = {old.name: new.name for old, new in pairs if isinstance(old, Sym) and isinstance(new, Sym)}
    table |= {name: f"free {name}" for name in set(table.values()) - set(table)}
    return equal(gold.args[1], renamed(answer.args[1], table))


def _called(equation: Apply) -> Node:
    """Return the left side; the term a_n of a sequence is a call of a on n."""
    name, value = equation.args
    if isinstance(name, Sym) and name.name[1:2] == "_" and name.name[2:] in symbols(value) & _INDICES:
        return apply("call", Sym(name.name[0]), Sym(name.name[2:]))
    return name


def constant_of(node: Node) -> str | None:
    """Return the free constant of an antiderivative: a C that is added once and occurs nowhere else."""
    names = symbols(node)
    if len(names) < 2 or names.isdisjoint(_CONSTANTS):  # a variable and a constant
        return None
    for part in flat(node, "add"):
        if isinstance(part, Sym) and part.name in _CONSTANTS and _occurrences(node, part.name) == 1:
            return part.name
    return None


def _occurrences(node: Node, name: str) -> int:
    if isinstance(node, Apply):
        return sum(_occurrences(arg, name) for arg in node.args)
    return int(node == Sym(name))


def equal_antiderivatives(gold: Node, answer: Node, constant: str) -> Result:
    """Compare families with a free constant: their difference must not depend on the variable."""
    variables = symbols(gold) - {constant}
    free = [name for name in sorted(symbols(answer) - variables) if name in _CONSTANTS]
    if len(free) != 1 or not variables <= symbols(answer) | variables:
        return different("antiderivative", kind="no free constant" if not free else "other constants")
    rest = substitute(gold, {Sym(constant): apply("add")})
    exactly = _exact_shift(rest, answer, free[0], variables)
    if exactly is not None:
        return exactly
    shift = _shift(rest, answer, free[0], variables, Fraction(13, 10))
    if isinstance(shift, Result):
        return shift
    if Sym(free[0]) in flat(answer, "add") and _occurrences(answer, free[0]) == 1:  # what is added once moves it
        return same("antiderivative")
    again = _shift(rest, answer, free[0], variables, Fraction(27, 10))
    if isinstance(again, Result):
        return again
    return different("antiderivative", kind="no free constant") if again == shift else same("antiderivative")


def _exact_shift(rest: Node, answer: Node, free: str, variables: frozenset[str]) -> Result | None:
    """Decide for rational functions in a prime field; None for any other."""
    gaps: list[set[int]] = []
    rng = Random("verisieve.shift")  # seeded on purpose
    try:
        for value in (5, 11):
            envs = [{name: rng.randrange(2, exact.PRIME) for name in sorted(variables)} for _ in range(3)]
            envs = [{**env, free: value, "i": exact.imaginary()} for env in envs]
            residues = [[exact.residue(side, env, exact.PRIME) for side in (rest, answer)] for env in envs]
            gaps.append({(one - two) % exact.PRIME for one, two in residues})
    except MathsError:
        return None
    if any(len(gap) > 1 for gap in gaps):
        return different("antiderivative", kind="the difference is not constant")
    return same("antiderivative") if gaps[0] != gaps[1] else different("antiderivative", kind="no free constant")


def _shift(rest: Node, answer: Node, free: str, variables: frozenset[str], value: Fraction) -> Any:
    """Return the constant difference for one value of the free constant, or the Result that shows it is none."""
    seen: dict[bool, Any] = {}
    for point in points(variables):
        env = {**point.env, free: value}
        positive = all(isinstance(v, Fraction) and v > 0 for name, v in point.env.items())
        try:
            left = settle(rest, Point(env))
        except (UndefinedError, TooLargeError):
            continue
        try:
            gap = left.value - settle(answer, Point(env)).value
        except UndefinedError:
            if "abs" in heads(rest) and not positive:
                return different("antiderivative", at={k: str(v) for k, v in point.env.items()}, got="undefined")
            continue
        except TooLargeError:
            continue
        except MathsError as error:
            return undecided("antiderivative", unsupported=str(error))
        known = seen.setdefault(positive, gap)
        if abs(gap - known) > max(1, abs(known)) * 2.0**-CLOSE_BITS:
            return different("antiderivative", at={k: str(v) for k, v in point.env.items()})
    return seen.get(True, undecided("antiderivative", undefined="no point where both sides have a value"))


def arbitrary(gold: Node, answer: Node) -> bool:
    """Say whether both sides hold constants that may have any value, and the gold's are named as such."""
    free = symbols(gold) & set(_CONSTANTS), symbols(answer) & set(_CONSTANTS)
    named = free[0] <= _ARBITRARY or (free[0] == {"A", "B"} and free[0].isdisjoint(free[1]))
    return named and bool(free[0]) and len(free[0]) == len(free[1]) <= _MAX_SPANNED


def equal_spans(gold: Node, answer: Node) -> bool:
    """Say whether two sums with arbitrary factors run over the same functions: C e^x - 1 and (2A e^x - 2)/2.

    Each side is f + C_1 g_1 + ...; the g span one space, and the f differ by a part of it.
    """
    sides = [(node, sorted(symbols(node) & set(_CONSTANTS))) for node in (gold, answer)]
    variables = symbols(gold) - set(sides[0][1])
    if not variables or symbols(answer) - set(sides[1][1]) != variables:
        return False
    parts = [_affine(node, names) for node, names in sides]
    if parts[0] is None or parts[1] is None:
        return False
    (rest, *spanned), (other, *others) = parts[0], parts[1]
    columns = [*spanned, *others, apply("add", rest, apply("neg", other))]
    rows = list[list[Any]]()
    for point in points(variables):
        try:
            rows.append([settle(column, point).value for column in columns])
        except MathsError:
            continue
    if len(rows) < len(columns) + 2:
        return False
    size = len(spanned)
    return _rank(rows, size) == size == _rank([row[size : 2 * size] for row in rows], size) == _rank(rows, len(columns))


def _affine(node: Node, names: list[str]) -> list[Node] | None:
    """Return f, g_1, ... of f + C_1 g_1 + ..., or None for another dependence on the constants."""
    zero: dict[Node, Node] = {Sym(name): number(0) for name in names}
    at = substitute(node, zero)
    parts = [apply("add", substitute(node, {**zero, Sym(name): number(1)}), apply("neg", at)) for name in names]
    weights = [number(3 + 2 * k) for k in range(len(names))]
    mixed = substitute(node, dict(zip(map(Sym, names), weights, strict=True)))
    built = apply("add", at, *(apply("mul", weight, part) for weight, part in zip(weights, parts, strict=True)))
    return [at, *parts] if equal(mixed, built).judgement is Judgement.SAME else None


def _rank(rows: list[list[Any]], width: int) -> int:
    """Return the rank of the first columns, each row scaled to its largest entry."""
    ctx = probe.context(probe.BASE_BITS)
    left = [[value / max(map(abs, row)) for value in row[:width]] for row in rows if any(row)]
    rank = 0
    for column in range(width):
        pivot = max(left, key=lambda row: abs(row[column]), default=None)
        if pivot is None or abs(pivot[column]) < ctx.mpf(2) ** -_RANK_BITS:
            continue
        rank += 1
        left = [
            [a - b * row[column] / pivot[column] for a, b in zip(row, pivot, strict=True)]
            for row in left
            if row is not pivot
        ]
    return rank


def equal_up_to_constants(gold: Node, answer: Node) -> Result | None:
    """Compare expressions whose free constants may have other names; None where they have the same symbols."""
    left, right = symbols(gold) - symbols(answer), symbols(answer) - symbols(gold)
    if (
        not symbols(gold) & symbols(answer) or not left or len(left) != len(right) or len(left) > 3
    ):  # permutations stay few
        return None
    if not all(name in _CONSTANTS for name in left | right):
        return None
    for order in permutations(sorted(left)):
        result = equal(gold, renamed(answer, dict(zip(sorted(right), order, strict=True))))
        if result.judgement is Judgement.SAME:
            return result
    return None
