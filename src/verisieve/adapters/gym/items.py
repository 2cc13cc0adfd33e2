"""An item of reasoning-gym, what is made of it, and why none is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from verisieve.records import Json


class RefusedError(Exception):
    """An item that no checker of ours judges rightly; the text says why."""


class Item(NamedTuple):
    """One item as the package makes it; some families have no answer."""

    family: str
    question: str
    answer: str | None
    metadata: Mapping[str, Json]

    def part(self, name: str) -> Any:
        """Return a part of the metadata; raise RefusedError where there is none."""
        if name not in self.metadata:
            raise RefusedError(f"metadata.{name} is missing")
        return self.metadata[name]


class Made(NamedTuple):
    """A row of ours; `judged` says by what (spec, value, text), `agrees` whether their answer is right by that."""

    domain: str
    truth: Mapping[str, Json]
    judged: str
    gold: str | None = None  # a reply that should pass: their answer where it is right, else ours
    prompt: str | None = None  # where the question had to be put in other words
    agrees: bool | None = None
