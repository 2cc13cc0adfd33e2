"""Numeric values of trees at high precision, with the span of magnitudes that bounds their error.

Every intermediate value's binary magnitude widens `span`; a value is trusted to 2^(2 span + 40 - precision), and
a caller that needs more asks again with more bits. In real mode an intermediate that is not real has no value.
Contexts are per thread: mpmath's own global context is shared state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from verisieve.verifiers.math import meter
from verisieve.verifiers.math.exact import UndefinedError
from verisieve.verifiers.math.functions import RULES, TREE_RULES, UnsupportedError, Value, whole
from verisieve.verifiers.math.nodes import INTERVALS, Apply, Node, Num, Sym, Words

BASE_BITS = 200
MAX_BITS = 12_000
GUARD_BITS = 40
_MAX_KEPT = 2000
# a series each, where a sum is one addition
_COSTLY = frozenset(
    str.split(
        "sin cos tan cot sec csc sinh cosh tanh coth sech csch cis ln log logb arcsin arccos arctan arccot arcsec "
        "arccsc"
    )
)
_SETUP_STEPS = 4  # beginning an evaluation costs as much as a few nodes
_local = threading.local()


class Point(NamedTuple):
    """Where to evaluate: values by name, whether intermediates must be real, and what a bare `log` is."""

    env: Mapping[str, Fraction | complex]
    real: bool = True
    log_base: int = 0


class Probe(NamedTuple):
    """A value, the bits that its intermediates spanned, and whether one was too small to tell from rounding."""

    value: Value
    span: int
    faint: bool


def context(bits: int) -> Any:
    """Return this thread's mpmath context at a precision."""
    found = getattr(_local, "context", None)
    if found is None:
        from mpmath.ctx_mp import MPContext  # loaded on use

        found = _local.context = MPContext()
        _local.fractions = {}
    if found.prec != bits:
        found.prec = bits
    return found


def _rounded(value: Fraction, ctx: Any) -> Value:
    """Return a fraction in a context; those that come again and again are kept."""
    key = value.numerator, value.denominator, ctx.prec
    found = _local.fractions.get(key)
    if found is None:
        from mpmath.libmp import from_int, from_rational  # without the detour over mpf objects

        above, below, bits = key
        raw = from_int(above, bits, "n") if below == 1 else from_rational(above, below, bits, "n")
        if len(_local.fractions) > _MAX_KEPT:
            _local.fractions.clear()
        found = _local.fractions[key] = ctx.make_mpf(raw)
    return found


def evaluate(node: Node, point: Point, bits: int = BASE_BITS) -> Probe:
    """Return the value at a point; raise UndefinedError, UnsupportedError or TooLargeError."""
    meter.spend(_SETUP_STEPS)
    run = _Run(context(bits), point)
    try:
        value = run.value(node)
        return Probe(value, run.span, run.faint)
    except (ArithmeticError, TypeError, ValueError) as error:  # mpmath orders no complex numbers
        raise UndefinedError(str(error)) from None


def at(node: Node, name: str, value: Value) -> Value:
    """Return the value where one variable is a float of this thread's context."""
    meter.spend(_SETUP_STEPS)
    run = _Run(context(BASE_BITS), Point({}))
    run.bound = {name: value}
    try:
        return run.value(node)
    except (ArithmeticError, TypeError, ValueError) as error:  # mpmath orders no complex numbers
        raise UndefinedError(str(error)) from None


def satisfied(node: Node, point: Point) -> bool:
    """Say whether a relation holds at a point."""
    return holds(_Run(context(BASE_BITS), point), node)


def whole_solutions(name: str, conditions: Iterable[Node], among: Iterable[int]) -> list[int]:
    """Return the whole numbers of some that satisfy all conditions on one variable."""
    parts = tuple(conditions)
    return [k for k in among if all(satisfied(part, Point({name: Fraction(k)})) for part in parts)]


def opaque(key: str) -> Fraction:
    """Return the value that stands for a name or a word without one."""
    return Fraction(Random(f"opaque:{key}").randrange(10**9, 2 * 10**9), 10**9)  # seeded


class _Run:
    """One evaluation: the context, the point, and what was spent."""

    __slots__ = ("bound", "context", "cost", "faint", "point", "span")

    def __init__(self, ctx: Any, point: Point) -> None:
        self.context = ctx
        self.cost = 1 + ctx.prec // 1000
        self.point = point
        self.bound: dict[str, Value] = {}
        self.span = 1
        self.faint = False

    def value(self, node: Node) -> Value:
        """Evaluate one tree."""
        meter.spend(self.cost if not isinstance(node, Apply) or node.head not in _COSTLY else 6 * self.cost)
        if isinstance(node, Num):
            return self._seen(self.fraction(node.value))
        if isinstance(node, Sym):
            return self._symbol(node.name)
        if not isinstance(node, Apply):
            return self._opaque(node.text if isinstance(node, Words) else node.name)
        special = _SPECIAL.get(node.head) or TREE_RULES.get(node.head)
        if special:
            return self._seen(special(self, node))
        rule = RULES.get(node.head)
        if rule is None:
            raise UnsupportedError(node.head)
        return self._seen(rule(self, *[self.value(arg) for arg in node.args]))

    def fraction(self, value: Fraction) -> Value:
        """Return a rational number in this context."""
        return _rounded(value, self.context)

    def _seen(self, value: Value) -> Value:
        if isinstance(value, self.context.mpc):
            if self.point.real and value.imag != 0:
                raise UndefinedError("not real")
            if value.imag == 0:
                value = value.real
        if isinstance(value, self.context.mpc):
            if not self.context.isfinite(value):
                raise UndefinedError("not a number")
            magnitude = int(self.context.mag(value))
        else:
            _, mantissa, exponent, size = value._mpf_
            if not mantissa:
                if exponent and not self.context.isinf(value):
                    raise UndefinedError("not a number")
                return value  # zero or an infinity
            magnitude = exponent + size
        if magnitude < -self.context.prec // 2:
            self.faint = True
        else:
            self.span = max(self.span, abs(magnitude))
        return value

    def _symbol(self, name: str) -> Value:
        if name in self.bound:
            return self.bound[name]
        if name in self.point.env:
            given = self.point.env[name]
            return self.context.mpc(given) if isinstance(given, complex) else self.fraction(given)
        if name == "pi":
            return +self.context.pi
        if name == "e":
            return +self.context.e
        if name == "oo":
            return self.context.inf
        if name == "i":
            if self.point.real:
                raise UndefinedError("not real")
            return self.context.mpc(0, 1)
        return self._opaque(name)

    def _opaque(self, key: str) -> Value:
        return self.fraction(opaque(key))


def _series(run: _Run, node: Apply) -> Value:
    name, low, high, body = node.args
    assert isinstance(name, Sym)
    ends = run.value(low), run.value(high)
    if any(run.context.isinf(end) for end in ends):
        raise UnsupportedError("an infinite series")
    first, last = (whole(run, end) for end in ends)
    total = run.context.mpf(0 if node.head == "sum" else 1)
    outer = run.bound
    for index in range(first, last + 1):
        meter.spend()
        run.bound = {**outer, name.name: run.context.mpf(index)}
        inner = run.value(body)
        total = total + inner if node.head == "sum" else total * inner
    run.bound = outer
    return total


def _cases(run: _Run, node: Apply) -> Value:
    found: list[Value] = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        otherwise = isinstance(condition, Apply) and condition.head == "otherwise"
        if not (otherwise and found) and holds(run, condition):
            found.append(run.value(value))
    if not found:
        raise UndefinedError("no case holds")
    if any(run.context.mag(value - found[0]) > -run.context.prec // 2 for value in found[1:] if value != found[0]):
        raise UndefinedError("cases that contradict each other")
    return found[0]


def holds(run: _Run, node: Node) -> bool:
    """Say whether a relation holds at the point."""
    if not isinstance(node, Apply):
        raise UnsupportedError("no relation")
    if node.head == "otherwise":
        return True
    if node.head in {"and", "chain"}:
        return all(holds(run, arg) for arg in node.args)
    if node.head == "or":
        return any(holds(run, arg) for arg in node.args)
    if node.head == "cong":
        return (whole(run, run.value(node.args[0])) - whole(run, run.value(node.args[1]))) % _modulus(run, node) == 0
    if node.head == "in" and isinstance(node.args[1], Apply) and node.args[1].head in INTERVALS:
        return _inside(run, node.args[0], node.args[1])
    if node.head == "in" and node.args[1] == Sym("ZZ"):
        value = run.value(node.args[0])
        gap = value - run.context.nint(value)
        return not gap or bool(run.context.mag(gap) < -run.context.prec // 2)
    rule = COMPARE.get(node.head)
    if rule is None:
        raise UnsupportedError(node.head)
    difference = run.value(node.args[0]) - run.value(node.args[1])
    if isinstance(difference, run.context.mpc):
        raise UndefinedError("an order of complex numbers")
    tiny = difference == 0 or run.context.mag(difference) < -run.context.prec // 2
    return rule(0 if tiny else (1 if difference > 0 else -1))


def _modulus(run: _Run, node: Apply) -> int:
    modulus = whole(run, run.value(node.args[2]))
    if not modulus:
        raise UndefinedError("a modulus of zero")
    return modulus


def _inside(run: _Run, node: Node, interval: Apply) -> bool:
    low = "ge" if interval.head[2] == "[" else "gt"
    high = "le" if interval.head[3] == "]" else "lt"
    return holds(run, Apply(low, (node, interval.args[0]))) and holds(run, Apply(high, (node, interval.args[1])))


COMPARE: dict[str, Callable[[int], bool]] = {
    "lt": lambda sign: sign < 0,
    "le": lambda sign: sign <= 0,
    "gt": lambda sign: sign > 0,
    "ge": lambda sign: sign >= 0,
    "eq": lambda sign: sign == 0,
    "ne": lambda sign: sign != 0,
}


_SPECIAL: dict[str, Callable[[_Run, Apply], Value]] = {"sum": _series, "prod": _series, "cases": _cases}
