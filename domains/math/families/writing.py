"""Writing numbers, polynomials, matrices and surds as LaTeX, and names for stories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random

_PEOPLE = str.split(
    "Amira Bao Chidi Dana Elif Farid Greta Hiro Ines Jonas Kavya Luis Mei Nadia Omar Priya Quinn Rosa Sami Tara "
    "Uma Viktor Wanda Ximena Yusuf Zofia"
)


def tex(value: Fraction | int) -> str:
    r"""Write a rational number.

    >>> tex(Fraction(-1, 2)), tex(3)
    ('-\\frac{1}{2}', '3')
    """
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def bracketed(value: Fraction | int) -> str:
    """Write a number as a factor or a subtrahend.

    >>> bracketed(-2), bracketed(2)
    ('(-2)', '2')
    """
    return f"({tex(value)})" if value < 0 else tex(value)


def chained(values: Iterable[Fraction | int]) -> str:
    r"""Write a sum of numbers, at least one of them.

    >>> chained([3, -4, Fraction(1, 2)])
    '3-4+\\frac{1}{2}'
    """
    return "".join(("+" if value >= 0 else "") + tex(value) for value in values).removeprefix("+")


def times(values: Iterable[Fraction | int]) -> str:
    r"""Write a product of numbers, at least one of them.

    >>> times([2, -3])
    '2 \\cdot (-3)'
    """
    return " \\cdot ".join(map(bracketed, values))


def polynomial(coefficients: Sequence[int | Fraction], name: str = "x") -> str:
    """Write a polynomial, constant term first in the list.

    >>> polynomial([-1, 0, 2])
    '2x^{2}-1'
    """
    out = ""
    for power in range(len(coefficients) - 1, -1, -1):
        value = Fraction(coefficients[power])
        if value:
            out += term(value, power, name, first=not out)
    return out or "0"


def term(value: Fraction | int, power: int, name: str = "x", *, first: bool = False) -> str:
    """Write one term of a sum with its sign.

    >>> term(-1, 2), term(3, 0), term(3, 1, first=True)
    ('-x^{2}', '+3', '3x')
    """
    size = abs(Fraction(value))
    head = tex(size) if size != 1 or not power else ""
    tail = "" if not power else name if power == 1 else f"{name}^{{{power}}}"
    return ("-" if value < 0 else "" if first else "+") + head + tail


def matrix(rows: Sequence[Sequence[int | Fraction]]) -> str:
    r"""Write a matrix.

    >>> matrix([[1, 2], [3, 4]])
    '\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}'
    """
    return "\\begin{pmatrix}" + " \\\\ ".join(" & ".join(map(tex, row)) for row in rows) + "\\end{pmatrix}"


def surd(square: Fraction | int) -> str:
    r"""Write the square root of a number that is not negative, in lowest terms.

    >>> surd(12), surd(9), surd(Fraction(2, 9)), surd(Fraction(12, 5))
    ('2\\sqrt{3}', '3', '\\frac{\\sqrt{2}}{3}', '\\frac{2\\sqrt{15}}{5}')
    """
    square = Fraction(square)
    inside, outside = square.numerator * square.denominator, Fraction(1, square.denominator)
    factor = 2
    while factor * factor <= inside:
        while inside % (factor * factor) == 0:
            inside, outside = inside // (factor * factor), outside * factor
        factor += 1
    if inside in (0, 1):
        return tex(outside * inside)
    above = f"{'' if outside.numerator == 1 else outside.numerator}\\sqrt{{{inside}}}"
    return above if outside.denominator == 1 else f"\\frac{{{above}}}{{{outside.denominator}}}"


def people(rng: Random, count: int = 1) -> list[str]:
    """Draw different names."""
    return rng.sample(_PEOPLE, count)
