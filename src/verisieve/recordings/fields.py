"""Take typed fields out of foreign records; what is missing or of another type is said with its dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from verisieve.errors import InputError
from verisieve.records import Json, Reason

T = TypeVar("T")
_KINDS: Mapping[type, str] = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "an integer"}


def need(record: Json, path: str, kind: type[T]) -> T:
    """Return what lies at a path; raise InputError where it is missing, null or of another type."""
    value = maybe(record, path, kind)
    if value is None:
        raise InputError(Reason.BAD_ROW, f"missing; must be {_KINDS[kind]}", path)
    return value


def maybe(record: Json, path: str, kind: type[T]) -> T | None:
    """Return what lies at a path, or None where it is missing or null; raise InputError for another type."""
    value = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(Reason.BAD_ROW, f"must be {_KINDS[kind]}, not {kind_of(value)}", path)
    return value


def kind_of(value: Json) -> str:
    """Name a JSON value's type for people."""
    return {**_KINDS, type(None): "null"}.get(type(value), "a number")
