"""What a statement may do in DuckDB, and whose fault it is where it fails.

The engine itself opens no file, no network and no extension, and its configuration is locked. On top of that only one
statement that DuckDB itself calls a SELECT may run, and it may not call table functions beyond a few pure ones, nor
functions that the engine marks as volatile, nor read the engine's own tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.engine import Fault

if TYPE_CHECKING:
    import duckdb

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "1",
    "memory_limit": "96MiB",
    "temp_directory": "",
    "max_temp_directory_size": "0MB",
}
MOST_CHARS = 20_000
_QUERIES = frozenset({"SELECT", "WITH", "VALUES", "FROM", "TABLE", "PIVOT", "UNPIVOT"})
_PURE_TABLES = frozenset({"generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"})
_CHANCE = frozenset({"gen_random_uuid", "random", "uuid", "uuidv4", "uuidv7"})  # let through, and told as unstable
_SESSION_CALLS = """
current_query current_setting get_block_size getenv getvariable in_search_path json_execute_serialized_sql
json_serialize_plan query query_table txid_current write_log
"""
_SESSION = frozenset(_SESSION_CALLS.split())
_OWN_TABLES = ("duckdb_", "pg_", "pragma_", "sqlite_", "information_schema")


def refused_names(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the names of functions that no query may call, by what the engine says of each."""
    listed = connection.execute("SELECT DISTINCT function_name, function_type, stability FROM duckdb_functions()")
    found = set(_SESSION)
    for name, kind, stability in listed.fetchall():
        if kind in ("table", "table_macro", "pragma"):
            found |= {name} - _PURE_TABLES
        elif stability == "VOLATILE":
            found |= {name} - _CHANCE
    return frozenset(name.lower() for name in found)


def reason(connection: duckdb.DuckDBPyConnection, sql: str, refused: frozenset[str]) -> str:
    """Say why a statement may not run; empty where it may be tried."""
    import duckdb

    if len(sql) > MOST_CHARS:
        return f"the query is longer than {MOST_CHARS} characters"
    if lexer.leading_word(sql) not in _QUERIES and lexer.is_command(sql):
        return "the statement is no query"
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return "the statement is no single query"
    return _forbidden(sql, refused)


def _forbidden(sql: str, refused: frozenset[str]) -> str:
    before = ""
    for token in lexer.tokens(sql):
        name = before.strip('"').lower()
        if token.text == "(" and name in refused:
            return f"the function {name} may not be called"
        if name.startswith(_OWN_TABLES) and token.text != "(":
            return f"{name} belongs to the engine"
        before = token.text if token.kind in (lexer.Kind.WORD, lexer.Kind.NAME) else ""
    return f"{before} belongs to the engine" if before.strip('"').lower().startswith(_OWN_TABLES) else ""


def fault(error: Exception) -> Fault:
    """Tell refusals and exhausted limits from queries that are no SQL."""
    import duckdb

    if isinstance(error, duckdb.PermissionException) or "configuration has been locked" in str(error):
        return Fault.UNSAFE
    if isinstance(error, (MemoryError, duckdb.InterruptException, duckdb.OutOfMemoryException)):
        return Fault.LIMIT
    if isinstance(error, (duckdb.FatalException, duckdb.InternalException)):
        return Fault.LIMIT
    return Fault.INVALID
