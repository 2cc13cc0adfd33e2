"""A workbench for one schema: the same rows in two forms of storage, and queries run on either.

Theory: SQL promises no order without ORDER BY, no choice among ties and no row for a bare column, but an engine that
always scans the same way hides it. So every database exists twice: as given, and as a twin without keys or indexes
whose rows were stored in reverse. A query whose result differs between the two has no result of its own. SQLite's
reverse_unordered_selects alone does not do this: it leaves ties under ORDER BY ... LIMIT as they are (3.40, tried).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from random import Random
from typing import Any

from verisieve.verifiers.sql import databases, engines
from verisieve.verifiers.sql.engine import Budget, Database, Refused, Row, Rows
from verisieve.verifiers.sql.engine import Pair as Pair
from verisieve.verifiers.sql.engine import Storage as Storage
from verisieve.verifiers.sql.filling import Shape
from verisieve.verifiers.sql.plans import Plan
from verisieve.verifiers.sql.schemes import Scheme

_KEPT = 6


class Bench:
    """One schema in the engine of its dialect; `fixture` holds the given rows, `blank` none."""

    def __init__(self, ddl: str, data: str, dialect: str = "sqlite") -> None:
        named = "" if dialect == "sqlite" else f"\0{dialect}"
        self.digest = blake2b(f"{ddl}\0{data}{named}".encode(), digest_size=8).hexdigest()
        self.dialect = dialect
        self.store = engines.open_store(dialect, ddl, data)
        self.schema, self.rows = self.store.schema, self.store.rows
        self.fixture, self.blank = self.store.fixture, self.store.blank
        self.memory: OrderedDict[Any, Any] = OrderedDict()  # what callers keep per schema, dropped with it

    def close(self) -> None:
        """Give the memory back."""
        self.store.close()

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget = Budget()) -> Rows | Refused:  # noqa: B008  # frozen
        """Run a foreign query on one form of a database."""
        return self.store.run(sql, pair, storage, budget)

    def build(self, database: Database) -> Pair | None:
        """Store rows in both forms; None where a constraint forbids one of them."""
        self.store.empty()
        for table in self.schema.tables:
            rows = database.get(table.name, ())
            kept: list[Row] = []
            self.store.keep(table, rows, kept)
            if len(kept) < len(rows):
                return None
        return self.store.pair(database)

    def draw(
        self, plan: Plan, rng: Random, shape: Shape, turn: int = 0, planted: Scheme | None = None
    ) -> tuple[Database, Pair] | None:
        """Draw a database that the schema allows, and store it; None where the engine refuses it after all."""
        self.store.empty()
        rows = databases.draw(self.store.keep, plan, rng, shape, turn, planted)
        pair = self.store.pair(rows)
        return None if pair is None else (rows, pair)

    def twin_ddl(self) -> str:
        """Return the CREATE statements of the second form."""
        return self.store.twin_ddl()


class _Shelf(threading.local):
    """The benches of this thread: connections stay in the thread that made them."""

    def __init__(self) -> None:
        self.benches: OrderedDict[tuple[str, str, str], Bench] = OrderedDict()


_SHELF = _Shelf()


def bench(ddl: str, data: str, dialect: str = "sqlite") -> Bench:
    """Return the workbench of a schema with its rows, made once per thread and kept while in use."""
    found: Bench = recall(_SHELF.benches, (ddl, data, dialect), lambda: Bench(ddl, data, dialect), _KEPT, Bench.close)
    return found


def forget(dialect: str) -> None:
    """Let go of this thread's workbenches in an engine that went away."""
    for key in [key for key in _SHELF.benches if key[2] == dialect]:
        del _SHELF.benches[key]


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
