"""Find the eigenvalues of a matrix: built from them, and as roots of the characteristic polynomial."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, matrix, polynomial


def make(rng: Random, level: int) -> Item:
    """Draw larger eigenvalues at each level, and a block with a third one from level 4 on."""
    low, high = sorted(rng.sample([k for k in range(-8 - 3 * level, 10 + 3 * level) if k], 2))
    p, q = rng.randint(1, 3 + level // 2), rng.randint(1, 3)
    rows = _mixed(low, high, p, q)
    extra = rng.choice([k for k in range(-9, 10) if k not in (0, low, high)])
    third = [extra] if level > 3 else []
    if third:
        rows = [[*rows[0], rng.randint(-4, 5)], [*rows[1], rng.randint(-4, 5)], [0, 0, extra]]
    trace, down = rows[0][0] + rows[1][1], rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]
    inside = trace * trace - 4 * down
    prompt = rng.choice(
        [
            f"Find all eigenvalues of ${matrix(rows)}$.",
            (
                f"Let $A = {matrix(rows)}$. For which numbers $\\lambda$ does $Av = \\lambda v$ hold for some vector "
                "$v \\neq 0$? List all of them."
            ),
            f"List the roots of the characteristic polynomial of ${matrix(rows)}$.",
        ]
    )
    a, b, c, d = *rows[0][:2], *rows[1][:2]
    poly = polynomial([down, -trace, 1], "t")
    steps = [
        f"({a} - t)({d} - t) - {bracketed(b)} \\cdot {bracketed(c)} = {poly}",
        f"{poly} = ({polynomial([-low, 1], 't')})({polynomial([-high, 1], 't')})",
    ]
    steps += (
        [
            (
                f"({polynomial([extra, -1], 't')})({poly}) = "
                f"-({polynomial([-extra, 1], 't')})({polynomial([-low, 1], 't')})({polynomial([-high, 1], 't')})"
            )
        ]
        if third
        else []
    )
    roots = f"\\frac{{{trace} - \\sqrt{{{inside}}}}}{{2}}, \\frac{{{trace} + \\sqrt{{{inside}}}}}{{2}}"
    return Item(
        prompt,
        ", ".join(map(str, sorted([low, high, *third]))),
        ", ".join([roots, *map(str, third)]),
        "list",
        tuple(steps),
    )


def _mixed(low: int, high: int, p: int, q: int) -> list[list[int]]:
    """S D S^-1 with S = ((1, p), (q, pq + 1)), whose determinant is 1."""
    r = p * q + 1
    return [[low * r - high * p * q, p * (high - low)], [q * r * (low - high), high * r - low * p * q]]
