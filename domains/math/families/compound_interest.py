"""Follow a deposit with interest and yearly payments: year by year, and by the formula for the whole."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import people, tex


def make(rng: Random, level: int) -> Item:
    """Draw one year more at each level, and a payment each year from level 3 on."""
    start, percent, years = rng.randint(2, 90) * 100, rng.choice([2, 3, 4, 5, 6, 8, 10, 12, 15, 20]), 1 + level
    pay = rng.randint(1, 9) * 50 if level > 2 else 0
    growth = 1 + Fraction(percent, 100)
    values, steps = [Fraction(start)], []
    for _ in range(years):
        values.append(values[-1] * growth + pay)
        steps.append(f"{tex(values[-2])} \\cdot {tex(growth)}{f' + {pay}' if pay else ''} = {tex(values[-1])}")
    formula = f"{start} \\cdot ({tex(growth)})^{{{years}}}" + (
        f" + {pay} \\cdot \\frac{{({tex(growth)})^{{{years}}} - 1}}{{{tex(growth - 1)}}}" if pay else ""
    )
    name = people(rng)[0]
    extra = f" At the end of each year, after the interest, {pay} dollars are paid in as well." if pay else ""
    prompt = rng.choice(
        [
            (
                f"{name} puts {start} dollars into an account that pays {percent}% interest at the end of each year, "
                f"on all that is in it.{extra} How many dollars are in it after {years} years? Give the exact value."
            ),
            (
                f"A deposit of {start} dollars grows by {percent}% a year, with interest on interest.{extra} What is "
                f"it worth in dollars after {years} years, exactly and without rounding?"
            ),
            (
                f"A fund that {name} looks after holds {start} dollars. It grows by {percent}% each year.{extra} Find "
                f"its exact value in dollars after {years} years."
            ),
        ]
    )
    return Item(prompt, tex(values[-1]), formula, steps=tuple(steps))
