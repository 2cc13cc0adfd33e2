"""Solve an inequality: from the roots as an interval, and as the inequality itself."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import polynomial


def make(rng: Random, level: int) -> Item:
    """Draw wider roots at each level, a leading factor from level 3 on and a cubic at level 5."""
    low = rng.randint(-12 - 9 * level, 12 + 5 * level)
    high = low + rng.randint(2, 12 + 8 * level)
    factor = rng.choice([2, 3, -1, -2]) if level > 2 else 1
    poly = [factor * low * high, -factor * (low + high), factor]
    text, closed, outside = polynomial(poly), rng.random() < 0.5, rng.random() < 0.5
    sign = (">" if outside == (factor > 0) else "<") if not closed else ("\\ge" if outside == (factor > 0) else "\\le")
    left, right = ("[", "]") if closed else ("(", ")")
    inner = f"{left}{low}, {high}{right}"
    answer = f"(-\\infty, {low}{right} \\cup {left}{high}, \\infty)" if outside else inner
    prompt = rng.choice(
        [
            f"Solve ${text} {sign} 0$ over the real numbers. Give the answer in interval notation.",
            f"For which real $x$ is ${text} {sign} 0$? Write the answer as an interval or a union of intervals.",
            f"Find the set of all real numbers $x$ with ${text} {sign} 0$, in interval notation.",
        ]
    )
    product = (
        f"{'' if factor == 1 else '-' if factor == -1 else factor}({polynomial([-low, 1])})({polynomial([-high, 1])})"
    )
    steps = [] if factor == 1 else [f"{text} = {factor}({polynomial([low * high, -(low + high), 1])})"]
    return Item(prompt, answer, f"{text} {sign} 0", "interval", (*steps, f"{text} = {product}"))
