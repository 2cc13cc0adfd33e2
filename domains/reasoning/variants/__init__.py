"""How the specs of a family may be changed: a Shape each, found by the family's name. What a family lacks is None.

An edit gets a copy of the raw spec, a right answer and a random stream, and returns a changed spec or None; it proves
nothing. `operators` runs edits and shows what they did, `gates` decides whether what comes out is a problem.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from random import Random
from typing import Any

from verisieve.domains.reasoning.variants import shapes

Raw = dict[str, Any]
Address = tuple[str, Any]  # a field of a spec, and the index, key or cell of one clue in it
Edit = Callable[[Raw, Any, Random], Raw | None]
Guess = tuple[str, Any]  # the name of a trivial answer, and the answer

__all__ = ["Address", "Edit", "Guess", "Raw", "Shape", "names", "shape_of"]


def _no_guesses(spec: Any) -> Iterator[Guess]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is a name, what is a clue, and how both may be changed, in the raw specs of a family."""

    words: Callable[[Raw], list[tuple[str, list[str]]]] | None = None  # sections of themes.txt, and names of that sort
    rename: Callable[[Raw, Mapping[str, str]], Raw] | None = None  # where a walk over the JSON would miss names
    unordered: tuple[str, ...] = ()  # fields whose order means nothing
    permute: Edit | None = None  # where another order is more than that
    clues: tuple[str, ...] = ()  # fields whose items may be said or left out; the cells of a `grid` that are not 0
    minimal: bool = False  # whether a new problem may have no clue that the others entail
    entails: Callable[[Raw, str, Any], bool] | None = None  # does a spec entail a clue (field, clue)?
    two_sided: Callable[[Any], Any] = lambda clue: clue  # one and the same of clues that say the same
    answers_impossible: bool = False  # whether "impossible" is an answer of the family
    add: Edit | None = None  # something that leaves the answer right
    tighten: Edit | None = None  # a bound or clue replaced by a stronger one that leaves it right
    change: Edit | None = None  # one thing, so that the answer may become wrong
    clash: Edit | None = None  # something that no answer may survive
    join: Callable[[Raw, Raw, Random], Raw | None] | None = None  # two specs without common names to one
    guesses: Callable[[Any], Iterator[Guess]] = _no_guesses  # answers that take no thought, of a typed spec


@cache
def _shapes() -> Mapping[str, Shape]:
    found: dict[str, Shape] = {}
    for info in pkgutil.iter_modules(shapes.__path__):
        found.update(import_module(f"{shapes.__name__}.{info.name}").SHAPES)
    return found


def shape_of(family: str) -> Shape:
    """Return the shape of a family; one without any edits where nobody wrote one."""
    return _shapes().get(family, Shape())


def names() -> tuple[str, ...]:
    """All families with a shape, sorted."""
    return tuple(sorted(_shapes()))
