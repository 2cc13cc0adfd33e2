"""Single clues of a raw spec: which there are, the spec without one, and those that the others entail."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from verisieve.domains.reasoning.families import Family
from verisieve.domains.reasoning.variants import Address, Raw, Shape
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning.specs import InfeasibleError


def addresses(shape: Shape, raw: Raw) -> list[Address]:
    """Return where the clues of a spec are."""
    found: list[Address] = []
    for field in shape.clues:
        items = raw.get(field, [])
        if field == "grid":
            found += [(field, (r, c)) for r, row in enumerate(items) for c, cell in enumerate(row) if cell]
        else:
            found += [(field, key) for key in (items if isinstance(items, dict) else range(len(items)))]
    return found


def said(raw: Raw, address: Address) -> Any:
    """Return a clue as it is written."""
    field, key = address
    return raw["grid"][key[0]][key[1]] if field == "grid" else raw[field][key]


def without(raw: Raw, dropped: Iterable[Address]) -> Raw:
    """Return a copy of a spec without some of its clues."""
    left = copy.deepcopy(raw)
    for field, key in sorted(dropped, key=repr, reverse=True):
        if field == "grid":
            left["grid"][key[0]][key[1]] = 0
        elif isinstance(left[field], dict):
            del left[field][key]
    for field in {field for field, key in dropped if isinstance(key, int)}:
        gone = {key for name, key in dropped if name == field}
        left[field] = [item for k, item in enumerate(left[field]) if k not in gone]
    return left


def added(shape: Shape, before: Raw, after: Raw) -> list[Address]:
    """Return the clues of a spec that another one does not have."""
    old = {_key(before, address) for address in addresses(shape, before)}
    return [address for address in addresses(shape, after) if _key(after, address) not in old]


def _key(raw: Raw, address: Address) -> str:
    """Return what tells a clue from others: what it says, and where that matters its cell or name."""
    field, key = address
    return repr((field, key if isinstance(key, tuple | str) else None, said(raw, address)))


def named(raw: Raw, address: Address) -> dict[str, Any]:
    """Return a clue as evidence: the field, its number from 1 (or key, or cell), and what it says."""
    field, key = address
    place = key + 1 if isinstance(key, int) else [part + 1 for part in key] if isinstance(key, tuple) else key
    return {"field": field, "number": place, "says": said(raw, address)}


def spare(family: Family, shape: Shape, raw: Raw) -> list[Address]:
    """Return the clues that can be left out alone without changing which answers are right."""
    return [address for address in addresses(shape, raw) if is_spare(family, shape, raw, address)]


def is_spare(family: Family, shape: Shape, raw: Raw, address: Address) -> bool:
    """Say whether the other clues entail one."""
    left = without(raw, [address])
    try:
        if pinned := getattr(family, "solutions", None):
            return len(pinned(family.parse(left), 2)) == 1
        return shape.entails is not None and shape.entails(left, address[0], said(raw, address))
    except TruthError:
        return False


def trimmed(family: Family, shape: Shape, raw: Raw, kept: Iterable[Address] = ()) -> Raw:
    """Return the spec without the clues that can be spared, the first of them first; those in `kept` stay.

    The spec must have an answer.
    """
    fixed = {_key(raw, address) for address in kept}
    left, done = raw, 0
    while True:
        listed = [address for address in addresses(shape, left) if _key(left, address) not in fixed]
        found = next((a for a in listed[done:] if is_spare(family, shape, left, a)), None)
        if found is None:
            return left
        done, left = listed.index(found), without(left, [found])


def answerable(family: Family, raw: Raw) -> bool:
    """Say whether any answer fits a spec; raise TruthError where that is not known."""
    try:
        spec = family.parse(raw)
        if pinned := getattr(family, "solutions", None):
            return bool(pinned(spec, 1))
        family.solve(spec)
    except InfeasibleError:
        return False
    return True


def core(family: Family, shape: Shape, raw: Raw) -> list[Address]:
    """Return clues that clash, none of which can be spared, by leaving out each in turn (deletion filter)."""
    kept = addresses(shape, raw)
    every = set(kept)
    for address in list(kept):
        rest = [other for other in kept if other != address]
        if not _left(family, raw, every - set(rest)):
            kept = rest
    return kept


def _left(family: Family, raw: Raw, dropped: Iterable[Address]) -> bool:
    try:
        return answerable(family, without(raw, dropped))
    except TruthError:  # not known, or no longer a spec
        return True


def clashes(family: Family, shape: Shape, raw: Raw, chosen: Iterable[Address]) -> list[Address] | None:
    """Return the chosen clues that can be spared from their clash; None where they do not clash."""
    every, picked = set(addresses(shape, raw)), list(chosen)
    if _left(family, raw, every - set(picked)):
        return None
    return [one for one in picked if not _left(family, raw, every - set(picked) | {one})]
