"""The Family protocol, and discovery: each module of this folder is one family of puzzles, and all read alike.

A family never sees a whole reply: verisieve.verifiers.reasoning.answers (or derivations) finds the part that counts.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Hashable
from functools import cache
from importlib import import_module
from random import Random
from typing import Any, Protocol, cast

from verisieve.errors import TruthError
from verisieve.verifiers.reasoning.findings import Finding, Reason

LEVELS = range(1, 6)


class Family(Protocol):
    """One kind of puzzle. Specs and answers are the family's own types; `raw` is the JSON of the truth.

    A family whose MODE is trace is a TraceFamily as well; there `solve`, `write` and `spoil` speak of whole
    derivations, `read` and `judge` of the final answer alone.
    """

    MODE: str  # "answer", or "trace" where the derivation counts

    def parse(self, raw: Any) -> Any:
        """Return the typed spec; raise TruthError for what is malformed or too large."""
        ...

    def make(self, rng: Random, level: int) -> dict[str, Any]:
        """Return the raw spec of a new well-posed problem; level 1 is easy, 5 is hard."""
        ...

    def ask(self, spec: Any, rng: Random) -> str:
        """Return the question in words, from one of several banks of templates."""
        ...

    def solve(self, spec: Any) -> Any:
        """Return a right answer; raise TruthError where there is none."""
        ...

    def prove(self, spec: Any, answer: Any) -> bool:
        """Show by a second, unlike method that the problem is well posed and the answer right."""
        ...

    def read(self, spec: Any, text: str) -> Any:
        """Return the answer that a text is as a whole; raise UnreadableError otherwise."""
        ...

    def judge(self, spec: Any, answer: Any) -> Finding:
        """Decide from the spec alone whether an answer is right; any valid one is."""
        ...

    def write(self, spec: Any, answer: Any, rng: Random) -> str:
        """Return the answer in one of several benign forms."""
        ...

    def spoil(self, spec: Any, answer: Any, rng: Random) -> Any:
        """Return a near miss: an answer that is wrong by construction."""
        ...


@cache
def names() -> tuple[str, ...]:
    """All families, sorted; nothing is imported."""
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__)))


@cache
def load(name: str) -> Family:
    """Import one family; raise TruthError for a name that is none."""
    if name not in names():
        raise TruthError("family", f"unknown family {name[:60]!r}", Reason.UNSUPPORTED_FAMILY)
    return cast("Family", import_module(f"{__name__}.{name}"))


class CanonicalFamily(Family, Protocol):
    """A family that tells what is new: others are told apart by their specs alone, names and order included."""

    def canonical(self, spec: Any) -> Hashable:
        """Return what is equal exactly for specs that are the same problem under renaming and symmetry."""
        ...


class VotedFamily(Family, Protocol):
    """A family whose equal answers may read unlike; in others, they are equal as values."""

    def same(self, spec: Any, answer: Any) -> Hashable:
        """Return what answers share that mean the same, whatever else they mention."""
        ...


class TraceFamily(Family, Protocol):
    """A family whose derivations are checked step by step."""

    ANSWER_OPTIONAL: bool  # whether a derivation may end without a committed answer

    def check_steps(self, spec: Any, reply: str) -> Finding:
        """Return the finding for the first bad step of a raw reply; its evidence holds `first_bad_step`."""
        ...
