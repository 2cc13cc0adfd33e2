"""SQLite in this process: databases are snapshots in memory, so changing from one to another costs microseconds."""

from __future__ import annotations

import re

from verisieve.errors import TruthError
from verisieve.verifiers.sql.engine import Budget, Database, Pair, Refused, Row, Rows, Storage
from verisieve.verifiers.sql.engines import sqlite_guard, sqlite_schema
from verisieve.verifiers.sql.engines.keeper import Keeper
from verisieve.verifiers.sql.engines.sqlite_connection import Engine
from verisieve.verifiers.sql.schema import Table, quoted

_PARTIAL = 'SELECT 1 FROM pragma_index_list(?) WHERE "unique" AND partial'
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
        self.blank = Pair(blank, self._emptied(twin_loader))
        for done in (loader, twin_loader):
            done.close()
        self._heads = {table.name: _insert_head(table) for table in self.schema.tables}
        # What the keeper cannot tell (collations, partial indexes) SQLite is asked row by row.
        self._keeper = Keeper(self._holds) if self.schema.plain and not partial else None
        self._given, self._twin = _Side(), _Side()
        if not self.schema.plain:
            self._twin.engine.trusted("PRAGMA reverse_unordered_selects=ON")
        self.fixture = self._paired(given, self.rows)

    def close(self) -> None:
        """Give the memory back."""
        self._given.engine.close()
        self._twin.engine.close()

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget) -> Rows | Refused:
        """Run a foreign query on one form of a database."""
        if _TABLE_FUNCTIONS.search(sql):
            return _run_alone(sql, pair.reversed if storage is Storage.REVERSED else pair.given, budget)
        if storage is Storage.REVERSED:
            return self._twin.showing(pair.reversed).run(sql, budget)
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
        self._given.emptied(self.blank.given)
        if self._keeper:
            self._keeper.empty()

    def keep(self, table: Table, row: Row) -> bool:
        """Offer a row; the keeper refuses what a constraint forbids, or SQLite does."""
        if self._keeper:
            return self._keeper.keep(table, row)
        return self._given.engine.insert(self._heads[table.name], [row]) > 0

    def pair(self, rows: Database) -> Pair | None:
        """Store what was kept in both forms; None where SQLite refuses a row after all."""
        if self._keeper and not self._fill(self._given, rows):
            return None
        return self._paired(self._given.taken(), rows)

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

    def _paired(self, given: bytes, rows: Database) -> Pair:
        self._twin.emptied(self.blank.reversed)
        self._fill(self._twin, {name: some[::-1] for name, some in rows.items()})
        return Pair(given, self._twin.taken())

    def _fill(self, side: _Side, rows: Database) -> bool:
        """Insert rows; tell whether all were kept."""
        kept = [side.engine.insert(self._heads[name], some) == len(some) for name, some in rows.items() if some]
        return all(kept)

    def _holds(self, table: Table, row: Row) -> bool:
        """Ask SQLite for a row on its own; the given side is empty while rows are drawn."""
        held = self._given.engine.insert(self._heads[table.name], [row]) > 0
        if held:
            self._given.engine.trusted(f"DELETE FROM {quoted(table.name)}")  # noqa: S608  # own names
        return held


class _Side:
    """One connection, and which snapshot it holds: putting the same one back would only cost time."""

    def __init__(self) -> None:
        self.engine = Engine()
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):  # nothing is ever rolled back: a snapshot is put back
            self.engine.trusted(f"PRAGMA {pragma}")
        self._held: bytes | None = None

    def showing(self, snapshot: bytes) -> Engine:
        """Return the engine with a snapshot in it."""
        if snapshot is not self._held:
            self.engine.restore(snapshot)
            self._held = snapshot
        return self.engine

    def emptied(self, blank: bytes) -> None:
        """Put a snapshot in that rows will be added to."""
        self.engine.restore(blank)
        self._held = None

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
