"""Pairs of queries in the dialects of DuckDB and PostgreSQL, labelled by reasoning before they were run.

`duckdb_pairs.jsonl` and `postgres_pairs.jsonl` beside this file hold the databases first, then a pair a line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.verifiers.sql import engines, literals, shrink
from verisieve.verifiers.sql.bench import Storage, bench
from verisieve.verifiers.sql.engine import Rows
from verisieve.verifiers.sql.gold import gold
from verisieve.verifiers.sql.search import Refuted, Survived, search

DIALECTS = ("duckdb", "postgres")


def lines(dialect: str) -> list[dict[str, Any]]:
    """The lines of one file."""
    text = Path(__file__).with_name(f"{dialect}_pairs.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


DATABASES = {
    (dialect, row["database"]): (row["schema"], row["data"])
    for dialect in DIALECTS
    for row in lines(dialect)
    if "database" in row
}
PAIRS = [
    (dialect, row["on"], row["gold"], row["reply"], row["same"])
    for dialect in DIALECTS
    for row in lines(dialect)
    if "gold" in row
]


@pytest.mark.parametrize(("dialect", "on", "wanted", "sql", "same"), PAIRS)
def test_pairs_are_told_apart(dialect: str, on: str, wanted: str, sql: str, same: bool) -> None:
    """No database refutes an equivalent query; for every other a small one is found that the real schema takes."""
    if reason := engines.missing(dialect):
        pytest.skip(reason)
    table = bench(*DATABASES[dialect, on], dialect)
    found = search(gold(table, wanted), sql)

    assert isinstance(found, Survived if same else Refuted)
    if isinstance(found, Refuted):
        witness = shrink.smallest(gold(table, wanted), sql, found)
        rows = literals.inserts(table.schema.tables, witness.rows, dialect)
        replayed = bench(DATABASES[dialect, on][0], rows, dialect)
        assert shrink.size(witness) <= 6
        assert isinstance(witness.got, Rows)
        # Compared as written: False is no 0. A difference of order alone need not show in one storage.
        both = {repr(replayed.run(one, replayed.fixture, Storage.GIVEN)) for one in (sql, wanted)}
        assert len(both) == 2 or witness.storage is not Storage.GIVEN or witness.expected.runs
