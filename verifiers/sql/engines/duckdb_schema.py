"""Reads what a DuckDB database looks like from DuckDB's own tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from verisieve.errors import TruthError
from verisieve.verifiers.sql.engine import Database, Row, Value
from verisieve.verifiers.sql.engines.typed import column, reading
from verisieve.verifiers.sql.schema import Column, ForeignKey, Schema, Table, parents_first, quoted

Ask = Callable[[str], list[Row]]

_COLUMNS = """SELECT table_name, column_name, data_type, is_nullable, schema_name FROM duckdb_columns()
WHERE NOT internal AND (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables())
ORDER BY table_oid, column_index"""
_CONSTRAINTS = """SELECT table_name, constraint_type, constraint_column_names, expression,
referenced_table, referenced_column_names FROM duckdb_constraints() ORDER BY table_oid, constraint_index"""
_VIEWS = "SELECT sql FROM duckdb_views() WHERE NOT internal ORDER BY view_oid"
_TYPES = "SELECT type_name, to_json(labels) FROM duckdb_types() WHERE NOT internal AND logical_type = 'ENUM'"


def read(ask: Ask) -> tuple[Schema, Database]:
    """Read the schema of a loaded database and all its rows."""
    columns: defaultdict[str, list[Row]] = defaultdict(list)
    for row in ask(_COLUMNS):
        columns[str(row[0])].append(row)
    if any(len({row[4] for row in described}) > 1 for described in columns.values()):
        raise TruthError("schema", "holds two tables of one name in two schemas, which is not supported")
    tables: list[Table] = []
    rows: dict[str, list[Row]] = {}
    for name, described in columns.items():
        namespace = "" if described[0][4] == "main" else str(described[0][4])
        empty = Table(name=name, columns=(), unique=(), foreign=(), namespace=namespace)
        listed = ", ".join(reading(str(item[1]), str(item[2])) for item in described)
        table_rows = ask(f"SELECT {listed} FROM {empty.target}")  # noqa: S608  # names of the schema
        made = [_column(item, [row[i] for row in table_rows]) for i, item in enumerate(described)]
        tables.append(replace(empty, columns=tuple(made)))
        rows[name] = table_rows
    limited = _constrained(tables, ask(_CONSTRAINTS))
    views = tuple(str(row[0]) for row in ask(_VIEWS))
    return Schema(tables=tuple(parents_first(limited)), views=views, plain=True, dialect="duckdb"), rows


def _column(described: Row, values: list[Value]) -> Column:
    return column(str(described[1]), str(described[2]), nullable=bool(described[3]), values=values)


def _constrained(tables: list[Table], listed: list[Row]) -> list[Table]:
    by_name = {table.name: table for table in tables}
    keys: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    foreign: defaultdict[str, list[ForeignKey]] = defaultdict(list)
    checks: defaultdict[str, list[str]] = defaultdict(list)
    for name, kind, names, expression, parent, parent_names in listed:
        table = by_name.get(str(name))
        if table is None:
            continue
        places = _places(table, names)
        if kind == "PRIMARY KEY":
            keys[table.name].insert(0, places)
        elif kind == "UNIQUE":
            keys[table.name].append(places)
        elif kind == "CHECK":
            checks[table.name].append(str(expression))
        elif kind == "FOREIGN KEY" and str(parent) in by_name:
            target = by_name[str(parent)]
            foreign[table.name].append(
                ForeignKey(places=places, parent=target.name, parent_places=_places(target, parent_names))
            )
    return [
        replace(
            table,
            unique=tuple(keys[table.name]),
            foreign=tuple(foreign[table.name]),
            checks=tuple(checks[table.name]),
        )
        for table in tables
    ]


def _places(table: Table, names: Value) -> tuple[int, ...]:
    import json

    found = [table.place(str(name)) for name in json.loads(str(names))]
    return tuple(place for place in found if place is not None)


def enums(ask: Ask) -> list[str]:
    """Return the CREATE TYPE statements of a database's enumerations."""
    import json

    made = []
    for name, labels in ask(_TYPES):
        listed = ", ".join("'" + str(label).replace("'", "''") + "'" for label in json.loads(str(labels)))
        made.append(f"CREATE TYPE {quoted(str(name))} AS ENUM ({listed})")
    return made


def bare(ask: Ask) -> list[str]:
    """Return the CREATE statements of the tables without keys, but with their defaults."""
    tables: dict[str, list[str]] = {}
    for name, column_name, declared, default in ask(
        "SELECT table_name, column_name, data_type, column_default FROM duckdb_columns() WHERE NOT internal"
        " AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY table_oid, column_index"
    ):
        extra = "" if default is None else f" DEFAULT ({default!s})"
        tables.setdefault(str(name), []).append(f"{quoted(str(column_name))} {declared!s}{extra}")
    return [f"CREATE TABLE {quoted(name)} ({', '.join(columns)});" for name, columns in tables.items()]


def sampled(empty: Schema, filled: Schema) -> Schema:
    """Return a schema with its keys, and the samples and kinds of columns that were read after the rows were there."""
    columns = {table.name: table.columns for table in filled.tables}
    nullable = {table.name: [column.nullable for column in table.columns] for table in empty.tables}
    tables = tuple(
        replace(
            table,
            columns=tuple(
                replace(column, nullable=may)
                for column, may in zip(columns[table.name], nullable[table.name], strict=True)
            ),
        )
        for table in empty.tables
    )
    return replace(empty, tables=tables)
