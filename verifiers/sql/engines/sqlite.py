"""SQLite in this process: databases are snapshots in memory, so changing from one to another costs microseconds."""

from __future__ import annotations

import re

from verisieve.errors import TruthError
from verisieve.verifiers.sql import databases
from verisieve.verifiers.sql.engine import Budget, Database, Pair, Refused, Row, Rows, Storage
from verisieve.verifiers.sql.engines import sqlite_guard, sqlite_schema
from verisieve.verifiers.sql.engines.sqlite_connection import Engine
from verisieve.verifiers.sql.schema import Table, quoted

_TABLE_FUNCTIONS = re.compile(r"\bjson_(?:each|tree)\b", re.IGNORECASE)


class Store:
    """Two connections with one schema, each holding one snapshot at a time."""

    def __init__(self, ddl: str, data: str) -> None:
        loader = _loaded(("schema", ddl), ("data", data))
        self.schema = sqlite_schema.read(loader)
        self.rows: Database = {table.name: loader.trusted(_all_rows(table)) for table in self.schema.tables}
        self._inserts = {table.name: databases.insert_sql(table) for table in self.schema.tables}
        given, blank = loader.snapshot(), self._emptied(loader)
        twin_loader = _loaded(("schema", self.twin_ddl() if self.schema.plain else ddl))
        self.blank = Pair(blank, self._emptied(twin_loader))
        for done in (loader, twin_loader):
            done.close()
        self._given, self._twin = Engine(), Engine()
        if not self.schema.plain:
            self._twin.trusted("PRAGMA reverse_unordered_selects=ON")
        self.fixture = self._paired(given, self.rows)

    def close(self) -> None:
        """Give the memory back."""
        self._given.close()
        self._twin.close()

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget) -> Rows | Refused:
        """Run a foreign query on one form of a database."""
        if _TABLE_FUNCTIONS.search(sql):
            return _run_alone(sql, pair.reversed if storage is Storage.REVERSED else pair.given, budget)
        if storage is Storage.REVERSED:
            self._twin.restore(pair.reversed)
            return self._twin.run(sql, budget)
        self._given.restore(pair.given)
        if storage is Storage.GIVEN:
            return self._given.run(sql, budget)
        self._given.trusted("PRAGMA reverse_unordered_selects=ON")
        try:
            return self._given.run(sql, budget)
        finally:
            self._given.trusted("PRAGMA reverse_unordered_selects=OFF")

    def empty(self) -> None:
        """Begin a database without rows."""
        self._given.restore(self.blank.given)

    def keep(self, table: Table, row: Row) -> bool:
        """Offer a row; SQLite refuses what a constraint forbids."""
        return self._given.insert(self._inserts[table.name], [row]) > 0

    def pair(self, rows: Database) -> Pair | None:
        """Store what was kept in both forms."""
        return self._paired(self._given.snapshot(), rows)

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
        self._twin.restore(self.blank.reversed)
        for table in self.schema.tables:
            self._twin.insert(self._inserts[table.name], list(reversed(rows.get(table.name, ()))))
        return Pair(given, self._twin.snapshot())


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


def _all_rows(table: Table) -> str:
    names = ", ".join(quoted(column.name) for column in table.columns)
    return f"SELECT {names} FROM {quoted(table.name)}"  # noqa: S608  # names of the schema


def _keyless(table: Table) -> str:
    columns = ", ".join(f"{quoted(column.name)} {column.declared}" for column in table.columns)
    return f"CREATE TABLE {quoted(table.name)} ({columns})"
