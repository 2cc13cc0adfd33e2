"""DuckDB under guard: what it lets through, in which words it refuses, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from verisieve.verifiers.sql import engines
from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.engine import EngineLostError, Fault, Refused, Rows
from verisieve.verifiers.sql.engines import duckdb_process

SCHEMA = "CREATE SEQUENCE s; CREATE TABLE t (id INTEGER PRIMARY KEY, s VARCHAR NOT NULL, n DECIMAL(8,2), l INTEGER[])"
DATA = "INSERT INTO t VALUES (1, 'a', 1.50, [1, 2]), (2, 'b', NULL, [])"
WHOLE = Rows(2, [(1, "a"), (2, "b")])


@pytest.fixture(scope="module")
def table() -> Iterator[Bench]:
    """A workbench with two rows."""
    if reason := engines.missing("duckdb"):
        pytest.skip(reason)
    made = Bench(SCHEMA, DATA, "duckdb")
    yield made
    made.close()


REFUSED = [
    ("DELETE FROM t", Fault.UNSAFE, "writes"),
    ("DROP TABLE t", Fault.UNSAFE, "drops"),
    ("CREATE TEMP TABLE x AS SELECT 1", Fault.UNSAFE, "creates"),
    ("COPY t TO 'left.csv'", Fault.UNSAFE, "writes a file"),
    ("EXPORT DATABASE 'left'", Fault.UNSAFE, "writes files"),
    ("ATTACH 'left.db'", Fault.UNSAFE, "opens a file"),
    ("INSTALL httpfs", Fault.UNSAFE, "fetches code"),
    ("LOAD httpfs", Fault.UNSAFE, "loads code"),
    ("PRAGMA threads=8", Fault.UNSAFE, "configures"),
    ("SET enable_external_access=true", Fault.UNSAFE, "opens the door"),
    ("RESET memory_limit", Fault.UNSAFE, "lifts a limit"),
    ("CALL pragma_version()", Fault.UNSAFE, "calls a pragma"),
    ("SELECT * FROM read_csv('/etc/passwd')", Fault.UNSAFE, "reads a file"),
    ("SELECT * FROM \"read_text\" ('/etc/passwd')", Fault.UNSAFE, "reads a file under a quoted name"),
    ("SELECT * FROM '/etc/passwd'", Fault.INVALID, "a file in place of a table"),
    ("SELECT * FROM glob('/*')", Fault.UNSAFE, "lists files"),
    ("SELECT * FROM read_parquet('https://example.org/x.parquet')", Fault.UNSAFE, "the network"),
    ("SELECT getenv('HOME')", Fault.UNSAFE, "the environment"),
    ("SELECT current_setting('memory_limit')", Fault.UNSAFE, "the configuration"),
    ("SELECT * FROM duckdb_settings()", Fault.UNSAFE, "the configuration as a table"),
    ("SELECT * FROM duckdb_tables", Fault.UNSAFE, "the engine's own view"),
    ("FROM query('SELECT 1')", Fault.UNSAFE, "runs text"),
    ("SELECT nextval('s')", Fault.UNSAFE, "changes a sequence"),
    ("SELECT 1; DROP TABLE t", Fault.UNSAFE, "two statements"),
    ("SELECT count(*) FROM range(10000000000000)", Fault.LIMIT, "counts for hours"),
    ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r", Fault.LIMIT, "no end"),
    ("SELECT range FROM range(100000000)", Fault.LIMIT, "rows without end"),
    ("SELECT repeat('x', 1000000000)", Fault.LIMIT, "a gigabyte"),
    ("SELECT list_sum(range(100000000))", Fault.LIMIT, "heeds no interrupt, 7 GB and 43 s without a kernel's limit"),
    ("SELECT md5(repeat('x', 90000000))", Fault.LIMIT, "heeds no interrupt"),
    ("SELECT * FROM range(10000000) a, range(100000) b ORDER BY a.range * b.range", Fault.LIMIT, "a large sort"),
    ("SELECT string_agg(repeat('x', 100000)) FROM range(100000)", Fault.LIMIT, "ten gigabytes"),
    ("SELECT " + ", ".join(["repeat('x', 100000)"] * 100), Fault.LIMIT, "a wide row of long values"),
    ("SELEC s FROM t", Fault.INVALID, "no SQL"),
    ("SELECT x FROM t", Fault.INVALID, "no such column"),
    ("SELECT s\0 FROM t", Fault.INVALID, "a null character"),
    ("SELECT '\ud800'", Fault.INVALID, "a lone surrogate"),
    ("SELECT " + "(" * 3_000 + "1" + ")" * 3_000, Fault.INVALID, "too deep"),
]


@pytest.mark.parametrize(("sql", "fault", "why"), REFUSED)
def test_refusals(
    table: Bench, sql: str, fault: Fault, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What must not run is refused with the right fault, and leaves tables and files as they were."""
    monkeypatch.chdir(tmp_path)
    got = table.run(sql, table.fixture, Storage.GIVEN)

    assert isinstance(got, Refused), why
    assert (got.fault, bool(got.message)) == (fault, True), why
    assert table.run("SELECT id, s FROM t", table.fixture, Storage.GIVEN) == WHOLE
    assert list(tmp_path.iterdir()) == []


VALUES = [
    ("SELECT 1::HUGEINT, 2.50::DECIMAL(9,2), 3.00::DECIMAL(9,2), 0.5::FLOAT", (1, 2.5, 3, 0.5)),
    ("SELECT TRUE, NULL, 'é', '\\xAA'::BLOB", (True, None, "é", b"\xaa")),
    (
        "SELECT DATE '2024-02-29', TIMESTAMP '2024-02-29 10:00:00', TIME '10:00:00'",
        ("2024-02-29", "2024-02-29 10:00:00", "10:00:00"),
    ),
    ("SELECT [1.50, 2], {'b': 1, 'a': [NULL]}, MAP {'k': 1}", ("[1.5, 2]", '{"a": [null], "b": 1}', '{"k": 1}')),
    ("SELECT '{\"b\": 1.0, \"a\": 2}'::JSON, 'NaN'::DOUBLE", ('{"a": 2, "b": 1}', "NaN")),
]


@pytest.mark.parametrize(("sql", "row"), VALUES)
def test_values_come_in_few_types(table: Bench, sql: str, row: tuple[object, ...]) -> None:
    """Decimals are numbers, moments are text, lists and records are JSON in one form."""
    assert table.run(sql, table.fixture, Storage.GIVEN) == Rows(len(row), [row])


def test_the_twin_lies_in_reverse(table: Bench) -> None:
    """The second form of storage holds the same rows backwards, without keys."""
    given, twin = (table.run("SELECT id FROM t", table.fixture, one) for one in (Storage.GIVEN, Storage.REVERSED))
    assert (given, twin) == (Rows(1, [(1,), (2,)]), Rows(1, [(2,), (1,)]))


def test_a_process_that_is_killed_is_lost_and_comes_back(table: Bench) -> None:
    """A dead engine judges nobody; the next query finds a new one with the same rows."""
    os.kill(duckdb_process.of_this_thread().started().pid, signal.SIGKILL)
    with pytest.raises(EngineLostError):
        table.run("SELECT id, s FROM t", table.fixture, Storage.GIVEN)
    assert table.run("SELECT id, s FROM t", table.fixture, Storage.GIVEN) == WHOLE
    assert table.run("SELECT id, s FROM t", table.blank, Storage.GIVEN) == Rows(2, [])
