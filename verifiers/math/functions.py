"""The numeric rule of every head: what sin, a root, a binomial or a determinant is at a point.

A rule takes the run that evaluates (its context, its mode, its budget) and values; some take the tree itself.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from random import Random
from typing import Any, Protocol

from verisieve.verifiers.math import exact
from verisieve.verifiers.math.exact import InexactError, UndefinedError
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Num, Sym, TooLargeError

Value = Any  # an mpf or mpc of the thread's context


class Run(Protocol):
    """What a rule needs of the evaluation it is part of."""

    context: Any
    point: Any

    def value(self, node: Node) -> Value: ...

    def fraction(self, value: Fraction) -> Value: ...


_MAX_EXPONENT_BITS = 24


class UnsupportedError(MathsError):  # reads as a verdict
    """A head that has no numeric rule here: an integral, a limit, an infinite sum."""


def _power(run: Run, node: Apply) -> Value:
    base = run.value(node.args[0])
    exponent = run.value(node.args[1])
    ctx = run.context
    ordinary = exponent and ctx.isfinite(exponent) and base and ctx.isfinite(base) and abs(base) != 1
    if ordinary and ctx.mag(exponent) + (abs(ctx.mag(base)) + 1).bit_length() > _MAX_EXPONENT_BITS:
        raise TooLargeError("a power")
    if run.point.real and not isinstance(base, ctx.mpc) and base < 0 and not ctx.isint(exponent):
        return _negative_base(run, node, base)
    if not base and not exponent > 0:
        raise UndefinedError("zero to that power")
    return ctx.power(base, exponent)


def _negative_base(run: Run, node: Apply, base: Value) -> Value:
    """Take the real root of odd order, as school mathematics does."""
    try:
        exponent = exact.rational(node.args[1])
    except InexactError:
        raise UndefinedError("a negative base") from None
    if exponent.denominator % 2 == 0:
        raise UndefinedError("an even root of a negative")
    sign = -1 if exponent.numerator % 2 else 1
    return sign * run.context.power(-base, run.fraction(exponent))


def _root(run: Run, radicand: Value, index: Value) -> Value:
    if run.point.real and radicand < 0 and run.context.isint(index) and int(index) % 2:
        return -run.context.power(-radicand, 1 / index)
    return run.context.power(radicand, 1 / index)


def whole(run: Run, value: Value) -> int:
    """Return an integer value; raise UndefinedError for any other."""
    if isinstance(value, run.context.mpc) or not run.context.isint(value):
        raise UndefinedError("no integer")
    if abs(value) > 1 << 64:
        raise TooLargeError("an integer argument")
    return int(value)


def _exactly(head: str) -> Callable[..., Value]:
    def rule(run: Run, *args: Value) -> Value:
        nodes = tuple(Num(Fraction(whole(run, arg))) for arg in args)
        return run.fraction(exact.rational(Apply(head, nodes)))

    return rule


def _log(run: Run, value: Value) -> Value:
    if not value:
        raise UndefinedError("logarithm of zero")
    return run.context.log(value)


def _bare_log(run: Run, value: Value) -> Value:
    return _log(run, value) / run.context.log(run.point.log_base) if run.point.log_base else _log(run, value)


def _determinant(run: Run, node: Apply) -> Value:
    matrix = node.args[0]
    if not (isinstance(matrix, Apply) and matrix.head == "matrix"):
        raise UnsupportedError("det")
    rows = [[run.value(cell) for cell in row.args] for row in matrix.args if isinstance(row, Apply)]
    if len(rows) != len(rows[0]) or len(rows) > 6:  # enough for answers
        raise UndefinedError("no square matrix")
    return _laplace(run, rows)


def _laplace(run: Run, rows: list[list[Value]]) -> Value:
    if len(rows) == 1:
        return rows[0][0]
    minors = [[row[:column] + row[column + 1 :] for row in rows[1:]] for column in range(len(rows))]
    terms = [(-1) ** column * rows[0][column] * _laplace(run, minor) for column, minor in enumerate(minors)]
    return sum(terms, run.context.mpf(0))


def _call(run: Run, node: Apply) -> Value:
    """Give an unknown function a value that depends on nothing but its name and arguments."""
    name, *args = node.args
    shown = ",".join(run.context.nstr(run.value(arg), 20) for arg in args)
    key = f"{name.name if isinstance(name, Sym) else name}({shown})"
    return run.fraction(Fraction(Random(f"opaque:{key}").randrange(10**9, 2 * 10**9), 10**9))  # seeded


def _circular(name: str) -> Callable[..., Value]:
    def rule(run: Run, value: Value) -> Value:
        if value and run.context.mag(value) > 1000:  # argument reduction would need that many bits
            raise TooLargeError("an angle")
        return getattr(run.context, name)(value)

    return rule


def _limited(name: str) -> Callable[..., Value]:
    def rule(run: Run, value: Value) -> Value:
        if value and run.context.mag(value) > 20:  # e^(2^20) is past any answer
            raise TooLargeError("an exponent")
        return getattr(run.context, name)(value)

    return rule


def _plain(name: str) -> Callable[..., Value]:
    return lambda run, value: getattr(run.context, name)(value)


def _quotient(run: Run, above: Value, below: Value) -> Value:
    if not below:
        raise UndefinedError("division by zero")
    if run.context.isinf(below):
        raise UndefinedError("division by infinity")
    return above / below


def _sum(run: Run, *args: Value) -> Value:
    return sum(args[1:], args[0]) if args else run.context.mpf(0)


def _product(run: Run, *args: Value) -> Value:
    return prod(args[1:], start=args[0]) if args else run.context.mpf(1)


def _modulo(run: Run, node: Apply) -> Value:
    try:
        return run.fraction(exact.rational(node))
    except InexactError:
        value, modulus = (run.value(arg) for arg in node.args)
        return run.fraction(Fraction(whole(run, value) % whole(run, modulus)))


RULES: dict[str, Callable[..., Value]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda run, value: -value,
    "div": _quotient,
    "sqrt": _plain("sqrt"),
    "root": _root,
    "ln": _log,
    "log": _bare_log,
    "logb": lambda run, value, base: _log(run, value) / _log(run, base),
    "percent": lambda run, value: value / 100,
    "based": lambda run, value, base: value,
    "abs": lambda run, value: abs(value),
    "floor": _plain("floor"),
    "ceil": _plain("ceil"),
    "sign": _plain("sign"),
    "conj": _plain("conj"),
    "re": _plain("re"),
    "im": _plain("im"),
    "arg": _plain("arg"),
    "min": lambda run, *args: min(args),
    "max": lambda run, *args: max(args),
    **{name: _circular(name) for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    "cis": lambda run, value: run.context.expj(value),
    **{name: _limited(name) for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    **{f"arc{name}": _plain(f"a{name}") for name in ("sin", "cos", "tan", "sec", "csc")},
    "arccot": lambda run, value: run.context.pi / 2 - run.context.atan(value),
    **{f"ar{name}": _plain(f"a{name}") for name in ("sinh", "cosh", "tanh")},
    **{head: _exactly(head) for head in ("fact", "fact2", "binom", "gcd", "lcm")},
}
TREE_RULES: dict[str, Callable[[Run, Apply], Value]] = {
    "pow": _power,
    "det": _determinant,
    "call": _call,
    "mod": _modulo,
}
