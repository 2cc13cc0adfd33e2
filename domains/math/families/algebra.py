"""Algebra: equations, systems, roots, expansions, inequalities, determinants and matrix products."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from random import Random

from verisieve.domains.math.families.item import Item, polynomial, tex


def _nonzero(rng: Random, size: int) -> int:
    return rng.choice([-1, 1]) * rng.randint(1, size)


def linear_equation(rng: Random, level: int) -> Item:
    """Solve a linear equation; built from its solution, and solved by false position."""
    solution = Fraction(_nonzero(rng, 9 * level), rng.choice([1, 1, 2, 3]) if level > 1 else 1)
    a, c = _nonzero(rng, 9), _nonzero(rng, 9)
    if a == c:
        c += 1 if c != -1 else 2
    b = rng.randint(-20, 20)
    d = (a - c) * solution + b
    at = [(a - c) * x + b - d for x in (0, 1)]
    prompt = f"Solve for $x$: ${polynomial([Fraction(b), Fraction(a)])} = {polynomial([d, Fraction(c)])}$."
    return Item(prompt, f"x={tex(solution)}", f"x={tex(-at[0] / (at[1] - at[0]))}", "equation")


def linear_system(rng: Random, level: int) -> Item:
    """Solve two equations; built from the solution, and solved by Cramer's rule."""
    x, y = rng.randint(-4 * level, 4 * level), rng.randint(-4 * level, 4 * level)
    while True:
        a, b, c, d = (_nonzero(rng, 4 + level) for _ in range(4))
        if a * d != b * c:
            break
    e, f = a * x + b * y, c * x + d * y
    down = a * d - b * c
    cramer = Fraction(e * d - b * f, down), Fraction(a * f - e * c, down)
    first, second = (
        f"{polynomial([0, p])}{polynomial([0, q], 'y') if q < 0 else '+' + polynomial([0, q], 'y')}"
        for p, q in ((a, b), (c, d))
    )
    prompt = f"Solve the system ${first} = {e}$, ${second} = {f}$. Give the answer as an ordered pair $(x, y)$."
    return Item(prompt, f"({x}, {y})", f"({tex(cramer[0])}, {tex(cramer[1])})", "point")


def quadratic_roots(rng: Random, level: int) -> Item:
    """Find both roots; built from them, and by the formula."""
    a = rng.randint(1, level)
    middle, radicand = (
        rng.randint(-5 * level, 5 * level),
        rng.choice([1, 4, 9, 16, 25] if level < 3 else [2, 3, 5, 7, 9]),
    )  # surds come later
    b, c = -2 * a * middle, a * (middle * middle - radicand)
    spread = {1: "1", 4: "2", 9: "3", 16: "4", 25: "5"}.get(radicand, f"\\sqrt{{{radicand}}}")
    prompt = f"Find all real solutions of ${polynomial([c, b, a])} = 0$."
    formula = f"\\frac{{{-b} \\pm \\sqrt{{{b * b - 4 * a * c}}}}}{{{2 * a}}}"
    return Item(prompt, f"{middle}-{spread}, {middle}+{spread}", formula, "list")


def expansion(rng: Random, level: int) -> Item:
    """Expand a product; by convolution, and left as the product itself."""
    factors = [[_nonzero(rng, 6), _nonzero(rng, 2 + level)] for _ in range(min(level + 1, 4))]
    total = [1]
    for constant, slope in factors:
        longer = [0] * (len(total) + 1)
        for power, value in enumerate(total):
            longer[power] += value * constant
            longer[power + 1] += value * slope
        total = longer
    shown = "".join(f"({polynomial(factor)})" for factor in factors)
    return Item(f"Expand ${shown}$ and collect like terms.", polynomial(total), shown, "expression")


def inequality(rng: Random, level: int) -> Item:
    """Solve an inequality; from the roots as an interval, and as the inequality itself."""
    low = rng.randint(-6 * level, 5 * level)
    high = low + rng.randint(1, 6 * level)
    strict = rng.random() < 0.5
    text = polynomial([low * high, -(low + high), 1])
    if rng.random() < 0.5:
        sign, answer = ("<", f"({low}, {high})") if strict else ("\\le", f"[{low}, {high}]")
    else:
        sign = ">" if strict else "\\ge"
        ends = (")", "(") if strict else ("]", "[")
        answer = f"(-\\infty, {low}{ends[0]} \\cup {ends[1]}{high}, \\infty)"
    prompt = f"Solve ${text} {sign} 0$ over the real numbers. Give the answer in interval notation."
    return Item(prompt, answer, f"{text} {sign} 0", "interval")


def determinant(rng: Random, level: int) -> Item:
    """Find a determinant; by the sum over permutations, and by elimination."""
    size = 2 if level < 2 else 3 if level < 5 else 4  # the order grows with the level
    rows = [[rng.randint(-2 - level, 3 + level) for _ in range(size)] for _ in range(size)]
    total = sum(_sign(order) * _along(rows, order) for order in permutations(range(size)))
    shown = " \\\\ ".join(" & ".join(map(str, row)) for row in rows)
    prompt = f"Compute the determinant of $\\begin{{pmatrix}}{shown}\\end{{pmatrix}}$."
    return Item(prompt, tex(total), tex(_eliminated(rows)))


def _sign(order: tuple[int, ...]) -> int:
    inversions = sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
    return -1 if inversions % 2 else 1


def _along(rows: list[list[int]], order: tuple[int, ...]) -> int:
    product = 1
    for row, column in zip(rows, order, strict=True):
        product *= row[column]
    return product


def _eliminated(rows: list[list[int]]) -> Fraction:
    table, value = [[Fraction(cell) for cell in row] for row in rows], Fraction(1)
    for column in range(len(table)):
        pivot = next((r for r in range(column, len(table)) if table[r][column]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != column:
            table[column], table[pivot], value = table[pivot], table[column], -value
        value *= table[column][column]
        for row in table[column + 1 :]:
            factor = row[column] / table[column][column]
            row[column:] = [cell - factor * top for cell, top in zip(row[column:], table[column][column:], strict=True)]
    return value


def matrix_product(rng: Random, level: int) -> Item:
    """Multiply matrices; entry by entry, and as the product itself."""
    size = 2 if level < 4 else 3  # the order grows with the level
    left, right = ([[rng.randint(-level - 1, level + 3) for _ in range(size)] for _ in range(size)] for _ in range(2))
    total = [[sum(left[i][k] * right[k][j] for k in range(size)) for j in range(size)] for i in range(size)]
    shown = _matrix(left) + _matrix(right)
    return Item(f"Compute the product ${shown}$.", _matrix(total), shown, "matrix")


def _matrix(rows: list[list[int]]) -> str:
    return "\\begin{pmatrix}" + " \\\\ ".join(" & ".join(map(str, row)) for row in rows) + "\\end{pmatrix}"
