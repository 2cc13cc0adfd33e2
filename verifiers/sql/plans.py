"""What databases are drawn from: the tables that queries name with their parents, a pool per column, useful sizes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from verisieve.verifiers.sql import analyse, lexer, values
from verisieve.verifiers.sql.schema import ForeignKey, Schema, Table
from verisieve.verifiers.sql.values import Hints, Pool

_SMALL = 12
_LARGEST = 300


class Layout(NamedTuple):
    """A table as it is filled: columns that refer to a parent, and that are unique alone; keys to itself and others.

    No query names the `dull` columns, and no key or CHECK: they get by with a few values in turn. Values of their own
    are `chosen` for the others that refer to nothing; the `free` of these may hold any of them, and those that are
    `loose` those of another row.
    """

    table: Table
    places: range
    nullable: tuple[bool, ...]
    referring: frozenset[int]
    single: frozenset[int]
    dull: frozenset[int]
    chosen: tuple[int, ...]
    free: tuple[int, ...]
    loose: tuple[int, ...]
    own: tuple[ForeignKey, ...]
    keys: tuple[ForeignKey, ...]


class Plan(NamedTuple):
    """What databases are drawn from: tables with parents before children, a pool per column, sizes worth trying.

    Columns of one group are equated by a query though no foreign key says so; they take the same few values.
    """

    tables: tuple[Table, ...]
    layouts: tuple[Layout, ...]
    lots: tuple[Sequence[Pool], ...]
    groups: Mapping[tuple[str, int], int]
    sizes: tuple[int, ...]


def plan(schema: Schema, hints: Hints, mentioned: Collection[str]) -> Plan:
    """Plan databases for queries that mention some tables; other tables stay empty, but for needed parents."""
    mentioned = _with_views(schema, mentioned)
    needed: set[str] = set()
    for table in reversed(schema.tables):
        if table.name in needed or table.name.lower() in mentioned:
            needed |= {table.name, *(key.parent for key in table.foreign)}
    tables = tuple(table for table in schema.tables if table.name in needed) or schema.tables
    pools = values.pools(schema, hints, tables)
    return Plan(
        tables=tables,
        layouts=tuple(_layout(table, mentioned) for table in tables),
        lots=tuple(pools[table.name] for table in tables),
        groups=_groups(tables, hints),
        sizes=_sizes(schema, hints),
    )


def _with_views(schema: Schema, mentioned: Collection[str]) -> frozenset[str]:
    """Add what the views say that are mentioned, those that others are made of last."""
    known = frozenset(mentioned)
    for view in reversed(schema.views):
        head = analyse.glance(re.split(r"(?i)\bAS\b", view, maxsplit=1)[0]).names
        if known & (head - {"create", "view", "if", "not", "exists", "temp", "temporary", "or", "replace"}):
            known |= analyse.glance(view).names
    return known


def _layout(table: Table, mentioned: Collection[str]) -> Layout:
    referring = frozenset(i for key in table.foreign for i in key.places)
    keys = referring.union(*table.unique)
    whole = "*" in mentioned or "natural" in mentioned
    checks = {token.text.strip('"`[]').lower() for check in table.checks for token in lexer.tokens(check)}
    named = {*checks, *(mentioned if table.name.lower() in mentioned else ())}
    places = range(len(table.columns))
    single = frozenset(places[0] for places in table.unique if len(places) == 1) - referring
    dull = frozenset(
        i for i, column in enumerate(table.columns) if not whole and i not in keys and column.name.lower() not in named
    )
    return Layout(
        table=table,
        places=places,
        nullable=tuple(column.nullable for column in table.columns),
        referring=referring,
        single=single,
        dull=dull,
        chosen=tuple(i for i in places if i not in referring and i not in dull),
        free=tuple(i for i in places if i not in referring and i not in dull and i not in single),
        loose=tuple(i for i in places if i not in referring and i not in single),
        own=tuple(key for key in table.foreign if key.parent == table.name),
        keys=tuple(key for key in table.foreign if key.parent != table.name),
    )


def _sizes(schema: Schema, hints: Hints) -> tuple[int, ...]:
    """Return numbers of rows that may matter: small constants, and larger ones that are compared with a count."""
    columns = {column.name.lower() for table in schema.tables for column in table.columns}
    computed = {value for name, found in hints.by_column.items() if name not in columns for value in found}
    small = {value for value in hints.loose if isinstance(value, int) and 1 <= value <= _SMALL}
    large = {value for value in hints.counts | computed if isinstance(value, int) and _SMALL < value <= _LARGEST}
    return tuple(sorted(small | large))


def _groups(tables: Sequence[Table], hints: Hints) -> dict[tuple[str, int], int]:
    """Number the groups of columns that queries equate, foreign keys apart."""
    merged: list[set[str]] = []
    for names in hints.joined:
        touching = [group for group in merged if not group.isdisjoint(names)]
        merged = [group for group in merged if group not in touching] + [set(names).union(*touching)]
    return {
        (table.name, i): number
        for table in tables
        for i, column in enumerate(table.columns)
        for number, names in enumerate(merged)
        if column.name.lower() in names
    }
