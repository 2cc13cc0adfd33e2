"""Convert a quantity in several units: factor by factor, and in the smallest units."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, people, tex

_SPEEDS = {"m/s": Fraction(18, 5), "m/min": Fraction(3, 50), "km/min": Fraction(60)}
_LENGTHS = {"mm": 1, "cm": 10, "m": 1000, "km": 1_000_000}
_MASSES = {"mg": 1, "g": 1000, "kg": 1_000_000}


def make(rng: Random, level: int) -> Item:
    """Draw lengths and masses first, then areas, then speeds with a time."""
    maker = (_simple, _simple, _square, _travel, _flow)[level - 1]
    return maker(rng, level)


def _simple(rng: Random, level: int) -> Item:
    table = rng.choice([_LENGTHS, _MASSES])
    units = list(table)
    chosen = sorted(rng.sample(units, 3), key=units.index)
    target = chosen.pop(0 if level < 2 else rng.randrange(3))
    first, second = chosen
    a, b = rng.randint(2, 99), rng.randint(2, 99 * level)
    parts = [Fraction(a * table[second], table[target]), Fraction(b * table[first], table[target])]
    if sum(parts) < Fraction(1, 10**6):
        return _simple(rng, level)
    prompt = rng.choice(
        [
            f"How many {target} are {a} {second} and {b} {first} together? Give the exact value.",
            f"Write {a} {second} plus {b} {first} in {target}, as an exact number.",
        ]
    )
    steps = (
        f"{a} \\cdot {tex(Fraction(table[second], table[target]))} = {tex(parts[0])}",
        f"{b} \\cdot {tex(Fraction(table[first], table[target]))} = {tex(parts[1])}",
        f"{chained(parts)} = {tex(sum(parts))}",
    )
    return Item(
        prompt,
        f"{tex(sum(parts))} \\text{{ {target}}}",
        f"{a} \\text{{ {second}}} + {b} \\text{{ {first}}}",
        "quantity",
        steps,
    )


def _square(rng: Random, level: int) -> Item:
    target = rng.choice(["cm", "m"])
    first, second = rng.sample([unit for unit in ("mm", "cm", "m") if unit != target], 2)
    a, b = rng.randint(3, 250), rng.randint(3, 250)
    sides = [Fraction(a * _LENGTHS[first], _LENGTHS[target]), Fraction(b * _LENGTHS[second], _LENGTHS[target])]
    area = sides[0] * sides[1]
    thing = rng.choice(["strip of paper", "ribbon", "plank", "sheet of metal", "carpet", "banner"])
    prompt = rng.choice(
        [
            (
                f"A rectangular {thing} is {a} {first} wide and {b} {second} long. What is its area in square "
                f"{target}? Give the exact value."
            ),
            (
                f"Find the area in square {target} of a rectangular {thing} with sides of {a} {first} and {b} "
                f"{second}. Give the exact value."
            ),
        ]
    )
    steps = (
        f"{a} \\cdot {tex(Fraction(_LENGTHS[first], _LENGTHS[target]))} = {tex(sides[0])}",
        f"{b} \\cdot {tex(Fraction(_LENGTHS[second], _LENGTHS[target]))} = {tex(sides[1])}",
        f"{tex(sides[0])} \\cdot {tex(sides[1])} = {tex(area)}",
    )
    small = Fraction(a * _LENGTHS[first] * b * _LENGTHS[second], _LENGTHS[target] ** 2)
    return Item(prompt, f"{tex(area)} \\text{{ {target}}}^2", f"{tex(small)} \\text{{ {target}}}^2", "quantity", steps)


def _travel(rng: Random, level: int) -> Item:
    unit = rng.choice(list(_SPEEDS))
    speed, minutes = (
        rng.randint(2, 40) * (20 if unit == "m/min" else 1),
        rng.choice([5, 8, 10, 12, 15, 18, 20, 24, 25, 30, 35, 40, 45, 50]),
    )
    distance = speed * _SPEEDS[unit] * minutes / 60
    name = people(rng)[0]
    prompt = rng.choice(
        [
            (
                f"{name} moves at a steady {speed} {unit} for {minutes} minutes. How many kilometers is that? Give the "
                "exact value."
            ),
            f"At {speed} {unit}, how far does {name} get in {minutes} minutes? Answer in kilometers, exactly.",
        ]
    )
    metres = {"m/s": Fraction(1), "m/min": Fraction(1, 60), "km/min": Fraction(1000, 60)}[unit] * speed * minutes * 60
    steps = (
        f"{speed} \\cdot {tex(_SPEEDS[unit])} = {tex(speed * _SPEEDS[unit])}",
        f"{minutes} \\cdot \\frac{{1}}{{60}} = {tex(Fraction(minutes, 60))}",
        f"{tex(speed * _SPEEDS[unit])} \\cdot {tex(Fraction(minutes, 60))} = {tex(distance)}",
    )
    return Item(prompt, f"{tex(distance)} \\text{{ km}}", f"{tex(metres)} \\text{{ m}}", "quantity", steps)


def _flow(rng: Random, level: int) -> Item:
    wide, long, deep = rng.randint(40, 250), rng.randint(3, 20), rng.randint(200, 1500)
    rate = rng.choice([4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 25])
    litres = Fraction(wide, 10) * (long * 10) * Fraction(deep, 100)
    minutes = litres / rate
    millilitres = Fraction(wide * (long * 100) * deep, 10)
    prompt = rng.choice(
        [
            (
                f"A tank with upright walls is {wide} cm wide, {long} m long and {deep} mm deep. Water runs in at "
                f"{rate} liters per minute. After how many minutes is the empty tank full? Give the exact number."
            ),
            (
                f"Water flows into an empty box-shaped pool of {wide} cm by {long} m by {deep} mm (depth) at {rate} "
                "liters per minute. How many minutes does it take to fill? Give the exact number."
            ),
        ]
    )
    steps = (
        f"{wide} \\cdot \\frac{{1}}{{10}} = {tex(Fraction(wide, 10))}",
        f"{long} \\cdot 10 = {long * 10}",
        f"{deep} \\cdot \\frac{{1}}{{100}} = {tex(Fraction(deep, 100))}",
        f"{tex(Fraction(wide, 10))} \\cdot {long * 10} \\cdot {tex(Fraction(deep, 100))} = {tex(litres)}",
        f"{tex(litres)} \\cdot \\frac{{1}}{{{rate}}} = {tex(minutes)}",
    )
    return Item(prompt, tex(minutes), tex(millilitres / 1000 / rate), steps=steps)
