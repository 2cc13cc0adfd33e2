"""Write a number in a base: by division from below, and by taking powers from above."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.verifiers.math.render import digits


def make(rng: Random, level: int) -> Item:
    """Draw a larger number at each level."""
    base = rng.choice([2, 3, 4, 5, 6, 7, 8, 9])
    value = rng.randint(12 * 5**level, 60 * 5**level)
    steps, rest = [], value
    while rest:
        steps.append(f"{rest} = {rest // base} \\cdot {base} + {rest % base}")
        rest //= base
    written = digits(value, base)
    places = " + ".join(
        f"{digit} \\cdot {base}^{{{len(written) - 1 - k}}}" for k, digit in enumerate(written) if digit != "0"
    )
    steps.append(f"{value} = {places}")
    prompt = rng.choice(
        [
            f"Write the decimal number {value} in base {base}. Give the base as a subscript.",
            f"Convert {value} from base ten to base {base}; write the base as a subscript.",
            f"How is the number {value} (in base ten) written in base {base}? Show the base as a subscript.",
        ]
    )
    return Item(prompt, f"{written}_{{{base}}}", f"({_from_above(value, base)})_{{{base}}}", steps=tuple(steps))


def _from_above(value: int, base: int) -> str:
    power, out = 1, ""
    while power * base <= value:
        power *= base
    while power:
        out, value, power = out + str(value // power), value % power, power // base
    return out
