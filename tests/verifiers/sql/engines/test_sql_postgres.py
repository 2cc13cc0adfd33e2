"""PostgreSQL under guard: what the server refuses, in which words, and that nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from verisieve.verifiers.sql import engines
from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.engine import EngineLostError, EngineMissingError, Fault, Refused, Rows
from verisieve.verifiers.sql.engines import postgres, postgres_guard

SCHEMA = """CREATE SEQUENCE s; CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s TEXT NOT NULL, m mood, n NUMERIC(8,2),
  l INTEGER[], CHECK (n > 0))"""
DATA = "INSERT INTO public.t (s, m, n, l) VALUES ('a', 'glad', 1.50, '{1,2}'), ('b', NULL, NULL, '{}')"
WHOLE = Rows(2, [(1, "a"), (2, "b")])


@pytest.fixture(scope="module")
def table() -> Iterator[Bench]:
    """A workbench with two rows."""
    if reason := engines.missing("postgres"):
        pytest.skip(reason)
    made = Bench(SCHEMA, DATA, "postgres")
    yield made
    made.close()


REFUSED = [
    ("DELETE FROM t", Fault.UNSAFE, "writes"),
    ("WITH d AS (DELETE FROM t RETURNING 1) SELECT * FROM d", Fault.UNSAFE, "starts as a query"),
    ("DROP TABLE t", Fault.UNSAFE, "drops"),
    ("CREATE TEMP TABLE x (a INT)", Fault.UNSAFE, "creates"),
    ("SELECT * INTO x FROM t", Fault.UNSAFE, "creates, as a query"),
    ("SELECT * FROM t FOR UPDATE", Fault.UNSAFE, "locks rows"),
    ("LOCK TABLE t", Fault.UNSAFE, "locks"),
    ("COPY t TO PROGRAM 'id'", Fault.UNSAFE, "runs a program"),
    ("COPY (SELECT 1) TO STDOUT", Fault.UNSAFE, "speaks another protocol"),
    ("DO $$ BEGIN PERFORM 1; END $$", Fault.UNSAFE, "runs a program of the server"),
    ("SET statement_timeout = 0", Fault.UNSAFE, "disarms the time limit"),
    ("SELECT set_config('statement_timeout', '0', false)", Fault.UNSAFE, "disarms it as a query"),
    ("SELECT \"pg_catalog\".\"set_config\"('role', 'verisieve_admin', false)", Fault.UNSAFE, "becomes somebody else"),
    ("DISCARD ALL", Fault.INVALID, "no command that we list, and no query to the server"),
    ("RESET ROLE", Fault.UNSAFE, "becomes somebody else"),
    ("SET SESSION AUTHORIZATION verisieve_admin", Fault.UNSAFE, "becomes somebody else"),
    ("SELECT pg_sleep(600)", Fault.UNSAFE, "sleeps"),
    ("SELECT id FROM t WHERE pg_sleep(600) IS NULL", Fault.UNSAFE, "sleeps for every row"),
    ("SELECT pg_advisory_lock(1)", Fault.UNSAFE, "holds a lock over the end of its transaction"),
    ("SELECT pg_read_file('/etc/passwd')", Fault.UNSAFE, "reads a file"),
    ("SELECT * FROM pg_ls_dir('/')", Fault.UNSAFE, "lists files"),
    ("SELECT lo_import('/etc/passwd')", Fault.UNSAFE, "reads a file"),
    ("SELECT lo_export(1, '/tmp/left')", Fault.UNSAFE, "writes a file"),
    ("SELECT pg_terminate_backend(1)", Fault.UNSAFE, "ends sessions"),
    ("SELECT pg_cancel_backend(1)", Fault.UNSAFE, "cancels queries"),
    ("SELECT query_to_xml('SELECT pg_sleep(9)', true, true, '')", Fault.UNSAFE, "runs text"),
    ("SELECT current_setting('data_directory')", Fault.UNSAFE, "the configuration"),
    ("SELECT * FROM pg_authid", Fault.UNSAFE, "the passwords"),
    ("SELECT * FROM pg_class", Fault.UNSAFE, "the catalog"),
    ("SELECT * FROM information_schema.tables", Fault.UNSAFE, "the catalog under another name"),
    ("SELECT nextval('s')", Fault.UNSAFE, "changes a sequence"),
    ("SELECT pg_notify('a', 'b')", Fault.UNSAFE, "speaks to other sessions"),
    ("SELECT dblink('dbname=postgres', 'SELECT 1')", Fault.INVALID, "an extension that is not there"),
    ("SELECT 1; DROP TABLE t", Fault.INVALID, "two statements"),
    ("SELECT 1) TO STDOUT --", Fault.INVALID, "closes a bracket of ours"),
    ("SELECT count(*) FROM generate_series(1, 10000000000000)", Fault.LIMIT, "fills the disk"),
    ("SELECT g FROM generate_series(1, 50000000) g ORDER BY md5(g::text)", Fault.LIMIT, "sorts on the disk"),
    ("SELECT count(*) FROM generate_series(1, 99999) a, generate_series(1, 99999) b", Fault.LIMIT, "counts for hours"),
    ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r", Fault.LIMIT, "no end"),
    ("SELECT repeat('x', 1000000000)", Fault.LIMIT, "a gigabyte"),
    ("SELECT repeat('x', 1000000) FROM generate_series(1, 4000)", Fault.LIMIT, "gigabytes, in parts"),
    ("SELECT string_agg(repeat('x', 1000000), '') FROM generate_series(1, 100000)", Fault.LIMIT, "grows"),
    ("SELECT array_fill(1, ARRAY[100000000])", Fault.LIMIT, "a large array"),
    ("SELECT * FROM generate_series(1, 5001)", Fault.LIMIT, "one row too many"),
    ("SELEC s FROM t", Fault.INVALID, "no SQL"),
    ("SELECT x FROM t", Fault.INVALID, "no such column"),
    ("SELECT s\0 FROM t", Fault.INVALID, "a null character"),
    ("SELECT '\ud800'", Fault.INVALID, "a lone surrogate"),
    ("", Fault.INVALID, "nothing"),
]


@pytest.mark.parametrize(("sql", "fault", "why"), REFUSED)
def test_refusals(table: Bench, sql: str, fault: Fault, why: str) -> None:
    """What must not run is refused by the server with the right fault, and the next query runs as before."""
    got = table.run(sql, table.fixture, Storage.GIVEN)

    assert isinstance(got, Refused), why
    assert (got.fault, bool(got.message)) == (fault, True), why
    assert table.run("SELECT id, s FROM t", table.fixture, Storage.GIVEN) == WHOLE


HONEST = [
    ("SELECT date_trunc('month', TIMESTAMPTZ '2024-02-29 10:00+00'), age('2024-03-01'::date, '2024-02-01')", 2),
    ("SELECT to_char(n, 'FM990.00'), to_char(DATE '2024-02-29', 'YYYY-MM'), format('%s', s) FROM t", 3),
    ("SELECT jsonb_build_object('a', s), row_to_json(t), json_agg(s) OVER () FROM t", 3),
    ("SELECT string_agg(s, ',' ORDER BY id), array_agg(id), percentile_cont(0.5) WITHIN GROUP (ORDER BY n) FROM t", 3),
    ("SELECT x FROM generate_series(DATE '2024-01-01', '2024-01-03', '1 day') x", 1),
    ("SELECT s ~* 'A', regexp_replace(s, 'a', 'b'), split_part(s, 'a', 1), md5(s), upper(s) COLLATE \"C\" FROM t", 5),
    ("SELECT m > 'sad', enum_range(m), l @> ARRAY[1], unnest(l), cardinality(l) FROM t", 5),
    ("SELECT s, count(*) FROM t GROUP BY id", 2),
    ("TABLE t", 5),
]


@pytest.mark.parametrize(("sql", "width"), HONEST)
def test_honest_queries_run(table: Bench, sql: str, width: int) -> None:
    """The rights that are left are enough for the functions that questions are about."""
    for storage in Storage:
        got = table.run(sql, table.fixture, storage)
        assert isinstance(got, Rows), got
        assert got.width == width


VALUES = [
    ("SELECT 1::bigint, 2.50::numeric, 3.00::numeric, 0.5::real", (1, 2.5, 3, 0.5)),
    ("SELECT TRUE, NULL, 'é', '\\xaa'::bytea", (True, None, "é", b"\xaa")),
    ("SELECT DATE '2024-02-29', TIMESTAMPTZ '2024-02-29 10:00:00+02'", ("2024-02-29", "2024-02-29 08:00:00+00")),
    (
        "SELECT ARRAY[1.50, 2], '{\"b\": 1.0, \"a\": 2}'::json, INTERVAL '90 min'",
        ("{1.5,2}", '{"a": 2, "b": 1}', "01:30:00"),
    ),
    ("SELECT 'NaN'::float8, 'NaN'::numeric, length((10::numeric ^ 5000)::text)", ("NaN", "NaN", 5018)),
]


@pytest.mark.parametrize(("sql", "row"), VALUES)
def test_values_come_in_few_types(table: Bench, sql: str, row: tuple[object, ...]) -> None:
    """Decimals are numbers, moments are text, JSON and arrays of numbers have one form."""
    assert table.run(sql, table.fixture, Storage.GIVEN) == Rows(len(row), [row])


def test_no_function_that_acts_may_be_called(table: Bench) -> None:
    """Of the system's functions the reader may call none that is volatile, but for chance and the clock."""
    import psycopg

    with psycopg.connect(postgres.address(), dbname=postgres_guard.TEMPLATE) as admin:
        called = admin.execute(
            "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND pronamespace = 'pg_catalog'::regnamespace"
            " AND has_function_privilege(%s, oid, 'EXECUTE') ORDER BY 1",
            (postgres_guard.READER,),
        ).fetchall()
    assert {row[0] for row in called} <= {"clock_timestamp", "gen_random_uuid", "random", "timeofday"}


def test_a_session_that_is_ended_is_lost_and_comes_back(table: Bench) -> None:
    """A connection that goes away judges nobody; a new workbench reaches the server again."""
    import psycopg

    broken = Bench(SCHEMA, DATA, "postgres")
    with psycopg.connect(postgres.address(), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)",
            (list(broken.store._names),),  # type: ignore[attr-defined]
        )
    with pytest.raises(EngineLostError):
        broken.run("SELECT id, s FROM t", broken.blank, Storage.GIVEN)
    broken.close()
    again = Bench(SCHEMA, DATA, "postgres")
    assert again.run("SELECT id, s FROM t", again.fixture, Storage.GIVEN) == WHOLE
    again.close()


def test_an_address_without_a_server_is_a_missing_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is named but not there is our fault, said in one line."""
    pytest.importorskip("psycopg")
    monkeypatch.setenv(postgres.VARIABLE, "host=/nowhere user=nobody")
    with pytest.raises(EngineMissingError, match="cannot be reached"):
        postgres.address()
