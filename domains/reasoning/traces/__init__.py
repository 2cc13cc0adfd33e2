"""The Tracer protocol, and discovery: each module of this folder makes the derivations of one family checkable.

A tracer states the form that it asks for, opens a calculus over a spec, and makes derivations that are right. What is
shared is in verisieve.verifiers.reasoning: `citations` reads steps, `theories` and `replays` judge them.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from random import Random
from typing import Any, NamedTuple, Protocol, cast

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning.citations import Source
from verisieve.verifiers.reasoning.tracing import Calculus


class Line(NamedTuple):
    """One step as it is to be written; `body` is the tracer's own; a `firm` one needs each of its citations."""

    text: str
    refs: tuple[int, ...] = ()
    sources: tuple[Source, ...] = ()
    body: Any = None
    firm: bool = True


class Derivation(NamedTuple):
    """Steps and the answer that they give; where it was spoilt, `first_bad` says at which step and `kind` how."""

    lines: tuple[Line, ...]
    answer: Any
    first_bad: int | None = None
    kind: str = ""


class Tracer(Protocol):
    """How one family's derivations are asked for, judged and made; a module will do."""

    CITED: bool  # whether steps have to cite; otherwise each uses the one before

    def words(self, spec: Any) -> dict[str, object]:
        """Return what the wordings of the form, in banks/traces.txt, are filled with."""
        ...

    def begin(self, spec: Any) -> Calculus:
        """Open a calculus for one derivation."""
        ...

    def derive(self, spec: Any, rng: Random) -> Derivation:
        """Return a right derivation; what each step cites can be spared by none."""
        ...

    def falsify(self, spec: Any, line: Line, rng: Random) -> Line | None:
        """Return a step with another claim that is false, or None where this step has no such twin."""
        ...

    def agrees(self, spec: Any, derived: Any, answer: Any, text: str) -> bool:
        """Say whether a right answer, read from a text, is the one that the steps give."""
        ...


@cache
def names() -> tuple[str, ...]:
    """The families that have a tracer, sorted; nothing is imported."""
    hidden = ("deriving", "simulating", "spoiling", "writing")
    return tuple(sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in hidden))


@cache
def load(name: str) -> Tracer:
    """Import the tracer of a family."""
    return cast("Tracer", import_module(f"{__name__}.{name}"))


def form(name: str, spec: Any, rng: Random) -> str:
    """Return what a question says about the form of the steps."""
    return rng.choice(banks.bank("traces")[name]).format(**load(name).words(spec))
