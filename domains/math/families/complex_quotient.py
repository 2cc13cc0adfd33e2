"""Divide complex numbers: by the conjugate, and as the quotient itself."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import term, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger parts at each level, and a product above from level 3 on."""
    size = 3 + 2 * level
    above = [
        (rng.choice([-1, 1]) * rng.randint(1, size), rng.choice([-1, 1]) * rng.randint(1, size))
        for _ in range(1 + (level > 2))
    ]
    c, d = rng.choice([-1, 1]) * rng.randint(1, 2 + level), rng.choice([-1, 1]) * rng.randint(1, 2 + level)
    a, b = above[0]
    steps = []
    if len(above) > 1:
        p, q = above[1]
        steps.append(f"({_complex(a, b)})({_complex(p, q)}) = {_complex(a * p - b * q, a * q + b * p)}")
        a, b = a * p - b * q, a * q + b * p
    norm = c * c + d * d
    real, imaginary = Fraction(a * c + b * d, norm), Fraction(b * c - a * d, norm)
    shown = f"\\frac{{{''.join(f'({_complex(*each)})' for each in above)}}}{{{_complex(c, d)}}}"
    steps.append(f"({_complex(c, d)})({_complex(c, -d)}) = {norm}")
    steps.append(f"({_complex(a, b)})({_complex(c, -d)}) = {_complex(a * c + b * d, b * c - a * d)}")
    steps.append(f"{shown} = {_complex(real, imaginary)}")
    prompt = rng.choice(
        [
            f"Write ${shown}$ in the form $a+bi$ with real $a$ and $b$.",
            f"Compute ${shown}$, where $i^2 = -1$. Give the answer as $a+bi$.",
            f"Simplify ${shown}$ to the form $a+bi$.",
        ]
    )
    return Item(prompt, _complex(real, imaginary), shown, "expression", tuple(steps))


def _complex(real: Fraction | int, imaginary: Fraction | int) -> str:
    tail = term(imaginary, 1, "i", first=not real) if imaginary else ""
    return (tex(real) if real or not tail else "") + tail
