"""Find an expected value: as a weighted mean, and by writing out every equally likely case."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import people, tex


def make(rng: Random, level: int) -> Item:
    """Draw one prize more at each level."""
    counts = [rng.randint(1, 4 + level) for _ in range(level + 2)]
    prizes = sorted(rng.sample(range(1, 12 + 9 * level), level + 2))
    stake, total = rng.randint(1, 9), sum(counts)
    mean = Fraction(sum(count * prize for count, prize in zip(counts, prizes, strict=True)), total)
    net = rng.random() < 0.5
    answer = mean - stake if net else mean
    tickets = [prize - (stake if net else 0) for count, prize in zip(counts, prizes, strict=True) for _ in range(count)]
    told = ", ".join(
        f"{count} {'tickets win' if count > 1 else 'ticket wins'} {prize} dollars"
        for count, prize in zip(counts, prizes, strict=True)
    )
    name = people(rng)[0]
    fee = f" {name} pays {stake} dollars for a draw." if net else ""
    asked = (
        f"{name}'s expected gain from one draw, the price of the draw taken off,"
        if net
        else "the expected prize of one draw"
    )
    prompt = rng.choice(
        [
            (
                f"In a lottery box there are {total} tickets: {told}. {name} draws one at random.{fee} What is {asked} "
                "in dollars?"
            ),
            (
                f"A wheel has {total} equal fields. "
                f"{told.replace('tickets win', 'fields win').replace('ticket wins', 'field wins')}. {name} turns it "
                f"once.{fee} Find {asked.replace('draw', 'turn')} in dollars."
            ),
            f"{name} takes one of {total} tickets at random: {told}.{fee} How large is {asked} in dollars?",
        ]
    ).replace("pays {stake} dollars for a draw", "pays {stake} dollars for a draw")
    weighted = " + ".join(f"{count} \\cdot {prize}" for count, prize in zip(counts, prizes, strict=True))
    steps = [f"{weighted} = {mean * total}", f"\\frac{{{mean * total}}}{{{total}}} = {tex(mean)}"] + (
        [f"{tex(mean)} - {stake} = {tex(answer)}"] if net else []
    )
    return Item(prompt, tex(answer), f"\\frac{{{sum(tickets)}}}{{{len(tickets)}}}", steps=tuple(steps))
