"""A PostgreSQL server: two databases per schema, loaded by their owner, asked by a role that may only read.

Where the server comes from: VERISIEVE_POSTGRES (a superuser's DSN), else a private server of our own.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections.abc import Iterable
from importlib import util
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.errors import MissingExtraError, TruthError
from verisieve.verifiers.sql import literals
from verisieve.verifiers.sql.engine import (
    Budget,
    Database,
    EngineLostError,
    EngineMissingError,
    Pair,
    Refused,
    Row,
    Rows,
    Storage,
)
from verisieve.verifiers.sql.engines import postgres_guard, postgres_schema, postgres_server
from verisieve.verifiers.sql.engines.cpu import cpu_seconds
from verisieve.verifiers.sql.engines.keeper import Keeper
from verisieve.verifiers.sql.engines.postgres_link import Link
from verisieve.verifiers.sql.schema import Schema, Table, quoted

if TYPE_CHECKING:
    import psycopg

VARIABLE = "VERISIEVE_POSTGRES"
LOAD_SECONDS = 20
_LOADS_BETWEEN_TRUNCATES = 200
_NAMES = itertools.count()
_PLANS = {
    Storage.GIVEN: b"",
    Storage.REVERSED: b"; SET LOCAL enable_hashagg = off",
    Storage.BACKWARDS: b"; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off",
}


class Contents(NamedTuple):
    """What one database holds, as the INSERT statements that fill it."""

    script: str


def address() -> str:
    """Return the DSN of the server, ready for use; raise EngineMissingError where there is none."""
    if util.find_spec("psycopg") is None:
        raise EngineMissingError(str(MissingExtraError("judging PostgreSQL queries", "postgres")))
    import psycopg

    dsn = os.environ.get(VARIABLE) or postgres_server.hold()
    try:
        with _PREPARING:
            if dsn not in _PREPARED:
                postgres_guard.prepare(dsn)
                _PREPARED.add(dsn)
    except psycopg.Error as error:
        _PREPARED.discard(dsn)
        raise EngineMissingError(f"PostgreSQL cannot be reached: {error}") from error
    return dsn


def about() -> str:
    """Say which server is used, and where it comes from."""
    import psycopg

    with psycopg.connect(address()) as connection:
        version = str(connection.info.parameter_status("server_version"))
    where = f"the server of {VARIABLE}" if os.environ.get(VARIABLE) else "a private server"
    return f"PostgreSQL {version.split()[0]}, {where}"


_PREPARED: set[str] = set()
_PREPARING = threading.Lock()


class _Side:
    """One database: the owner who loads it, the reader who asks it, and what it holds now."""

    def __init__(self, dsn: str, name: str) -> None:
        import psycopg

        self.dsn, self.name, self.held, self.loads = dsn, name, Contents(""), 0
        self.owner: psycopg.Connection[Any] = psycopg.connect(
            dsn, dbname=name, user=postgres_guard.OWNER, autocommit=True, application_name="verisieve"
        )
        self.reader: Link | None = None

    def open_reader(self, *, local: bool) -> None:
        """Let the reader in, once the tables are there."""
        import psycopg

        self.reader = Link(
            psycopg.connect(self.dsn, dbname=self.name, user=postgres_guard.READER, autocommit=True), local=local
        )

    def script(self, text: str) -> None:
        """Run statements as the owner; the server ends what takes too long, and so do we."""
        timer = threading.Timer(LOAD_SECONDS, self.owner.cancel)
        timer.daemon = True
        timer.start()
        try:
            self.owner.pgconn.exec_(b"")
            result = self.owner.pgconn.exec_(text.encode())
        finally:
            timer.cancel()
        _raise(self.owner, result)

    def load(self, tables: tuple[Table, ...], contents: Contents) -> bool:
        """Put contents into the database; tell whether its constraints let them."""
        import psycopg

        if self.held is contents:
            return True
        self.loads += 1
        names = [table.target for table in tables]
        emptied = "".join(f"DELETE FROM {name};" for name in names)  # noqa: S608  # names of the schema
        if names and self.loads % _LOADS_BETWEEN_TRUNCATES == 0:
            emptied = f"TRUNCATE {', '.join(names)};"
        try:
            _raise(self.owner, self.owner.pgconn.exec_(f"BEGIN;{emptied}{contents.script};COMMIT".encode()))
        except psycopg.OperationalError as error:
            raise EngineLostError(f"PostgreSQL went away: {error}") from error
        except psycopg.Error:
            self.owner.pgconn.exec_(b"ROLLBACK")
            self.held = Contents("")
            return False
        self.held = contents
        return True

    def pids(self) -> list[int]:
        """Return the server's processes behind both sessions."""
        return [self.owner.pgconn.backend_pid, *([self.reader.pid] if self.reader else [])]

    def close(self) -> None:
        """End both sessions."""
        if self.reader:
            self.reader.close()
        self.owner.close()


def _raise(connection: psycopg.Connection[Any], result: Any) -> None:
    import psycopg
    from psycopg.pq import ConnStatus, ExecStatus

    if result.status == ExecStatus.FATAL_ERROR:
        text = result.error_message.decode("utf-8", "replace").strip()
        lost = connection.pgconn.status == ConnStatus.BAD
        raise psycopg.OperationalError(text) if lost else psycopg.DatabaseError(text)


class Store:
    """Two databases with the tables of one schema; what each holds now is remembered by identity."""

    def __init__(self, ddl: str, data: str) -> None:
        import psycopg

        self._dsn = address()
        self._ddl = ddl
        try:
            self._open(ddl, data)
        except psycopg.OperationalError as error:
            _PREPARED.discard(self._dsn)
            raise EngineLostError(f"PostgreSQL went away: {error}") from error

    def _open(self, ddl: str, data: str) -> None:
        name = f"verisieve_{os.getpid()}_{next(_NAMES)}"
        self._names = (f"{name}_given", f"{name}_twin")
        self._drop = weakref.finalize(self, _drop, self._dsn, self._names)
        _create(self._dsn, self._names)
        self._given, self._twin = (_Side(self._dsn, one) for one in self._names)
        self._script("schema", ddl, self._given, self._twin)
        self._script("data", data, self._given)
        self.schema, self.rows = self._settled(self._given, twin=False)
        self._settled(self._twin, twin=True)
        self._keeper = Keeper(self._holds)
        self.blank, self.fixture = self._filled({}), self._filled(self.rows)

    def _script(self, field: str, script: str, *sides: _Side) -> None:
        import psycopg

        for side in sides:
            try:
                side.script(script)
            except psycopg.OperationalError:
                raise
            except psycopg.Error as error:
                self.close()
                raise TruthError(field, str(error)) from error

    def _settled(self, side: _Side, *, twin: bool) -> tuple[Schema, Database]:
        """Read what the scripts have made, drop what slows loading down, and let the reader in."""
        import psycopg

        with psycopg.connect(self._dsn, dbname=side.name, autocommit=True) as admin:
            found = postgres_schema.read(admin)
            postgres_schema.loosen(admin, twin=twin)
            for schema in {"public", *(table.namespace for table in found[0].tables)} - {""}:
                admin.execute(f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {postgres_guard.READER}".encode())
                granted = f"GRANT SELECT ON ALL TABLES IN SCHEMA {quoted(schema)} TO {postgres_guard.READER}"
                admin.execute(granted.encode())
        side.open_reader(local="host=/" in self._dsn)
        return found

    def close(self) -> None:
        """Give the databases back."""
        for side in (self._given, self._twin):
            side.close()
        self._drop()

    def run(self, sql: str, pair: Pair, storage: Storage, budget: Budget) -> Rows | Refused:
        """Run a foreign query on one form of a database, or on the given one by another plan."""
        twin = storage is Storage.REVERSED
        side = self._twin if twin else self._given
        assert side.reader
        if not side.load(self.schema.tables, pair.reversed if twin else pair.given):
            raise EngineLostError("PostgreSQL did not take a database that it took before")
        return side.reader.run(sql, _PLANS[storage], budget)

    def empty(self) -> None:
        """Begin a database without rows."""
        self._keeper.empty()

    def keep(self, table: Table, rows: Iterable[Row], kept: list[Row]) -> None:
        """Offer rows to the database that was begun."""
        self._keeper.keep(table, rows, kept)

    def pair(self, rows: Database) -> Pair | None:
        """Store rows in both forms; None where the server refuses one."""
        pair = self._filled(rows)
        return pair if self._given.load(self.schema.tables, pair.given) else None

    def cpu(self) -> float:
        """Return the CPU seconds of the four backends, where they are processes of this machine."""
        pids = [pid for side in (self._given, self._twin) for pid in side.pids()]
        return sum(map(cpu_seconds, pids))

    def twin_ddl(self) -> str:
        """Return the schema as it was given: rows lie in the order in which they come."""
        return self._ddl.rstrip("; \n") + ";\n"

    def _filled(self, rows: Database) -> Pair:
        backwards = {name: list(reversed(kept)) for name, kept in rows.items()}
        tables, extra = self.schema.tables, " OVERRIDING SYSTEM VALUE"
        return Pair(
            Contents(literals.inserts(tables, rows, "postgres", extra=extra)),
            Contents(literals.inserts(tables, backwards, "postgres", extra=extra)),
        )

    def _holds(self, table: Table, row: Row) -> bool:
        """Ask the server whether a row meets the CHECKs of its table; one that cannot be computed is not met."""
        import psycopg

        values = ", ".join(
            f"CAST({literals.typed(value, column, 'postgres')} AS {column.declared}) AS {quoted(column.name)}"
            for value, column in zip(row, table.columns, strict=True)
        )
        checks = " AND ".join(f"({check}) IS NOT FALSE" for check in table.checks)
        try:
            found = self._given.owner.execute(
                f"SELECT {checks} FROM (SELECT {values}) AS {quoted(table.name)}".encode()  # noqa: S608  # the schema's own
            )
        except psycopg.OperationalError as error:
            raise EngineLostError(f"PostgreSQL went away: {error}") from error
        except psycopg.Error:
            return False
        answer = found.fetchone()
        return bool(answer and answer[0])


def _create(dsn: str, names: tuple[str, ...]) -> None:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as admin:
        for name in names:
            admin.execute(
                f"CREATE DATABASE {name} TEMPLATE {postgres_guard.TEMPLATE} OWNER {postgres_guard.OWNER}".encode()
            )
            admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC".encode())
            admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {postgres_guard.READER}".encode())


def _drop(dsn: str, names: tuple[str, ...]) -> None:
    import psycopg

    try:
        with psycopg.connect(dsn, autocommit=True) as admin:
            for name in names:
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
    except psycopg.Error:
        return  # a server that is gone holds nothing any more
