"""Families without a checker of ours: their answer as an exact text where it is the only one, else refused.

Which family is which, and why, is said in families.toml.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

from verisieve.adapters.gym.items import Item, Made, RefusedError

MAX_TEXT = 200


class Families(NamedTuple):
    """Families that a text decides, and the reasons against others."""

    text: frozenset[str]
    refused: dict[str, str]


@cache
def families() -> Families:
    """Read the list of families."""
    data = tomllib.loads((resources.files(__package__) / "families.toml").read_text(encoding="utf-8"))
    return Families(
        frozenset(data["text"]), {family: reason for reason, named in data["refused"].items() for family in named}
    )


def text(item: Item) -> Made:
    """Return a row that their answer decides as a text; raise RefusedError for a family that it does not suit."""
    known = families()
    if item.family not in known.text:
        raise RefusedError(known.refused.get(item.family, "no conversion of ours knows this family"))
    answer = (item.answer or "").strip()
    if not answer or "\n" in answer or len(answer) > MAX_TEXT:
        raise RefusedError("no short answer in a line")
    return Made("math", {"answer": answer, "type": "text"}, "text", f"Answer: {answer}")
