"""Find a variance: as the mean of squared deviations, and by the squares of all differences."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw more numbers at each level; their mean is whole up to level 2."""
    count = 3 + level
    values = [rng.randint(1, 12 + 8 * level) for _ in range(count)]
    if len(set(values)) < 3 or (level < 3 and sum(values) % count):
        return make(rng, level)
    mean = Fraction(sum(values), count)
    squares = [(value - mean) ** 2 for value in values]
    answer = sum(squares, Fraction(0)) / count
    pairs = Fraction(sum((a - b) ** 2 for a, b in combinations(values, 2)), count * count)
    listed = ", ".join(map(str, values))
    prompt = rng.choice(
        [
            (
                f"Find the variance of the numbers {listed}, taken as a whole population (divide by {count}). Give the "
                "exact value."
            ),
            f"What is the population variance of {listed}? Give the exact value.",
            (
                f"The numbers {listed} are all the results of an experiment. How large is the mean of the squared "
                "deviations from their mean, exactly?"
            ),
        ]
    )
    steps = (
        f"\\frac{{{chained(values)}}}{{{count}}} = {tex(mean)}",
        *(f"({value} - {tex(mean)})^{{2}} = {tex(square)}" for value, square in zip(values, squares, strict=True)),
        f"\\frac{{{chained(squares)}}}{{{count}}} = {tex(answer)}",
    )
    return Item(prompt, tex(answer), tex(pairs), steps=steps)
