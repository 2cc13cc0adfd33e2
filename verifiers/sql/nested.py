"""Pools for columns that SQLite does not have: intervals, UUIDs, JSON, arrays; and numbers that must fit their type.

A JSON document or an array is put together from the constants of the queries, as keys, as values and as items.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from verisieve.verifiers.sql.analyse import Constant
from verisieve.verifiers.sql.engine import Value
from verisieve.verifiers.sql.schema import Column, Kind

KINDS = frozenset({Kind.INTERVAL, Kind.UUID, Kind.JSON, Kind.ARRAY, Kind.OTHER})
_MOST = 40
_INTERVALS = ("1 day", "02:00:00", "30 days", "1 month", "00:00:00", "-1 days", "1 year 2 months", "90 days 01:30:00")
_UUIDS = tuple(f"00000000-0000-4000-8000-{number:012}" for number in range(1, 7))
_BITS = {"TINYINT": 8, "SMALLINT": 16, "INT2": 16, "INTEGER": 32, "INT": 32, "INT4": 32}


def values(column: Column, constants: Sequence[Constant], dialect: str) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Return values near the constants, and ordinary ones."""
    samples = column.samples[:12]
    match column.kind:
        case Kind.INTERVAL:
            written = [text for text in constants if isinstance(text, str) and re.fullmatch(_INTERVAL, text)]
            return tuple(written), (*_INTERVALS, *samples)
        case Kind.UUID:
            return tuple(text for text in constants if text in samples), (*_UUIDS, *samples)
        case Kind.JSON:
            if samples and all(isinstance(_loaded(sample), list) for sample in samples):
                return tuple(_unique(_lists(constants, samples))), (*samples, *samples, "[]")
            # In SQLite any text may stand there: the given rows say what is usual.
            others = () if samples and dialect == "sqlite" else ("[]", "null")
            return tuple(_unique(_documents(constants, samples))), (*samples, *samples, "{}", '{"a": 1}', *others)
        case Kind.ARRAY:
            items = _items(column, constants)
            return tuple(_unique(_arrays(items, dialect))), (*samples, "{}" if dialect == "postgres" else "[]")
        case _:
            return (), samples or (None,)


_INTERVAL = r"-?\d{1,4} (second|minute|hour|day|week|month|year)s?|\d\d:\d\d:\d\d"


def in_range(numbers: Iterable[Value], declared: str) -> tuple[Value, ...]:
    """Keep what a numeric type can hold, in the form in which it holds it.

    >>> in_range((1, 40000, 2.345), "SMALLINT"), in_range((2.345, 1e6), "DECIMAL(4,2)")
    ((1, 2), (2.35,))
    """
    bits = _BITS.get(declared.upper(), 64)
    scaled = re.fullmatch(r"(?:numeric|decimal)\((\d+),? ?(\d*)\)", declared.lower())
    whole = declared.lower().endswith(("int", "integer")) or declared.upper() in _BITS
    found: list[Value] = []
    for number in numbers:
        if not isinstance(number, (int, float)):
            continue
        if scaled:
            digits, scale = int(scaled[1]), int(scaled[2] or 0)
            number = _rounded(number, scale)
            fits = abs(number) < 10 ** (digits - scale)
        else:
            number = int(number) if whole else number
            fits = not whole or abs(number) < 2 ** (bits - 1)
        if fits:
            found.append(number)
    return tuple(_unique(found)) or (0, 1)


def _rounded(number: float, scale: int) -> int | float:
    found = float(f"{number + (1e-9 if number > 0 else -1e-9):.{scale}f}")
    return int(found) if not scale else found


def _documents(constants: Sequence[Constant], samples: Sequence[Value]) -> Iterator[Value]:
    """Put constants into documents: given ones with one value changed or one key gone, and new ones."""
    words = [text for text in constants if isinstance(text, str) and len(text) < 40]
    for sample in samples[:4]:
        document = _loaded(sample)
        if isinstance(document, dict):
            for key in document:
                yield json.dumps({name: value for name, value in document.items() if name != key})
                yield json.dumps({**document, key: None})
                for value in constants[:12]:
                    yield json.dumps({**document, key: value})
    keys = [word.strip("$.{}") for word in words if re.fullmatch(r"[$.{}\w]+", word)]
    for key in keys[:4]:
        yield json.dumps({key: None})
        for filling in [*constants[:10], 1, "a", True, [1], {"a": 1}]:
            yield json.dumps({key: filling, **{other: filling for other in keys[:3] if other != key}})


def _lists(constants: Sequence[Constant], samples: Sequence[Value]) -> Iterator[Value]:
    """Put constants and given items into arrays: alone, behind others, twice, in capitals."""
    given = [item for sample in samples[:4] if isinstance(found := _loaded(sample), list) for item in found[:3]]
    named = [value.strip('%"[]') if isinstance(value, str) else value for value in constants[:8]]
    items = [*named, *(item for item in given if isinstance(item, (str, int))), "a", 1]
    for i, item in enumerate(items):
        other = items[(i + 1) % len(items)]
        changed = item.swapcase() if isinstance(item, str) else item + 1
        for members in ([item], [other, item], [item, item], [changed], [item, other, changed], [[item]]):
            yield json.dumps(members)
    yield "[]"


def _loaded(sample: Value) -> object:
    try:
        return json.loads(str(sample))
    except (ValueError, RecursionError):
        return None


def _items(column: Column, constants: Sequence[Constant]) -> list[str]:
    """Return items that may stand in the arrays of a column, as texts."""
    inner = column.declared.rstrip("[]0123456789").upper()
    if re.search(r"INT|NUMERIC|DECIMAL|DOUBLE|REAL|FLOAT", inner):
        near = [value + shift for value in constants if isinstance(value, int) for shift in (0, 1, -1)]
        return [str(value) for value in dict.fromkeys([*near[:12], 1, 2, 3])]
    texts = [value for value in constants if isinstance(value, str) and re.fullmatch(r"[\w -]{1,30}", value)]
    if re.search(r"CHAR|TEXT", inner):
        return [*dict.fromkeys([*texts[:10], "a", "b", "A"])]
    found = re.findall(r"[\w-]+", " ".join(map(str, column.samples)))
    return [*dict.fromkeys([*found, *(text for text in texts if text in found)])][:10]


def _arrays(items: Sequence[str], dialect: str) -> Iterator[Value]:
    opened, closed = "{}" if dialect == "postgres" else "[]"
    for i, item in enumerate(items):
        other = items[(i + 1) % len(items)]
        for members in ([item], [item, other], [other, item], [item, item], [item, "NULL"], [other, item, other]):
            yield opened + ", ".join(members) + closed
    yield opened + closed


def _unique(found: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(found))[:_MOST]
