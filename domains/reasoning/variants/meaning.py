"""Do two specs say the same? By what they are, else by logic: every clue of the one follows from the other.

Unlike a canonical form this keeps the names: a text that swaps two of them says something else.
"""

from __future__ import annotations

from typing import Any

from verisieve.domains.reasoning.families import Family, load
from verisieve.domains.reasoning.variants import Address, Raw, Shape, clues, shape_of
from verisieve.errors import TruthError
from verisieve.records import Json

MAX_NAMED = 6


def difference(name: str, one: Raw, other: Raw) -> dict[str, Json] | None:
    """Return how two specs of a family differ, None where they say the same; the first must be a problem."""
    family, shape = load(name), shape_of(name)
    try:
        same = family.parse(one) == family.parse(other)
    except TruthError as error:
        return {"why": "the other is no spec", "message": str(error)[:200]}
    if same or _normal(shape, one) == _normal(shape, other):
        return None
    if (mine := _names(shape, one)) != (theirs := _names(shape, other)):
        return {"why": "other names", "missing": sorted(mine - theirs)[:8], "extra": sorted(theirs - mine)[:8]}
    if not _logical(family, shape) or _frame(shape, one) != _frame(shape, other):
        return {"why": "other specs", "differs": _differing(shape, one, other)}
    try:
        return _unentailed(family, shape, one, other)
    except TruthError as error:
        return {"why": "not known to be the same", "message": str(error)[:200]}


def _logical(family: Family, shape: Shape) -> bool:
    return hasattr(family, "solutions") or shape.entails is not None


def _unentailed(family: Family, shape: Shape, one: Raw, other: Raw) -> dict[str, Json] | None:
    """Return what one says and the other does not; where there is one answer, it must be the other's only one."""
    if pinned := getattr(family, "solutions", None):
        mine, theirs = (pinned(family.parse(raw), 2) for raw in (one, other))
        return None if mine == theirs and len(mine) == 1 else {"why": "other answers", "answers": len(theirs)}
    lost, extra = _not_in(shape, one, other), _not_in(shape, other, one)
    return {"why": "clues that do not follow", "lost": lost, "extra": extra} if lost or extra else None


def _not_in(shape: Shape, one: Raw, other: Raw) -> list[Json]:
    """Return the clues of one spec that the other neither has nor entails."""
    assert shape.entails
    there = {_key(shape, other, address) for address in clues.addresses(shape, other)}
    found = [address for address in clues.addresses(shape, one) if _key(shape, one, address) not in there]
    missing = [a for a in found if not shape.entails(other, a[0], clues.said(one, a))]
    return [clues.named(one, address) for address in missing[:MAX_NAMED]]


def _key(shape: Shape, raw: Raw, address: Address) -> str:
    return repr((address[0], shape.two_sided(clues.said(raw, address))))


def _normal(shape: Shape, raw: Raw) -> str:
    """Return what is the same for specs that differ in an order or a side that means nothing."""
    found: dict[str, Any] = {}
    for field, value in raw.items():
        side = shape.two_sided if field in shape.clues else lambda item: item
        ordered = field not in shape.unordered or not isinstance(value, list)
        found[field] = value if ordered else sorted(repr(side(item)) for item in value)
    return repr(_sorted(found))


def _sorted(value: Any) -> Any:
    """Return JSON with its keys in order."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _frame(shape: Shape, raw: Raw) -> str:
    """Return a spec without its clues, lists of nothing but names in order."""
    names = _names(shape, raw)

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(value[key]) for key in sorted(value)}
        return sorted(value) if isinstance(value, list) and value and all(v in names for v in _texts(value)) else value

    return repr(plain({field: value for field, value in raw.items() if field not in shape.clues}))


def _texts(value: list[Any]) -> list[Any]:
    return [item if isinstance(item, str) else None for item in value]


def _names(shape: Shape, raw: Raw) -> set[str]:
    return {word for _, words in shape.words(raw) for word in words} if shape.words else set()


def _differing(shape: Shape, one: Raw, other: Raw) -> list[Json]:
    """Return the fields that differ."""
    fields = sorted({*one, *other})
    return [field for field in fields if repr(_sorted(one.get(field))) != repr(_sorted(other.get(field)))]
