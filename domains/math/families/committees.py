"""Choose a mixed committee: by binomials, and by going through all of them."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger clubs at each level; from level 3 on only a least number of women is asked for."""
    women, men = rng.randint(4, 5 + level), rng.randint(4, 5 + level)
    first, second = rng.randint(2, 3), rng.randint(1, 3)
    kinds = rng.choice(
        [
            ("women", "men"),
            ("pupils", "teachers"),
            ("singers", "dancers"),
            ("painters", "writers"),
            ("engineers", "lawyers"),
            ("goalkeepers", "strikers"),
        ]
    )
    group = rng.choice(["club", "council", "school", "theatre", "company", "team"])
    size = first + second
    splits = (
        [(first, second)]
        if level < 3
        else [(k, size - k) for k in range(first, size + 1) if k <= women and size - k <= men]
    )
    terms = [math.comb(women, k) * math.comb(men, rest) for k, rest in splits]
    people_ = range(women + men)
    found = sum(
        (sum(each < women for each in chosen), size) in {(k, size) for k, _ in splits}
        for chosen in combinations(people_, size)
    )
    asked = (
        (
            f"exactly {first} {kinds[0]} and {second} "
            f"{kinds[1] if second > 1 else kinds[1][:-1] if kinds[1] != 'men' else 'man'}"
        )
        if level < 3
        else f"{size} members of whom at least {first} are {kinds[0]}"
    )
    prompt = rng.choice(
        [
            (
                f"A {group} has {women} {kinds[0]} and {men} {kinds[1]}. In how many ways can it choose a committee of "
                f"{asked}?"
            ),
            (
                f"From the {women} {kinds[0]} and {men} {kinds[1]} of a {group} a delegation is chosen, of {asked}. "
                "How many such delegations are there?"
            ),
            f"There are {women} {kinds[0]} and {men} {kinds[1]} in a {group}. Count the groups of {asked}.",
        ]
    )
    steps = [
        (
            f"\\binom{{{women}}}{{{k}}} \\cdot \\binom{{{men}}}{{{rest}}} = {math.comb(women, k)} \\cdot "
            f"{math.comb(men, rest)} = {value}"
        )
        for (k, rest), value in zip(splits, terms, strict=True)
    ]
    steps += [f"{chained(terms)} = {sum(terms)}"] if len(terms) > 1 else []
    return Item(prompt, tex(sum(terms)), tex(found), steps=tuple(steps))
