"""Share out equal things: by a binomial, and by counting the shares one person after the other."""

from __future__ import annotations

import math
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import people, tex


def make(rng: Random, level: int) -> Item:
    """Draw more things and more people at each level; each gets at least some from level 2 on."""
    people_, least = rng.randint(3, 4) + level // 2, 0 if level < 2 else rng.randint(1, 1 + level // 3)
    things = people_ * least + rng.randint(4 + level, 12 + 3 * level)
    most = rng.randint(things // 2, things - least * (people_ - 1) - 1) if level > 4 else None
    free = things - people_ * least
    answer = math.comb(free + people_ - 1, people_ - 1)
    steps = [f"{things} - {people_} \\cdot {least} = {free}"] if least else []
    steps += [f"\\binom{{{free} + {people_} - 1}}{{{people_} - 1}} = {answer}"]
    if most is not None:
        over = free - (most + 1 - least)
        if over < 0 or 2 * (most + 1) <= things:
            return make(rng, level)
        excess = math.comb(over + people_ - 1, people_ - 1)
        steps += [
            f"\\binom{{{over} + {people_} - 1}}{{{people_} - 1}} = {excess}",
            f"{answer} - {people_} \\cdot {excess} = {answer - people_ * excess}",
        ]
        answer -= people_ * excess
    owner = people(rng)[0]
    who, what = rng.choice(
        [
            ("children", "sweets"),
            ("boxes", "balls"),
            ("villages", "wells"),
            ("shelves", "copies of a book"),
            ("teams", "footballs"),
            ("vases", "roses"),
            ("dogs", "biscuits"),
            ("rooms", "chairs"),
            ("friends", "coins"),
        ]
    )
    condition = f", so that each gets at least {least}" if least else ""
    condition += f" and none more than {most}" if most is not None else ""
    prompt = rng.choice(
        [
            f"In how many ways can {owner} share {things} equal {what} among {people_} different {who}{condition}?",
            f"{people_} different {who} share {things} equal {what}{condition}. How many ways of sharing are there?",
            (
                f"{owner} has {things} equal {what} for {people_} different {who}. Count the ways to give them all "
                f"out{condition}."
            ),
        ]
    )
    return Item(
        prompt, tex(answer), tex(_shares(things, people_, least, things if most is None else most)), steps=tuple(steps)
    )


def _shares(things: int, people_: int, least: int, most: int) -> int:
    ways = [1] + [0] * things
    for _ in range(people_):
        ways = [sum(ways[k - share] for share in range(least, min(most, k) + 1)) for k in range(things + 1)]
    return ways[things]
