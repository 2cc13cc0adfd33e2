"""Columns of the engines that hold to declared types: their kind, and how their values are read and written.

Values travel as numbers, as 0 and 1 for booleans, and as the engine's own text for everything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from verisieve.verifiers.sql.engine import Value
from verisieve.verifiers.sql.schema import Column, Kind, kind_of, quoted

_MOST_SAMPLES = 40
_KINDS = (
    (r".*(\[\d*\]|array)", Kind.ARRAY),
    (r"(struct|map|union)\b.*", Kind.OTHER),
    (r"enum\b.*", Kind.TEXT),
    (r"interval.*", Kind.INTERVAL),
    (r"jsonb?", Kind.JSON),
    (r"uuid", Kind.UUID),
    (r"bool(ean)?", Kind.BOOL),
    (r"u?(tiny|small|big|huge)?int(eger|\d)?|int\d", Kind.INT),
    (r"(numeric|decimal)\(\d+, ?0\)", Kind.INT),
    (r"numeric.*|decimal.*|real|double.*|float.*", Kind.REAL),
    (r"timestamp.*|datetime.*", Kind.TIMESTAMP),
    (r"date", Kind.DATE),
    (r"time\b.*", Kind.TIME),
    (r"blob|bytea|varbinary", Kind.BLOB),
    (r"(var)?char\b.*|character.*|text|bpchar.*|string|name|citext", Kind.TEXT),
)
NUMERIC = frozenset({Kind.INT, Kind.REAL})


def kind_of_type(declared: str) -> Kind:
    """Tell the kind of a declared type.

    >>> kind_of_type("INTERVAL"), kind_of_type("TIMESTAMP WITH TIME ZONE"), kind_of_type("character varying(3)[]")
    (<Kind.INTERVAL: 'interval'>, <Kind.TIMESTAMP: 'timestamp'>, <Kind.ARRAY: 'array'>)
    """
    return next((kind for shape, kind in _KINDS if re.fullmatch(shape, declared.lower())), Kind.OTHER)


def column(name: str, declared: str, *, nullable: bool, values: Sequence[Value], labels: Sequence[str] = ()) -> Column:
    """Describe a column by its type, its values and the labels of an enumeration."""
    kind = Kind.TEXT if labels else kind_of_type(declared)
    if declared.lower().startswith("enum("):
        labels = [label.replace("''", "'") for label in re.findall(r"'((?:[^']|'')*)'", declared)]
    samples = tuple(dict.fromkeys(value for value in values if value is not None))[:_MOST_SAMPLES]
    if kind is Kind.TEXT and samples and not labels:
        kind = kind_of("TEXT", samples)  # text that is written like a date is drawn like one
    return Column(name=name, declared=declared, kind=kind, nullable=nullable, samples=samples, labels=tuple(labels))


def reading(name: str, declared: str) -> str:
    """Return the expression that reads a column in the form in which its values travel."""
    kind = kind_of_type(declared)
    if kind in NUMERIC or kind is Kind.BLOB:
        return quoted(name)
    return f"CAST({quoted(name)} AS {'INTEGER' if kind is Kind.BOOL else 'VARCHAR'})"
