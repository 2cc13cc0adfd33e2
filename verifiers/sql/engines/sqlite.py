"""SQLite in this process: databases are snapshots in memory, so changing from one to another costs microseconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from verisieve.errors import TruthError
from verisieve.verifiers.sql.engine import Budget, Database, Pair, Refused, Row, Rows, Storage
from verisieve.verifiers.sql.engines import sqlite_guard, sqlite_schema
from verisieve.verifiers.sql.engines.keeper import Keeper
from verisieve.verifiers.sql.engines.sqlite_connection import Engine
from verisieve.verifiers.sql.schema import Table, quoted

_PARTIAL = 'SELECT 1 FROM pragma_index_list(?) WHERE "unique" AND partial'
_FEW = 60  # rows that are taken out again faster than a blank database is put in their place
_TABLE_FUNCTIONS = re.compile(r"\bjson_(?:each|tree)\b", re.IGNORECASE)


class Store:
    """Two connections with one schema, each holding one snapshot at a time."""

    def __init__(self, ddl: str, data: str) -> None:
        loader = _loaded(("schema", ddl), ("data", data))
        self.schema = sqlite_schema.read(loader)
        self.rows: Database = {table.name: loader.trusted(_all_rows(table)) for table in self.schema.tables}
        given, blank = loader.snapshot(), self._emptied(loader)
        partial = any(loader.trusted(_PARTIAL, (table.name,)) for table in self.schema.tables)
        twin_loader = _loaded(("schema", self.twin_ddl() if self.schema.plain else ddl))
        blank_twin = self._emptied(twin_loader)
        self.blank = Pair(blank, _Reversed({}, blank_twin))
        for done in (loader, twin_loader):
            done.close()
        heads = {table.name: _insert_head(table) for table in self.schema.tables}
        # What the keeper cannot tell (collations, partial indexes) SQLite is asked row by row.
        self._keeper = Keeper(self._holds) if self.schema.plain and not partial else None
        self._given, self._twin = _Side(self.blank.given, heads), _Side(blank_twin, heads)
        if not self.schema.plain:
            self._twin.engine.trusted("PRAGMA reverse_unordered_selects=ON")
        self.fixture = Pair(given, _Reversed(self.rows))

    def close(self) -> None:
        """Give the memory back."""
        self._given.engine.close()
        self._twin.engine.close()

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget) -> Rows | Refused:
        """Run a foreign query on one form of a database."""
        snapshot = self._reversed(pair.reversed) if storage is Storage.REVERSED else pair.given
        if _calls_table_functions(sql):
            return _run_alone(sql, snapshot, budget)
        if storage is Storage.REVERSED:
            return self._twin.showing(snapshot).run(sql, budget)
        engine = self._given.showing(pair.given)
        if storage is Storage.GIVEN:
            return engine.run(sql, budget)
        engine.trusted("PRAGMA reverse_unordered_selects=ON")
        try:
            return engine.run(sql, budget)
        finally:
            engine.trusted("PRAGMA reverse_unordered_selects=OFF")

    def empty(self) -> None:
        """Begin a database without rows."""
        if self._keeper:
            self._keeper.empty()
        else:
            self._given.empty()

    def keep(self, table: Table, rows: Iterable[Row], kept: list[Row]) -> None:
        """Offer rows; the keeper refuses what a constraint forbids, or SQLite does."""
        if self._keeper:
            self._keeper.keep(table, rows, kept)
            return
        kept += (row for row in rows if self._given.insert(table.name, [row]))

    def pair(self, rows: Database) -> Pair | None:
        """Store what was kept in both forms; None where SQLite refuses a row after all."""
        if self._keeper and not self._given.fill(rows):
            return None
        return Pair(self._given.taken(), _Reversed(rows))

    def cpu(self) -> float:
        """Return nothing: SQLite works in this process."""
        return 0.0

    def twin_ddl(self) -> str:
        """Return the CREATE statements of the keyless twin."""
        return "".join(f"{_keyless(table)};\n" for table in self.schema.tables) + "".join(
            f"{view};\n" for view in self.schema.views
        )

    def _emptied(self, engine: Engine) -> bytes:
        """Return the database without rows: a dump may bring rows along with its schema."""
        for table in self.schema.tables:
            engine.trusted(f"DELETE FROM {quoted(table.name)}")  # noqa: S608  # own names
        return engine.snapshot()

    def _reversed(self, twin: _Reversed) -> bytes:
        if twin.snapshot is None:
            self._twin.fill({name: some[::-1] for name, some in twin.rows.items()})
            twin.snapshot = self._twin.taken()
        return twin.snapshot

    def _holds(self, table: Table, row: Row) -> bool:
        """Ask SQLite for a row on its own."""
        self._given.empty()
        return self._given.insert(table.name, [row]) > 0


class _Reversed:
    """The second form of a database, stored when it is first asked for: many queries cannot tell the two apart."""

    __slots__ = ("rows", "snapshot")

    def __init__(self, rows: Database, snapshot: bytes | None = None) -> None:
        self.rows, self.snapshot = rows, snapshot


class _Side:
    """One connection, and which snapshot it holds: putting the same one back would only cost time.

    Rows are taken out where a few were put in: after a snapshot SQLite reads the schema and compiles statements anew.
    """

    def __init__(self, blank: bytes, heads: dict[str, str]) -> None:
        self.engine = Engine()
        self._blank, self._heads = blank, heads
        self._added: dict[str, int] | None = None  # rows put into the blank database, None where it holds another
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):  # nothing is ever rolled back: a snapshot is put back
            self.engine.trusted(f"PRAGMA {pragma}")
        self._held: bytes | None = None

    def showing(self, snapshot: bytes) -> Engine:
        """Return the engine with a snapshot in it."""
        if snapshot is not self._held:
            self.engine.restore(snapshot)
            self._held, self._added = snapshot, None
        return self.engine

    def empty(self) -> None:
        """Hold no rows, so that some can be put in."""
        if self._added is None or sum(self._added.values()) > _FEW:
            self.engine.restore(self._blank)
        else:
            for name in self._added:
                self.engine.trusted(f"DELETE FROM {quoted(name)}")  # noqa: S608  # own names
        self._held, self._added = None, {}

    def insert(self, name: str, rows: Sequence[Row]) -> int:
        """Put rows into a table; return how many were kept."""
        added, self._added = self._added, None  # without a journal, what fails in the middle is good for nothing
        assert added is not None
        kept = self.engine.insert(self._heads[name], rows)
        added[name] = added.get(name, 0) + len(rows)
        self._added = added
        return kept

    def fill(self, rows: Database) -> bool:
        """Hold these rows and no others; tell whether all were kept."""
        self.empty()
        kept = [self.insert(name, some) == len(some) for name, some in rows.items() if some]
        return all(kept)

    def taken(self) -> bytes:
        """Return a snapshot of what the engine holds now."""
        self._held = self.engine.snapshot()
        return self._held


def _loaded(*scripts: tuple[str, str]) -> Engine:
    """Return a new engine that has run a data set's scripts; raise TruthError naming the one that failed."""
    engine = Engine()
    for what, script in scripts:
        refused = engine.load(script)
        if refused:
            engine.close()
            raise TruthError(what, refused.message)
    return engine


@lru_cache(maxsize=64)
def _calls_table_functions(sql: str) -> bool:
    return bool(_TABLE_FUNCTIONS.search(sql))


def _run_alone(sql: str, snapshot: bytes, budget: Budget) -> Rows | Refused:
    """Run a query with table-valued functions in an engine of its own, which is good for nothing after that."""
    engine = Engine()
    try:
        engine.restore(snapshot)
        return engine.run(sql, budget, sqlite_guard.may_query_functions)
    finally:
        engine.close()


def _insert_head(table: Table) -> str:
    """Return the INSERT that offers rows, up to its VALUES; names come from the engine."""
    names = ", ".join(quoted(column.name) for column in table.columns)
    return f"INSERT OR IGNORE INTO {quoted(table.name)} ({names}) VALUES "  # noqa: S608  # names of the schema


def _all_rows(table: Table) -> str:
    names = ", ".join(quoted(column.name) for column in table.columns)
    return f"SELECT {names} FROM {quoted(table.name)}"  # noqa: S608  # names of the schema


def _keyless(table: Table) -> str:
    columns = ", ".join(f"{quoted(column.name)} {column.declared}" for column in table.columns)
    return f"CREATE TABLE {quoted(table.name)} ({columns})"
