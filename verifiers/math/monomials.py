"""A rational number times powers of things that are never zero: 7π/6, 3√2, 40 km/h. Such are compared by their numbers.

`lowered` has made units into symbols of their dimensions by now. Where both sides have the same powers, their numbers
decide, exactly: no probing, no enclosures.
"""

from __future__ import annotations

from fractions import Fraction

from verisieve.verifiers.math import meter, units
from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym

_MAX_BITS = 4000  # of the numbers multiplied
_MAX_POWER = 64
_CONSTANTS = frozenset({"pi", "e"})
_NOT_ZERO = frozenset({"sqrt", "ln"})  # of a positive number that is not 1


def pair(gold: Node, answer: Node) -> tuple[Fraction, Fraction, str] | None:
    """Return the two numbers and what both are multiplied by; None where that is not the same, or not of this form."""
    one = _Monomial()
    if not one.multiply(gold, 1):
        return None
    other, factors = _Monomial(), one.factors()
    if not other.multiply(answer, 1) or factors != other.factors():
        return None
    names = (f"{name}^{power}" if power != 1 else name for name, power in factors.items())
    return one.number(), other.number(), " ".join(names)


class _Monomial:
    """A product as it is gathered: above and below the line, and the power of each factor by its name."""

    __slots__ = ("above", "below", "bits", "powers")

    def __init__(self) -> None:
        self.above = self.below = 1
        self.bits = _MAX_BITS
        self.powers: dict[str, int] = {}

    def number(self) -> Fraction:
        return Fraction(self.above, self.below)

    def factors(self) -> dict[str, int]:
        return {name: power for name, power in self.powers.items() if power} if self.above else {}

    def multiply(self, node: Node, power: int) -> bool:
        """Take in a power of a tree; say whether it is of this form."""
        meter.spend()
        if isinstance(node, Num):
            return self._count(node.value, power)
        if isinstance(node, Sym):
            known = node.name in _CONSTANTS or node.name.startswith(units.DIMENSION)
            return known and self._name(node.name.removeprefix(units.DIMENSION), power)
        if not isinstance(node, Apply):
            return False
        args = node.args
        if node.head == "mul":
            return all(self.multiply(arg, power) for arg in args)
        if node.head == "div":
            return self.multiply(args[0], power) and self.multiply(args[1], -power)
        if node.head == "neg":
            self.above *= -1 if power % 2 else 1
            return self.multiply(args[0], power)
        if node.head == "pow":
            exponent = _whole(args[1])
            return exponent != 0 and self.multiply(args[0], power * exponent)
        inside = args[0]
        if node.head not in _NOT_ZERO or len(args) != 1 or not isinstance(inside, Num):
            return False
        return inside.value > 0 and inside.value != 1 and self._name(f"{node.head}({inside.value})", power)

    def _name(self, name: str, power: int) -> bool:
        self.powers[name] = self.powers.get(name, 0) + power
        return True

    def _count(self, value: Fraction, power: int) -> bool:
        above, below = value.numerator, value.denominator
        self.bits -= (above.bit_length() + below.bit_length()) * abs(power)
        if self.bits < 0 or abs(power) > _MAX_POWER or (power < 0 and not above):
            return False
        if power != 1:
            above, below = (above**power, below**power) if power > 0 else (below**-power, above**-power)
        self.above *= above
        self.below *= below
        return True


def _whole(exponent: Node) -> int:
    """Return a whole exponent, or 0 where it is none, or too large."""
    if not isinstance(exponent, Num) or exponent.value.denominator != 1 or abs(exponent.value) > _MAX_POWER:
        return 0
    return exponent.value.numerator
