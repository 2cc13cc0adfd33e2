"""One file per engine, each with a `Store`; nothing is loaded before it is used."""

from __future__ import annotations

from verisieve.verifiers.sql.engine import EngineMissingError, Store

DIALECTS = ("sqlite", "duckdb", "postgres")


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


def about(dialect: str) -> str:
    """Say which engine judges a dialect here, starting it if need be; raise EngineMissingError where there is none."""
    if dialect == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    if dialect == "duckdb":
        from importlib import metadata

        from verisieve.verifiers.sql.engines import duckdb_process

        duckdb_process.of_this_thread().started()
        return f"DuckDB {metadata.version('duckdb')}"
    from verisieve.verifiers.sql.engines import postgres

    return postgres.about()


def missing(dialect: str) -> str:
    """Say why an engine cannot be used here; empty where it can."""
    try:
        about(dialect)
    except EngineMissingError as error:
        return str(error)
    return ""
