"""Choose seats in a row so that no two are neighbours: by a binomial, and by going through all choices."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import people, tex


def make(rng: Random, level: int) -> Item:
    """Draw longer rows at each level, and a round table from level 4 on."""
    owner = people(rng)[0]
    chosen = rng.randint(2, 3 + level // 3)
    seats = rng.randint(2 * chosen + level, 2 * chosen + 9 + 2 * level)
    ring = level > 3
    found = sum(_apart(places, seats, ring) for places in combinations(range(seats), chosen))
    if ring:
        answer = Fraction(seats, seats - chosen) * math.comb(seats - chosen, chosen)
        steps = (
            f"\\binom{{{seats - chosen}}}{{{chosen}}} = {math.comb(seats - chosen, chosen)}",
            f"\\frac{{{seats}}}{{{seats - chosen}}} \\cdot {math.comb(seats - chosen, chosen)} = {tex(answer)}",
        )
    else:
        answer = Fraction(math.comb(seats - chosen + 1, chosen))
        steps = (
            f"{seats} - {chosen} + 1 = {seats - chosen + 1}",
            f"\\binom{{{seats - chosen + 1}}}{{{chosen}}} = {tex(answer)}",
        )
    shape, thing, act = rng.choice(
        [
            ("bench", "seats", "taken"),
            ("shelf", "places", "filled"),
            ("car park", "bays", "used"),
            ("street", "houses", "painted"),
            ("corridor", "lockers", "opened"),
            ("chain", "lamps", "lit"),
            ("platform", "doors", "closed"),
            ("fence", "posts", "marked"),
            ("pier", "berths", "booked"),
            ("train", "wagons", "loaded"),
        ]
    )
    place = (
        (
            f"Around {owner}'s round {rng.choice(['table', 'pond', 'tower', 'garden', 'stage'])} there are {seats} "
            f"numbered {thing}"
        )
        if ring
        else f"{owner}'s {shape} has {seats} numbered {thing} in a row"
    )
    prompt = rng.choice(
        [
            f"{place}. In how many ways can {chosen} of them be {act} so that no two neighbouring ones are?",
            f"{place}, and {chosen} of them are to be {act}, no two next to each other. How many choices are there?",
            f"{place}. Count the sets of {chosen} {thing} that hold no two neighbours.",
        ]
    )
    return Item(prompt, tex(answer), tex(found), steps=steps)


def _apart(places: tuple[int, ...], seats: int, ring: bool) -> bool:
    close = any(b - a == 1 for a, b in pairwise(places))
    return not close and not (ring and places[0] == 0 and places[-1] == seats - 1)
