"""Follow a price through changes in percent, or back: step by step, and by false position."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex


def make(rng: Random, level: int) -> Item:
    """Draw one change more at each level; from level 3 on the first price may be what is asked for."""
    price = Fraction(rng.randint(3, 60) * 20)
    changes = [
        rng.choice([-60, -50, -40, -30, -25, -20, -15, -10, -5, 5, 10, 15, 20, 25, 30, 40, 50, 60])
        for _ in range(level + 1)
    ]
    prices = list(accumulate(changes, lambda value, change: value * (100 + change) / 100, initial=price))
    if (prices[-1] * 100).denominator > 1 or price == prices[-1]:
        return make(rng, level)
    backwards = level > 2 and rng.random() < 0.5
    tried = list(accumulate(changes, lambda value, change: value + value * change / 100, initial=Fraction(100)))[-1]
    thing = rng.choice(
        ["jacket", "bicycle", "sofa", "camera", "phone", "carpet", "guitar", "tent", "watch", "painting"]
    )
    told = ", then ".join(
        f"{rng.choice(['rises', 'goes up']) if change > 0 else rng.choice(['falls', 'goes down'])} by {abs(change)}%"
        for change in changes
    )
    end = _money(prices[-1])
    if backwards:
        prompt = rng.choice(
            [
                (
                    f"The price of a {thing} {told}. In the end it is {end} dollars. What was the price at first, in "
                    "dollars?"
                ),
                (
                    f"A {thing} costs {end} dollars after its price "
                    f"{told.replace('rises', 'rose').replace('falls', 'fell').replace('goes', 'went')}, in this order. "
                    "How many dollars did it cost before that?"
                ),
            ]
        )
        answer, again = price, Fraction(100) * prices[-1] / tried
        steps = [
            f"{tex(after)} \\cdot \\frac{{100}}{{{100 + change}}} = {tex(before)}"
            for before, after, change in reversed(list(zip(prices, prices[1:], changes, strict=False)))
        ]
    else:
        prompt = rng.choice(
            [
                f"A {thing} costs {price} dollars. Its price {told}. What does it cost in the end, in dollars?",
                f"The price of a {thing} is {price} dollars and {told}. Find its price in dollars after that.",
            ]
        )
        answer, again = prices[-1], price * tried / 100
        steps = [
            f"{tex(before)} \\cdot \\frac{{{100 + change}}}{{100}} = {tex(after)}"
            for before, after, change in zip(prices, prices[1:], changes, strict=False)
        ]
    return Item(prompt, tex(answer), tex(again), steps=tuple(steps))


def _money(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):.2f}"
