"""Reads what a SQLite database looks like from SQLite's own tables.

Reads no DDL text except the CHECK expressions, which SQLite does not list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Row
from verisieve.verifiers.sql.engines.sqlite_connection import Engine
from verisieve.verifiers.sql.schema import Column, ForeignKey, Schema, Table, kind_of, parents_first, quoted


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
        tables=tuple(parents_first(resolved)),
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
