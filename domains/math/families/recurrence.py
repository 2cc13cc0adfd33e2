"""Find a term of a linear recurrence: step by step, and by powers of its matrix."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, term, tex


def make(rng: Random, level: int) -> Item:
    """Draw a later term at each level."""
    p, q = rng.randint(1, 3 + level // 2), rng.choice([-3, -2, -1, 1, 2, 3, 4])
    first, second = rng.randint(-3, 9), rng.randint(1, 9)
    index = 3 + level + rng.randint(0, 1)
    terms = [first, second]
    steps = []
    for k in range(2, index + 1):
        terms.append(p * terms[-1] + q * terms[-2])
        steps.append(
            f"a_{{{k}}} = {p} \\cdot {bracketed(terms[k - 1])} {'+' if q > 0 else '-'} {abs(q)} \\cdot "
            f"{bracketed(terms[k - 2])} = {terms[k]}"
        )
    rule = f"a_n = {term(p, 1, 'a_{n-1}', first=True)} {term(q, 1, 'a_{n-2}')}"
    prompt = rng.choice(
        [
            f"A sequence has $a_0 = {first}$, $a_1 = {second}$ and ${rule}$ for $n \\ge 2$. Find $a_{{{index}}}$.",
            (
                f"Let $a_0 = {first}$ and $a_1 = {second}$, and let ${rule}$ for every $n \\ge 2$. What is "
                f"$a_{{{index}}}$?"
            ),
            (
                f"Compute the term $a_{{{index}}}$ of the sequence that starts with $a_0 = {first}$, $a_1 = {second}$ "
                f"and follows ${rule}$."
            ),
        ]
    )
    return Item(prompt, tex(terms[index]), tex(_by_matrix(p, q, first, second, index)), steps=tuple(steps))


def _by_matrix(p: int, q: int, first: int, second: int, index: int) -> int:
    """The lower entry of the matrix ((p, q), (1, 0)) to the power of the index, times the column (second, first)."""
    out, square = ((1, 0), (0, 1)), ((p, q), (1, 0))
    while index:
        if index % 2:
            out = _product(out, square)
        square, index = _product(square, square), index // 2
    return out[1][0] * second + out[1][1] * first


_Two = tuple[tuple[int, int], tuple[int, int]]


def _product(left: _Two, right: _Two) -> _Two:
    (a, b), (c, d) = left
    (e, f), (g, h) = right
    return (a * e + b * g, a * f + b * h), (c * e + d * g, c * f + d * h)
