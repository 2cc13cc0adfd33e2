"""The problem families: each module of this folder is one, and its `make` takes a Random and a level (1 to 5).

An Item carries its answer twice, found in two ways; making.py refuses it where the two differ.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from random import Random

from verisieve.domains.math.families.item import Item

Family = Callable[[Random, int], Item]
_HELPERS = frozenset({"item", "writing"})


@cache
def all_families() -> Mapping[str, Family]:
    """Load every family; sorted by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in _HELPERS)
    return {name: import_module(f"{__name__}.{name}").make for name in names}
