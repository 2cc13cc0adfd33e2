"""Find a value from means: by totals, and by deviations from the new mean."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw larger groups at each level, and a second newcomer from level 3 on."""
    count, before = rng.randint(4, 6 + 4 * level), rng.randint(20, 60 + 10 * level)
    known = [rng.randint(before - 15, before + 15) for _ in range((level - 1) // 2)]
    after = before + rng.choice([-1, 1]) * Fraction(rng.randint(1, 3 + level), 1 if level < 4 else 2)
    size = count + len(known) + 1
    answer = size * after - count * before - sum(known)
    if answer <= 0 or answer.denominator > 2:
        return make(rng, level)
    by_deviation = after + count * (after - before) + sum((after - value for value in known), Fraction(0))
    shown = tex(after) if after.denominator == 1 else f"{float(after)}"
    what, unit = rng.choice(
        [
            ("weights", "kg"),
            ("scores", "points"),
            ("heights of plants", "cm"),
            ("times", "seconds"),
            ("bills", "dollars"),
        ]
    )
    told = (
        f" Then {' and '.join(f'one of {value}' for value in known)} and another one are added"
        if known
        else " Then one more is added"
    )
    prompt = rng.choice(
        [
            (
                f"The mean of {count} {what} is {before} {unit}.{told}, and the mean becomes {shown} {unit}. What is "
                f"the value of the {'last one' if known else 'one that was added'}, in {unit}?"
            ),
            (
                f"A list holds {count} {what} with a mean of {before} {unit}.{told}, after which the mean is {shown} "
                f"{unit}. Find the {'unknown added' if known else 'added'} value in {unit}."
            ),
        ]
    )
    known_sum = "".join(f" - {value}" for value in known)
    steps = (
        f"{count} \\cdot {before} = {count * before}",
        f"{size} \\cdot {tex(after)} = {tex(size * after)}",
        f"{tex(size * after)} - {count * before}{known_sum} = {tex(answer)}",
    )
    return Item(prompt, tex(answer), tex(by_deviation), steps=steps)
