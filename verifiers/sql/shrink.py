"""Make a witness small: drop rows while the candidate and the gold still differ, and write it as SQL to replay.

Values are not simplified. A row goes together with the rows that refer to it, or these are given to another parent;
what the schema forbids is no step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from verisieve.verifiers.sql import literals
from verisieve.verifiers.sql.bench import Bench, Pair, Storage
from verisieve.verifiers.sql.compare import TooHardError
from verisieve.verifiers.sql.engine import Database, Fault, Refused, Row, Rows
from verisieve.verifiers.sql.gold import Expected, Gold
from verisieve.verifiers.sql.schema import Table
from verisieve.verifiers.sql.search import DRAWN_BUDGET, Matcher, Refuted, asked, difference, search

MAX_ROWS = 400
ENOUGH_ROWS = 6
_MAX_STEPS = 160
_MOST_WITNESSES = 6


class Witness(NamedTuple):
    """A small database, how it is stored, what the gold returns on it and what the candidate does."""

    rows: Database
    storage: Storage
    expected: Expected
    got: Rows | Refused


def smallest(gold: Gold, sql: str, refuted: Refuted, *, free_columns: bool = False) -> Witness:
    """Shrink a refutation; where more than a handful of rows is left, try the next ones too and keep the smallest."""
    best = shrink(gold, sql, refuted, free_columns=free_columns)
    for _ in range(_MOST_WITNESSES):
        if size(best) <= ENOUGH_ROWS:
            break
        found = search(gold, sql, free_columns=free_columns, after=refuted.number)
        if not isinstance(found, Refuted):
            break
        refuted = found
        best = min(best, shrink(gold, sql, refuted, free_columns=free_columns), key=size)
    return best


def size(witness: Witness) -> int:
    """Count the rows of a witness."""
    return sum(map(len, witness.rows.values()))


def shrink(gold: Gold, sql: str, refuted: Refuted, *, free_columns: bool = False) -> Witness:
    """Return a witness with as few rows as a bounded greedy search finds."""
    whole = Witness(refuted.rows, refuted.storage, refuted.expected, refuted.got)
    if size(whole) > MAX_ROWS:
        return whole
    best = _differs(gold, sql, refuted.rows, refuted.pair, (Storage.GIVEN, refuted.storage), free_columns) or whole
    steps = 0
    while (smaller := _smaller(gold, sql, best, free_columns, _MAX_STEPS - steps)) is not None:
        best, used = smaller
        steps += used
    return best


def _smaller(gold: Gold, sql: str, best: Witness, free_columns: bool, steps: int) -> tuple[Witness, int] | None:
    """Find the first smaller database that still tells the two apart."""
    for used, rows in enumerate(_reductions(gold.bench, best.rows), start=1):
        if used > steps:
            return None
        pair = gold.bench.build(rows)
        found = pair and _differs(gold, sql, rows, pair, (Storage.GIVEN, best.storage), free_columns)
        if found:
            return found, used
    return None


def _differs(
    gold: Gold, sql: str, rows: Database, pair: Pair, storages: Sequence[Storage], free_columns: bool
) -> Witness | None:
    expected = gold.expected(pair)
    if not isinstance(expected, Expected):
        return None
    candidate = asked(gold, sql)
    for storage in dict.fromkeys(storages):
        matcher = Matcher(free_columns=free_columns, sorts=candidate.sorts)
        try:
            got = difference(gold, candidate, matcher, expected, pair, storage, DRAWN_BUDGET)
        except TooHardError:
            continue
        if got is not None and not (isinstance(got, Refused) and got.fault is Fault.LIMIT):
            return Witness(rows, storage, expected, got)
    return None


def _reductions(bench: Bench, rows: Database) -> Iterator[Database]:
    """Yield databases with a table emptied, half of one, without one row, with two parents in one; children first."""
    tables = [table for table in reversed(bench.schema.tables) if rows.get(table.name)]
    for table in tables:
        yield _without(bench.schema.tables, rows, table.name, range(len(rows[table.name])))
    for table in tables:
        count = len(rows[table.name])
        size = count // 2
        while size > 1:
            for start in range(0, count, size):
                yield _without(bench.schema.tables, rows, table.name, range(start, start + size))
            size //= 2
    for table in tables:
        for place in range(len(rows[table.name])):
            yield _without(bench.schema.tables, rows, table.name, range(place, place + 1))
    for table in tables:
        for place in range(1, len(rows[table.name])):
            yield _merged(bench.schema.tables, rows, table.name, place)


def _merged(tables: Sequence[Table], rows: Database, name: str, place: int) -> Database:
    """Drop a parent and give its children to the first one."""
    old, heir = rows[name][place], rows[name][0]
    left = {other: list(kept) for other, kept in rows.items()}
    del left[name][place]
    for table in tables:
        for key in (key for key in table.foreign if key.parent == name):
            gone = tuple(old[i] for i in key.parent_places)
            moved = dict(zip(key.places, (heir[i] for i in key.parent_places), strict=True))
            left[table.name] = [
                tuple(moved.get(i, value) for i, value in enumerate(row))
                if tuple(row[i] for i in key.places) == gone
                else row
                for row in left.get(table.name, ())
            ]
    return left


def _without(tables: Sequence[Table], rows: Database, name: str, places: range) -> Database:
    left: dict[str, list[Row]] = {other: list(kept) for other, kept in rows.items()}
    left[name] = [row for i, row in enumerate(left[name]) if i not in places]
    while _drop_orphans(tables, left):
        pass
    return left


def _drop_orphans(tables: Sequence[Table], rows: dict[str, list[Row]]) -> bool:
    """Drop rows whose parent is gone; tell whether any was."""
    dropped = False
    for table in tables:
        for key in table.foreign:
            parents = {tuple(row[i] for i in key.parent_places) for row in rows.get(key.parent, ())}
            kept = [
                row
                for row in rows.get(table.name, ())
                if any(row[i] is None for i in key.places) or tuple(row[i] for i in key.places) in parents
            ]
            dropped |= len(kept) < len(rows.get(table.name, ()))
            rows[table.name] = kept
    return dropped


def replay(bench: Bench, witness: Witness) -> str:
    """Write a witness as INSERT statements; one stored in reverse brings its keyless tables along."""
    if witness.storage is not Storage.REVERSED:
        return literals.inserts(bench.schema.tables, witness.rows, bench.dialect)
    backwards: Mapping[str, Sequence[Row]] = {name: list(reversed(rows)) for name, rows in witness.rows.items()}
    return bench.twin_ddl() + literals.inserts(bench.schema.tables, backwards, bench.dialect)
