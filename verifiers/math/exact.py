"""Exact arithmetic on trees: rational values, and identity of rational functions over a prime field.

A difference modulo a prime proves that two rational functions differ; agreement at two random points of a
61-bit field leaves a chance below 2^-90 per degree (Schwartz 1980, Zippel 1979). Nothing here rounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from random import Random

from verisieve.verifiers.math import meter
from verisieve.verifiers.math.nodes import Apply, MathsError, Node, Num, Sym, TooLargeError, Unit, Words, symbols

MAX_BITS = 1 << 17
MAX_FACTORIAL = 5000
PRIME = (1 << 61) - 31  # 1 modulo 4, so -1 has a root


class InexactError(MathsError):  # reads as a verdict
    """The tree has no exact value of the kind asked for."""


class UndefinedError(MathsError):  # reads as a verdict
    """No value there: a division by zero, a logarithm of zero."""


Env = Mapping[str, Fraction]


@dataclass(slots=True)
class _Rational:
    env: Env

    def value(self, node: Node) -> Fraction:
        meter.spend()
        if isinstance(node, Num):
            return node.value
        if isinstance(node, Sym):
            if node.name in self.env:
                return self.env[node.name]
            raise InexactError(node.name)
        if isinstance(node, Unit | Words):
            raise InexactError("a unit")
        if node.head in _BINDERS:
            return self._series(node)
        if node.head == "mod":
            return _modulo(node, self)
        rule = _RATIONAL.get(node.head)
        if rule is None:
            raise InexactError(node.head)
        result = rule([self.value(arg) for arg in node.args])
        if result.numerator.bit_length() + result.denominator.bit_length() > MAX_BITS:
            raise TooLargeError("a number of too many bits")
        return result

    def _series(self, node: Apply) -> Fraction:
        name, low, high, body = node.args
        assert isinstance(name, Sym)
        first, last = self.value(low), self.value(high)
        if first.denominator != 1 or last.denominator != 1:
            raise UndefinedError("a sum between fractions")
        degree = _degree(body, name.name) if node.head == "sum" else None
        if degree is not None and last - first > _LONG:
            return self._long_sum(name.name, body, int(first), int(last - first), degree)
        total: Fraction | int = 0 if node.head == "sum" else 1
        for index in range(int(first), int(last) + 1):
            value = _Rational({**self.env, name.name: Fraction(index)}).value(body)
            inner = value.numerator if value.denominator == 1 else value  # integers need no common divisor
            total = total + inner if node.head == "sum" else total * inner
        return Fraction(total)

    def _long_sum(self, name: str, body: Node, first: int, steps: int, degree: int) -> Fraction:
        """Sum a polynomial over first .. first + steps by its differences (Newton)."""
        column = [_Rational({**self.env, name: Fraction(first + k)}).value(body) for k in range(degree + 1)]
        total, choose = Fraction(0), Fraction(1)
        for order in range(degree + 1):
            choose = choose * (steps + 1 - order) / (order + 1)  # (steps + 1) choose (order + 1)
            total += column[0] * choose
            column = [later - one for one, later in pairwise(column)]
        return total


_LONG = 200  # terms; shorter sums are added up
_MOST_DEGREE = 12


def _degree(node: Node, name: str) -> int | None:
    """Return a bound of the degree of a polynomial in one variable, or None for anything else."""
    if not isinstance(node, Apply):
        return int(node == Sym(name))
    if name not in symbols(node):
        return 0
    parts = [_degree(arg, name) for arg in node.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.head in {"add", "sub", "neg"}:
        found = max(known)
    elif node.head == "mul":
        found = sum(known)
    elif node.head == "div" and not known[1]:
        found = known[0]
    elif node.head == "pow" and isinstance(node.args[1], Num) and node.args[1].value.denominator == 1:
        found = known[0] * int(node.args[1].value)
    else:
        return None
    return found if 0 <= found <= _MOST_DEGREE else None


_BINDERS = frozenset({"sum", "prod"})


def rational(node: Node, env: Env | None = None) -> Fraction:
    """Return the exact rational value; raise InexactError, UndefinedError or TooLargeError."""
    return _Rational(env or {}).value(node)


def maybe_rational(node: Node) -> Fraction | None:
    """Return the exact rational value, or None for whatever reason."""
    try:
        return rational(node)
    except MathsError:
        return None


def _div(args: list[Fraction]) -> Fraction:
    if args[1] == 0:
        raise UndefinedError("division by zero")
    return args[0] / args[1]


def _pow(args: list[Fraction]) -> Fraction:
    base, exponent = args
    if exponent.denominator != 1:
        if exponent.denominator > 64:  # deeper roots are not exact in practice
            raise InexactError("a root")
        base = Fraction(
            _exact_root(base.numerator, exponent.denominator), _exact_root(base.denominator, exponent.denominator)
        )
        exponent = Fraction(exponent.numerator)
    if base == 0 and exponent <= 0:
        if exponent == 0:
            return Fraction(1)
        raise UndefinedError("zero to a negative power")
    if base in {0, 1, -1}:
        return base if exponent.numerator % 2 else base**2
    bits = (base.numerator.bit_length() + base.denominator.bit_length()) * abs(exponent.numerator)
    if bits > MAX_BITS:
        raise TooLargeError("a power")
    return base**exponent.numerator


def _exact_root(value: int, degree: int) -> int:
    if value < 0:
        raise InexactError("a root of a negative")
    if degree == 2:  # the square root has its own routine
        root = math.isqrt(value)
    else:
        if value.bit_length() > 1000:  # floats end there
            raise InexactError("a large root")
        root = round(value ** (1 / degree))
    if root**degree != value:
        raise InexactError("no perfect power")
    return root


def _root(args: list[Fraction]) -> Fraction:
    radicand, index = args
    if index.denominator != 1 or index <= 0 or index > 64:  # deeper roots are not exact in practice
        raise InexactError("an odd index")
    if radicand < 0 and index % 2:
        return -_root([-radicand, index])
    return Fraction(_exact_root(radicand.numerator, int(index)), _exact_root(radicand.denominator, int(index)))


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise UndefinedError("a fraction where an integer is needed")
    return value.numerator


def _factorial(args: list[Fraction]) -> Fraction:
    count = _whole(args[0])
    if count > MAX_FACTORIAL:
        raise TooLargeError("a factorial")
    if count < 0:
        raise UndefinedError("a factorial of a negative")
    return Fraction(math.factorial(count))


def _double_factorial(args: list[Fraction]) -> Fraction:
    count = _whole(args[0])
    if not 0 <= count <= MAX_FACTORIAL:
        raise TooLargeError("a double factorial")
    return Fraction(math.prod(range(count, 0, -2)))


def _binomial(args: list[Fraction]) -> Fraction:
    above, below = _whole(args[0]), _whole(args[1])
    if above < 0:
        raise UndefinedError("a binomial of a negative")
    if below < 0 or below > above:
        return Fraction(0)
    if min(below, above - below) > MAX_FACTORIAL or above.bit_length() * min(below, above - below) > MAX_BITS:
        raise TooLargeError("a binomial")
    return Fraction(math.comb(above, below))


def _modulo(node: Apply, rule: _Rational) -> Fraction:
    modulus = rule.value(node.args[1])
    if modulus <= 0:
        raise UndefinedError("a modulus below one")
    if modulus.denominator == 1:
        try:
            return Fraction(residue(node.args[0], {}, modulus.numerator))
        except InexactError:
            pass
    return rule.value(node.args[0]) % modulus


_RATIONAL: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "add": lambda args: sum(args, Fraction(0)),
    "mul": lambda args: math.prod(args, start=Fraction(1)),
    "neg": lambda args: -args[0],
    "div": _div,
    "pow": _pow,
    "sqrt": lambda args: _pow([args[0], Fraction(1, 2)]),
    "root": _root,
    "fact": _factorial,
    "fact2": _double_factorial,
    "binom": _binomial,
    "abs": lambda args: abs(args[0]),
    "floor": lambda args: Fraction(math.floor(args[0])),
    "ceil": lambda args: Fraction(math.ceil(args[0])),
    "gcd": lambda args: Fraction(math.gcd(*map(_whole, args))),
    "lcm": lambda args: Fraction(math.lcm(*map(_whole, args))),
    "min": min,
    "max": max,
    "sign": lambda args: Fraction((args[0] > 0) - (args[0] < 0)),
    "percent": lambda args: args[0] / 100,
    "based": lambda args: args[0],
}


def residue(node: Node, env: Mapping[str, int], modulus: int) -> int:
    """Return the value modulo an integer; raise InexactError where the tree is no rational function."""
    if isinstance(node, Num):
        return _quotient(node.value.numerator, node.value.denominator, modulus)
    if isinstance(node, Sym) and node.name in env:
        return env[node.name]
    if not isinstance(node, Apply):
        raise InexactError("no rational function")
    if node.head == "add":
        return sum(residue(arg, env, modulus) for arg in node.args) % modulus
    if node.head == "mul":
        product = 1
        for arg in node.args:
            product = product * residue(arg, env, modulus) % modulus
        return product
    if node.head == "neg":
        return -residue(node.args[0], env, modulus) % modulus
    if node.head == "div":
        return _quotient(residue(node.args[0], env, modulus), residue(node.args[1], env, modulus), modulus)
    if node.head == "pow":
        return _power(node, env, modulus)
    if node.head in {"percent", "based"} or not node.args:
        raise InexactError(node.head)
    return _quotient(*_parts(rational(node)), modulus)


def _parts(value: Fraction) -> tuple[int, int]:
    return value.numerator, value.denominator


def _power(node: Apply, env: Mapping[str, int], modulus: int) -> int:
    exponent = rational(node.args[1])
    if exponent.denominator != 1:
        return _quotient(*_parts(rational(node)), modulus)
    base = residue(node.args[0], env, modulus)
    if exponent < 0:
        base, exponent = _quotient(1, base, modulus), -exponent
    return pow(base, exponent.numerator, modulus)


def _quotient(above: int, below: int, modulus: int) -> int:
    if below == 1:
        return above % modulus
    if math.gcd(below, modulus) != 1:
        raise UndefinedError("a divisor without inverse")
    return above * pow(below, -1, modulus) % modulus


def same_function(left: Node, right: Node, names: frozenset[str]) -> bool:
    """Say whether two rational functions are identical; raise InexactError where one is none."""
    agreed = 0
    for env in _places(names):
        try:
            if residue(left, env, PRIME) != residue(right, env, PRIME):
                return False
        except UndefinedError:
            continue
        agreed += 1
        if agreed == 2:  # two points, see the module's first lines
            return True
    raise InexactError("undefined wherever we looked")


def proportional(left: Node, right: Node, names: frozenset[str]) -> bool | None:
    """Say whether one rational function is a constant multiple of another; None where that shows nowhere."""
    ratios = []
    for env in _places(names)[:4]:
        try:
            values = residue(left, env, PRIME), residue(right, env, PRIME)
        except MathsError:
            return None
        if not all(values):
            return None
        ratios.append(values[0] * pow(values[1], -1, PRIME) % PRIME)
    return len(set(ratios)) == 1


def vanishes(node: Node) -> bool:
    """Say whether a tree is a rational function that is zero everywhere; false for what is none."""
    try:
        return not any(residue(node, env, PRIME) for env in _places(symbols(node))[:3])
    except MathsError:
        return False


@lru_cache(maxsize=256)
def _places(names: frozenset[str]) -> tuple[Mapping[str, int], ...]:
    rng = Random("verisieve.exact")  # seeded on purpose
    return tuple({name: rng.randrange(2, PRIME) for name in sorted(names)} | {"i": imaginary()} for _ in range(6))


def imaginary() -> int:
    """Return a square root of -1 in the prime field."""
    return _IMAGINARY


_IMAGINARY = pow(7, (PRIME - 1) // 4, PRIME)  # 7 is no square in the field
