"""One connection as the reader: one query at a time, in a transaction that may only read and is rolled back.

The query is sent over the extended protocol, which takes a single statement, and its rows come one by one, so that a
result is cut off where it grows too large. (A cursor would store it on the server first.)
The client watches the backend's CPU time and cancels; a backend that does not heed is ended by the administrator.
"""

from __future__ import annotations

import re
import select
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Budget, EngineLostError, Fault, Refused, Row, Rows, Value
from verisieve.verifiers.sql.engines import postgres_guard, results
from verisieve.verifiers.sql.engines.cpu import cpu_seconds

if TYPE_CHECKING:
    import psycopg

SECONDS = 0.25  # of CPU time for one foreign query: honest ones take milliseconds
WALL = 10.0
GRACE = 2.0
_TICK_MS = 10
_QUERIES = lexer.QUERY_WORDS | {"TABLE"}
_INTS = frozenset({20, 21, 23, 26})
_FLOATS = frozenset({700, 701})
_NUMBER_ARRAYS = frozenset({1005, 1007, 1016, 1021, 1022, 1231})
_BOOL, _BYTES, _NUMERIC, _JSON = 16, 17, 1700, (114, 3802)


class Link:
    """A connection to one database as the reader; `local` tells that the backend is a process of this machine."""

    def __init__(self, connection: psycopg.Connection[Any], *, local: bool) -> None:
        self._connection, self._pg, self._local = connection, connection.pgconn, local
        self._cancelled = 0.0

    @property
    def pid(self) -> int:
        """The server's process behind this session."""
        return self._pg.backend_pid

    def close(self) -> None:
        """End the session."""
        self._connection.close()

    def run(self, sql: str, settings: bytes, budget: Budget) -> Rows | Refused:
        """Run one foreign query under guard."""
        reason = postgres_guard.reason(sql)
        if reason:
            return Refused(Fault.UNSAFE, reason)
        if problem := lexer.unreadable(sql):
            return Refused(Fault.INVALID, problem)
        seconds = min(SECONDS, budget.seconds)
        self._simple(b"BEGIN TRANSACTION READ ONLY" + settings)
        try:
            return self._queried(sql, budget, seconds)
        finally:
            self._simple(b"ROLLBACK")

    def _queried(self, sql: str, budget: Budget, seconds: float) -> Rows | Refused:
        # What does not begin as a query is shown to the server where its grammar takes nothing else, for its own words.
        wrapped = b"" if lexer.leading_word(sql) in _QUERIES else b"DECLARE verisieve CURSOR FOR "
        self._pg.send_query_params(wrapped + sql.encode(), None)
        self._pg.set_single_row_mode()
        got = self._collected(budget, seconds)
        return Refused(Fault.INVALID, "the statement is no query") if wrapped and isinstance(got, Rows) else got

    def _simple(self, statement: bytes) -> None:
        """Run a statement of our own."""
        from psycopg.pq import ExecStatus

        result = self._pg.exec_(statement)
        if result.status == ExecStatus.FATAL_ERROR and _said(result)[0] == "57014":
            result = self._pg.exec_(statement)  # a cancel that came when its query had ended
        if result.status == ExecStatus.FATAL_ERROR:
            raise EngineLostError(f"PostgreSQL went away: {_said(result)[1]}")

    def _collected(self, budget: Budget, seconds: float) -> Rows | Refused:
        """Take in what the server sends until it is done."""
        from psycopg.pq import ExecStatus

        rows: list[Row] = []
        types: list[int] = []
        chars, refused = 0, None
        begin = (cpu_seconds(self._pg.backend_pid) if self._local else 0.0, time.monotonic())
        self._cancelled = 0.0
        while (result := self._next(begin, seconds)) is not None:
            if result.status == ExecStatus.FATAL_ERROR:
                refused = refused or self._refusal(result)
            elif result.status in (ExecStatus.SINGLE_TUPLE, ExecStatus.TUPLES_OK) and refused is None:
                types = types or [result.ftype(i) for i in range(result.nfields)]
                for row in range(result.ntuples):
                    cells = [result.get_value(row, i) for i in range(len(types))]
                    chars += sum([len(cell) for cell in cells if cell])
                    rows.append(tuple([_decoded(cell, oid) for cell, oid in zip(cells, types, strict=True)]))
                if len(rows) > budget.rows or chars > budget.chars:
                    refused = Refused(Fault.LIMIT, f"more than {budget.rows} rows or {budget.chars} characters")
                    self._cancel()
        return refused or Rows(len(types), rows)

    def _next(self, begin: tuple[float, float], seconds: float) -> Any:
        """Return the next result; while none is there look at the clock, cancel what takes too long."""
        poll = select.poll()
        poll.register(self._pg.socket, select.POLLIN)
        try:
            while self._pg.is_busy():
                if not poll.poll(_TICK_MS):
                    self._look_at_the_clock(begin, seconds)
                    continue
                self._pg.consume_input()
            return self._pg.get_result()
        except OSError as error:
            raise EngineLostError(f"PostgreSQL went away: {error}") from error

    def _look_at_the_clock(self, begin: tuple[float, float], seconds: float) -> None:
        used = cpu_seconds(self._pg.backend_pid) - begin[0] if self._local else time.monotonic() - begin[1] - seconds
        late = used > seconds or time.monotonic() - begin[1] > WALL
        if late and not self._cancelled:
            self._cancel()
        elif self._cancelled and time.monotonic() - self._cancelled > GRACE + WALL:
            raise EngineLostError("a PostgreSQL query could not be cancelled")

    def _cancel(self) -> None:
        self._cancelled = time.monotonic()
        self._pg.get_cancel().cancel()

    def _refusal(self, result: Any) -> Refused:
        from psycopg.pq import ConnStatus

        state, message = _said(result)
        if self._pg.status == ConnStatus.BAD or state[:3] in ("57P", "08"):
            raise EngineLostError(f"PostgreSQL went away: {message}")
        if self._cancelled or state == "57014":
            message = "the query used up its time"
        return Refused(postgres_guard.fault(state), message)


def _said(result: Any) -> tuple[str, str]:
    from psycopg.pq import DiagnosticField

    state = (result.error_field(DiagnosticField.SQLSTATE) or b"08000").decode()
    primary = result.error_field(DiagnosticField.MESSAGE_PRIMARY)
    return state, (primary or result.error_message).decode("utf-8", "replace").strip()


def _decoded(cell: bytes | None, oid: int) -> Value:
    """Read the server's text of one value."""
    if cell is None:
        return None
    if oid in _INTS:
        return int(cell)
    text = cell.decode("utf-8", "replace")
    if oid in _FLOATS:
        return results.plain(float(text))
    if oid == _NUMERIC:
        return results.number(Decimal(text))
    if oid == _BOOL:
        return text == "t"
    if oid == _BYTES:
        return bytes.fromhex(text[2:])
    if oid in _JSON:
        return results.json_text(text)
    if oid in _NUMBER_ARRAYS:
        return re.sub(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", lambda found: _one_form(found[0]), text)
    return text


def _one_form(number: str) -> str:
    value = Decimal(number)
    return str(int(value)) if value == value.to_integral_value() else f"{float(value):.11g}"
