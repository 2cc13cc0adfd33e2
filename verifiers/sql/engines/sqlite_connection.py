"""One SQLite database in memory that runs foreign statements under guard and says what came of each.

Compares nothing and knows no schema. One engine belongs to one thread.
"""

from __future__ import annotations

import secrets
import sqlite3
import weakref
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from time import thread_time

from verisieve.errors import SandboxError
from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Budget, Fault, Refused, Row, Rows, Value
from verisieve.verifiers.sql.engines import sqlite_guard as guard

_ROWS_AT_ONCE, _VALUES_AT_ONCE = 25, 2_000
_STEPS_PER_LOOK = 5 * guard.STEPS_PER_TICK
_FAULTS = {
    sqlite3.SQLITE_AUTH: Fault.UNSAFE,
    sqlite3.SQLITE_READONLY: Fault.UNSAFE,
    sqlite3.SQLITE_PERM: Fault.UNSAFE,
    sqlite3.SQLITE_INTERRUPT: Fault.LIMIT,
    sqlite3.SQLITE_TOOBIG: Fault.LIMIT,
    sqlite3.SQLITE_NOMEM: Fault.LIMIT,
    sqlite3.SQLITE_FULL: Fault.LIMIT,
}


class Engine:
    """A guarded database in memory; `restore` puts a snapshot in its place, `run` asks a query of it.

    An engine that has loaded foreign SQL is only good for a snapshot: a table-valued function that was once connected
    there (json_each, pragma_table_info) is a dangling pointer after `restore`, and SQLite 3.40 crashes on its next use.
    Under `run` none is connected, because the guard refuses the declaration unless a policy is named that allows it.
    """

    def __init__(self) -> None:
        self._policy: guard.Policy = guard.may_all
        self._denied = False
        self._steps = 0
        self._budget = Budget()
        self._deadline: float | None = None
        # Statements are kept compiled by their text, and with what they were allowed: ours must not be found by others.
        self._mark = f" -- {secrets.token_hex(8)}"
        try:
            # One thread uses an engine, but another may be the one that throws it away.
            self._connection = sqlite3.connect(
                ":memory:", isolation_level=None, cached_statements=256, check_same_thread=False
            )
            weakref.finalize(self, self._connection.close)
            # temp_store keeps sorts off the disk; the page size keeps snapshots of tiny databases tiny.
            self._connection.executescript(
                f"PRAGMA page_size=1024; PRAGMA temp_store=MEMORY; PRAGMA hard_heap_limit={guard.HEAP_BYTES}"
            )
        except sqlite3.Error as error:
            raise SandboxError(f"SQLite cannot be opened: {error}") from error
        self._connection.text_factory = _text
        self._connection.set_authorizer(self._authorize)
        self._connection.set_progress_handler(self._tick, guard.STEPS_PER_TICK)
        for category, limit in guard.LIMITS:
            self._connection.setlimit(category, limit)

    def close(self) -> None:
        """Give the memory back."""
        self._connection.set_authorizer(None)
        self._connection.set_progress_handler(None, 0)
        self._connection.close()

    def load(self, script: str) -> Refused | None:
        """Run a data set's schema or rows; return why it could not be done, or None.

        Wider limits hold from here on, so an engine that has loaded is none for foreign queries.
        """
        for category, limit in guard.LOAD_LIMITS:
            self._connection.setlimit(category, limit)
        self._begin(guard.may_load, guard.LOAD_BUDGET)
        try:
            self._connection.executescript(script)
            if self._connection.in_transaction:  # a script that begins and never commits
                self._connection.execute("COMMIT")
        except (sqlite3.Error, MemoryError, ValueError) as error:
            return _refused(error, self._denied)
        finally:
            self._policy = guard.may_all
        return None

    def trusted(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run a statement of our own; never pass a text that came from outside."""
        self._begin(guard.may_all, guard.LOAD_BUDGET)
        try:
            return self._connection.execute(sql + self._mark, values).fetchall()
        except (sqlite3.Error, MemoryError) as error:
            raise _ours(error) from error

    def insert(self, head: str, rows: Sequence[Row]) -> int:
        """Run one of our own INSERTs, given up to its VALUES, over rows of one width; return how many are kept."""
        self._begin(guard.may_all, guard.LOAD_BUDGET)
        kept, width = 0, len(rows[0])
        step = max(1, min(_ROWS_AT_ONCE, _VALUES_AT_ONCE // width))
        try:
            for start in range(0, len(rows), step):
                some = rows[start : start + step]
                sql = f"{head}{_marks(width, len(some))}{self._mark}"
                kept += self._connection.execute(sql, list(chain.from_iterable(some))).rowcount
        except (sqlite3.Error, MemoryError) as error:
            raise _ours(error) from error
        return kept

    def snapshot(self) -> bytes:
        """Return the whole database as bytes."""
        try:
            return self._connection.serialize()
        except (sqlite3.Error, MemoryError) as error:
            raise _ours(error) from error

    def restore(self, snapshot: bytes) -> None:
        """Replace the whole database by a snapshot taken before."""
        self._begin(guard.may_all, guard.LOAD_BUDGET)
        try:
            self._connection.deserialize(snapshot)
        except (sqlite3.Error, MemoryError) as error:
            raise _ours(error) from error

    def run(self, sql: str, budget: Budget = Budget(), policy: guard.Policy = guard.may_query) -> Rows | Refused:  # noqa: B008
        """Run one foreign query under guard; whatever goes wrong comes back as a Refused."""
        self._begin(policy, budget)
        try:
            cursor = self._connection.execute(sql)
            if cursor.description is None:
                return _no_rows(sql)
            return _fetch(cursor, budget)
        except (sqlite3.Error, sqlite3.Warning, MemoryError, ValueError) as error:
            return _refused(error, self._denied)
        finally:
            self._policy = guard.may_all

    def _authorize(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        answer = self._policy(action, first, second)
        self._denied |= answer == sqlite3.SQLITE_DENY
        return answer

    def _tick(self) -> int:
        self._steps += guard.STEPS_PER_TICK
        if self._steps > self._budget.steps:
            return 1
        if self._steps % _STEPS_PER_LOOK:  # a look at the clock costs as much as a small query
            return 0
        if self._deadline is None:
            self._deadline = thread_time() + self._budget.seconds
        return int(thread_time() > self._deadline)

    def _begin(self, policy: guard.Policy, budget: Budget) -> None:
        """Say what the next statement may do; whoever names a narrower policy than `may_all` puts that one back."""
        self._policy, self._budget, self._steps, self._denied = policy, budget, 0, False
        self._deadline = None


@lru_cache(maxsize=256)
def _marks(width: int, rows: int) -> str:
    return ",".join(["(" + ",".join("?" * width) + ")"] * rows)


def _ours(error: Exception) -> SandboxError:
    return SandboxError(f"SQLite failed on a statement of our own: {error}")


def _fetch(cursor: sqlite3.Cursor, budget: Budget) -> Rows | Refused:
    """Take rows at once as far as their values cannot add up to the budget, then one by one.

    A chunk of rows at the limits of width and length would be gigabytes.
    """
    sure = min(budget.rows, budget.chars // (guard.LONGEST_VALUE * len(cursor.description)))
    rows: list[Row] = cursor.fetchmany(sure) if sure else []
    if len(rows) < sure:
        return Rows(len(cursor.description), rows)
    chars = sum(map(_length, rows))
    for row in cursor:
        rows.append(row)
        chars += _length(row)
        if len(rows) > budget.rows or chars > budget.chars:
            cursor.close()
            return Refused(Fault.LIMIT, f"more than {budget.rows} rows or {budget.chars} characters")
    return Rows(len(cursor.description), rows)


def _length(row: Row) -> int:
    return sum([len(value) for value in row if isinstance(value, (str, bytes))])


def _no_rows(sql: str) -> Refused:
    if not lexer.statements(sql):
        return Refused(Fault.INVALID, "there is no statement to run")
    return Refused(Fault.UNSAFE, "the statement is no query")


def _refused(error: Exception, denied: bool) -> Refused:
    if isinstance(error, MemoryError):
        return Refused(Fault.LIMIT, "out of memory")
    if denied:  # a refused function comes with the code of any other error
        return Refused(Fault.UNSAFE, str(error))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    message = str(error)
    if code == sqlite3.SQLITE_INTERRUPT:
        message = "the query used up its budget of steps"
    return Refused(_FAULTS.get(code, Fault.INVALID), message)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
