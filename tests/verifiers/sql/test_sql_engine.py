"""What a guarded engine lets through, and in which words it refuses."""

from __future__ import annotations

import pytest

from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.engine import Fault, Refused, Rows
from verisieve.verifiers.sql.engines.sqlite_connection import Engine

SCHEMA = "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT NOT NULL); INSERT INTO t VALUES (1, 'a'), (2, 'b');"
FOREVER = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"


@pytest.fixture
def engine() -> Engine:
    """An engine with two rows, restored from a snapshot as in use."""
    loader, engine = Engine(), Engine()
    assert loader.load(SCHEMA) is None
    engine.restore(loader.snapshot())
    return engine


REFUSED = [
    ("DELETE FROM t", Fault.UNSAFE, "writes"),
    ("UPDATE t SET s = 'x' RETURNING s", Fault.UNSAFE, "writes and returns rows"),
    ("WITH d AS (SELECT 1) DELETE FROM t", Fault.UNSAFE, "starts as a query"),
    ("DROP TABLE t", Fault.UNSAFE, "drops"),
    ("CREATE TEMP TABLE x (a)", Fault.UNSAFE, "creates"),
    ("ATTACH 'evil.db' AS e", Fault.UNSAFE, "opens a file"),
    ("VACUUM INTO 'evil.db'", Fault.UNSAFE, "writes a file"),
    ("PRAGMA user_version = 7", Fault.UNSAFE, "leaves a mark"),
    ("BEGIN EXCLUSIVE", Fault.UNSAFE, "takes a lock"),
    ("SELECT load_extension('x')", Fault.UNSAFE, "loads code"),
    ("SELECT hex(randomblob(900000000))", Fault.UNSAFE, "a function that is not on the list"),
    ("SELECT * FROM sqlite_master", Fault.UNSAFE, "the engine's own table"),
    ("SELECT * FROM pragma_table_info('t')", Fault.UNSAFE, "a table-valued function"),
    (f"{FOREVER} SELECT COUNT(*) FROM r", Fault.LIMIT, "never ends"),
    (f"{FOREVER} SELECT n FROM r", Fault.LIMIT, "streams without end"),
    ("WITH RECURSIVE s(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM s) SELECT x FROM s", Fault.LIMIT, "doubles"),
    ("SELECT " + ", ".join(["printf('%.19000c', 'a')"] * 400) + " FROM t", Fault.LIMIT, "wide rows of long values"),
    ("SELEC s FROM t", Fault.INVALID, "no SQL"),
    ("SELECT x FROM t", Fault.INVALID, "no such column"),
    ("SELECT s FROM t WHERE s = ?", Fault.INVALID, "an unbound parameter"),
    ("SELECT s\0 FROM t", Fault.INVALID, "a null character"),
    ("SELECT '\ud800'", Fault.INVALID, "a lone surrogate"),
    ("SELECT " + "(" * 9_000 + "1", Fault.INVALID, "too deep"),
]


@pytest.mark.parametrize(("sql", "fault", "why"), REFUSED)
def test_refusals(engine: Engine, sql: str, fault: Fault, why: str) -> None:
    """What must not run is refused with the right fault, and leaves the database as it was."""
    before = engine.snapshot()
    got = engine.run(sql)
    assert isinstance(got, Refused), why
    assert (got.fault, bool(got.message)) == (fault, True), why
    assert engine.snapshot() == before


HONEST = [
    "SELECT s FROM t ORDER BY id",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT SUM(n) FROM r",
    "SELECT s, ROW_NUMBER() OVER (ORDER BY s), LAG(s) OVER (ORDER BY s) FROM t",
    "SELECT strftime('%Y', '2024-02-29'), date('2024-01-31', '+1 month'), ROUND(2.5), UPPER(s), s LIKE 'A%' FROM t",
    "SELECT json_extract('{\"a\": 1}', '$.a'), group_concat(s), COUNT(*) FILTER (WHERE id > 1) FROM t",
    "VALUES (1), (2)",
]


@pytest.mark.parametrize("sql", HONEST)
def test_honest_queries_run(engine: Engine, sql: str) -> None:
    """The guard gets in the way of no honest query."""
    assert isinstance(engine.run(sql), Rows)


def test_the_engine_gives_its_own_reason(engine: Engine) -> None:
    """An invalid query is explained in SQLite's words."""
    assert engine.run("SELECT nam FROM t") == Refused(Fault.INVALID, "no such column: nam")


def test_a_refusal_does_not_stick(engine: Engine) -> None:
    """The next query runs after one that was stopped in the middle."""
    engine.run(f"{FOREVER} SELECT COUNT(*) FROM r")
    assert engine.run("SELECT COUNT(*) FROM t") == Rows(1, [(2,)])


def test_the_budget_of_steps_is_the_same_every_time(engine: Engine) -> None:
    """Where a limit falls does not depend on the machine: a query just under it always runs."""
    sql = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 4000) SELECT COUNT(*) FROM r"
    assert {type(engine.run(sql)) for _ in range(5)} == {Rows}


def test_loading_cannot_touch_the_host(tmp_path: object) -> None:
    """A data set's own script may not open files either."""
    refused = Engine().load(f"ATTACH '{tmp_path}/x.db' AS x; CREATE TABLE x.t (a)")
    assert refused is not None
    assert refused.fault is Fault.UNSAFE


def test_a_table_valued_function_used_by_a_script_cannot_crash_a_query() -> None:
    """SQLite keeps a dangling pointer to json_each over a restore; queries run in an engine that never met it."""
    loader, engine = Engine(), Engine()
    assert loader.load("CREATE TABLE t (a); INSERT INTO t SELECT value FROM json_each('[1, 2]')") is None
    for _ in range(3):
        engine.restore(loader.snapshot())
        assert isinstance(engine.run("SELECT * FROM json_each('[1]')"), Refused)
        assert engine.run("SELECT COUNT(*) FROM t") == Rows(1, [(2,)])


def test_json_tables_can_be_queried_again_and_again() -> None:
    """A query that calls json_each gets an engine of its own, and still may read nothing but the schema's tables."""
    table = Bench("CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('[1, 2]')")
    query = "SELECT j.value FROM t, json_each(t.a) j"
    for storage in (Storage.GIVEN, Storage.REVERSED) * 3:
        assert table.run(query, table.fixture, storage) == Rows(1, [(1,), (2,)])
        assert isinstance(table.run("SELECT COUNT(*) FROM t", table.fixture, storage), Rows)
    for sql in ("sqlite_master", "pragma_table_info('t')", "dbstat"):
        assert isinstance(table.run(f"SELECT * FROM {sql}, json_each('[1]')", table.fixture, Storage.GIVEN), Refused)
    attack = "WITH j AS (SELECT * FROM json_each('[1]')) UPDATE sqlite_master SET sql = (SELECT value FROM j)"
    assert isinstance(table.run(attack, table.fixture, Storage.GIVEN), Refused)


def test_what_we_ran_ourselves_is_no_leave_for_a_reply() -> None:
    """SQLite keeps statements compiled by their text, and asks nobody when one of them runs again."""
    engine = Engine()
    assert engine.load("CREATE TABLE t (a); INSERT INTO t VALUES (1)") is None
    ours = 'DELETE FROM "t" WHERE a > 1'
    engine.trusted(ours)
    engine.trusted("INSERT INTO t VALUES (2)")
    refused = engine.run(ours)
    assert isinstance(refused, Refused)
    assert refused.fault is Fault.UNSAFE
    assert engine.trusted("SELECT a FROM t") == [(1,), (2,)]
