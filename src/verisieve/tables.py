"""Tables that people write (TOML, options) into frozen records: every key a field, every value of its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from verisieve.errors import UsageError
from verisieve.records import Json

_NAMES = {int: "a whole number", float: "a number", str: "a string", bool: "true or false"}


def build(kind: Any, table: Json, place: str, prefix: str = "") -> Any:
    """Build a record from a table; raise UsageError naming `place` and the key of what is wrong."""
    if not isinstance(table, dict):
        raise UsageError(f"{place}: {prefix.removesuffix('.')}: must be a table, not {table!r}")
    hints = get_type_hints(kind)
    known = {each.name for each in fields(kind)}
    for key in table:
        if key not in known:
            raise UsageError(f"{place}: {prefix}{key}: unknown key; known: {', '.join(sorted(known))}")
    for each in fields(kind):
        if each.name not in table and each.default is MISSING and each.default_factory is MISSING:
            raise UsageError(f"{place}: {prefix}{each.name}: missing")
    values = {key: _value(hints[key], value, place, prefix + key) for key, value in table.items()}
    try:
        return kind(**values)
    except UsageError as error:  # the record's own rules
        raise UsageError(f"{place}: {prefix}{error}") from error


def _value(hint: Any, value: Json, place: str, key: str) -> Any:
    if hint is Any:
        return value
    if hasattr(hint, "__dataclass_fields__"):
        return build(hint, value, place, f"{key}.")
    if get_origin(hint) in {Union, UnionType}:
        return _value(next(kind for kind in get_args(hint) if kind is not type(None)), value, place, key)
    if get_origin(hint) is tuple:
        return _list(get_args(hint), value, place, key)
    if get_origin(hint) is not None:  # a table by names
        return _named(get_args(hint)[1], value, place, key)
    return _plain(hint, value, place, key)


def _list(kinds: tuple[Any, ...], value: Json, place: str, key: str) -> tuple[Any, ...]:
    if kinds[1:] == (Ellipsis,):
        if not isinstance(value, list) or not all(isinstance(item, kinds[0]) for item in value):
            raise UsageError(f"{place}: {key}: must be a list of strings, not {value!r}")
        return tuple(value)
    if not isinstance(value, list) or len(value) != len(kinds):
        raise UsageError(f"{place}: {key}: must be a list of {len(kinds)} numbers, not {value!r}")
    return tuple(_plain(kind, item, place, key) for kind, item in zip(kinds, value, strict=True))


def _named(inner: Any, value: Json, place: str, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{place}: {key}: must be a table, not {value!r}")
    return {name: _value(inner, item, place, f"{key}.{name}") for name, item in value.items()}


def _plain(hint: Any, value: Json, place: str, key: str) -> Any:
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint:
        raise UsageError(f"{place}: {key}: must be {_NAMES[hint]}, not {value!r}")
    if hint in {int, float} and not 0 <= value < float("inf"):
        raise UsageError(f"{place}: {key}: must not be negative, not {value!r}")
    return value
