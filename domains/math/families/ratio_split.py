"""Split an amount in a ratio: by the size of one part, and by handing out unit by unit."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, people, tex


def make(rng: Random, level: int) -> Item:
    """Draw two shares, then three; give a difference from level 3 on, and the ratio in two parts from level 4 on."""
    count = 2 + (level > 1)
    ratio = rng.sample(range(2, 8 + 3 * level), count)
    pairs = [rng.sample(range(2, 5 + level), 2) for _ in range(2)]
    if level > 3:
        ratio = [pairs[0][0] * pairs[1][0], pairs[0][1] * pairs[1][0], pairs[0][1] * pairs[1][1]]
    if math.gcd(*ratio) > 1 or len(set(ratio)) < count:
        return make(rng, level)
    unit = rng.randint(3, 12 + 10 * level)
    names = people(rng, count)
    shares = [part * unit for part in ratio]
    asked = rng.randrange(count)
    colon = ":".join(map(str, ratio))
    what = rng.choice(["dollars", "marbles", "stamps", "acres", "shells", "cards"])
    listed = ", ".join(names[:-1]) + f" and {names[-1]}"
    if level < 3:
        total = sum(shares)
        told, steps = (
            f"{listed} share {total} {what} in the ratio {colon}, in this order.",
            [f"{chained(ratio)} = {sum(ratio)}", f"\\frac{{{total}}}{{{sum(ratio)}}} = {unit}"],
        )
        found = _handed(ratio, total)[asked]
    else:
        high, low = sorted(rng.sample(range(count), 2), key=lambda k: -ratio[k])
        given = f" in the ratio {colon}, in this order"
        if level > 3:
            told_pairs = [
                f"the shares of {names[k]} and {names[k + 1]} are as {pairs[k][0]}:{pairs[k][1]}" for k in (0, 1)
            ]
            given = f" so that {' and '.join(told_pairs)}"
        gap = shares[high] - shares[low]
        told = f"{listed} share some {what}{given}. {names[high]} gets {gap} {what} more than {names[low]}."
        combined = [
            f"{p} \\cdot {q} = {p * q}"
            for p, q in ((pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][0]), (pairs[0][1], pairs[1][1]))
        ]
        steps = [
            *(combined if level > 3 else []),
            f"{ratio[high]} - {ratio[low]} = {ratio[high] - ratio[low]}",
            f"\\frac{{{gap}}}{{{ratio[high] - ratio[low]}}} = {unit}",
        ]
        found = next(k for k in range(1, 10**4) if k * ratio[high] - k * ratio[low] == gap) * ratio[asked]
    whole = level > 3
    steps.append(
        f"{sum(ratio)} \\cdot {unit} = {sum(shares)}" if whole else f"{ratio[asked]} \\cdot {unit} = {shares[asked]}"
    )
    question = (
        rng.choice([f"How many {what} do they share in all?", f"What is the whole number of {what} that they share?"])
        if whole
        else rng.choice([f"How many {what} does {names[asked]} get?", f"Find {names[asked]}'s share in {what}."])
    )
    return Item(
        f"{told} {question}",
        tex(sum(shares) if whole else shares[asked]),
        tex(Fraction(found * sum(ratio), ratio[asked]) if whole else found),
        steps=tuple(steps),
    )


def _handed(ratio: list[int], total: int) -> list[int]:
    given, rest = [0] * len(ratio), total
    while rest > 0:
        given, rest = [have + part for have, part in zip(given, ratio, strict=True)], rest - sum(ratio)
    return given
