"""Find how long workers need together: by rates, and by the common multiple of their times."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, people, tex


def make(rng: Random, level: int) -> Item:
    """Draw two workers, three from level 3 on; one of them comes late from level 4 on."""
    names = people(rng, 2 + (level > 2))
    hours = rng.sample(range(3, 12 + 5 * level), len(names))
    late = rng.randint(1, min(hours[0], 6) - 1) if level > 3 and hours[0] > 2 else 0
    rates = [Fraction(1, hour) for hour in hours]
    start = late * rates[0]
    answer = late + (1 - start) / sum(rates)
    whole = math.lcm(*hours)
    jobs = sum(whole // hour for hour in hours)
    again = Fraction(late * jobs + whole - late * (whole // hours[0]), jobs)
    told = ", ".join(f"{name} alone in {hour} hours" for name, hour in zip(names, hours, strict=True))
    others = " and ".join(names[1:])
    extra = (
        (
            f" {names[0]} starts alone, and after {late} {'hour' if late == 1 else 'hours'} {others} "
            f"{'join' if len(names) > 2 else 'joins'} in."
        )
        if late
        else ""
    )
    asked = "How many hours does the work take from the start" if late else "How many hours do they need together"
    job = rng.choice(
        [
            "A fence can be painted by",
            "A field can be ploughed by",
            "A hall can be cleaned by",
            "A wall can be built by",
            "An archive can be sorted by",
            "A ship can be unloaded by",
        ]
    )
    prompt = (
        f"{job} {told}.{extra} {asked}{rng.choice(['?', ', if all of them keep their pace?'])} Give an exact "
        f"{rng.choice(['fraction', 'number'])}."
    )
    pace = sum(rates, Fraction(0))
    steps = [f"{late} \\cdot {tex(rates[0])} = {tex(start)}", f"1 - {tex(start)} = {tex(1 - start)}"] if late else []
    steps += [
        f"{chained(rates)} = {tex(pace)}",
        f"{tex(1 - start)} \\cdot {tex(1 / pace)} = {tex((1 - start) / pace)}",
    ]
    steps += [f"{late} + {tex((1 - start) / pace)} = {tex(answer)}"] if late else []
    return Item(prompt, tex(answer), tex(again), steps=tuple(steps))
