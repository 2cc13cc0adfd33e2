"""Invert a matrix: by the adjugate, and by Gauss and Jordan's elimination."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import matrix, tex


def make(rng: Random, level: int) -> Item:
    """Draw a matrix of order 2 with larger entries at each level, of order 3 at level 5."""
    size = 2 if level < 5 else 3
    while True:
        rows = [
            [rng.randint(-5 - level, 6 + level) if size < 3 else rng.randint(-3, 4) for _ in range(size)]
            for _ in range(size)
        ]
        down = _det(rows)
        if down and (level > 1 or abs(down) == 1) and (level != 2 or abs(down) < 4) and abs(down) < 12:
            break
    adjugate = [[(-1) ** (i + j) * _det(_without(rows, j, i)) for j in range(size)] for i in range(size)]
    inverse = [[Fraction(cell, down) for cell in row] for row in adjugate]
    steps = (
        f"\\det {matrix(rows)} = {down}",
        f"{matrix(rows)}{matrix(adjugate)} = {matrix([[down * (i == j) for j in range(size)] for i in range(size)])}",
        f"{tex(Fraction(1, down))} \\cdot {matrix(adjugate)} = {matrix(inverse)}",
    )
    prompt = rng.choice(
        [
            f"Find the inverse of the matrix ${matrix(rows)}$.",
            f"Let $A = {matrix(rows)}$. Compute $A^{{-1}}$.",
            f"By which matrix must ${matrix(rows)}$ be multiplied to give the identity matrix?",
        ]
    )
    return Item(prompt, matrix(inverse), matrix(_eliminated(rows)), "matrix", steps)


def _without(rows: list[list[int]], i: int, j: int) -> list[list[int]]:
    return [row[:j] + row[j + 1 :] for row in rows[:i] + rows[i + 1 :]]


def _det(rows: list[list[int]]) -> int:
    return (
        rows[0][0]
        if len(rows) == 1
        else sum((-1) ** j * rows[0][j] * _det(_without(rows, 0, j)) for j in range(len(rows)))
    )


def _eliminated(rows: list[list[int]]) -> list[list[Fraction]]:
    size = len(rows)
    table = [
        [Fraction(cell) for cell in row] + [Fraction(int(i == k)) for k in range(size)] for i, row in enumerate(rows)
    ]
    for column in range(size):
        pivot = next(r for r in range(column, size) if table[r][column])
        table[column], table[pivot] = table[pivot], table[column]
        table[column] = [cell / table[column][column] for cell in table[column]]
        for r in range(size):
            if r != column:
                factor = table[r][column]
                table[r] = [cell - factor * top for cell, top in zip(table[r], table[column], strict=True)]
    return [row[size:] for row in table]
