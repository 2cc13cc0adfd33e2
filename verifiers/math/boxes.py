"""Rules on boxes: what a sum, a root or a sine of one is. A box is a real enclosure, or two for a complex number.

A sign that an enclosure leaves open raises UnsupportedError: nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, Protocol

from verisieve.verifiers.math import meter
from verisieve.verifiers.math.exact import UndefinedError
from verisieve.verifiers.math.functions import UnsupportedError
from verisieve.verifiers.math.intervals import Field, Real
from verisieve.verifiers.math.nodes import TooLargeError
from verisieve.verifiers.math.probe import Point

_MAX_EXPONENT = 1 << 16


class Box(NamedTuple):
    """An enclosure of a number; a real one has no `imag`."""

    real: Real
    imag: Real | None = None


class Enclosing(Protocol):
    """What a rule needs of the evaluation it is part of."""

    numbers: Field
    point: Point

    def rational(self, value: Fraction | int) -> Box: ...

    def call(self, name: str, value: Real) -> Real: ...

    def ends(self, value: Real) -> tuple[Fraction, Fraction]: ...

    def sign(self, value: Real) -> int: ...


Rule = Callable[..., Box]


def add(run: Enclosing, *args: Box) -> Box:
    """Add."""
    total = run.rational(0)
    for arg in args:
        imag = arg.imag if total.imag is None else total.imag if arg.imag is None else total.imag + arg.imag
        total = Box(total.real + arg.real, imag)
    return total


def _neg(run: Enclosing, value: Box) -> Box:
    del run
    return Box(-value.real, None if value.imag is None else -value.imag)


def times(left: Box, right: Box) -> Box:
    """Multiply two."""
    if left.imag is None and right.imag is None:
        return Box(left.real * right.real)
    if left.imag is None or right.imag is None:
        scale, other = (left, right) if left.imag is None else (right, left)
        return Box(scale.real * other.real, scale.real * other.imag)
    return Box(left.real * right.real - left.imag * right.imag, left.real * right.imag + left.imag * right.real)


def mul(run: Enclosing, *args: Box) -> Box:
    """Multiply."""
    total = run.rational(1)
    for arg in args:
        total = times(total, arg)
    return total


def div(run: Enclosing, above: Box, below: Box) -> Box:
    """Divide; raise UndefinedError where the divisor is zero."""
    if below.imag is None:
        if not run.sign(below.real):
            raise UndefinedError("division by zero")
        return Box(above.real / below.real, None if above.imag is None else above.imag / below.real)
    norm = below.real * below.real + below.imag * below.imag
    return div(run, times(above, Box(below.real, -below.imag)), Box(norm))


def exp(run: Enclosing, value: Box) -> Box:
    """Exponentiate."""
    if max(map(abs, run.ends(value.real))) > 1 << 20:  # past any answer
        raise TooLargeError("an exponent")
    size = run.call("exp", value.real)
    if value.imag is None:
        return Box(size)
    return Box(size * run.call("cos", value.imag), size * run.call("sin", value.imag))


def _angle(run: Enclosing, value: Box) -> Real:
    """Enclose the argument of a number that is not zero, off the cut."""
    half = run.numbers.pi / run.numbers.rational(Fraction(2))
    if value.imag is None:
        return run.numbers.rational(Fraction(0)) if run.sign(value.real) > 0 else run.numbers.pi
    low, high = run.ends(value.imag)
    if low > 0 or high < 0:
        turned = run.call("atan", value.real / value.imag)
        return half - turned if low > 0 else -half - turned
    if run.sign(value.real) > 0:
        return run.call("atan", value.imag / value.real)
    raise UnsupportedError("an argument on the cut")


def log(run: Enclosing, value: Box) -> Box:
    """Take the logarithm; in real mode of positive numbers only."""
    if value.imag is None and run.sign(value.real) > 0:
        return Box(run.call("log", value.real))
    if run.point.real:
        raise UndefinedError("not real")
    norm = _norm(value)
    if not run.sign(norm):
        raise UndefinedError("logarithm of zero")
    two = run.numbers.rational(Fraction(2))
    return Box(run.call("log", norm) / two, _angle(run, value))


def _norm(value: Box) -> Real:
    return value.real * value.real if value.imag is None else value.real * value.real + value.imag * value.imag


def _abs(run: Enclosing, value: Box) -> Box:
    if value.imag is not None:
        return Box(run.call("sqrt", _norm(value)))
    return value if run.sign(value.real) >= 0 else _neg(run, value)


def _sqrt(run: Enclosing, value: Box) -> Box:
    if value.imag is None:
        if run.sign(value.real) >= 0:
            return Box(run.call("sqrt", value.real))
        if run.point.real:
            raise UndefinedError("not real")
        return Box(run.numbers.rational(Fraction(0)), run.call("sqrt", -value.real))
    return exp(run, div(run, log(run, value), run.rational(2)))


def whole_power(run: Enclosing, base: Box, count: int) -> Box:
    """Raise to an integer."""
    if abs(count) > _MAX_EXPONENT:
        raise TooLargeError("a power")
    total, square, left = run.rational(1), base, abs(count)
    while left:
        meter.spend(2)
        total = times(total, square) if left & 1 else total
        square, left = times(square, square) if left > 1 else square, left >> 1
    return div(run, run.rational(1), total) if count < 0 else total


def rooted(run: Enclosing, base: Box, exponent: Fraction) -> Box:
    """Raise to a fraction; in real mode a root of odd order of a negative is real."""
    if base.imag is None and run.sign(base.real) < 0 and run.point.real:
        if exponent.denominator % 2 == 0:
            raise UndefinedError("an even root of a negative")
        size = rooted(run, _neg(run, base), exponent)
        return _neg(run, size) if exponent.numerator % 2 else size
    if base.imag is None and not run.sign(base.real):
        if exponent <= 0:
            raise UndefinedError("zero to that power")
        return base
    return exp(run, times(run.rational(exponent), log(run, base)))


def _bare_log(run: Enclosing, value: Box) -> Box:
    natural = log(run, value)
    base = run.point.log_base
    return div(run, natural, log(run, run.rational(base))) if base else natural


def _circular(name: str) -> Rule:
    other = "cos" if name == "sin" else "sin"

    def rule(run: Enclosing, value: Box) -> Box:
        if max(map(abs, run.ends(value.real))) > 1 << 1000:  # argument reduction would need that many bits
            raise TooLargeError("an angle")
        if value.imag is None:
            return Box(run.call(name, value.real))
        up, down = run.call("exp", value.imag), run.call("exp", -value.imag)
        two = run.numbers.rational(Fraction(2))
        cosh, sinh = (up + down) / two, (up - down) / two
        part = run.call(other, value.real) * sinh
        return Box(run.call(name, value.real) * cosh, part if name == "sin" else -part)

    return rule


_sin, _cos = _circular("sin"), _circular("cos")


def _quotient(above: Rule, below: Rule) -> Rule:
    return lambda run, value: div(run, above(run, value), below(run, value))


def _one(run: Enclosing, value: Box) -> Box:
    del value
    return run.rational(1)


def _hyperbolic(sign: int) -> Rule:
    def rule(run: Enclosing, value: Box) -> Box:
        up, down = exp(run, value), exp(run, _neg(run, value))
        return div(run, add(run, up, down if sign > 0 else _neg(run, down)), run.rational(2))

    return rule


_sinh, _cosh = _hyperbolic(-1), _hyperbolic(1)


def _atan(run: Enclosing, value: Box) -> Box:
    if value.imag is not None:
        raise UnsupportedError("an arctangent of a complex number")
    return Box(run.call("atan", value.real))


def _asin(run: Enclosing, value: Box) -> Box:
    rest = add(run, run.rational(1), _neg(run, times(value, value)))
    if value.imag is not None or run.sign(rest.real) < 0:
        raise UnsupportedError("an arcsine outside the real ones")
    return _atan(run, div(run, value, _sqrt(run, rest)))


def _half_turn(run: Enclosing) -> Box:
    return Box(run.numbers.pi / run.numbers.rational(Fraction(2)))


def _complement(rule: Rule) -> Rule:
    return lambda run, value: add(run, _half_turn(run), _neg(run, rule(run, value)))


def _inverse(rule: Rule) -> Rule:
    return lambda run, value: rule(run, div(run, run.rational(1), value))


def _stepped(up: bool) -> Rule:
    def rule(run: Enclosing, value: Box) -> Box:
        low, high = run.ends(value.real)
        ends = {-(-end.numerator // end.denominator) if up else end.numerator // end.denominator for end in (low, high)}
        if value.imag is not None or len(ends) > 1:
            raise UnsupportedError("a step that the enclosure leaves open")
        return run.rational(ends.pop())

    return rule


def _real_part(run: Enclosing, value: Box) -> Box:
    del run
    return Box(value.real)


def _imaginary_part(run: Enclosing, value: Box) -> Box:
    return run.rational(0) if value.imag is None else Box(value.imag)


def _conj(run: Enclosing, value: Box) -> Box:
    del run
    return Box(value.real, None if value.imag is None else -value.imag)


def _chosen(sign: int) -> Rule:
    def rule(run: Enclosing, *args: Box) -> Box:
        best = args[0]
        for arg in args[1:]:
            if arg.imag is not None or best.imag is not None:
                raise UnsupportedError("an order of complex numbers")
            best = arg if run.sign(arg.real - best.real) == sign else best
        return best

    return rule


def _cis(run: Enclosing, value: Box) -> Box:
    unit = Box(run.numbers.rational(Fraction(0)), run.numbers.rational(Fraction(1)))
    return add(run, _cos(run, value), times(_sin(run, value), unit))


def _arsinh(run: Enclosing, value: Box) -> Box:
    return log(run, add(run, value, _sqrt(run, add(run, times(value, value), run.rational(1)))))


def _arcosh(run: Enclosing, value: Box) -> Box:
    if value.imag is not None or run.sign(value.real - run.numbers.rational(Fraction(1))) < 0:
        raise UnsupportedError("an inverse hyperbolic cosine outside the real ones")
    return log(run, add(run, value, _sqrt(run, add(run, times(value, value), run.rational(-1)))))


def _artanh(run: Enclosing, value: Box) -> Box:
    one = run.rational(1)
    return div(run, log(run, div(run, add(run, one, value), add(run, one, _neg(run, value)))), run.rational(2))


RULES: dict[str, Rule] = {
    "add": add,
    "neg": _neg,
    "mul": mul,
    "div": div,
    "sqrt": _sqrt,
    "abs": _abs,
    "ln": log,
    "log": _bare_log,
    "logb": lambda run, value, base: div(run, log(run, value), log(run, base)),
    "sin": _sin,
    "cos": _cos,
    "tan": _quotient(_sin, _cos),
    "cot": _quotient(_cos, _sin),
    "sec": _quotient(_one, _cos),
    "csc": _quotient(_one, _sin),
    "cis": _cis,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _quotient(_sinh, _cosh),
    "coth": _quotient(_cosh, _sinh),
    "sech": _quotient(_one, _cosh),
    "csch": _quotient(_one, _sinh),
    "arctan": _atan,
    "arcsin": _asin,
    "arccos": _complement(_asin),
    "arccot": _complement(_atan),
    "arcsec": _inverse(_complement(_asin)),
    "arccsc": _inverse(_asin),
    "floor": _stepped(False),
    "ceil": _stepped(True),
    "sign": lambda run, value: run.rational(run.sign(value.real)),
    "re": _real_part,
    "im": _imaginary_part,
    "conj": _conj,
    "min": _chosen(-1),
    "max": _chosen(1),
    "arsinh": _arsinh,
    "arcosh": _arcosh,
    "artanh": _artanh,
    "arg": lambda run, value: Box(_angle(run, value)),
}
