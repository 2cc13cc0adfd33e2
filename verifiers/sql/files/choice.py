"""Chooses rows of a file that has too many: the same ones for the same file and the same values.

Those that hold one of the values come first, then rows that refer to these, then the first ones of each table, each
with the rows that they refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from verisieve.verifiers.sql.files.opening import File, Keyed, Raw, Row, Table, readable, size
from verisieve.verifiers.sql.schema import quoted

_SAME, _CHILDREN, _FIRST = 3, 3, 60  # rows for each value, for each named parent, and of each table at least
_AT_ONCE, _ROUNDS = 200, 6


class Choice:
    """Rows chosen so far, within a share of characters for each table."""

    def __init__(self, tables: Sequence[Table], most: int) -> None:
        self._share = most // max(1, len(tables))
        self.rows: dict[str, dict[Any, Row]] = {table.name: {} for table in tables}
        self._used = dict.fromkeys(self.rows, 0)

    def take(self, table: Table, found: Iterable[Keyed]) -> list[Row]:
        """Add rows as far as they fit; return those that are new."""
        new = []
        for key, row in found:
            length = size(row)
            if key in self.rows[table.name] or self._used[table.name] + length > self._share or not readable(row):
                continue
            self.rows[table.name][key] = row
            self._used[table.name] += length
            new.append(row)
        return new


def chosen(file: File, tables: Sequence[Table], values: Sequence[Any], most: int) -> dict[str, list[Row]]:
    """Return rows of each table, at most `most` characters of them."""
    choice = Choice(tables, most)
    by_name = {table.name.lower(): table for table in tables}
    for table in tables:
        choice.take(table, _holding(file, table, values))
    named = {name: list(rows.values()) for name, rows in choice.rows.items()}
    for table in tables:
        for link in table.links:
            parent = by_name.get(link.parent.lower())
            if parent:
                wanted = _keys(parent, link.targets, named[parent.name])
                choice.take(table, _matching(file, table, link.columns, wanted, _CHILDREN))
    _add_parents(file, tables, by_name, choice)
    for table in tables:
        choice.take(table, file.rows(table, f"LIMIT {_FIRST}"))
    _add_parents(file, tables, by_name, choice)
    return {name: [row for _, row in sorted(rows.items(), key=_order)] for name, rows in choice.rows.items()}


def _order(item: tuple[Any, Row]) -> tuple[int, str]:
    return (item[0], "") if isinstance(item[0], int) else (0, repr(item[0]))


def _holding(file: File, table: Table, values: Sequence[Any]) -> Iterator[Keyed]:
    """Yield the first rows that hold each value in each column."""
    if not values:
        return
    marks = ", ".join(f"?{i + 1}" for i in range(len(values)))
    where = " OR ".join(f"+{quoted(column)} IN ({marks})" for column in table.columns)
    wanted = set(values)
    seen: dict[tuple[int, Any], int] = {}
    for key, row in file.rows(table, f"WHERE {where}", values):
        hits = [(i, value) for i, value in enumerate(row) if not isinstance(value, bytes) and value in wanted]
        if any(seen.get(hit, 0) < _SAME for hit in hits):
            yield key, row
        for hit in hits:
            seen[hit] = seen.get(hit, 0) + 1


def _matching(file: File, table: Table, columns: Sequence[str], wanted: Sequence[Row], each: int) -> Iterator[Keyed]:
    """Yield rows whose columns hold one of some keys, a few for each."""
    places = _places(table, columns)
    if places is None:
        return
    names = ", ".join(quoted(table.columns[i]) for i in places)
    seen: dict[Row, int] = {}
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        marks = ", ".join(["(" + ", ".join("?" * len(places)) + ")"] * len(some))
        where = f"WHERE ({names}) IN (VALUES {marks})"
        for key, row in file.rows(table, where, [value for one in some for value in one]):
            held = tuple(row[i] for i in places)
            seen[held] = seen.get(held, 0) + 1
            if seen[held] <= each:
                yield key, row


def _add_parents(file: File, tables: Sequence[Table], by_name: dict[str, Table], choice: Choice) -> None:
    """Add the rows that chosen ones refer to, and what those refer to."""
    fresh = {name: list(rows.values()) for name, rows in choice.rows.items()}
    for _ in range(_ROUNDS):
        added: dict[str, list[Row]] = {name: [] for name in fresh}
        for table in tables:
            for link in table.links:
                parent = by_name.get(link.parent.lower())
                wanted = _keys(table, link.columns, fresh[table.name]) if parent else []
                if parent and wanted:
                    added[parent.name] += choice.take(parent, _matching(file, parent, link.targets, wanted, 1))
        fresh = added
        if not any(fresh.values()):
            return


def _keys(table: Table, columns: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    places = _places(table, columns)
    if places is None:
        return []
    keys = dict.fromkeys(tuple(row[i] for i in places) for row in rows)
    return [key for key in keys if not any(value is None or isinstance(value, Raw) for value in key)]


def _places(table: Table, columns: Sequence[str]) -> list[int] | None:
    """Say where columns stand; a foreign key may name some that are not there."""
    known = {column.lower(): i for i, column in enumerate(table.columns)}
    places = [known.get(column.lower()) for column in columns]
    return None if None in places else [place for place in places if place is not None]
