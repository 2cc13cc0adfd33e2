"""One file per engine, each with a `Store`; nothing is loaded before it is used."""

from __future__ import annotations

from verisieve.verifiers.sql.engine import Store


def open_store(dialect: str, ddl: str, data: str) -> Store:
    """Open a schema with its rows in the engine of a dialect; raise EngineMissingError where it is not there."""
    if dialect == "sqlite":
        from verisieve.verifiers.sql.engines import sqlite

        return sqlite.Store(ddl, data)
    if dialect == "duckdb":
        from verisieve.verifiers.sql.engines import duckdb

        return duckdb.Store(ddl, data)
    from verisieve.verifiers.sql.engines import postgres

    return postgres.Store(ddl, data)
