"""Find a mean speed: as distance over time, and kilometre by kilometre."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, people, tex


def make(rng: Random, level: int) -> Item:
    """Draw two legs, three from level 3 on; a rest is added at level 5."""
    name = people(rng)[0]
    speeds = [12, 15, 18, 20, 24, 30, 36, 40, 45, 48, 50, 60, 72, 80, 90]
    legs = [
        (rng.randint(2, 10 + 4 * level) * (6 if level < 3 else 3), rng.choice(speeds)) for _ in range(2 + (level > 2))
    ]
    rest = rng.choice([10, 12, 15, 20, 30, 45]) if level > 4 else 0
    if len({speed for _, speed in legs}) < len(legs):
        return make(rng, level)
    distance = sum(length for length, _ in legs)
    times = [Fraction(length, speed) for length, speed in legs] + ([Fraction(rest, 60)] if rest else [])
    steady = sum((Fraction(1, speed) for length, speed in legs for _ in range(length)), Fraction(rest, 60))
    hours = sum(times, Fraction(0))
    mean = distance / hours
    told = ", then ".join(f"{length} km at {speed} km/h" for length, speed in legs)
    pause = f" and rests for {rest} minutes in between" if rest else ""
    prompt = rng.choice(
        [
            f"{name} drives {told}{pause}. What is the average speed of the whole drive? Give the unit.",
            (
                f"A trip of {name} goes {told}{f', with a rest of {rest} minutes in between' if rest else ''}. Find "
                "the average speed of the whole trip in km/h."
            ),
            (
                f"{name} rides {told}{pause}. How many kilometres per hour is that on average over the whole time? "
                "Give the unit."
            ),
        ]
    )
    steps = [
        f"{chained(length for length, _ in legs)} = {distance}",
        *(f"\\frac{{{length}}}{{{speed}}} = {tex(Fraction(length, speed))}" for length, speed in legs),
    ]
    steps += [f"\\frac{{{rest}}}{{60}} = {tex(Fraction(rest, 60))}"] if rest else []
    steps += [f"{chained(times)} = {tex(hours)}", f"{distance} \\cdot {tex(1 / hours)} = {tex(mean)}"]
    answer, again = (f"{tex(value)} \\text{{ km/h}}" for value in (mean, 1 / (steady / distance)))
    return Item(prompt, answer, again, "quantity", tuple(steps))
