"""Databases that tell queries apart: drawn under the schema, decided by both storages, shrunk and replayable."""

from __future__ import annotations

import sqlite3
from random import Random

import pytest

from verisieve.errors import TruthError
from verisieve.verifiers.sql import fixtures, plans, shrink
from verisieve.verifiers.sql.bench import Bench, Storage, bench
from verisieve.verifiers.sql.databases import SHAPES
from verisieve.verifiers.sql.engine import Rows
from verisieve.verifiers.sql.gold import Gold, gold
from verisieve.verifiers.sql.search import Refuted, Survived, search
from verisieve.verifiers.sql.values import Hints

SCHEMA = """
CREATE TABLE airport (iata CHAR(3) PRIMARY KEY NOT NULL, city TEXT NOT NULL, elev INTEGER);
CREATE TABLE flight (id INTEGER PRIMARY KEY, src CHAR(3) NOT NULL REFERENCES airport(iata),
  dst CHAR(3) REFERENCES airport(iata), dep TIMESTAMP NOT NULL, mins INTEGER CHECK (mins > 0), fare REAL);
CREATE TABLE seat (flight INTEGER NOT NULL REFERENCES flight(id), no INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('window', 'aisle')), PRIMARY KEY (flight, no)) WITHOUT ROWID;
CREATE TABLE crew (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, boss INTEGER REFERENCES crew(id));
"""


@pytest.fixture(scope="module")
def table() -> Bench:
    """A workbench without any given row."""
    return Bench(SCHEMA, "")


@pytest.mark.parametrize("number", range(len(SHAPES) * 3))
def test_drawn_databases_obey_the_schema(table: Bench, number: int) -> None:
    """Keys, NOT NULL, CHECK, UNIQUE and foreign keys hold in every drawn database, checked by a plain SQLite."""
    plan = plans.plan(table.schema, Hints(), {"seat", "crew"})
    rows, _ = table.draw(plan, Random(f"test:{number}"), SHAPES[number % len(SHAPES)])
    plain = sqlite3.connect(":memory:")
    plain.execute("PRAGMA foreign_keys=ON")
    plain.executescript(SCHEMA + "BEGIN; PRAGMA defer_foreign_keys=ON;")
    for name, kept in rows.items():
        marks = ", ".join("?" * len(kept[0])) if kept else ""
        plain.executemany(f"INSERT INTO {name} VALUES ({marks})", kept) if kept else None
    plain.execute("COMMIT")
    plain.close()


def test_the_same_seed_draws_the_same_database(table: Bench) -> None:
    """Databases are reproducible, row for row."""
    plan = plans.plan(table.schema, Hints(), {"flight"})
    one, two = (table.draw(plan, Random("x"), SHAPES[0]) for _ in range(2))
    assert one is not None
    assert two is not None
    assert one[0] == two[0]


DIFFERENT = [
    ("SELECT src FROM flight WHERE mins > 180", "SELECT src FROM flight WHERE mins >= 180", "off by one"),
    ("SELECT src FROM flight WHERE mins > 180", "SELECT src FROM flight WHERE mins / 60 > 3", "whole division"),
    ("SELECT src FROM flight ORDER BY id", "SELECT src FROM flight", "no order, though rows come in order"),
    (
        "SELECT src, COUNT(*) FROM flight GROUP BY src ORDER BY src",
        "SELECT src, COUNT(*) FROM flight GROUP BY src",
        "an order that SQLite happens to keep",
    ),
    ("SELECT COUNT(*) FROM flight", "SELECT COUNT(dst) FROM flight", "NULLs"),
    ("SELECT SUM(fare) FROM flight", "SELECT TOTAL(fare) FROM flight", "an empty table"),
    ("SELECT MAX(mins) FROM flight", "SELECT mins FROM flight ORDER BY mins DESC LIMIT 1", "an empty table again"),
    ("SELECT city FROM airport", "SELECT DISTINCT city FROM airport", "duplicates"),
    ("SELECT name FROM crew WHERE name = 'Ada'", "SELECT name FROM crew WHERE name LIKE 'Ada'", "case"),
    (
        "SELECT id FROM flight WHERE date(dep) <= '2024-05-31'",
        "SELECT id FROM flight WHERE dep <= '2024-05-31'",
        "hours",
    ),
    (
        "SELECT flight FROM seat GROUP BY flight HAVING COUNT(*) >= 3",
        "SELECT flight FROM seat GROUP BY flight HAVING COUNT(*) > 3",
        "groups of exactly three",
    ),
    (
        "SELECT a.city FROM airport a WHERE NOT EXISTS (SELECT 1 FROM flight f WHERE f.dst = a.iata)",
        "SELECT city FROM airport WHERE iata NOT IN (SELECT dst FROM flight)",
        "NOT IN with NULL",
    ),
    (
        "SELECT a.city, COUNT(f.id) FROM airport a LEFT JOIN flight f ON f.src = a.iata GROUP BY a.iata",
        "SELECT a.city, COUNT(f.id) FROM airport a LEFT JOIN flight f ON f.src = a.iata GROUP BY a.city",
        "two parents of one name",
    ),
    ("SELECT id FROM crew WHERE boss IS NULL", "SELECT id FROM crew WHERE id = 1", "a constant of the example"),
]


@pytest.mark.parametrize(("wanted", "sql", "why"), DIFFERENT)
def test_different_queries_are_refuted(table: Bench, wanted: str, sql: str, why: str) -> None:
    """A database is found on which they differ, though the fixture is empty and both return nothing on it."""
    found = search(gold(table, wanted), sql)
    assert isinstance(found, Refuted), why


@pytest.mark.parametrize(("wanted", "sql", "why"), DIFFERENT)
def test_witnesses_replay_elsewhere(table: Bench, wanted: str, sql: str, why: str) -> None:
    """The witness is small, and in a plain SQLite the two queries really return what the evidence says."""
    query = gold(table, wanted)
    found = search(query, sql)
    assert isinstance(found, Refuted)
    witness = shrink.smallest(query, sql, found)
    assert shrink.size(witness) <= 6, why
    plain = sqlite3.connect(":memory:")
    plain.executescript(("" if witness.storage is Storage.REVERSED else SCHEMA) + shrink.replay(table, witness))
    assert isinstance(witness.got, Rows)
    assert plain.execute(sql).fetchall() == witness.got.rows
    plain.close()


EQUIVALENT = [
    ("SELECT src FROM flight WHERE mins > 180", "SELECT src FROM flight WHERE mins / 60.0 > 3", "exact division"),
    ("SELECT id FROM flight WHERE mins > 0 OR mins IS NULL", "SELECT id FROM flight", "the CHECK holds"),
    ("SELECT COUNT(*) FROM seat", "SELECT SUM(kind = 'window') + SUM(kind = 'aisle') FROM seat WHERE 1", "two kinds"),
    ("SELECT id FROM flight ORDER BY id", "SELECT id FROM flight ORDER BY rowid", "rowid is the key"),
    ("SELECT name FROM crew ORDER BY boss", "SELECT name FROM crew ORDER BY boss, name", "finer than asked"),
    (
        "SELECT f.id FROM flight f JOIN airport a ON a.iata = f.src",
        "SELECT id FROM flight",
        "every flight has a source",
    ),
    ("SELECT id FROM flight ORDER BY id", "SELECT id FROM (SELECT id FROM flight ORDER BY id)", "sorted inside"),
    ("SELECT mins FROM flight WHERE 1 = 0 ORDER BY id", "SELECT mins FROM flight WHERE 0", "nothing to order"),
    (
        "SELECT mins FROM flight WHERE mins > 0 ORDER BY mins DESC LIMIT 1",
        "SELECT m FROM (SELECT MAX(mins) m FROM flight) WHERE m > 0",
        "one row needs no order",
    ),
    ("SELECT AVG(fare) FROM flight", "SELECT SUM(fare) / COUNT(fare) FROM flight", "the average spelled out"),
]


@pytest.mark.parametrize(("wanted", "sql", "why"), EQUIVALENT)
def test_equivalent_queries_survive(table: Bench, wanted: str, sql: str, why: str) -> None:
    """No database that the schema allows tells them apart; an empty sum is told from a zero."""
    found = search(gold(table, wanted), sql)
    if "SUM(kind" in sql:
        assert isinstance(found, Refuted), "SUM over nothing is NULL"
    else:
        assert isinstance(found, Survived), why


AMBIGUOUS = [
    ("SELECT title FROM books ORDER BY published LIMIT 3", "a tie is cut"),
    ("SELECT title FROM books LIMIT 1", "no order at all"),
    ("SELECT title FROM books WHERE id = (SELECT id FROM books ORDER BY genre DESC LIMIT 1)", "a tie is cut inside"),
    ("SELECT genre, title FROM books GROUP BY genre", "a bare column"),
    ("SELECT group_concat(title) FROM books", "an order inside an aggregate"),
    ("SELECT id, ROW_NUMBER() OVER (ORDER BY published) FROM books", "row numbers of ties"),
    ("SELECT id FROM members WHERE joined_on < date('now')", "the clock"),
    ("SELECT id FROM members ORDER BY random()", "chance"),
    ("SELECT id FROM member", "does not run"),
]


@pytest.mark.parametrize(("sql", "why"), AMBIGUOUS)
def test_ambiguous_golds_are_named(sql: str, why: str) -> None:
    """A gold without one result of its own is the data's fault, not a measure of anyone."""
    fixture = fixtures.load("library")
    with pytest.raises(TruthError) as caught:
        Gold(bench(fixture.schema, fixture.data), sql)
    assert caught.value.reason == "ambiguous_gold", why


def test_a_free_column_order_must_hold_everywhere(table: Bench) -> None:
    """Columns may change places, but not another way in each database."""
    wanted = gold(table, "SELECT MIN(mins), MAX(mins) FROM flight")
    assert isinstance(search(wanted, "SELECT MAX(mins), MIN(mins) FROM flight", free_columns=True), Survived)
    mixed = "SELECT IIF(COUNT(*) > 3, MIN(mins), MAX(mins)), IIF(COUNT(*) > 3, MAX(mins), MIN(mins)) FROM flight"
    assert isinstance(search(wanted, mixed, free_columns=True), Refuted)


@pytest.mark.parametrize("name", fixtures.names())
def test_every_fixture_loads_and_keeps_its_foreign_keys(name: str) -> None:
    """A story database is valid under its own schema, and has a card."""
    fixture = fixtures.load(name)
    plain = sqlite3.connect(":memory:")
    plain.executescript(f"PRAGMA foreign_keys=ON; {fixture.schema} {fixture.data}")
    assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
    plain.close()
