"""A workbench for one schema: the same rows in two forms of storage, and queries run on either.

Theory: SQL promises no order without ORDER BY, no choice among ties and no row for a bare column, but an engine that
always scans the same way hides it. So every database exists twice: as given, and as a twin without keys or indexes
whose rows were stored in reverse. A query whose result differs between the two has no result of its own. SQLite's
reverse_unordered_selects alone does not do this: it leaves ties under ORDER BY ... LIMIT as they are (3.40, tried).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple

from verisieve.errors import TruthError
from verisieve.verifiers.sql import databases, guard, schema
from verisieve.verifiers.sql.databases import Database, Plan, Shape
from verisieve.verifiers.sql.engine import Engine, Refused, Rows
from verisieve.verifiers.sql.guard import Budget
from verisieve.verifiers.sql.schema import Table, quoted

_KEPT = 6
_TABLE_FUNCTIONS = re.compile(r"\bjson_(?:each|tree)\b", re.IGNORECASE)


class Storage(StrEnum):
    """How the rows lie: as given; reversed and without keys; as given but scanned backwards."""

    GIVEN = "given"
    REVERSED = "reversed"
    BACKWARDS = "backwards"


class Pair(NamedTuple):
    """One database in both forms of storage, as bytes."""

    given: bytes
    reversed: bytes


class Bench:
    """Two engines with one schema; `fixture` holds the given rows, `blank` none."""

    def __init__(self, ddl: str, data: str) -> None:
        self.digest = blake2b(f"{ddl}\0{data}".encode(), digest_size=8).hexdigest()
        loader = _loaded(("schema", ddl), ("data", data))
        self.schema = schema.read(loader)
        self.rows = {table.name: loader.trusted(_all_rows(table)) for table in self.schema.tables}
        given, blank = loader.snapshot(), self._emptied(loader)
        twin_loader = _loaded(("schema", self.twin_ddl() if self.schema.plain else ddl))
        self.blank = Pair(blank, self._emptied(twin_loader))
        for done in (loader, twin_loader):
            done.close()
        self._given, self._twin = Engine(), Engine()
        if not self.schema.plain:
            self._twin.trusted("PRAGMA reverse_unordered_selects=ON")
        self.fixture = self._paired(given, self.rows)
        self.memory: OrderedDict[Any, Any] = OrderedDict()  # what callers keep per schema, dropped with it

    def close(self) -> None:
        """Give the memory back."""
        self._given.close()
        self._twin.close()

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget = Budget()) -> Rows | Refused:  # noqa: B008  # frozen
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

    def build(self, database: Database) -> Pair | None:
        """Store rows in both forms; None where a constraint forbids one of them."""
        self._given.restore(self.blank.given)
        for table in self.schema.tables:
            rows = list(database.get(table.name, ()))
            if rows and self._given.insert(databases.insert_sql(table), rows) < len(rows):
                return None
        return self._paired(self._given.snapshot(), database)

    def draw(self, plan: Plan, rng: Random, shape: Shape, turn: int = 0) -> tuple[Database, Pair]:
        """Draw a database that the schema allows, and store it."""
        self._given.restore(self.blank.given)
        rows = databases.draw(self._given, plan, rng, shape, turn)
        return rows, self._paired(self._given.snapshot(), rows)

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
            self._twin.insert(databases.insert_sql(table), list(reversed(rows.get(table.name, ()))))
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
        return engine.run(sql, budget, guard.may_query_functions)
    finally:
        engine.close()


def _all_rows(table: Table) -> str:
    names = ", ".join(quoted(column.name) for column in table.columns)
    return f"SELECT {names} FROM {quoted(table.name)}"  # noqa: S608  # names of the schema


def _keyless(table: Table) -> str:
    columns = ", ".join(f"{quoted(column.name)} {column.declared}" for column in table.columns)
    return f"CREATE TABLE {quoted(table.name)} ({columns})"


class _Shelf(threading.local):
    """The benches of this thread: SQLite connections stay in the thread that made them."""

    def __init__(self) -> None:
        self.benches: OrderedDict[tuple[str, str], Bench] = OrderedDict()


_SHELF = _Shelf()


def bench(ddl: str, data: str) -> Bench:
    """Return the workbench of a schema with its rows, made once per thread and kept while in use."""
    found: Bench = recall(_SHELF.benches, (ddl, data), lambda: Bench(ddl, data), _KEPT, Bench.close)
    return found


def recall(
    memory: OrderedDict[Any, Any],
    key: Any,
    make: Callable[[], Any],
    size: int,
    drop: Callable[[Any], None] = lambda _: None,
) -> Any:
    """Look a key up, or make its value; the least recently used beyond `size` are dropped."""
    if key in memory:
        memory.move_to_end(key)
        return memory[key]
    value = make()
    memory[key] = value
    while len(memory) > size:
        drop(memory.popitem(last=False)[1])
    return value
