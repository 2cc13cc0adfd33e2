"""Combinatorics and probability: choices, paths, arrangements, dice and urns; formulas against enumeration."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise, product
from random import Random

from verisieve.domains.math.families.item import Item, tex

_WORDS = ("LEVEL", "BANANA", "PEPPER", "LETTER", "COFFEE", "BALLOON", "SUCCESS", "TATTOO", "MISSISSIPPI", "COMMITTEE")


def committees(rng: Random, level: int) -> Item:
    """Choose a mixed committee; by binomials, and by Pascal's rule."""
    women, men = rng.randint(3, 4 + level), rng.randint(3, 4 + level)
    first, second = rng.randint(1, 2), rng.randint(1, 3)
    prompt = (
        f"A club has {women} women and {men} men. In how many ways can it choose a committee of "
        f"{first} {'woman' if first == 1 else 'women'} and {second} {'man' if second == 1 else 'men'}?"
    )
    return Item(
        prompt, tex(math.comb(women, first) * math.comb(men, second)), tex(_pascal(women, first) * _pascal(men, second))
    )


def _pascal(above: int, below: int) -> int:
    row = [1]
    for _ in range(above):
        row = [1, *(a + b for a, b in pairwise(row)), 1]
    return row[below]


def grid_paths(rng: Random, level: int) -> Item:
    """Count lattice paths past a blocked point; by subtraction, and step by step."""
    wide, high = rng.randint(2, 3 + level), rng.randint(2, 3 + level)
    x, y = rng.randint(0, wide), rng.randint(1, high - 1)
    free = math.comb(wide + high, wide) - math.comb(x + y, x) * math.comb(wide - x + high - y, wide - x)
    ways = {(0, 0): 1}
    for i, j in product(range(wide + 1), range(high + 1)):
        if (i, j) != (0, 0):
            ways[i, j] = 0 if (i, j) == (x, y) else ways.get((i - 1, j), 0) + ways.get((i, j - 1), 0)
    prompt = (
        f"A path goes from $(0,0)$ to $({wide},{high})$ in unit steps right or up. "
        f"How many such paths do not pass through the point $({x},{y})$?"
    )
    return Item(prompt, tex(free), tex(ways[wide, high]))


def word_arrangements(rng: Random, level: int) -> Item:
    """Arrange the letters of a word; by the multinomial, and letter by letter."""
    word = rng.choice(_WORDS[: 4 + level])[: 4 + level]
    counts = Counter(word)
    formula = math.factorial(len(word)) // math.prod(math.factorial(count) for count in counts.values())
    left, placed = len(word), 1
    for count in counts.values():
        placed *= _pascal(left, count)
        left -= count
    return Item(f"In how many distinct ways can the letters of {word} be arranged?", tex(formula), tex(placed))


def dice_sum(rng: Random, level: int) -> Item:
    """Find the probability of a sum; by convolution, and by enumeration."""
    dice, sides = (2, rng.choice([4, 6, 8])) if level < 3 else (3, rng.choice([4, 6]))  # more dice later
    target = rng.randint(dice + 1, dice * sides - 1)
    chances = {0: Fraction(1)}
    for _ in range(dice):
        chances = {
            total: sum((chances.get(total - face, Fraction(0)) for face in range(1, sides + 1)), Fraction(0)) / sides
            for total in range(1, dice * sides + 1)
        }
    hits = sum(sum(roll) == target for roll in product(range(1, sides + 1), repeat=dice))
    name = {2: "Two", 3: "Three"}[dice]
    told = f"{name} fair {sides}-sided dice, numbered from 1, are rolled."
    prompt = f"{told} What is the probability that the sum is {target}?"
    return Item(prompt, tex(chances[target]), f"\\frac{{{hits}}}{{{sides**dice}}}")


def urn_draws(rng: Random, level: int) -> Item:
    """Draw balls without replacement; by binomials, and draw by draw."""
    red, blue = rng.randint(2, 3 + level), rng.randint(2, 3 + level)
    drawn = rng.randint(2, min(red, blue, 2 + level // 2))
    together = Fraction(math.comb(red, drawn), math.comb(red + blue, drawn))
    one_by_one = math.prod((Fraction(red - k, red + blue - k) for k in range(drawn)), start=Fraction(1))
    prompt = (
        f"An urn holds {red} red and {blue} blue balls. {drawn} balls are drawn at random without replacement. "
        "What is the probability that all of them are red?"
    )
    return Item(prompt, tex(together), tex(one_by_one))
