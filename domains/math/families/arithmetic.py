"""Evaluate an expression: inside out as it is built, and read back by the exact evaluator."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item
from verisieve.domains.math.families.writing import bracketed, tex
from verisieve.verifiers.math.exact import rational
from verisieve.verifiers.math.parse import parse


def make(rng: Random, level: int) -> Item:
    """Draw one operation more than the level."""
    text, value = str(first := rng.randint(2, 12 + 9 * level)), first
    shown = [text]
    for index in range(level + 1):
        number, sign = rng.randint(2, 12 + 4 * level), rng.choice("+-*")
        if sign == "*":
            text, here, value = f"({text}) \\cdot {number}", f"{bracketed(value)} \\cdot {number}", value * number
        else:
            here = f"{value} {sign} {number}"
            text, value = f"{text} {sign} {number}", value + number if sign == "+" else value - number
        shown += [here] if index else []
    steps = tuple(f"{one} = {other}" for one, other in _results(shown[1:], value, text))
    prompt = rng.choice(
        [f"Evaluate ${text}$.", f"What is the value of ${text}$?", f"Work out ${text}$ without a calculator."]
    )
    return Item(prompt, tex(value), tex(rational(parse(text))), steps=steps)


def _results(shown: list[str], value: int, text: str) -> list[tuple[str, str]]:
    """Each operation with its result; the whole expression last."""
    return [(each, tex(rational(parse(each)))) for each in shown] + [(text, tex(value))]
