"""What a statement may do in SQLite, as authorizer policies and size limits.

Theory: SQLite asks the authorizer once for each thing that a statement would do, while it compiles it. Whatever the
policy does not name is refused, so nothing that a later SQLite adds is allowed by accident. Text is never searched
for bad words. Time is bounded by the number of virtual machine steps, which is the same on every machine; memory by
the length of a value, the heap limit and the number of rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from verisieve.verifiers.sql.engine import Budget

Policy = Callable[[int, str | None, str | None], int]


LOAD_BUDGET = Budget(steps=50_000_000, rows=200_000, chars=64_000_000, seconds=20.0)
STEPS_PER_TICK = 1000
HEAP_BYTES = 32 << 20  # of all SQLite memory in the process: the engine knows no smaller scope

LONGEST_VALUE = 20_000

# LENGTH bounds what one function call can cost (instr is quadratic), COLUMN what a row can cost.
LOAD_VALUE, LOAD_TEXT = 1_000_000, 100_000_000
LOAD_LIMITS = ((sqlite3.SQLITE_LIMIT_LENGTH, LOAD_VALUE), (sqlite3.SQLITE_LIMIT_SQL_LENGTH, LOAD_TEXT))
LIMITS: tuple[tuple[int, int], ...] = (
    (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000),
    (sqlite3.SQLITE_LIMIT_COLUMN, 500),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (sqlite3.SQLITE_LIMIT_VDBE_OP, 100_000),
    (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)

# Pure functions of their arguments. Missing on purpose: load_extension, random, randomblob, zeroblob, sqlite_*,
# changes, last_insert_rowid, and whatever a build of SQLite adds.
_PURE = """
abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling char coalesce concat concat_ws cos cosh count
cume_dist current_date current_time current_timestamp date datetime degrees dense_rank exp first_value floor
format glob group_concat hex if ifnull iif instr json json_array json_array_length json_each json_extract
json_group_array json_group_object json_insert json_object json_patch json_quote json_remove json_replace
json_set json_tree json_type json_valid julianday lag last_value lead length like likelihood likely ln log
log10 log2 lower ltrim max median min mod nth_value ntile nullif octet_length percent_rank percentile
percentile_cont percentile_disc pi pow power printf quote radians rank replace round row_number rtrim sign sin
sinh soundex sqrt strftime string_agg substr substring subtype sum tan tanh time timediff total trim trunc
typeof unhex unicode unixepoch unlikely upper -> ->>
"""
FUNCTIONS = frozenset(_PURE.split())

_PLAIN_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})
_LOADS = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_REINDEX,
        sqlite3.SQLITE_RECURSIVE,
    }
)


def may_query(action: int, first: str | None, second: str | None) -> int:
    """Authorize a query: it may select, read the tables of the schema, recurse and call pure functions."""
    if action in _PLAIN_READS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ:
        hidden = (first or "").lower().startswith(("sqlite_", "pragma_"))
        return sqlite3.SQLITE_DENY if hidden else sqlite3.SQLITE_OK
    return _may_call(action, second)


def may_query_functions(action: int, first: str | None, second: str | None) -> int:
    """Authorize a query that calls table-valued functions: SQLite declares each by way of its own schema table.

    That table cannot be written by a statement, whatever the authorizer says, and only its row numbers can be read.
    """
    declares = action == sqlite3.SQLITE_UPDATE or (action == sqlite3.SQLITE_READ and second == "ROWID")
    return sqlite3.SQLITE_OK if declares and first == "sqlite_master" else may_query(action, first, second)


def may_load(action: int, _first: str | None, second: str | None) -> int:
    """Authorize a data set's schema and rows: tables, views, indexes and rows in memory; a PRAGMA does nothing."""
    if action in _LOADS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_IGNORE
    return _may_call(action, second)


def may_all(_action: int, _first: str | None, _second: str | None) -> int:
    """Authorize our own statements."""
    return sqlite3.SQLITE_OK


def _may_call(action: int, name: str | None) -> int:
    allowed = action == sqlite3.SQLITE_FUNCTION and (name or "").lower() in FUNCTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
