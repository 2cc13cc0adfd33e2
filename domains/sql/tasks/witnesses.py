"""A database in a reply, as INSERT statements: read as data, row by row, and never run as a statement.

Only lists of plain values count. The schema's constraints are the engine's to check.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from verisieve.domains.sql.tasks.values import ValueFaultError, read_row
from verisieve.verifiers import replies
from verisieve.verifiers.sql import analyse, lexer
from verisieve.verifiers.sql.bench import Pair, Storage
from verisieve.verifiers.sql.engine import Database, Fault, Refused, Row, Value
from verisieve.verifiers.sql.gold import Expected, Gold
from verisieve.verifiers.sql.lexer import Kind, Token
from verisieve.verifiers.sql.schema import Kind as ColumnKind
from verisieve.verifiers.sql.schema import Schema, Table
from verisieve.verifiers.sql.search import DRAWN_BUDGET, Matcher

MOST_ROWS = 200
MOST_TEXT = 100_000
_INSERT = re.compile(r"^[ \t]*INSERT[ \t]+INTO\b", re.IGNORECASE | re.MULTILINE)


class WitnessError(Exception):
    """The rows are no rows of this schema; the message says why."""


def read(text: str, schema: Schema) -> Database | None:
    """Return the rows that a reply inserts, None where it inserts none; raise WitnessError for what is no plain row."""
    statements = list(_statements(replies.visible(text)[-MOST_TEXT:]))
    if not statements:
        return None
    found: dict[str, list[Row]] = {}
    for statement in statements:
        table, rows = _rows(list(lexer.tokens(statement)), schema)
        found.setdefault(table.name, []).extend(rows)
    if sum(map(len, found.values())) > MOST_ROWS:
        raise WitnessError(f"more than {MOST_ROWS} rows")
    return found


def _statements(text: str) -> Iterator[str]:
    """The INSERTs of the blocks; without any, those of the text, each up to its semicolon."""
    bodies = [fence.body for fence in replies.fences(text)]
    blocks = [part for body in bodies for part in lexer.statements(body) if _INSERT.match(part)]
    if blocks:
        yield from blocks
        return
    starts = [found.start() for found in _INSERT.finditer(text)][: MOST_ROWS + 1]
    for start, end in itertools.pairwise([*starts, len(text)]):
        yield lexer.statements(text[start:end])[0]


def _rows(tokens: list[Token], schema: Schema) -> tuple[Table, list[Row]]:
    names = {table.name.lower(): table for table in schema.tables}
    place = 2
    table = names.get(_name(tokens, place))
    if table is None:
        raise WitnessError(f"no table {_name(tokens, place)!r}")
    place += 1
    columns = list(range(len(table.columns)))
    if _text(tokens, place) == "(":
        columns, place = _columns(tokens, place + 1, table)
    if _text(tokens, place).upper() != "VALUES":
        raise WitnessError("only INSERT INTO … VALUES with plain values can be read")
    rows = []
    place += 1
    while place < len(tokens):
        try:
            values, place = read_row(tokens, place)
        except ValueFaultError as error:
            raise WitnessError(str(error)) from None
        if len(values) != len(columns):
            raise WitnessError(f"{len(values)} values for {len(columns)} columns of {table.name}")
        by_place = dict(zip(columns, values, strict=True))
        rows.append(tuple(by_place.get(i) for i in range(len(table.columns))))
        if place < len(tokens) and tokens[place].text != ",":
            raise WitnessError(f"{tokens[place].text[:40]!r} after a row")
        place += 1
    return table, rows


def _columns(tokens: list[Token], place: int, table: Table) -> tuple[list[int], int]:
    found: list[int] = []
    while _text(tokens, place) != ")":
        column = table.place(_name(tokens, place))
        if column is None or column in found:
            raise WitnessError(f"no column {_name(tokens, place)!r} in {table.name}")
        found.append(column)
        place += 1 + (_text(tokens, place + 1) == ",")
    return found, place + 1


def _text(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].text if place < len(tokens) else ""


def _name(tokens: Sequence[Token], place: int) -> str:
    good = place < len(tokens) and tokens[place].kind in (Kind.WORD, Kind.NAME)
    return tokens[place].text.strip('"`[]').lower() if good else ""


def build(gold: Gold, rows: Database) -> Pair:
    """Store the rows; raise WitnessError where the schema forbids them."""
    for table in gold.bench.schema.tables:
        _check_kinds(table, rows.get(table.name, ()))
        _check_parents(table, rows)
    pair = gold.bench.build(rows)
    if pair is None:
        raise WitnessError("the schema does not allow these rows")
    return pair


def _check_kinds(table: Table, rows: Sequence[Row]) -> None:
    """Raise WitnessError for a value that is none of its column's kind, even where the engine would take it."""
    for row in rows:
        for column, value in zip(table.columns, row, strict=True):
            if value is not None and not _fits(column.kind, value):
                raise WitnessError(f"{value!r:.60} is no {column.kind} for {table.name}.{column.name}")


def _fits(kind: ColumnKind, value: Value) -> bool:
    if kind in (ColumnKind.INT, ColumnKind.REAL, ColumnKind.BOOL):
        whole = kind is ColumnKind.REAL or value == int(value) if isinstance(value, (int, float)) else False
        return whole and (kind is not ColumnKind.BOOL or value in (0, 1))
    if kind in (ColumnKind.DATE, ColumnKind.TIMESTAMP):
        return isinstance(value, str) and _is_moment(value, alone=kind is ColumnKind.DATE)
    return kind is not ColumnKind.TEXT or isinstance(value, str)


def _is_moment(text: str, *, alone: bool) -> bool:
    try:
        (date if alone else datetime).fromisoformat(text)
    except ValueError:
        return False
    return len(text) >= len("2024-01-01") and text[4] == "-"


def _check_parents(table: Table, rows: Database) -> None:
    """Raise WitnessError for a row that refers to none: drawn databases hold to foreign keys by how they are drawn."""
    for key in table.foreign:
        parents = {tuple(row[i] for i in key.parent_places) for row in rows.get(key.parent, ())}
        for row in rows.get(table.name, ()):
            reference = tuple(row[i] for i in key.places)
            if None not in reference and reference not in parents:
                raise WitnessError(f"{table.name} refers to {reference!r:.60}, which is not in {key.parent}")


def tells(gold: Gold, sql: str, pair: Pair, *, free_columns: bool) -> bool:
    """Whether a query and the gold differ on a database; raise WitnessError where the gold has no single result."""
    expected = gold.expected(pair)
    if not isinstance(expected, Expected):
        raise WitnessError("the right query has no single result on these rows")
    for storage in (Storage.GIVEN, gold.twin(analyse.glance(sql))):
        got = gold.bench.run(sql, pair, storage, DRAWN_BUDGET)
        if isinstance(got, Refused) and got.fault is Fault.LIMIT:
            raise WitnessError("the given query uses up its budget on these rows")
        matcher = Matcher(free_columns=free_columns, sorts=analyse.glance(sql).sorts)
        if isinstance(got, Refused) or not matcher.matches(expected, got):
            return True
    return False
