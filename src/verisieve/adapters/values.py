"""What every transform of an adapter needs: text out of a JSON value, and one error for what cannot be used."""

from __future__ import annotations

import json

from verisieve.errors import InputError
from verisieve.records import Json, Reason


def text(value: Json) -> str:
    """Return a text; raise InputError for anything else."""
    if not isinstance(value, str):
        raise bad(f"not text: {shown(value)}")
    return value


def listed(value: Json) -> list[Json]:
    """Return a list; raise InputError for anything else."""
    if not isinstance(value, list):
        raise bad(f"not a list: {shown(value)}")
    return value


def parts(value: Json, *names: str) -> list[Json]:
    """Return the values of as many columns as are named; raise InputError where they are not that many."""
    if not isinstance(value, list) or len(value) != len(names):
        raise bad(f"needs {', '.join(names)}")
    return value


def bad(message: str) -> InputError:
    """The error of a value that cannot be used."""
    return InputError(Reason.BAD_ROW, message)


def shown(value: Json) -> str:
    """A value as people read it, cut to size."""
    found = json.dumps(value, ensure_ascii=False, default=repr)
    return found if len(found) <= 60 else found[:60] + "…"
