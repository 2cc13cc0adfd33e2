"""What a database looks like: tables, columns, keys, foreign keys, CHECKs; each engine reads it from its catalog."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verisieve.verifiers.sql.engine import Value


class Kind(StrEnum):
    """What the values of a column are like."""

    INT = "int"
    REAL = "real"
    BOOL = "bool"
    TEXT = "text"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    BLOB = "blob"
    INTERVAL = "interval"
    JSON = "json"
    ARRAY = "array"
    UUID = "uuid"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `declared` is its type, `samples` are values of the given rows, `labels` all that it may take."""

    name: str
    declared: str
    kind: Kind
    nullable: bool
    samples: tuple[Value, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Column places of the child, the parent table, and column places there."""

    places: tuple[int, ...]
    parent: str
    parent_places: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: columns in order, sets of columns that are unique, foreign keys, CHECKs, the schema it lies in."""

    name: str
    columns: tuple[Column, ...]
    unique: tuple[tuple[int, ...], ...]
    foreign: tuple[ForeignKey, ...]
    checks: tuple[str, ...] = ()
    namespace: str = ""

    @property
    def target(self) -> str:
        """Return the quoted name, behind that of its schema where it lies in another than the usual one."""
        return f"{quoted(self.namespace)}.{quoted(self.name)}" if self.namespace else quoted(self.name)

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the columns of the first key; none where the table has no key."""
        return tuple(self.columns[i].name for i in self.unique[0]) if self.unique else ()

    def place(self, name: str) -> int | None:
        """Return where a column stands, by its name in any case."""
        return next((i for i, column in enumerate(self.columns) if column.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Tables with parents before children; `plain` tells that keyless copies of the tables mean the same."""

    tables: tuple[Table, ...]
    views: tuple[str, ...]
    plain: bool
    dialect: str = "sqlite"


def quoted(name: str) -> str:
    """Quote a name that the engine gave us.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


_SHAPES = (
    (Kind.DATE, re.compile(r"\d{4}-\d\d-\d\d")),
    (Kind.TIMESTAMP, re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?")),
    (Kind.TIME, re.compile(r"\d\d:\d\d(:\d\d)?")),
)
_DECLARED = (
    ("BOOL", Kind.BOOL),
    ("TIMESTAMP", Kind.TIMESTAMP),
    ("DATETIME", Kind.TIMESTAMP),
    ("DATE", Kind.DATE),
    ("TIME", Kind.TIME),
    ("INT", Kind.INT),
    ("CHAR", Kind.TEXT),
    ("TEXT", Kind.TEXT),
    ("CLOB", Kind.TEXT),
    ("UUID", Kind.TEXT),
    ("BLOB", Kind.BLOB),
)


def kind_of(declared: str, samples: Sequence[Value]) -> Kind:
    """Tell the kind of a column from its declared type and the values in it; values win where they are text.

    >>> kind_of("TEXT", ["2024-02-01"]), kind_of("DECIMAL(8,2)", []), kind_of("TEXT", ['["a"]', "[]"])
    (<Kind.DATE: 'date'>, <Kind.REAL: 'real'>, <Kind.JSON: 'json'>)
    """
    texts = [value for value in samples if isinstance(value, str)]
    if texts and len(texts) == len(samples):
        for kind, shape in _SHAPES:
            if all(map(shape.fullmatch, texts)):
                return kind
        return Kind.JSON if all(map(_is_document, texts)) else Kind.TEXT
    for word, kind in _DECLARED:
        if word in declared.upper():
            return kind if not samples or kind not in _TEXTS else _numeric(samples)
    if not declared and not samples:
        return Kind.INT
    return _numeric(samples) if samples and not declared else Kind.REAL


def _is_document(text: str) -> bool:
    """Tell whether a text is a JSON object or array."""
    if text[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def suits(kind: Kind, value: Value) -> bool:
    """Tell whether a value is one that a column of some kind would hold.

    >>> suits(Kind.DATE, "____-02-29"), suits(Kind.DATE, "2024-02-29"), suits(Kind.INT, "many")
    (False, True, False)
    """
    if kind in (Kind.INT, Kind.REAL, Kind.BOOL):
        return isinstance(value, (int, float))
    shape = next((shape for shaped, shape in _SHAPES if shaped is kind), None)
    return shape is None or (isinstance(value, str) and shape.fullmatch(value) is not None)


_TEXTS = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.TIME, Kind.TEXT})


def _numeric(samples: Sequence[Value]) -> Kind:
    return Kind.INT if all(isinstance(value, int) for value in samples) else Kind.REAL


def parents_first(tables: Sequence[Table]) -> list[Table]:
    """Order by foreign keys; a cycle is cut where it is met."""
    done: list[Table] = []
    left = list(tables)
    while left:
        names = {table.name for table in left}
        free = [t for t in left if not any(key.parent in names and key.parent != t.name for key in t.foreign)]
        ready = free or left[:1]
        done += ready
        left = [table for table in left if table not in ready]
    return done
