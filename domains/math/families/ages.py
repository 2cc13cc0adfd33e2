"""Find an age from a sum or a multiple: by solving the equation, and by trying all ages."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, people, polynomial, tex


def make(rng: Random, level: int) -> Item:
    """Draw two people; the multiple is not of today's ages from level 2 on, and a third person comes at level 4."""
    factor, shift = rng.randint(2, 3 + level // 2), 0 if level < 2 else rng.choice([-1, 1]) * rng.randint(2, 5 + level)
    young, more = rng.randint(6 + level, 14 + 3 * level), rng.randint(2, 8 + level) if level > 3 else 0
    old = factor * (young + shift) - shift
    if young + shift < 2 or not young + 3 < old < 105:
        return make(rng, level)
    names = people(rng, 2 + (level > 3))
    total = young + old + (young + more if level > 3 else 0)
    when = "" if not shift else f"In {shift} years" if shift > 0 else f"{-shift} years ago"
    times = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}[factor]
    relation = (
        f"{names[0]} is {times} as old as {names[1]}."
        if not shift
        else f"{when}, {names[0]} {'will be' if shift > 0 else 'was'} {times} as old as {names[1]}."
    )
    third = f" {names[2]} is {more} years older than {names[1]}." if level > 3 else ""
    asked = f"How old is {names[1]} now" if rng.random() < 0.5 else f"How old is {names[0]} now"
    answer = young if names[1] in asked else old
    prompt = rng.choice(
        [
            (
                f"{relation}{third} {'Their ages add up' if level < 4 else 'The ages of the three add up'} to {total} "
                f"today. {asked}, in years?"
            ),
            f"Together {' and '.join(names)} are {total} years old now. {relation}{third} {asked}, in years?",
        ]
    )
    found = next(
        y for y in range(1, 105) if y + (factor * (y + shift) - shift) + ((y + more) if level > 3 else 0) == total
    )
    slope, rest = factor + 1 + (level > 3), (factor - 1) * shift + more
    steps = (
        [
            (
                f"{factor} \\cdot (x {'+' if shift >= 0 else '-'} {abs(shift)}) {'-' if shift >= 0 else '+'} "
                f"{abs(shift)} = {polynomial([(factor - 1) * shift, factor])}"
            )
        ]
        if shift
        else []
    )
    steps += [
        f"{polynomial([rest, slope])} = {total}",
        f"x = \\frac{{{total} - {bracketed(rest)}}}{{{slope}}} = {young}",
    ]
    steps += (
        [] if names[1] in asked else [f"{factor} \\cdot ({young} + {bracketed(shift)}) - {bracketed(shift)} = {old}"]
    )
    return Item(
        prompt, tex(answer), tex(found if names[1] in asked else factor * (found + shift) - shift), steps=tuple(steps)
    )
