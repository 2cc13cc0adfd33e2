"""The process that reads an SQLite file for `files.read`: a file that crashes SQLite costs this process alone.

A request as JSON on standard input, a database as statements on standard output.
"""

from __future__ import annotations

import json
import math
import resource
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from verisieve.verifiers.sql.files import tables
from verisieve.verifiers.sql.files.choice import chosen
from verisieve.verifiers.sql.files.opening import BrokenFileError, File, Raw, Row, Table, readable, size
from verisieve.verifiers.sql.literals import literal
from verisieve.verifiers.sql.schema import quoted

_BOUNDS = (
    (resource.RLIMIT_AS, 1 << 30),
    (resource.RLIMIT_CPU, 300),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)
_CHECKED_BYTES = 64 << 20  # larger files are found to be damaged only where they are read


def main() -> None:
    """Answer one request from standard input."""
    request = json.load(sys.stdin)
    for kind, most in _BOUNDS:
        resource.setrlimit(kind, (most, most))
    try:
        with closing(File(request["path"])) as file:
            answer = dump(file, request["values"], request["most"], check=request["bytes"] <= _CHECKED_BYTES)
    except UnicodeError:  # SQLite's own words, where they hold a name that is no text
        answer = {"error": "the file is damaged: a name is no text"}
    except (sqlite3.Error, BrokenFileError, MemoryError) as error:
        answer = {"error": str(error) or type(error).__name__}
    json.dump(answer, sys.stdout)


def dump(file: File, values: Sequence[Any], most: int, *, check: bool) -> dict[str, Any]:
    """Write a file as statements; `whole` tells whether all rows are there."""
    if check and (said := next(file.ask("PRAGMA quick_check(1)"), ("",))[0]) != "ok":
        raise BrokenFileError(f"the file is damaged: {said}")
    found = tables.read(file)
    every = _all(file, found.tables, most)
    rows = chosen(file, found.tables, values, most) if every is None else every
    return {
        "schema": "\n".join(f"{ddl};" for ddl in (*[table.ddl for table in found.tables], *found.others)),
        "data": "\n".join(_inserts(table, rows[table.name]) for table in found.tables if rows[table.name]),
        "whole": every is not None,
        "left_out": found.left_out,
    }


def _all(file: File, wanted: Sequence[Table], most: int) -> dict[str, list[Row]] | None:
    """Return all rows; None where they are too many, or one of them could not be read by a query."""
    found: dict[str, list[Row]] = {}
    used = 0
    for table in wanted:
        found[table.name] = []
        for _, row in file.rows(table):
            used += size(row)
            if used > most or not readable(row):
                return None
            found[table.name].append(row)
    return None if file.tired else found


def _inserts(table: Table, rows: Sequence[Row]) -> str:
    names = ", ".join(map(quoted, table.columns))
    tuples = ",\n".join("(" + ", ".join(map(_written, row)) + ")" for row in rows)
    return f"INSERT INTO {quoted(table.name)} ({names}) VALUES\n{tuples};"


def _written(value: Any) -> str:
    if isinstance(value, Raw):
        return f"CAST(x'{value.hex()}' AS TEXT)"
    if isinstance(value, float) and math.isinf(value):
        return "9e999" if value > 0 else "-9e999"
    return literal(value)
