"""The instructions domain: write a text that keeps up to five rules, each of which a program can check.

In the manner of IFEval (Zhou et al. 2023, arXiv:2311.07911). The whole reply is the answer, thinking aside; one that
says the request again is none. Whether the text is any good is not looked at.
"""

from __future__ import annotations

from random import Random

from verisieve.domains.small import SmallDomain, Truth
from verisieve_instructions import writing
from verisieve_instructions.rules import RULES, broken


def make(rng: Random, level: int) -> tuple[str, Truth]:
    """Draw rules, one more for each level, and ask for them in words."""
    rules = writing.draw(rng, level)
    wanted = " ".join(RULES[rule["kind"]].says(rule) for rule in rules)
    prompt = f"Write a short text about {rules[0]['word']}. {wanted} Reply with the text alone."
    return prompt, {"rules": rules, "request": prompt}


def judge(answer: str, truth: Truth) -> bool | None:
    """Say whether every rule is kept; None for a reply that holds the request."""
    return None if truth["request"] in answer else not broken(answer, truth["rules"])


def answer(truth: Truth, rng: Random, right: bool) -> str:
    """Write a text that keeps all rules, or breaks one of them by as little as can be."""
    return writing.write(truth["rules"], rng) if right else writing.spoil(truth["rules"], rng)


domain = SmallDomain(
    name="instructions", version="1", package=__name__, make=make, judge=judge, answer=answer, field=None
)
