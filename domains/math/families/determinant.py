"""Find a determinant: by the sum over permutations, and by elimination."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, matrix, tex, times


def make(rng: Random, level: int) -> Item:
    """Draw a matrix of order 2 up to level 2, of order 4 at level 5, else of order 3."""
    size = 2 if level < 3 else 3 if level < 5 else 4
    rows = [[rng.randint(-3 - 2 * level, 4 + 2 * level) for _ in range(size)] for _ in range(size)]
    products = [
        (_sign(order), [row[column] for row, column in zip(rows, order, strict=True)])
        for order in permutations(range(size))
    ]
    total = sum(sign * math.prod(cells) for sign, cells in products)
    steps = [f"{times(cells)} = {math.prod(cells)}" for _, cells in products]
    steps.append(f"{chained(sign * math.prod(cells) for sign, cells in products)} = {total}")
    prompt = rng.choice(
        [
            f"Compute the determinant of ${matrix(rows)}$.",
            f"What is $\\det {matrix(rows)}$?",
            f"Let $A = {matrix(rows)}$. Find $\\det A$.",
        ]
    )
    return Item(prompt, tex(total), tex(_eliminated(rows)), steps=tuple(steps))


def _sign(order: tuple[int, ...]) -> int:
    inversions = sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
    return -1 if inversions % 2 else 1


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
