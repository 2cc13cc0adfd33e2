"""Reads what a PostgreSQL database looks like from the server's catalog, as the administrator."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from verisieve.errors import TruthError
from verisieve.verifiers.sql.engine import Database, Row
from verisieve.verifiers.sql.engines import results
from verisieve.verifiers.sql.engines.typed import column, reading
from verisieve.verifiers.sql.schema import ForeignKey, Schema, Table, parents_first, quoted

if TYPE_CHECKING:
    import psycopg

_COLUMNS = """SELECT c.oid, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, n.nspname,
(SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = a.atttypid), a.attnum,
a.attgenerated <> ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND
n.nspname <> 'information_schema' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum"""
_CONSTRAINTS = """SELECT conrelid, contype, conkey, confrelid, confkey, pg_get_expr(conbin, conrelid), conname
FROM pg_constraint WHERE conrelid <> 0 ORDER BY contype = 'p' DESC, oid"""
_DROPPED_CONSTRAINTS = """SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname !~ '^(pg_|information_schema)' AND c.conrelid <> 0
AND c.contype::text = ANY(%s) ORDER BY c.contype = 'f' DESC"""
_DROPPED_INDEXES = """SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^(pg_|information_schema)' AND NOT i.indisprimary"""
_UNIQUE_INDEXES = """SELECT indrelid, string_to_array(indkey::text, ' ')::int[] FROM pg_index
WHERE indisunique AND indpred IS NULL AND indexprs IS NULL AND NOT indisprimary"""


def read(admin: psycopg.Connection[Any]) -> tuple[Schema, Database]:
    """Read the schema of a loaded database and all its rows."""
    columns: defaultdict[int, list[Any]] = defaultdict(list)
    for row in admin.execute(_COLUMNS):
        columns[row[0]].append(row)
    names = [described[0][1] for described in columns.values()]
    if len(set(names)) < len(names):
        raise TruthError("schema", "holds two tables of one name in two schemas, which is not supported")
    if any(row[8] for described in columns.values() for row in described):
        raise TruthError("schema", "holds generated columns, which are not supported")
    constraints = admin.execute(_CONSTRAINTS).fetchall()
    indexes = admin.execute(_UNIQUE_INDEXES).fetchall()
    tables: list[Table] = []
    rows: dict[str, list[Row]] = {}
    for oid, described in columns.items():
        name, namespace = described[0][1], described[0][5]
        listed = ", ".join(reading(item[2], item[3]) for item in described)
        found = admin.execute(f"SELECT {listed} FROM {quoted(namespace)}.{quoted(name)}".encode()).fetchall()  # noqa: S608  # own names
        rows[name] = [tuple(results.plain(value) for value in row) for row in found]
        tables.append(_table(oid, columns, constraints, indexes, rows[name]))
    return Schema(tables=tuple(parents_first(tables)), views=(), plain=True, dialect="postgres"), rows


def _table(
    oid: int, columns: dict[int, list[Any]], constraints: list[Any], indexes: list[Any], rows: list[Row]
) -> Table:
    described = columns[oid]
    places = _places(described)
    own = [row for row in constraints if row[0] == oid]
    unique = [tuple(places[number] for number in row[2]) for row in own if row[1] in ("p", "u")]
    more = [tuple(places[n] for n in row[1] if n in places) for row in indexes if row[0] == oid]
    return Table(
        name=described[0][1],
        namespace="" if described[0][5] == "public" else described[0][5],
        columns=tuple(
            column(item[2], item[3], nullable=item[4], values=[row[i] for row in rows], labels=item[6] or ())
            for i, item in enumerate(described)
        ),
        unique=tuple(dict.fromkeys([*unique, *more])),
        foreign=tuple(_foreign(row, columns, places) for row in own if row[1] == "f" and row[3] in columns),
        checks=tuple(row[5] for row in own if row[1] == "c"),
    )


def _places(described: list[Any]) -> dict[int, int]:
    return {item[7]: place for place, item in enumerate(described)}


def _foreign(row: Any, columns: dict[int, list[Any]], places: dict[int, int]) -> ForeignKey:
    parent = columns[row[3]]
    there = _places(parent)
    return ForeignKey(
        places=tuple(places[number] for number in row[2]),
        parent=parent[0][1],
        parent_places=tuple(there[number] for number in row[4]),
    )


def loosen(admin: psycopg.Connection[Any], *, twin: bool) -> None:
    """Drop what only slows loading down: foreign keys, and in the twin all constraints and indexes but primary keys.

    A primary key stays: with it a query may select what it does not group by.
    """
    kinds = "fuxc" if twin else "f"
    for table, name in admin.execute(_DROPPED_CONSTRAINTS, (list(kinds),)).fetchall():
        admin.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted(name)} CASCADE".encode())
    for (name,) in admin.execute(_DROPPED_INDEXES).fetchall() if twin else ():
        admin.execute(f"DROP INDEX {name}".encode())
