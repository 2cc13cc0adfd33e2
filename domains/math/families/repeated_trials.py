"""Find the probability of some successes in repeated trials: by the binomial distribution, and trial by trial."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, people, tex


def make(rng: Random, level: int) -> Item:
    """Draw more trials at each level, and a range of successes from level 3 on."""
    down = rng.choice([2, 3, 4, 5, 6, 7, 8, 10])
    chance = Fraction(rng.randint(1, down - 1), down)
    trials = level + 2 if down < 6 else min(level + 2, 5)
    low = rng.randint(1, trials - 1)
    wanted = [low] if level < 3 else list(range(low, trials + 1))
    values = [math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in wanted]
    total = sum(values, Fraction(0))
    name = people(rng)[0]
    asked = f"exactly {low}" if level < 3 else f"at least {low}"
    shown = f"${tex(chance)}$"
    prompt = rng.choice(
        [
            (
                f"{name} throws at a basket {trials} times and hits each time with probability {shown}, independently. "
                f"What is the probability of {asked} {'hit' if low == 1 else 'hits'}?"
            ),
            (
                f"Each seed that {name} sows grows with probability {shown}, independently of the others. How likely "
                f"is it that {asked} of {trials} seeds {'grow' if low > 1 or level > 2 else 'grows'}?"
            ),
            (
                f"A biased coin shows heads with probability {shown}. {name} tosses it {trials} times. Find the "
                f"probability of {asked} {'head' if low == 1 else 'heads'}."
            ),
        ]
    )
    steps = [
        (
            f"\\binom{{{trials}}}{{{k}}} \\cdot ({tex(chance)})^{{{k}}} \\cdot ({tex(1 - chance)})^{{{trials - k}}} = "
            f"{tex(value)}"
        )
        for k, value in zip(wanted, values, strict=True)
    ]
    steps += [f"{chained(values)} = {tex(total)}"] if len(values) > 1 else []
    return Item(prompt, tex(total), tex(_by_trial(chance, trials, wanted)), steps=tuple(steps))


def _by_trial(chance: Fraction, trials: int, wanted: list[int]) -> Fraction:
    row = [Fraction(1)]
    for _ in range(trials):
        row = [
            (1 - chance) * missed + chance * hit
            for missed, hit in zip([*row, Fraction(0)], [Fraction(0), *row], strict=True)
        ]
    return sum((row[k] for k in wanted), Fraction(0))
