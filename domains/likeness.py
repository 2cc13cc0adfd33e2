"""How like two statements are: their words, with every number and formula value taken for the same."""

from __future__ import annotations

import re

from verisieve.shingles import runs

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[a-z]+|[#=<>+*/^%-]")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+\b")
SHINGLE = 3  # words in a row
NEAR = 0.8  # share of runs of words that makes two statements one


def plain(text: str) -> str:
    """Return a statement without markup, case and spacing."""
    return re.sub(r"[\s$*_`~]+|\\[()\[\],;:! ]|\\text\b|[{}]", "", text).lower()


def masked(text: str) -> list[str]:
    """Return the words of a statement, a mark for every number and every name.

    >>> masked("Ann has 3 cats. Then Bob buys 12."), masked("Ann has 3 cats.") == masked("Ann has 4 cats.")
    (['ann', 'has', '#', 'cats', 'then', 'name', 'buys', '#'], True)
    """
    return _WORD.findall(_NUMBER.sub(" # ", _NAME.sub("name", text)).lower())


def likeness(one: str, other: str) -> float:
    """Return the share of runs of words that two statements have in common, from 0 to 1.

    >>> likeness("What is 3 times 4?", "What is 8 times 9?")
    1.0
    """
    left, right = set(runs(masked(one), SHINGLE)), set(runs(masked(other), SHINGLE))
    return len(left & right) / len(left | right)
