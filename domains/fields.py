"""Reading a task's own fields of a truth: each checked at the door, a bad one named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verisieve.errors import TruthError
from verisieve.records import Json

OPERATORS = ("new", "variant", "harder", "easier")


def text(truth: Mapping[str, Json], field: str, default: str | None = None) -> str:
    """Return a text, the default where the field is absent; raise TruthError for anything else and for blanks."""
    value = truth.get(field, default)
    if not isinstance(value, str) or not (value.strip() or value == default):
        raise TruthError(field, "is missing" if value is None else "is not a text, or is blank")
    return value


def choice(truth: Mapping[str, Json], field: str, choices: Sequence[str], default: str | None = None) -> str:
    """Return a text that is one of the choices."""
    value = text(truth, field, default)
    if value not in choices:
        raise TruthError(field, f"{value!r} is not one of {', '.join(choices)}")
    return value


def asked(truth: Mapping[str, Json]) -> tuple[str, Json]:
    """Return by which operator a new problem was asked for, and its parent, which a new one alone may lack."""
    operator, parent = choice(truth, "operator", OPERATORS, "new"), truth.get("parent")
    if parent is None and operator != "new":
        raise TruthError("parent", "is missing")
    return operator, parent


def share(truth: Mapping[str, Json], field: str, default: float) -> float:
    """Return a number from 0 (exclusive) to 1."""
    value = truth.get(field, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise TruthError(field, "is not a number above 0 and at most 1")
    return float(value)


def whole(truth: Mapping[str, Json], field: str, default: int | None = None, *, least: int = 1) -> int:
    """Return a whole number of at least `least`."""
    value = truth.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise TruthError(field, f"is not a whole number of at least {least}")
    return value


def flag(truth: Mapping[str, Json], field: str) -> bool:
    """Return true or false; absent is false."""
    value = truth.get(field, False)
    if not isinstance(value, bool):
        raise TruthError(field, "is not true or false")
    return value


def name(truth: Mapping[str, Json], field: str = "entry_point") -> str:
    """Return a Python name."""
    value = text(truth, field)
    if not value.isidentifier():
        raise TruthError(field, f"{value!r} is not a name")
    return value


def texts(truth: Mapping[str, Json], field: str) -> list[str] | None:
    """Return a list of texts, None where the field is absent."""
    values = truth.get(field)
    if values is None:
        return None
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise TruthError(field, "is not a list of texts")
    return list(values)
