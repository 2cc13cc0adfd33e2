"""What a database looks like, read back from the engine: tables, columns, keys, foreign keys, CHECKs.

Reads no DDL text except the CHECK expressions, which the engine does not list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Engine, Row, Value


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `declared` is the type as written, `samples` are values seen in the given rows."""

    name: str
    declared: str
    kind: Kind
    nullable: bool
    samples: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Column places of the child, the parent table, and column places there."""

    places: tuple[int, ...]
    parent: str
    parent_places: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: columns in order, sets of columns that are unique, foreign keys."""

    name: str
    columns: tuple[Column, ...]
    unique: tuple[tuple[int, ...], ...]
    foreign: tuple[ForeignKey, ...]
    checks: tuple[str, ...] = ()

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


def quoted(name: str) -> str:
    """Quote a name that the engine gave us.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def read(engine: Engine) -> Schema:
    """Read the schema of a loaded database."""
    listed = engine.trusted("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid")
    names = [str(name) for kind, name, _ in listed if kind == "table"]
    ddl = {str(name): str(sql or "") for kind, name, sql in listed if kind == "table"}
    tables = [_table(engine, name, ddl[name]) for name in names]
    resolved = [_with_foreign(engine, table, tables) for table in tables]
    hidden = any(row[0] for name in names for row in _hidden_columns(engine, name))
    odd = any(_has_word(sql, "COLLATE") for sql in ddl.values())
    types = all(re.fullmatch(r"[\w (),.]*", column.declared) for table in tables for column in table.columns)
    return Schema(
        tables=tuple(_parents_first(resolved)),
        views=tuple(str(sql) for kind, _, sql in listed if kind == "view"),
        plain=types and not hidden and not odd,
    )


def _table(engine: Engine, name: str, ddl: str) -> Table:
    info = [(row[1], row[2], row[3], row[5]) for row in engine.trusted(f"PRAGMA table_info({quoted(name)})")]
    keys = sorted((int(str(row[3])), i) for i, row in enumerate(info) if row[3])
    # An INTEGER PRIMARY KEY is never NULL; other primary keys of SQLite may hold NULL, which no other engine allows.
    key = tuple(i for _, i in keys)
    columns = tuple(
        _column(engine, name, str(row[0]), str(row[1]), nullable=not row[2] and i not in key)
        for i, row in enumerate(info)
    )
    places = {column.name: i for i, column in enumerate(columns)}
    unique = [key] if key else []
    for (index,) in engine.trusted(
        "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial AND origin <> 'pk'", (name,)
    ):
        parts = [row[0] for row in engine.trusted("SELECT name FROM pragma_index_info(?)", (index,))]
        if all(part in places for part in parts):
            unique.append(tuple(places[str(part)] for part in parts))
    return Table(name=name, columns=columns, unique=tuple(unique), foreign=(), checks=tuple(_checks(ddl)))


def _hidden_columns(engine: Engine, name: str) -> list[Row]:
    return [(row[6],) for row in engine.trusted(f"PRAGMA table_xinfo({quoted(name)})")]


def _column(engine: Engine, table: str, name: str, declared: str, *, nullable: bool) -> Column:
    column = quoted(name)
    rows = engine.trusted(
        f"SELECT DISTINCT {column} FROM {quoted(table)} WHERE {column} IS NOT NULL LIMIT 40"  # noqa: S608  # own names
    )
    samples = tuple(row[0] for row in rows)
    return Column(name=name, declared=declared, kind=kind_of(declared, samples), nullable=nullable, samples=samples)


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

    >>> kind_of("TEXT", ["2024-02-01"]), kind_of("DECIMAL(8,2)", [])
    (<Kind.DATE: 'date'>, <Kind.REAL: 'real'>)
    """
    texts = [value for value in samples if isinstance(value, str)]
    if texts and len(texts) == len(samples):
        for kind, shape in _SHAPES:
            if all(map(shape.fullmatch, texts)):
                return kind
        return Kind.TEXT
    for word, kind in _DECLARED:
        if word in declared.upper():
            return kind if not samples or kind not in _TEXTS else _numeric(samples)
    if not declared and not samples:
        return Kind.INT
    return _numeric(samples) if samples and not declared else Kind.REAL


_TEXTS = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.TIME, Kind.TEXT})


def _numeric(samples: Sequence[Value]) -> Kind:
    return Kind.INT if all(isinstance(value, int) for value in samples) else Kind.REAL


def _with_foreign(engine: Engine, table: Table, tables: Sequence[Table]) -> Table:
    found: dict[int, list[Row]] = {}
    for row in engine.trusted(
        'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', (table.name,)
    ):
        found.setdefault(int(str(row[0])), []).append(row)
    by_name = {other.name.lower(): other for other in tables}
    keys = [_foreign(table, by_name.get(str(rows[0][1]).lower()), rows) for rows in found.values()]
    return Table(
        name=table.name,
        columns=table.columns,
        unique=table.unique,
        foreign=tuple(key for key in keys if key is not None),
        checks=table.checks,
    )


def _foreign(table: Table, parent: Table | None, rows: Sequence[Row]) -> ForeignKey | None:
    if parent is None:
        return None
    places = [table.place(str(row[2])) for row in rows]
    named = all(row[3] for row in rows)
    targets = [parent.place(str(row[3])) for row in rows] if named else list(parent.unique[0] if parent.unique else ())
    if len(places) != len(targets) or None in places or None in targets:
        return None
    return ForeignKey(
        places=tuple(i for i in places if i is not None),
        parent=parent.name,
        parent_places=tuple(i for i in targets if i is not None),
    )


def _parents_first(tables: Sequence[Table]) -> list[Table]:
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


def _has_word(sql: str, word: str) -> bool:
    return any(token.kind is lexer.Kind.WORD and token.text.upper() == word for token in lexer.tokens(sql))


def _checks(ddl: str) -> list[str]:
    """Return the texts of the CHECK expressions in a CREATE TABLE, without their parentheses.

    >>> _checks("CREATE TABLE t (a INT CHECK (a IN (0, 1)))")
    ['a IN (0, 1)']
    """
    found: list[str] = []
    depth, begin, armed = 0, None, False
    for token in lexer.tokens(ddl):
        depth += (token.text == "(") - (token.text == ")")
        if armed and token.text == "(":
            begin, base = token.start + 1, depth
        elif begin is not None and token.text == ")" and depth == base - 1:
            found.append(ddl[begin : token.start].strip())
            begin = None
        armed = begin is None and token.kind is lexer.Kind.WORD and token.text.upper() == "CHECK"
    return found
