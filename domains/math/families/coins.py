"""Find how many coins of a kind there are: by supposing that all are of one kind, and by trying all numbers."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import people, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger numbers at each level, and a third kind with a known relation from level 3 on."""
    values = rng.sample([5, 10, 20, 25, 50] if level < 3 else [1, 2, 5, 10, 20, 25, 50], 2 + (level > 2))
    counts = [rng.randint(3, 8 + 6 * level) for _ in values]
    factor = rng.randint(2, 3)
    if level > 2:
        counts[2] = factor * counts[1]
    total, worth = sum(counts), sum(count * value for count, value in zip(counts, values, strict=True))
    weights = (1, values[1]) if level < 3 else (1 + factor, values[1] + factor * values[2])
    if weights[1] == weights[0] * values[0]:
        return make(rng, level)
    found = [
        k
        for k in range(total + 1)
        if weights[0] * k <= total and values[0] * (total - weights[0] * k) + weights[1] * k == worth
    ]
    name = people(rng)[0]
    kinds = (
        " and ".join([f"{value}-cent" for value in values])
        if level < 3
        else f"{values[0]}-cent, {values[1]}-cent and {values[2]}-cent"
    )
    relation = (
        (
            f" There are {'twice' if factor == 2 else 'three times'} as many {values[2]}-cent coins as "
            f"{values[1]}-cent coins."
        )
        if level > 2
        else ""
    )
    money = f"{worth // 100} dollars and {worth % 100} cents" if worth >= 100 else f"{worth} cents"
    prompt = rng.choice(
        [
            (
                f"{name} has {total} coins, all of them {kinds} coins, worth {money} in all.{relation} How many "
                f"{values[1]}-cent coins are there?"
            ),
            (
                f"In a purse there are only {kinds} coins, {total} of them, and together they are worth "
                f"{money}.{relation} Find the number of {values[1]}-cent coins."
            ),
            (
                f"A machine took in {total} coins worth {money} in all, {kinds} coins only.{relation} How many of them "
                f"were {values[1]}-cent coins?"
            ),
        ]
    )
    gap = weights[1] - weights[0] * values[0]
    steps = [
        f"{total} \\cdot {values[0]} = {total * values[0]}",
        f"{worth} - {total * values[0]} = {worth - total * values[0]}",
    ]
    steps += (
        [f"{values[1]} + {factor} \\cdot {values[2]} - {weights[0]} \\cdot {values[0]} = {gap}"]
        if level > 2
        else [f"{values[1]} - {values[0]} = {gap}"]
    )
    steps += [f"\\frac{{{worth - total * values[0]}}}{{{gap}}} = {counts[1]}"]
    return Item(prompt, tex(counts[1]), ", ".join(map(tex, found)), steps=tuple(steps))
