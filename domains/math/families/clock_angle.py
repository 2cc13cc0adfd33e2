"""Find the angle between the hands of a clock: by their speeds, and in steps of the minute marks."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, tex


def make(rng: Random, level: int) -> Item:
    """Draw full ten minutes first, any minute later, and seconds from level 4 on."""
    hour, minute = rng.randint(1, 12), rng.choice(range(0, 60, 10 if level < 2 else 5 if level < 3 else 1))
    second = rng.choice(range(0, 60, 10 if level < 5 else 4)) if level > 3 else 0
    now = minute + Fraction(second, 60)
    hands = [30 * (hour % 12) + now / 2, 6 * now]
    apart = abs(hands[0] - hands[1])
    by_speed = min(apart, 360 - apart)
    short, long = Fraction(5 * (hour % 12)) + now / 12, now
    marks = min((short - long) % 60, (long - short) % 60)
    time = f"{hour}:{minute:02d}" + (f":{second:02d}" if level > 3 else "")
    place = rng.choice(
        ["station", "kitchen", "church", "school", "town hall", "classroom", "museum", "library", "bakery", "harbour"]
    )
    prompt = rng.choice(
        [
            (
                f"What is the smaller angle, in degrees, between the hour hand and the minute hand of a {place} clock "
                f"at {time}?"
            ),
            (
                f"The {place} clock shows {time}; its hands move evenly. By how many degrees are hour hand and minute "
                "hand apart (the smaller angle)?"
            ),
            (
                f"At {time} somebody looks at the {place} clock. Find the smaller angle between hour hand and minute "
                "hand in degrees."
            ),
        ]
    )
    steps = [
        f"30 \\cdot {hour % 12} + \\frac{{1}}{{2}} \\cdot {bracketed(now)} = {tex(hands[0])}",
        f"6 \\cdot {bracketed(now)} = {tex(hands[1])}",
        f"|{tex(hands[0])} - {tex(hands[1])}| = {tex(apart)}",
    ]
    steps += [f"360 - {tex(apart)} = {tex(360 - apart)}"] if apart > 180 else []
    steps = [f"{minute} + \\frac{{{second}}}{{60}} = {tex(now)}", *steps] if second else steps
    return Item(prompt, f"{tex(by_speed)}^\\circ", f"{tex(marks * 6)}^\\circ", "quantity", tuple(steps))
