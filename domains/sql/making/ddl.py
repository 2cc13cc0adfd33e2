"""The tables of one dialect in another: written from what the engine's catalog says, and never by rewriting text."""

from __future__ import annotations

from collections.abc import Iterator

from verisieve.domains.sql.stories import named
from verisieve.verifiers.sql.schema import Column, Kind, Schema, Table

_TYPES = {
    Kind.INT: {"sqlite": "INTEGER", "duckdb": "BIGINT", "postgres": "BIGINT"},
    Kind.REAL: {"sqlite": "REAL", "duckdb": "DOUBLE", "postgres": "DOUBLE PRECISION"},
    Kind.BOOL: {"sqlite": "INTEGER", "duckdb": "INTEGER", "postgres": "INTEGER"},  # SQLite knows no other
    Kind.TEXT: {"sqlite": "TEXT", "duckdb": "VARCHAR", "postgres": "TEXT"},
    Kind.DATE: {"sqlite": "DATE", "duckdb": "DATE", "postgres": "DATE"},
    Kind.TIMESTAMP: {"sqlite": "TIMESTAMP", "duckdb": "TIMESTAMP", "postgres": "TIMESTAMP"},
}


def tables(schema: Schema, dialect: str) -> str | None:
    """Write the tables; None where there is a view, or a type that the dialects do not share."""
    columns = [column for table in schema.tables for column in table.columns]
    if schema.views or any(column.kind not in _TYPES or column.labels for column in columns):
        return None
    return "\n".join(_table(table, dialect) for table in schema.tables)


def _table(table: Table, dialect: str) -> str:
    return f"CREATE TABLE {named(table.name)} (\n  " + ",\n  ".join(_lines(table, dialect)) + "\n);"


def _lines(table: Table, dialect: str) -> Iterator[str]:
    yield from (_column(column, dialect) for column in table.columns)
    for index, places in enumerate(table.unique):
        yield f"{'UNIQUE' if index else 'PRIMARY KEY'} ({_names(table, places)})"
    for key in table.foreign:
        yield f"FOREIGN KEY ({_names(table, key.places)}) REFERENCES {named(key.parent)}"


def _column(column: Column, dialect: str) -> str:
    return f"{named(column.name)} {_TYPES[column.kind][dialect]}{'' if column.nullable else ' NOT NULL'}"


def _names(table: Table, places: tuple[int, ...]) -> str:
    return ", ".join(named(table.columns[place].name) for place in places)
