"""Draw balls without putting them back: by binomials, and ball by ball."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import chained, tex


def make(rng: Random, level: int) -> Item:
    """Draw larger urns at each level; all balls are of one colour at first, then exactly or at least some."""
    red, blue = rng.randint(3, 5 + 2 * level), rng.randint(3, 5 + 2 * level)
    drawn = 2 + (level + 1) // 2 if level > 1 else 2
    if min(red, blue) < drawn:
        return make(rng, level)
    wanted = (
        [drawn]
        if level < 2
        else [rng.randint(1, drawn - 1)]
        if level < 4
        else list(range(rng.randint(1, drawn - 1), drawn + 1))
    )
    terms = [math.comb(red, k) * math.comb(blue, drawn - k) for k in wanted]
    whole = math.comb(red + blue, drawn)
    one, other = rng.sample(["red", "blue", "green", "white", "black", "yellow"], 2)
    asked = (
        f"all of them are {one}"
        if level < 2
        else f"exactly {wanted[0]} of them {'are' if wanted[0] > 1 else 'is'} {one}"
        if level < 4
        else f"at least {wanted[0]} of them {'are' if wanted[0] > 1 else 'is'} {one}"
    )
    thing = rng.choice(["balls", "beads", "marbles", "cards", "tokens", "sweets"])
    prompt = rng.choice(
        [
            (
                f"An urn holds {red} {one} and {blue} {other} {thing}. {drawn} {thing} are drawn at random without "
                f"replacement. What is the probability that {asked}?"
            ),
            (
                f"From a bag with {red} {one} and {blue} {other} {thing}, {drawn} are taken at random, all at once. "
                f"How likely is it that {asked}?"
            ),
            (
                f"There are {red} {one} and {blue} {other} {thing} in a box. One after the other, {drawn} {thing} are "
                f"taken out at random and not put back. Find the probability that {asked}."
            ),
        ]
    )
    steps = [
        f"\\binom{{{red}}}{{{k}}} \\cdot \\binom{{{blue}}}{{{drawn - k}}} = {value}"
        for k, value in zip(wanted, terms, strict=True)
    ]
    steps += [f"{chained(terms)} = {sum(terms)}"] if len(terms) > 1 else []
    steps += [
        f"\\binom{{{red + blue}}}{{{drawn}}} = {whole}",
        f"\\frac{{{sum(terms)}}}{{{whole}}} = {tex(Fraction(sum(terms), whole))}",
    ]
    by_draw = sum((_drawn(red, blue, k, drawn - k) for k in wanted), Fraction(0))
    return Item(prompt, tex(Fraction(sum(terms), whole)), tex(by_draw), steps=tuple(steps))


def _drawn(red: int, blue: int, reds: int, blues: int) -> Fraction:
    """The probability that the next draws bring just so many of each colour."""
    if not reds and not blues:
        return Fraction(1)
    out = Fraction(0)
    if reds:
        out += Fraction(red, red + blue) * _drawn(red - 1, blue, reds - 1, blues)
    if blues:
        out += Fraction(blue, red + blue) * _drawn(red, blue - 1, reds, blues - 1)
    return out
