"""What engines return, in the few types that results are compared in: NULL, bool, int, float, text, bytes.

A decimal becomes an int or a float, moments and intervals become text, and lists and records JSON with their numbers
in one form, so that 1.50 and 1.5 inside a list are equal as they are outside.
"""

from __future__ import annotations

import json
from decimal import Decimal
from math import isnan
from typing import Any

from verisieve.verifiers.sql.engine import Value

_DIGITS = 11
_MOST_DIGITS = 290


def plain(value: Any, *, is_json: bool = False) -> Value:
    """Return a value in one of the types of a result.

    >>> from decimal import Decimal
    >>> plain(Decimal("2.50")), plain(Decimal("3.00")), plain([1, Decimal("1.50")])
    (2.5, 3, '[1, 1.5]')
    """
    if isinstance(value, int) and value.bit_length() > 950:
        return hex(value)  # too long for a float, and for Python to write in decimal
    if value is None or isinstance(value, (bool, int, bytes)):
        return value
    if isinstance(value, str):
        return json_text(value) if is_json else value
    if isinstance(value, float):
        return "NaN" if isnan(value) else value  # NaN equals itself in these engines
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, (list, tuple, dict)):
        return _written(value)
    return str(value)


def number(value: Decimal) -> Value:
    """Return a decimal as an int where it is whole, else as a float; as text where no float is as large or as small."""
    if not value.is_finite():
        return "NaN" if value.is_nan() else float(value)
    if abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)


def json_text(text: str) -> str:
    """Write a JSON text in one form; what is no JSON stays as it is."""
    try:
        return _written(json.loads(text))
    except (ValueError, RecursionError):
        return text


def packed(value: Value) -> Any:
    """Make a value fit for JSON."""
    return {"x": value.hex()} if isinstance(value, bytes) else value


def unpacked(value: Any) -> Value:
    """Undo `packed`."""
    return bytes.fromhex(value["x"]) if isinstance(value, dict) else value


def _written(value: Any) -> str:
    return json.dumps(_inner(value), sort_keys=True, ensure_ascii=False)


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _inner(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_inner(item) for item in value]
    found = plain(value)
    if isinstance(found, float):
        short = float(f"{found:.{_DIGITS}g}")
        return int(short) if short.is_integer() and abs(short) < 1e15 else short
    return found.hex() if isinstance(found, bytes) else found
