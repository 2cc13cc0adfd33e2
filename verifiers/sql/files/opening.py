"""An SQLite file that nobody vouches for, open for reading and nothing else.

It is immutable to us, so that nothing is written beside it, and what it brings along (triggers, views, virtual tables)
is never asked. Work is counted in steps of the virtual machine, which are the same on every machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from verisieve.verifiers.sql.schema import quoted

_STEPS = 400_000_000  # for all that is asked of one file
_STEPS_PER_TICK = 100_000
_HEAP_BYTES = 256 << 20
_LONGEST_VALUE = 20_000  # what a query of the checker can read
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_ASKED = frozenset({"table_info", "foreign_key_list", "quick_check"})
_PRAGMAS = (
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "ignore_check_constraints=ON",
    "mmap_size=0",
    "temp_store=MEMORY",
    "query_only=ON",
)

Row = tuple[Any, ...]
Keyed = tuple[Any, Row]


class BrokenFileError(Exception):
    """The file cannot be read."""


class Raw(bytes):
    """Text that is no UTF-8, or that holds a null character."""


class Link(NamedTuple):
    """A foreign key: columns, and those of the parent."""

    columns: tuple[str, ...]
    parent: str
    targets: tuple[str, ...]


class Table(NamedTuple):
    """A table whose rows can be read; `key` names a row, an empty one means that the whole row does."""

    name: str
    ddl: str
    columns: tuple[str, ...]
    key: str
    links: tuple[Link, ...]


class File:
    """An open file; every statement is ours, and counts its steps."""

    def __init__(self, path: str) -> None:
        self._steps = 0
        self.tired = False
        self._connection = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro&immutable=1", uri=True)
        for pragma in (*_PRAGMAS, f"hard_heap_limit={_HEAP_BYTES}"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 << 20)
        self._connection.set_authorizer(_may)
        self._connection.set_progress_handler(self._tick, _STEPS_PER_TICK)
        self._connection.text_factory = _text

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def ask(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Yield rows; fewer than there are where all steps are used up."""
        try:
            yield from self._connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            self.tired = True

    def rows(self, table: Table, where: str = "", values: Sequence[Any] = ()) -> Iterator[Keyed]:
        """Yield rows with what names each."""
        columns = ", ".join(map(quoted, table.columns))
        head = f"SELECT {table.key or 'NULL'}, {columns} FROM {quoted(table.name)}"  # noqa: S608  # names of the file
        for key, *row in self.ask(f"{head} {where}", values):
            yield (key if table.key else tuple(row)), tuple(row)

    def _tick(self) -> int:
        self._steps += _STEPS_PER_TICK
        return int(self._steps > _STEPS)


def readable(row: Row) -> bool:
    """Tell whether a query of the checker could read a row."""
    return all(not isinstance(value, (str, bytes)) or len(value) <= _LONGEST_VALUE for value in row)


def size(row: Row) -> int:
    """Return about how many characters a row takes when it is written."""
    return sum(len(value) if isinstance(value, (str, bytes)) else 8 for value in row) + 4 * len(row)


def _text(data: bytes) -> str | Raw:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Raw(data)
    return Raw(data) if "\0" in text else text


def _may(action: int, first: str | None, _second: str | None, _database: str | None, _by: str | None) -> int:
    asked = action == sqlite3.SQLITE_PRAGMA and first in _ASKED
    return sqlite3.SQLITE_OK if action in _ALLOWED or asked else sqlite3.SQLITE_DENY
