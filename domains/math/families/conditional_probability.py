"""Find the cause of what was seen: by Bayes' rule, and by counting in a population."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw two causes, and three from level 4 on; shares in rougher steps at first."""
    step, count = (10, 5, 5, 5, 1)[level - 1], 2 + (level > 3)
    shares = _shares(rng, count, step)
    rates = rng.sample(range(step, 100, step), count)
    chosen, good = rng.randrange(count), level > 1 and rng.random() < 0.5
    hits = [share * (100 - rate if good else rate) for share, rate in zip(shares, rates, strict=True)]
    total = sum(hits)
    answer = Fraction(hits[chosen], total)
    told, asked = _story(rng, shares, rates, chosen, good)
    rate = [100 - rate if good else rate for rate in rates]
    steps = [
        f"\\frac{{{share}}}{{100}} \\cdot \\frac{{{each}}}{{100}} = {tex(Fraction(share * each, 10_000))}"
        for share, each in zip(shares, rate, strict=True)
    ]
    steps += [f"{chained(Fraction(hit, 10_000) for hit in hits)} = {tex(Fraction(total, 10_000))}"]
    steps += [f"{tex(Fraction(hits[chosen], 10_000))} \\cdot {tex(Fraction(10_000, total))} = {tex(answer)}"]
    return Item(
        f"{told} {asked} Give an exact fraction.", tex(answer), _counted(shares, rate, chosen), steps=tuple(steps)
    )


def _shares(rng: Random, count: int, step: int) -> list[int]:
    cuts = [0, *sorted(rng.sample(range(step, 100, step), count - 1)), 100]
    return [b - a for a, b in pairwise(cuts)]


def _counted(shares: list[int], rates: list[int], chosen: int) -> str:
    """Among ten thousand, one by one."""
    seen = [0] * len(shares)
    for cause, (share, rate) in enumerate(zip(shares, rates, strict=True)):
        for member in range(share * 100):
            seen[cause] += member % 100 < rate
    return f"\\frac{{{seen[chosen]}}}{{{sum(seen)}}}"


def _story(rng: Random, shares: list[int], rates: list[int], chosen: int, good: bool) -> tuple[str, str]:
    letters = "ABC"[: len(shares)]
    parts = list(zip(letters, shares, rates, strict=True))
    name = letters[chosen]
    stories = [
        (
            "A factory has machines. "
            + " ".join(f"Machine {x} makes {s}% of all parts, and {r}% of its parts are faulty." for x, s, r in parts),
            (
                f"A part is picked at random and is {'not faulty' if good else 'faulty'}. What is the probability that "
                f"it comes from machine {name}?"
            ),
        ),
        (
            " ".join(
                f"Of the letters of an office, {s}% go through post office {x}, where {r}% of them arrive late."
                for x, s, r in parts
            ),
            (
                f"A letter of the office, picked at random, arrived {'in time' if good else 'late'}. How likely is it "
                f"that it went through post office {name}?"
            ),
        ),
        (
            " ".join(
                f"{s}% of the pupils of a school are in year {x}, and {r}% of the pupils of year {x} sing in the choir."
                for x, s, r in parts
            ),
            (
                f"A pupil is picked at random and {'does not sing' if good else 'sings'} in the choir. Find the "
                f"probability that the pupil is in year {name}."
            ),
        ),
    ]
    return rng.choice(stories)
