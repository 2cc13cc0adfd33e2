"""DuckDB in a process of its own: one database per form of storage, filled anew for each that is asked of.

The tables that queries see carry no keys: DuckDB's results never depend on a key, and it refuses to delete and insert
the same key in one transaction. What the schema allows is decided by the keeper.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, NamedTuple

from verisieve.errors import TruthError
from verisieve.verifiers.sql import lexer, literals
from verisieve.verifiers.sql.engine import Budget, Database, EngineLostError, Fault, Pair, Refused, Row, Rows, Storage
from verisieve.verifiers.sql.engines import duckdb_process, duckdb_schema, results
from verisieve.verifiers.sql.engines.cpu import cpu_seconds
from verisieve.verifiers.sql.engines.keeper import Keeper
from verisieve.verifiers.sql.schema import Table, quoted

SECONDS = 0.25  # of CPU time for one foreign query: honest ones take milliseconds
LOAD_SECONDS = 20.0
_NAMES = itertools.count()


class Contents(NamedTuple):
    """What one database holds, as the INSERT statements that fill it."""

    script: str


class Store:
    """Two databases with the tables of one schema; what each holds now is remembered by identity."""

    def __init__(self, ddl: str, data: str) -> None:
        self._process = duckdb_process.of_this_thread()
        self._name = f"d{next(_NAMES)}"
        self._opened, self._held = 0, dict[str, Contents]()
        self._keeper = Keeper(self._holds)
        try:
            self._read(f"{self._name}-load", ddl, data)
        finally:
            for name in ("load", "bare"):
                self._ask({"do": "close", "on": f"{self._name}-{name}"})
        self.blank = self._filled({})
        self.fixture = self._filled(self.rows)

    def _read(self, loader: str, ddl: str, data: str) -> None:
        """Run a data set's scripts in a database of their own, and read back what they made."""
        self._script(loader, "schema", ddl)
        self.schema, self.rows = duckdb_schema.read(self._on(loader))
        self._enums = duckdb_schema.enums(self._on(loader))
        try:
            self._script(loader, "data", data)
        except TruthError as error:
            if "foreign key" not in str(error):
                raise
            # DuckDB finds no parent that comes in the same statement; the keys are not looked at here, then.
            bare = "".join(duckdb_schema.bare(self._on(loader)))
            loader = f"{self._name}-bare"
            self._script(loader, "schema", "".join(f"{one};" for one in self._enums) + bare)
            self._script(loader, "data", data)
        filled, self.rows = duckdb_schema.read(self._on(loader))
        self.schema = duckdb_schema.sampled(self.schema, filled)

    def _script(self, name: str, field: str, script: str) -> None:
        answer = self._ask({"do": "script", "on": name, "sql": script})
        if "fault" in answer:
            raise TruthError(field, answer["message"])

    def close(self) -> None:
        """Give the memory back."""
        for name in self._held:
            self._ask({"do": "close", "on": name})
        self._held = {}

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget) -> Rows | Refused:
        """Run a foreign query on one form of a database; there is no third form."""
        if problem := lexer.unreadable(sql):
            return Refused(Fault.INVALID, problem)
        name = self._name if storage is Storage.GIVEN else f"{self._name}-twin"
        contents = pair.given if storage is Storage.GIVEN else pair.reversed
        if not self._load(name, contents):
            raise EngineLostError("DuckDB did not take a database that it took before")
        request = {"do": "query", "on": name, "sql": sql, "rows": budget.rows, "chars": budget.chars}
        answer = self._process.ask(request, min(SECONDS, budget.seconds))
        if "fault" in answer:
            return Refused(Fault(answer["fault"]), answer["message"])
        return _rows(answer)

    def empty(self) -> None:
        """Begin a database without rows."""
        self._keeper.empty()

    def keep(self, table: Table, rows: Iterable[Row], kept: list[Row]) -> None:
        """Offer rows to the database that was begun."""
        self._keeper.keep(table, rows, kept)

    def pair(self, rows: Database) -> Pair | None:
        """Store rows in both forms; None where a value does not fit its column."""
        pair = self._filled(rows)
        return pair if self._load(self._name, pair.given) and self._load(f"{self._name}-twin", pair.reversed) else None

    def cpu(self) -> float:
        """Return the CPU seconds of the DuckDB process."""
        return cpu_seconds(self._process.started().pid)

    def twin_ddl(self) -> str:
        """Return the CREATE statements of the keyless tables."""
        schemas = sorted({table.namespace for table in self.schema.tables} - {""})
        tables = [f"CREATE SCHEMA {quoted(name)}" for name in schemas]
        tables += [f"CREATE TABLE {table.target} ({_columns(table)})" for table in self.schema.tables]
        views = [view.rstrip("; \n") for view in self.schema.views]
        return "".join(f"{statement};\n" for statement in (*self._enums, *tables, *views))

    def _filled(self, rows: Database) -> Pair:
        backwards = {name: list(reversed(kept)) for name, kept in rows.items()}
        tables = self.schema.tables
        return Pair(
            Contents(literals.inserts(tables, rows, "duckdb")), Contents(literals.inserts(tables, backwards, "duckdb"))
        )

    def _load(self, name: str, contents: Contents) -> bool:
        """Put contents into a database unless they are there; the process may be another one than before."""
        if self._process.started() and self._opened != self._process.number:
            self._held = {}
            self._opened = self._process.number
        if name not in self._held:
            self._ask({"do": "set", "on": name, "sql": self.twin_ddl(), "lock": True})
            self._held[name] = Contents("")
        if self._held[name] is contents:
            return True
        emptied = "".join(f"DELETE FROM {table.target};" for table in reversed(self.schema.tables))  # noqa: S608
        answer = self._ask({"do": "set", "on": name, "sql": f"BEGIN;{emptied}{contents.script}COMMIT;"})
        if "fault" in answer:
            self._ask({"do": "set", "on": name, "sql": "ROLLBACK"})
            self._held[name] = Contents("")
            return False
        self._held[name] = contents
        return True

    def _holds(self, table: Table, row: Row) -> bool:
        """Ask DuckDB whether a row meets the CHECKs of its table; one that cannot be computed is not met."""
        self._load(self._name, self.blank.given)
        values = ", ".join(
            f"CAST({literals.typed(value, column, 'duckdb')} AS {column.declared}) AS {quoted(column.name)}"
            for value, column in zip(row, table.columns, strict=True)
        )
        checks = " AND ".join(f"({check}) IS NOT FALSE" for check in table.checks)
        answer = self._ask(
            {"do": "rows", "on": self._name, "sql": f"SELECT {checks} FROM (SELECT {values}) AS {quoted(table.name)}"}  # noqa: S608
        )
        return "rows" in answer and bool(answer["rows"][0][0])

    def _on(self, name: str) -> duckdb_schema.Ask:
        def ask(sql: str) -> list[Row]:
            answer = self._ask({"do": "rows", "on": name, "sql": sql})
            if "fault" in answer:
                raise EngineLostError(f"DuckDB failed on a statement of our own: {answer['message']}")
            return _rows(answer).rows

        return ask

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._process.ask({"rows": 200_000, "chars": 64_000_000, **request}, LOAD_SECONDS)


def _rows(answer: dict[str, Any]) -> Rows:
    return Rows(answer["width"], [tuple([results.unpacked(value) for value in row]) for row in answer["rows"]])


def _columns(table: Table) -> str:
    return ", ".join(f"{quoted(column.name)} {column.declared}" for column in table.columns)
