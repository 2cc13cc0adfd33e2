"""Find the rank of a matrix: by elimination, and by the largest minor that is not zero."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, matrix, tex


def make(rng: Random, level: int) -> Item:
    """Draw a larger matrix at each level; some of its rows are sums of others."""
    high, wide = 3 + (level > 3), 3 + (level > 1) + (level > 4)
    rank = rng.randint(2, min(high, wide))
    base = [[rng.choice([-9, -8, -7, -6, -5, 5, 6, 7, 8, 9]) for _ in range(wide)] for _ in range(rank)]
    rows = base + [[sum(cells) for cells in zip(*_scaled(rng, base), strict=True)] for _ in range(high - rank)]
    rng.shuffle(rows)
    found, steps = _eliminate(rows)
    minors = next(size for size in range(min(high, wide), 0, -1) if _has_minor(rows, size))
    prompt = rng.choice(
        [
            f"What is the rank of ${matrix(rows)}$?",
            f"How many linearly independent rows does the matrix ${matrix(rows)}$ have?",
            f"Find the dimension of the space that is spanned by the columns of ${matrix(rows)}$.",
        ]
    )
    return Item(prompt, tex(found), tex(minors), steps=tuple(steps))


def _scaled(rng: Random, rows: list[list[int]]) -> list[list[int]]:
    return [
        [factor * cell for cell in row]
        for row, factor in zip(rows, [rng.choice([-2, -1, 1, 2]) for _ in rows], strict=True)
    ]


def _eliminate(rows: list[list[int]]) -> tuple[int, list[str]]:
    """The rank, and each row operation, written as what becomes of the row."""
    table, rank, steps = [[Fraction(cell) for cell in row] for row in rows], 0, []
    for column in range(len(table[0])):
        pivot = next((r for r in range(rank, len(table)) if table[r][column]), None)
        if pivot is None:
            continue
        table[rank], table[pivot] = table[pivot], table[rank]
        for r in range(rank + 1, len(table)):
            factor, before = table[r][column] / table[rank][column], table[r]
            if factor:
                table[r] = [cell - factor * top for cell, top in zip(before, table[rank], strict=True)]
                steps.append(
                    f"{matrix([before])} - {bracketed(factor)} \\cdot {matrix([table[rank]])} = {matrix([table[r]])}"
                )
        rank += 1
    return rank, steps


def _has_minor(rows: list[list[int]], size: int) -> bool:
    return any(
        _det([[rows[i][j] for j in columns] for i in chosen])
        for chosen in combinations(range(len(rows)), size)
        for columns in combinations(range(len(rows[0])), size)
    )


def _det(rows: list[list[int]]) -> int:
    if len(rows) == 1:
        return rows[0][0]
    return sum((-1) ** j * rows[0][j] * _det([row[:j] + row[j + 1 :] for row in rows[1:]]) for j in range(len(rows)))
