"""What a family makes: a question and its answer, found in two ways, as LaTeX."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Item(NamedTuple):
    """A question with its answer and the same answer found in another way; `kind` is the truth's type."""

    prompt: str
    answer: str
    again: str
    kind: str = "number"


def tex(value: Fraction | int) -> str:
    r"""Write a rational number.

    >>> tex(Fraction(-1, 2)), tex(3)
    ('-\\frac{1}{2}', '3')
    """
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def polynomial(coefficients: list[int] | list[Fraction], name: str = "x") -> str:
    """Write a polynomial, constant term first in the list.

    >>> polynomial([-1, 0, 2])
    '2x^{2}-1'
    """
    out = ""
    for power in range(len(coefficients) - 1, -1, -1):
        value = Fraction(coefficients[power])
        if not value:
            continue
        size = abs(value)
        head = tex(size) if size != 1 or not power else ""
        tail = "" if not power else name if power == 1 else f"{name}^{{{power}}}"
        out += ("-" if value < 0 else "+" if out else "") + head + tail
    return out or "0"
