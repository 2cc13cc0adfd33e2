"""Reading of a problem's spec: typed, bounded, with the field named in every TruthError.

Knows no family; the bounds are given by the caller, so that a hostile spec is refused before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verisieve.errors import TruthError

MAX_WORD = 60


class InfeasibleError(TruthError):
    """A well-formed spec that no answer fits."""


def need(holds: bool, field: str, message: str) -> None:
    """Raise TruthError for the field unless the condition holds."""
    if not holds:
        raise TruthError(f"spec.{field}" if field else "spec", message)


def part(raw: Any, field: str) -> Any:
    """Return one field of the spec object."""
    need(isinstance(raw, Mapping), "", "must be an object")
    need(field in raw, field, "is missing")
    return raw[field]


def integer(raw: Any, field: str, low: int, high: int) -> int:
    """Return a whole number within bounds."""
    need(type(raw) is int and low <= raw <= high, field, f"must be a whole number from {low} to {high}")
    return int(raw)


def word(raw: Any, field: str) -> str:
    """Return a short text without line breaks."""
    need(
        isinstance(raw, str) and 0 < len(raw.strip()) <= MAX_WORD, field, f"must be text of 1 to {MAX_WORD} characters"
    )
    need("\n" not in raw, field, "must be one line")
    return str(raw).strip()


def sized(raw: Any, field: str, least: int, most: int) -> Sequence[Any]:
    """Return a list whose length is within bounds."""
    need(isinstance(raw, list | tuple) and least <= len(raw) <= most, field, f"must be a list of {least} to {most}")
    return list(raw)


def words(raw: Any, field: str, least: int, most: int) -> tuple[str, ...]:
    """Return a list of distinct short texts."""
    found = tuple(word(item, f"{field}[{k}]") for k, item in enumerate(sized(raw, field, least, most)))
    need(
        len({item.lower() for item in found}) == len(found) or len(set(found)) == len(found), field, "must be distinct"
    )
    return found


def table(raw: Any, field: str, least: int, most: int) -> dict[str, Any]:
    """Return an object with short keys whose size is within bounds."""
    need(
        isinstance(raw, Mapping) and least <= len(raw) <= most, field, f"must be an object of {least} to {most} entries"
    )
    return {word(key, field): value for key, value in raw.items()}


def member(raw: Any, field: str, known: Sequence[str]) -> str:
    """Return a text that is one of the known ones."""
    need(isinstance(raw, str) and raw in known, field, f"must be one of: {', '.join(known)}"[:200])
    return str(raw)
