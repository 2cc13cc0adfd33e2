"""Find when two travellers meet, or one catches up: by relative speed, and by crossing their lines of motion."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import people, tex


def make(rng: Random, level: int) -> Item:
    """Draw travellers that start together first, then one that starts later, then one that catches up."""
    names = people(rng, 2)
    slow, fast = sorted(rng.sample(range(4, 30 + 10 * level), 2))
    late = 0 if level < 3 else rng.choice([10, 12, 15, 20, 30, 40, 45])
    gap = rng.randint(20, 60 + 60 * level)
    chase = level > 3 and rng.random() < 0.6
    head = Fraction(slow * late, 60)
    if not chase and head >= gap:
        return make(rng, level)
    time = (gap + head) / (fast - slow) if chase else (gap - head) / (fast + slow)
    if time.denominator > (6, 12, 20, 40, 60)[level - 1] or time > 24:
        return make(rng, level)
    if chase:
        told = (
            f"{names[0]} starts {gap} km ahead on a straight road and drives at {slow} km/h. {late} minutes later "
            f"{names[1]} follows at {fast} km/h."
        )
        asked = f"How many hours after {names[1]}'s start does {names[1]} catch up?"
    else:
        told = (
            f"Two towns are {gap} km apart. {names[0]} leaves one of them at {slow} km/h towards the other"
            + (f". {late} minutes later" if late else ", and at the same time")
            + f" {names[1]} leaves the other one at {fast} km/h towards {names[0]}."
        )
        asked = (
            f"How many hours after {names[1]}'s start do they meet?" if late else "After how many hours do they meet?"
        )
    ending = rng.choice(["Give an exact fraction.", "Give the exact value."])
    first, second = (Fraction(slow), gap + head) if chase else (Fraction(slow), head)
    third, fourth = (Fraction(fast), Fraction(0)) if chase else (Fraction(-fast), Fraction(gap))
    again = Fraction(fourth - second) / (first - third)
    whole = gap + head if chase else gap - head
    steps = (
        [
            f"\\frac{{{late}}}{{60}} \\cdot {slow} = {tex(head)}",
            f"{gap} {'+' if chase else '-'} {tex(head)} = {tex(whole)}",
        ]
        if late
        else []
    )
    speed = fast - slow if chase else fast + slow
    steps += [
        f"{fast} {'-' if chase else '+'} {slow} = {speed}",
        f"{tex(whole)} \\cdot \\frac{{1}}{{{speed}}} = {tex(time)}",
    ]
    return Item(f"{told} {asked} {ending}", tex(time), tex(again), steps=tuple(steps))
