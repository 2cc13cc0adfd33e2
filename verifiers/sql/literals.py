"""Values written as SQL: plain literals, and the INSERT statements of a database in its dialect."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.verifiers.sql.engine import Database, Value
from verisieve.verifiers.sql.schema import Column, Kind, Table, quoted


def literal(value: Value) -> str:
    """Write a value as an SQL literal.

    >>> literal("it's"), literal(None), literal(2.5)
    ("'it''s'", 'NULL', '2.5')
    """
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def typed(value: Value, column: Column, dialect: str) -> str:
    """Write a value for a column of a dialect that holds to types."""
    if dialect == "sqlite" or value is None:
        return literal(value)
    if column.kind is Kind.BOOL:
        return "TRUE" if value else "FALSE"
    if isinstance(value, bytes):
        return rf"'\x{value.hex()}'" if dialect == "postgres" else _blob(value)
    return literal(value)


def _blob(value: bytes) -> str:
    return "'" + "".join(rf"\x{byte:02X}" for byte in value) + "'::BLOB"


def inserts(tables: Sequence[Table], rows: Database, dialect: str, *, extra: str = "") -> str:
    """Write a database as one INSERT per table that has rows."""
    lines = []
    for table in tables:
        if rows.get(table.name):
            names = ", ".join(quoted(column.name) for column in table.columns)
            tuples = ", ".join(
                "(" + ", ".join(typed(v, c, dialect) for v, c in zip(row, table.columns, strict=True)) + ")"
                for row in rows[table.name]
            )
            target = f"{table.target} ({names}){extra}" if extra else table.target
            lines.append(f"INSERT INTO {target} VALUES {tuples};")  # noqa: S608  # names of the schema, our values
    return "\n".join(lines)
