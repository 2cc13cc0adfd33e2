"""Raise a complex number to a power: by repeated squaring, and by the binomial theorem."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import term


def make(rng: Random, level: int) -> Item:
    """Draw a higher power at each level."""
    a, b = (rng.choice([-1, 1]) * rng.randint(1, 12 + 3 * level) for _ in range(2))
    power = level + 2
    text = f"({_complex(a, b)})^{{{power}}}"
    real, imaginary, steps = a, b, []
    for k in range(2, power + 1):
        before = _complex(real, imaginary)
        real, imaginary = real * a - imaginary * b, real * b + imaginary * a
        steps.append(f"({_complex(a, b)})^{{{k}}} = ({before})({_complex(a, b)}) = {_complex(real, imaginary)}")
    parts = [0, 0]
    for k in range(power + 1):
        value = math.comb(power, k) * a ** (power - k) * b**k
        parts[k % 2] += -value if k % 4 > 1 else value
    prompt = rng.choice(
        [
            f"Compute ${text}$ in the form $a+bi$.",
            f"Let $i^2 = -1$. Expand ${text}$ and give the answer as $a+bi$ with real $a$ and $b$.",
            f"What is ${text}$? Write the result as $a+bi$.",
        ]
    )
    return Item(prompt, _complex(real, imaginary), _complex(*parts), "expression", tuple(steps))


def _complex(real: int, imaginary: int) -> str:
    tail = term(imaginary, 1, "i", first=not real) if imaginary else ""
    return (str(real) if real or not tail else "") + tail
