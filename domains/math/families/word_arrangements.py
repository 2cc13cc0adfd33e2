"""Arrange the letters of a word: by the multinomial, and letter by letter over all states."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import tex

_WORDS = str.split(
    "LEVEL EERIE ONION PAPA TATTOO BANANA PEPPER LETTER COFFEE NEEDLE CANNON SCHOOL BUBBLE PUPPET BALLOON SUCCESS "
    "COLLEGE ALGEBRA GRAMMAR HARMONY KITCHEN PARALLEL CALCULUS INFINITE ELEVATOR NOTEBOOK MOUNTAIN COMMITTEE STATISTIC "
    "PINEAPPLE CHOCOLATE PROFESSOR TENNESSEE MISSISSIPPI MATHEMATICS ENGINEERING"
)


def make(rng: Random, level: int) -> Item:
    """Draw letters of a word, more at each level; from level 3 on two equal ones must, or must not, touch."""
    size = 4 + level
    word = "".join(rng.sample(rng.choice([each for each in _WORDS if len(each) >= size]), size))
    counts = Counter(word)
    pairs = sorted(letter for letter, count in counts.items() if count == 2)
    if (level > 2 and not pairs) or len(counts) < 3:
        return make(rng, level)
    total = math.factorial(size) // math.prod(math.factorial(count) for count in counts.values())
    letter, touching = rng.choice(pairs) if level > 2 else "", level > 2 and rng.random() < 0.5
    together = math.factorial(size - 1) // math.prod(
        math.factorial(count) for each, count in counts.items() if each != letter
    )
    answer = total if not letter else together if touching else total - together
    asked = (
        ""
        if not letter
        else f" if the two letters {letter} {'must stand' if touching else 'must not stand'} next to each other"
    )
    prompt = rng.choice(
        [
            f"In how many distinct ways can the letters of {word} be arranged{asked}?",
            f"How many different words, with or without a meaning, can be made from all the letters of {word}{asked}?",
            f"The letters {', '.join(word)} are put in a row. How many different rows are there{asked}?",
        ]
    )
    below = " \\cdot ".join(f"{count}!" for count in sorted(counts.values()) if count > 1) or "1!"
    steps = [f"\\frac{{{size}!}}{{{below}}} = {total}"]
    if letter:
        rest = (
            " \\cdot ".join(f"{count}!" for each, count in sorted(counts.items()) if each != letter and count > 1)
            or "1!"
        )
        one = f"\\frac{{{size - 1}!}}{{{rest}}} = {together}"
        steps = [one] if touching else [*steps, one, f"{total} - {together} = {answer}"]
    return Item(
        prompt, tex(answer), tex(_placed(tuple(sorted(counts.items())), "", letter, touching)), steps=tuple(steps)
    )


@cache
def _placed(left: tuple[tuple[str, int], ...], last: str, letter: str, touching: bool) -> int:
    """Count the rows that can still be made; the pair is looked at as its second letter is placed."""
    if not any(count for _, count in left):
        return 1
    ways = 0
    for each, count in left:
        second = each == letter and count == 1
        if count and not (second and (last == letter) != touching):
            ways += _placed(tuple((name, number - (name == each)) for name, number in left), each, letter, touching)
    return ways
