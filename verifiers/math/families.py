"""Families indexed by integers: congruence classes and arithmetic progressions such as pi/4 + k pi.

A family is a set of (offset, period). Two unions of families are equal where, modulo the common period, they
have the same residues. Families that are not linear in their index are compared as expressions in the index.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from verisieve.verifiers.math import probe, shapes
from verisieve.verifiers.math.exact import maybe_rational
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import (
    INEQUALITIES,
    NUMBER_SETS,
    Apply,
    MathsError,
    Node,
    Num,
    Sym,
    Unit,
    apply,
    heads,
    number,
    substitute,
    symbols,
    walk,
)
from verisieve.verifiers.math.probe import Point
from verisieve.verifiers.math.scalars import Judgement, Result, different, equal, same, undecided
from verisieve.verifiers.math.settling import CLOSE_BITS, settle

_INDICES = ("k", "n", "m", "t", "l", "j", "p", "q", "r", "s")
_MAX_RESIDUES = 720
_INTEGERS, _NATURALS = Sym("ZZ"), Sym("NN")
_CONDITIONS = INEQUALITIES | {"eq", "chain", "in", "cong"}
_MAX_TOLD, _BEYOND = 300, 12  # constants of conditions that are tried out, and how far beyond them
_MINUS_ONE = (number(-1), apply("neg", number(1)))


class Progression(NamedTuple):
    """All offset + k * period with integer k; `name` is the variable that takes these values."""

    offset: Node
    period: Node
    name: str = ""


class NoFamilyError(MathsError):  # reads as a verdict
    """The tree is no union of progressions."""


def applies(node: Node) -> bool:
    """Say whether a tree can only be a family: a congruence, or an index that runs over the integers."""
    if "cases" in heads(node):
        return False
    if "cong" in heads(node):
        return True
    if isinstance(node, Apply) and "gcd" in heads(node) and _periodic(node) is not None:
        return True
    quantified = "in" in heads(node)  # few trees are walked
    return quantified and any(
        isinstance(p, Apply) and p.head == "in" and p.args[1] in {_INTEGERS, Sym("NN")} for p in walk(node)
    )


def turns(node: Node) -> bool:
    """Say whether a tree is a family by its looks: x = pi/6 + 2k pi, without a word on k."""
    if isinstance(node, Apply) and node.head in {"or", "list"}:
        return all(turns(arg) for arg in node.args)
    name, value = shapes.named(node)
    plain = name is None or (isinstance(name, Sym) and name.name in {"x", "t", "theta", "alpha", "phi"})
    free = symbols(value)
    if not plain or len(free) != 1 or free.isdisjoint({"k", "n", "m"}) or heads(value) & {"sin", "cos"}:
        return False
    return any(part in {Sym("pi"), Unit("deg")} for part in walk(value))


def equal_families(gold: Node, answer: Node) -> Result:
    """Compare two families; at least one of the two `applies`."""
    gold, answer = _residue_class(gold), _residue_class(answer)
    try:
        expected, got = progressions(lowered(gold)), progressions(lowered(answer))
    except NoFamilyError:
        return _as_expressions(gold, answer)
    names = {item.name for item in expected if item.name}, {item.name for item in got if item.name}
    if names[0] and names[1] and names[0] != names[1]:
        return different("family", kind="another variable")
    try:
        return _by_residues(expected, got)
    except MathsError as error:
        return undecided("family", unsupported=str(error))


def _residue_class(node: Node) -> Node:
    """Read `4 mod 9` beside a congruence as the class of 4."""
    return apply("cong", Sym(""), *node.args) if isinstance(node, Apply) and node.head == "mod" else node


class _Classes(NamedTuple):
    """The whole numbers of some residues, and the variable that takes them."""

    name: str
    modulus: int
    residues: frozenset[int]

    def holds(self, number: int) -> bool:
        """Say whether a number is one of them."""
        return number % self.modulus in self.residues


def _periodic(node: Node) -> _Classes | None:
    """Return the whole numbers that gcd(n, 6) = 1, a congruence, or several of these at once leave; else None."""
    if not isinstance(node, Apply):
        return None
    if node.head not in {"and", "setof"}:
        return _by_one(node)
    first = node.args[0]
    own = apply("in", first, _INTEGERS) if node.head == "setof" and isinstance(first, Sym) else first
    found = _periodic(own)
    for arg in node.args[1:]:
        part = _periodic(arg)
        if found is None or part is None or found.name != part.name:
            return None
        common = math.lcm(found.modulus, part.modulus)
        if common > _MAX_RESIDUES:
            return None
        both = frozenset(k for k in range(common) if found.holds(k) and part.holds(k))
        found = _Classes(found.name, common, both)
    return found


def _by_one(node: Apply) -> _Classes | None:
    """Return the classes of one condition."""
    name = node.args[0]
    if node.head == "in" and isinstance(name, Sym) and node.args[1] == _INTEGERS:
        return _Classes(name.name, 1, frozenset({0}))
    if node.head == "eq" and isinstance(name, Apply) and name.head == "gcd" and len(name.args) == 2:
        variable, other = sorted(name.args, key=lambda arg: not isinstance(arg, Sym))
        most, wanted = _whole(other), _whole(node.args[1])
        if isinstance(variable, Sym) and most and wanted and most <= _MAX_RESIDUES:
            return _Classes(variable.name, most, frozenset(k for k in range(most) if math.gcd(k, most) == wanted))
    if node.head == "cong" and isinstance(name, Sym) and len(shapes.signed(node)) == 1:
        residue, most = _whole(node.args[1]), _whole(node.args[2])
        if residue is not None and most and 0 < most <= _MAX_RESIDUES:
            return _Classes(name.name, most, frozenset({residue % most}))
    return None


def _whole(node: Node) -> int | None:
    value = maybe_rational(node)
    return int(value) if value is not None and value.denominator == 1 else None


def progressions(node: Node) -> list[Progression]:
    """Return a tree as a union of progressions; raise NoFamilyError."""
    classes = _periodic(node) if isinstance(node, Apply) and node.head in {"and", "setof", "eq"} else None
    if classes is not None and not classes.residues:
        raise NoFamilyError("no number is of all these classes")
    if classes is not None:
        name = "" if isinstance(node, Apply) and node.head == "setof" else classes.name
        return [Progression(number(k), number(classes.modulus), name) for k in sorted(classes.residues)]
    if isinstance(node, Apply) and node.head in {"or", "list", "and", "set", "union"}:
        return [item for arg in node.args for item in progressions(arg)]
    if isinstance(node, Apply) and node.head == "cong" and len(shapes.signed(node)) > 1:
        return [item for part in shapes.signed(node) for item in progressions(part)]
    if isinstance(node, Apply) and node.head == "cong":
        name, residue = _isolated(node.args[0], node.args[1])
        if symbols(residue) or symbols(node.args[2]):
            raise NoFamilyError("no variable alone")
        return [Progression(residue, node.args[2], name)]
    if isinstance(node, Apply) and node.head == "in" and isinstance(node.args[0], Sym):  # n in {4t+1 : t in Z}
        members = progressions(node.args[1]) if node.args[1] != _INTEGERS else []
        if not members or any(item.name for item in members):
            raise NoFamilyError("no set of classes")
        return [item._replace(name=node.args[0].name) for item in members]
    if isinstance(node, Apply) and node.head == "setof":
        index = _index(node.args[1:])
        return [item for body in _bodies(node.args[0]) for item in _linear(body, index)]
    found = []
    for body in _bodies(node):
        free = symbols(shapes.named(body)[1])
        if len(free) != 1 or not free & set(_INDICES):
            raise NoFamilyError("no index")
        found.extend(_linear(body, next(iter(free))))
    return found


def _isolated(left: Node, right: Node) -> tuple[str, Node]:
    """Bring the numbers beside a variable to the other side: x - 7 = 0 is x = 0 + 7."""
    if isinstance(left, Sym):
        return left.name, right
    names = [part for part in left.args if isinstance(part, Sym)] if isinstance(left, Apply) else []
    if isinstance(left, Apply) and left.head == "add" and len(names) == 1:
        rest = [part for part in left.args if part != names[0]]
        if len(rest) == len(left.args) - 1:
            return names[0].name, apply("add", right, *(apply("neg", part) for part in rest))
    raise NoFamilyError("no variable alone")


def _index(conditions: tuple[Node, ...]) -> str:
    for condition in conditions:
        if not (isinstance(condition, Apply) and condition.head == "in" and condition.args[1] == _INTEGERS):
            continue
        if isinstance(condition.args[0], Sym) and len(conditions) == 1:
            return condition.args[0].name
    raise NoFamilyError("an index that does not run over the integers")


def _bodies(node: Node) -> list[Node]:
    if isinstance(node, Apply) and node.head in {"or", "list", "and"}:
        name = shapes.named(node.args[0])[0]
        parts = [body for arg in node.args for body in _bodies(arg)]
        return [part if shapes.named(part)[0] or name is None else apply("eq", name, part) for part in parts]
    return shapes.signed(node)


def _linear(body: Node, index: str) -> list[Progression]:
    name, value = shapes.named(body)
    alternating = _alternating(value, index)
    if alternating:
        named = [apply("eq", name, part) if name is not None else part for part in alternating]
        return [item for part in named for item in _linear(part, index)]
    at = [substitute(value, {Sym(index): number(k)}) for k in range(3)]
    step = apply("add", at[1], apply("neg", at[0]))
    again = apply("add", at[2], apply("neg", at[1]))
    if symbols(at[0]) or equal(step, again).judgement is not Judgement.SAME:
        raise NoFamilyError("not linear in its index")
    return [Progression(at[0], step, name.name if isinstance(name, Sym) else "")]


def _alternating(value: Node, index: str) -> list[Node]:
    """Return (-1)^k pi/6 + k pi for even and for odd k; nothing for a value without such a power."""
    powers = {
        part
        for part in walk(value)
        if isinstance(part, Apply) and part.head == "pow" and part.args[1] == Sym(index) and part.args[0] in _MINUS_ONE
    }
    found = []
    for odd in (0, 1) if powers else ():
        settled = substitute(value, {part: number(-1 if odd else 1) for part in powers})
        double = apply("mul", number(2), Sym(index))
        found.append(substitute(settled, {Sym(index): apply("add", double, number(odd))}))
    return found


def _number(node: Node) -> Any:
    return settle(node, Point({})).value


def _by_residues(gold: list[Progression], answer: list[Progression]) -> Result:
    unit = gold[0].period
    ratios = [_ratio(item.period, unit) for item in gold + answer]
    if None in ratios:
        return different("family", kind="periods without a common multiple")
    scales = [abs(ratio) for ratio in ratios if ratio is not None]
    if 0 in scales:
        raise NoFamilyError("a period of zero")
    common = Fraction(math.lcm(*(s.numerator for s in scales)), math.gcd(*(s.denominator for s in scales)))
    base = _number(unit) * common.numerator / common.denominator
    expected = _residues(gold, scales[: len(gold)], common, base)
    got = _residues(answer, scales[len(gold) :], common, base)
    for one, other, side in ((expected, got, "gold"), (got, expected, "answer")):
        for residue in one:
            if not any(_near(residue, item) for item in other):
                shown = probe.context(probe.BASE_BITS).nstr(residue * base, 12)
                return different("family", only_in=side, member=shown)
    return same("family")


def _ratio(period: Node, unit: Node) -> Fraction | None:
    exact = maybe_rational(apply("div", period, unit))
    if exact is not None:
        return exact
    value = _number(period) / _number(unit)
    ctx = probe.context(probe.BASE_BITS)
    near = Fraction(str(ctx.nstr(value, 30))).limit_denominator(360)
    return near if abs(value - ctx.mpf(near.numerator) / near.denominator) < ctx.mpf(2) ** -CLOSE_BITS else None


def _residues(items: list[Progression], scales: list[Fraction], common: Fraction, base: Any) -> list[Any]:
    found: list[Any] = []
    for item, scale in zip(items, scales, strict=True):
        copies = int(common / scale)
        if copies > _MAX_RESIDUES:
            raise NoFamilyError("too many residues")
        offset, period = _number(item.offset), _number(item.period)
        ctx = probe.context(probe.BASE_BITS)
        for copy in range(copies):
            value = (offset + copy * period) / base
            found.append(value - ctx.floor(value))
    return found


def _near(left: Any, right: Any) -> bool:
    gap = abs(left - right)
    limit = probe.context(probe.BASE_BITS).mpf(2) ** -CLOSE_BITS
    return bool(gap < limit or 1 - gap < limit)


def _as_expressions(gold: Node, answer: Node) -> Result:
    """Compare families that are not linear: as expressions in the index, or its negative, over the same range."""
    if _tells(gold) and _tells(answer) and (alike := _alike(_parts(gold), _parts(answer))) is not None:
        return same("family") if alike else different("family", kind="other whole numbers")
    left, right = _body(gold), _body(answer)
    if left is None or right is None:
        return different("family", kind="no family")
    (expected, names), (got, others) = left, right
    if len(names) != len(others):
        return different("family", kind="another number of indices")
    if not _same_range(gold, answer, dict(zip(others, names, strict=True))):
        return different("family", kind="an index with another range")
    renamed = substitute(got, dict(zip(map(Sym, others), map(Sym, names), strict=True)))
    result = equal(expected, renamed)
    if result.judgement is Judgement.DIFFERENT and len(names) == 1:
        mirrored = substitute(renamed, {Sym(names[0]): apply("neg", Sym(names[0]))})
        return equal(expected, mirrored) if equal(expected, mirrored).judgement is Judgement.SAME else result
    return result


def _same_range(gold: Node, answer: Node, names: Mapping[str, str]) -> bool:
    """Say whether what two families say of their indices is the same; `names` are the answer's and the gold's."""
    assert isinstance(gold, Apply)
    assert isinstance(answer, Apply)
    table: dict[Node, Node] = {Sym(old): Sym(new) for old, new in names.items()}
    said = set(gold.args[1:]), {substitute(part, table) for part in answer.args[1:]}
    if said[0] == said[1]:
        return True
    alike = _alike(*said)
    if alike is not None:
        return alike
    sets = [{part for part in parts if isinstance(part, Apply) and part.head == "in"} for parts in said]
    return sets[0] == sets[1] and said[0] - sets[0] == said[1] - sets[1]


def _tells(node: Node) -> bool:
    """Say whether a tree tells whole numbers by conditions alone: n >= 3, n in Z."""
    return (
        isinstance(node, Apply)
        and node.head in {"setof", "list", "and", "in"}
        and all(isinstance(part, Apply) and part.head in _CONDITIONS for part in _parts(node))
    )


def _parts(node: Node) -> set[Node]:
    assert isinstance(node, Apply)
    return {node} if node.head == "in" else set(node.args)


def _alike(gold: Collection[Node], answer: Collection[Node]) -> bool | None:
    """Say whether two lists of conditions leave the same whole numbers; None where they are no such conditions."""
    numbers = [
        abs(part.value) for side in (gold, answer) for arg in side for part in walk(arg) if isinstance(part, Num)
    ]
    if any(number > _MAX_TOLD for number in numbers):
        return None
    most = int(max(numbers, default=0)) + _BEYOND
    sides = [_integers_of(parts, most) for parts in (gold, answer)]
    return None if sides[0] is None or sides[1] is None else bool(sides[0] & sides[1])


def _integers_of(parts: Collection[Node], most: int) -> frozenset[tuple[int, ...]] | None:
    """Return the whole numbers up to `most` that satisfy conditions on one variable, with and without a natural 0."""
    names = frozenset[str]().union(*map(symbols, parts)) - NUMBER_SETS
    kinds = {part.args[1] for part in parts if isinstance(part, Apply) and part.head == "in"}
    rest = [part for part in parts if not (isinstance(part, Apply) and part.head == "in")]
    if len(names) != 1 or not kinds or not kinds <= {_INTEGERS, _NATURALS}:
        return None
    if any(not isinstance(part, Apply) or part.head not in _CONDITIONS for part in rest):
        return None
    try:
        held = probe.whole_solutions(next(iter(names)), rest, range(-most, most + 1))
    except MathsError:
        return None
    least = (0, 1) if _NATURALS in kinds else (-most,)
    return frozenset(tuple(k for k in held if k >= low) for low in least)


def _body(node: Node) -> tuple[Node, list[str]] | None:
    if not (isinstance(node, Apply) and node.head == "setof"):
        return None
    value = shapes.named(node.args[0])[1]
    if isinstance(value, Apply) and value.head in {"list", "or", "and", "eq"}:
        return None
    return lowered(value), sorted(symbols(value))


__all__ = ["NoFamilyError", "Num", "Progression", "applies", "equal_families", "progressions"]
