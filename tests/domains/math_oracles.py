"""Answers found from the text of a question alone, by SymPy or by brute force: another author than the families' own.

An oracle gets the question and its numbers in order, and returns a SymPy value, or a text to be compared as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import combinations, permutations, product
from typing import Any

import sympy as sp
from sympy.ntheory import n_order

X, Y = sp.symbols("x y")
Oracle = Callable[[str, list[int]], Any]


def algebra(text: str, name: str = "x") -> Any:
    """A polynomial or quotient as SymPy reads it; the text is the families' own, never a model's."""
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", re.sub(r"\^\{(\d+)\}", r"**\1", text))
    text = re.sub(r"(?<=[\d)xyzabtnmi])(?=[(xyzabtnmi])", "*", text.replace("\\cdot", "*").replace(" ", ""))
    return sp.parse_expr(text, {name: X, "i": sp.I, "y": Y} if name != "y" else {"y": X})


def formulas(prompt: str) -> list[str]:
    """What stands between dollar signs."""
    return re.findall(r"\$([^$]*)\$", prompt)


def matrices(prompt: str) -> list[Any]:
    """The matrices of a question."""
    found = re.findall(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", prompt)
    return [sp.Matrix([[int(cell) for cell in row.split("&")] for row in rows.split("\\\\")]) for rows in found]


def arithmetic(prompt: str, _: list[int]) -> Any:
    """The formula itself."""
    return algebra(formulas(prompt)[0])


def expansion(prompt: str, _: list[int]) -> Any:
    """SymPy's expansion."""
    formula = max(formulas(prompt), key=len)
    name = re.findall("[a-z]", formula)[0]
    return sp.expand(algebra(formula, name)).subs(X, sp.Symbol(name))


def linear_equation(prompt: str, _: list[int]) -> Any:
    """SymPy's solution of both sides."""
    found = [each for each in formulas(prompt) if len(each) > 1]
    left, right = found[0].split(" = ") if "=" in found[0] else found[:2]
    name = re.findall("[a-z]", re.sub(r"\\[a-z]+", "", left + right))[0]
    return sp.solve(algebra(left, name) - algebra(right, name), X)[0]


def linear_system(prompt: str, _: list[int]) -> Any:
    """SymPy's solution of both equations."""
    sides = [each.split(" = ") for each in formulas(prompt) if "=" in each]
    found = sp.solve([algebra(left) - algebra(right) for left, right in sides], [X, Y])
    return sp.Tuple(found[X], found[Y])


def quadratic_roots(prompt: str, _: list[int]) -> Any:
    """SymPy's roots."""
    formula = next(each for each in formulas(prompt) if "x" in each and len(each) > 1)
    left, _, right = formula.removeprefix("y = ").partition(" = ")
    return sp.FiniteSet(*sp.solve(algebra(left) - algebra(right or "0"), X))


def definite_integral(prompt: str, numbers: list[int]) -> Any:
    """SymPy's integral."""
    inner = re.search(r"\(([^$]*)\) \\, dx|Integrate \$([^$]*)\$ from \$x = (-?\d+)\$ to \$x = (-?\d+)", prompt)
    assert inner
    ends = re.search(r"_\{(-?\d+)\}\^\{(-?\d+)\}", prompt) or re.search(r"x = (-?\d+)\$ to \$x = (-?\d+)", prompt)
    assert ends
    return sp.integrate(algebra(inner[1] or inner[2]), (X, int(ends[1]), int(ends[2])))


def tangent_line(prompt: str, _: list[int]) -> Any:
    """Value and slope by SymPy."""
    curve = re.search(r"(?:y|f\(x\)) = ([^$m]*x[^$]*)\$", prompt)
    at = re.search(r"x = (-?\d+)", prompt)
    assert curve
    assert at
    f = algebra(curve[1])
    return sp.expand(f.subs(X, int(at[1])) + sp.diff(f, X).subs(X, int(at[1])) * (X - int(at[1])))


def limit(prompt: str, _: list[int]) -> Any:
    """SymPy's limit."""
    parts = re.search(
        r"\\frac\{(.*?)\}\{(.*)\}\$", prompt.replace("^{2}", "**2").replace("^{3}", "**3").replace("^{4}", "**4")
    )
    at = re.search(r"(?:\\to |approaches |f\()(-?\d+)", prompt)
    assert parts
    assert at
    return sp.limit(sp.cancel(algebra(parts[1]) / algebra(parts[2])), X, int(at[1]))


def optimum(prompt: str, numbers: list[int]) -> Any:
    """SymPy's maximum."""
    f = algebra(re.sub(r"^f\(x\) = ", "", next(each for each in formulas(prompt) if "x" in each)))
    ends = re.search(r"\$(-?\d+) \\le x \\le (-?\d+)|\[(-?\d+), (-?\d+)\]|from (-?\d+) to (-?\d+)", prompt)
    assert ends
    low, high = (int(each) for each in ends.groups() if each is not None)
    points = [low, high, *(root for root in sp.solve(sp.diff(f, X), X) if low <= root <= high)]
    return max(f.subs(X, point) for point in points)


def root_sums(prompt: str, _: list[int]) -> Any:
    """The sum over numeric roots, rounded: the answer is whole."""
    formula = next(each for each in formulas(prompt) if "x^" in each)
    poly = sp.Poly(algebra(formula.partition(" = ")[0]), X)
    power = int(re.findall(r"p\^\{(\d+)\}", prompt)[0])
    return sp.Integer(round(sum(complex(root) ** power for root in poly.nroots(n=40)).real))


def word_arrangements(prompt: str, _: list[int]) -> Any:
    """All permutations, one by one."""
    word = "".join(re.findall(r"[A-Z]", re.search(r"([A-Z]{4,}|[A-Z](?:, [A-Z])+)", prompt)[0]))  # type: ignore[index]
    rows = {"".join(each) for each in permutations(word)}
    pair = re.search(r"two letters ([A-Z]) must (not )?stand", prompt)
    if pair:
        rows = {row for row in rows if (pair[1] * 2 in row) != bool(pair[2])}
    return sp.Integer(len(rows))


def urn_draws(prompt: str, numbers: list[int]) -> Any:
    """All draws of balls that can be told apart."""
    red, blue, drawn = numbers[:3]
    counts = [sum(ball < red for ball in each) for each in combinations(range(red + blue), drawn)]
    asked = re.search(r"(all|exactly (\d+)|at least (\d+)) of them", prompt)
    assert asked
    low = int(asked[2] or asked[3] or drawn)
    high = drawn if asked[3] or asked[1] == "all" else low
    return sp.Rational(sum(low <= count <= high for count in counts), len(counts))


def dice_sum(prompt: str, numbers: list[int]) -> Any:
    """All rolls."""
    sides = [int(each) for each in re.findall(r"one with (\d+) sides", prompt)]
    ends = re.search(r"the sum is (?:at least )?(\d+)(?: and at most (\d+))?", prompt)
    assert ends
    low, high = int(ends[1]), int(ends[2] or ends[1])
    rolls = [sum(roll) for roll in product(*(range(1, each + 1) for each in sides))]
    return sp.Rational(sum(low <= roll <= high for roll in rolls), len(rolls))


def variance(prompt: str, numbers: list[int]) -> Any:
    """From its definition."""
    listed = re.search(r"\d+(?:, \d+)+", prompt)
    assert listed
    values = [sp.Integer(each) for each in listed[0].split(", ")]
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / len(values)


def unit_price(prompt: str, _: list[int]) -> Any:
    """Follow or undo the changes of a price."""
    price = sp.Rational(re.search(r"(\d+(?:\.\d+)?) dollars", prompt)[1])  # type: ignore[index]
    changes = re.findall(r"(rises|rose|goes up|went up|falls|fell|goes down|went down) by (\d+)%", prompt)
    factor = sp.prod(
        [1 + sp.Rational(int(each), 100) * (1 if word[0] == "r" or "up" in word else -1) for word, each in changes]
    )
    backwards = "at first" in prompt or "before that" in prompt
    return price / factor if backwards else price * factor


def compound_interest(prompt: str, _: list[int]) -> Any:
    """Year by year."""
    start, percent = int(re.search(r"(\d+) dollars", prompt)[1]), int(re.search(r"(\d+)%", prompt)[1])  # type: ignore[index]
    years, pay = int(re.search(r"(\d+) years", prompt)[1]), re.search(r"(\d+) dollars are paid", prompt)  # type: ignore[index]
    value = sp.Integer(start)
    for _year in range(years):
        value = value * (100 + percent) / 100 + (int(pay[1]) if pay else 0)
    return value


def triangle_area(prompt: str, _: list[int]) -> Any:
    """SymPy's polygon."""
    corners = [(int(x), int(y)) for x, y in re.findall(r"\((-?\d+),(-?\d+)\)", prompt)]
    return abs(sp.Polygon(*corners).area)


def recurrence(prompt: str, _: list[int]) -> Any:
    """The definition, read from the question."""
    first, second = (int(re.search(rf"a_{k} = (-?\d+)", prompt)[1]) for k in (0, 1))  # type: ignore[index]
    rule = re.search(r"a_n = (\d*)a_\{n-1\} ([+-]\d*)a_\{n-2\}", prompt)
    assert rule
    p, q = int(rule[1] or 1), int(rule[2] + ("1" if rule[2] in "+-" else ""))
    index = int(re.search(r"a_\{(\d+)\}", prompt)[1])  # type: ignore[index]
    values = [first, second]
    while len(values) <= index:
        values.append(p * values[-1] + q * values[-2])
    return sp.Integer(values[index])


def complex_value(prompt: str, _: list[int]) -> Any:
    """SymPy's complex arithmetic."""
    formula = next(each for each in formulas(prompt) if "i" in each and each not in {"a+bi", "i^2 = -1"})
    if formula.startswith("\\frac"):
        above, below = re.match(r"\\frac\{(.*)\}\{(.*)\}$", formula).groups()  # type: ignore[union-attr]
        return sp.simplify(sp.expand(algebra(above)) / algebra(below))
    return sp.expand(algebra(formula))


def congruences(prompt: str, numbers: list[int]) -> Any:
    """The least solution, by search."""
    pairs = re.findall(r"\\equiv (\d+) \\pmod\{(\d+)\}", prompt) or re.findall(r"(\d+) on division by (\d+)", prompt)
    rests = [(int(rest), int(modulus)) for rest, modulus in pairs]
    product_ = math.lcm(*(modulus for _, modulus in rests))
    found = next(x for x in range(product_) if all(x % modulus == rest for rest, modulus in rests))
    return f"x \\equiv {found} \\pmod{{{product_}}}"


def modular_inverse(prompt: str, _: list[int]) -> Any:
    """SymPy's inverse; the modulus is the larger number."""
    pair = (
        re.search(r"inverse of (\d+) modulo (\d+)", prompt)
        or re.search(r"\$(\d+)x \\equiv 1 \\pmod\{(\d+)\}", prompt)
        or re.search(r"division by (\d+) after it is multiplied by (\d+)", prompt)
    )
    assert pair
    number, modulus = sorted((int(pair[1]), int(pair[2])))
    return sp.mod_inverse(number, modulus)


ORACLES: dict[str, Oracle] = {
    "arithmetic": arithmetic,
    "fraction_sum": arithmetic,
    "expansion": expansion,
    "linear_equation": linear_equation,
    "linear_system": linear_system,
    "quadratic_roots": quadratic_roots,
    "definite_integral": definite_integral,
    "tangent_line": tangent_line,
    "limit": limit,
    "optimum": optimum,
    "root_sums": root_sums,
    "word_arrangements": word_arrangements,
    "urn_draws": urn_draws,
    "dice_sum": dice_sum,
    "variance": variance,
    "price_changes": unit_price,
    "compound_interest": compound_interest,
    "triangle_area": triangle_area,
    "recurrence": recurrence,
    "complex_power": complex_value,
    "complex_quotient": complex_value,
    "congruences": congruences,
    "determinant": lambda prompt, _: matrices(prompt)[0].det(),
    "matrix_product": lambda prompt, _: matrices(prompt)[0] * matrices(prompt)[1],
    "matrix_inverse": lambda prompt, _: matrices(prompt)[0].inv(),
    "matrix_rank": lambda prompt, _: sp.Integer(matrices(prompt)[0].rank()),
    "eigenvalues": lambda prompt, _: sp.FiniteSet(*matrices(prompt)[0].eigenvals()),
    "divisor_count": lambda prompt, numbers: sp.divisor_count(max(numbers)),
    "divisor_sum": lambda prompt, numbers: sp.divisor_sigma(max(numbers)),
    "common_multiple": lambda prompt, numbers: sp.Integer(math.lcm(*numbers)),
    "multiplicative_order": lambda prompt, numbers: sp.Integer(
        n_order(next(n for n in numbers if n != 1 and n != max(numbers)), max(numbers))
    ),
    "modular_inverse": modular_inverse,
}
