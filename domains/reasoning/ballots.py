"""Which replies give the same answer: the values that a family reads are compared, whether they are right or not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from typing import Any

from verisieve.domains.reasoning.truths import Truth
from verisieve.verifiers.reasoning import answers
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, wrong


def ballots(truth: Truth, texts: Sequence[str], longest: int) -> list[int | None]:
    """Return for each reply the place of the first one with the same answer, None where it commits to none.

    A route and the same route with its cost in other words are one answer; two unlike right routes are two.
    """
    firsts: dict[Hashable, int] = {}
    found: list[int | None] = []
    for place, text in enumerate(texts):
        key = None if len(text) > longest else answer(truth, text)
        found.append(None if key is None else firsts.setdefault(key, place))
    return found


def answer(truth: Truth, text: str) -> Hashable | None:
    """Return the one answer that a reply commits to, as something that equal answers share."""
    read: list[Hashable] = []
    same = getattr(truth.family, "same", None)

    def key(value: Any) -> Hashable:
        return _key(same(truth.spec, value) if same else value)

    def first(value: Any) -> Finding:
        """Take the first value; another one that follows makes the reply a hedge."""
        read[:] = read or [key(value)]
        return RIGHT if key(value) == read[0] else wrong("another answer")

    finding = answers.settle(text, lambda stretch: truth.family.read(truth.spec, stretch), first)
    return read[0] if finding.right else None


def _key(value: Any) -> Hashable:
    """Make a value hashable; the order in which a mapping or set was written is nothing."""
    if isinstance(value, Mapping):
        return "mapping", frozenset((_key(one), _key(other)) for one, other in value.items())
    if isinstance(value, Set):
        return "set", frozenset(map(_key, value))
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    return value if isinstance(value, Hashable) else repr(value)
