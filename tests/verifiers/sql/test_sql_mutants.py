"""Neighbours of a query: which mistakes are made, and that the databases of a gold tell them apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from verisieve.verifiers.sql import fixtures
from verisieve.verifiers.sql.adequacy import LEAST, measure, separable
from verisieve.verifiers.sql.bench import Bench, bench
from verisieve.verifiers.sql.engine import Fault, Refused, Rows
from verisieve.verifiers.sql.gold import Gold, gold
from verisieve.verifiers.sql.mutants import Mutant, mutants
from verisieve.verifiers.sql.search import MOST_UNDECIDED

SCHEMA = (
    "CREATE TABLE farm (id INTEGER PRIMARY KEY, name TEXT NOT NULL, region TEXT, area INTEGER NOT NULL);"
    "CREATE TABLE crop (id INTEGER PRIMARY KEY, farm INTEGER NOT NULL REFERENCES farm (id), kind TEXT NOT NULL,"
    " tons REAL, sown DATE NOT NULL);"
)
DATA = (
    "INSERT INTO farm VALUES (1, 'Aas', 'north', 10), (2, 'Berg', NULL, 20);"
    "INSERT INTO crop VALUES (1, 1, 'oats', 3.5, '2024-04-01'), (2, 2, 'rye', 2.0, '2024-05-01');"
)


@pytest.fixture
def farms() -> Bench:
    """Two tables, few rows."""
    return bench(SCHEMA, DATA)


MADE = [
    ("SELECT id FROM farm WHERE area > 5", "strictness", "SELECT id FROM farm WHERE area >= 5"),
    ("SELECT id FROM farm WHERE area > 5", "constant", "SELECT id FROM farm WHERE area > 6"),
    ("SELECT id FROM farm WHERE area > 5", "predicate_dropped", "SELECT id FROM farm WHERE TRUE"),
    ("SELECT id FROM farm WHERE area > 5", "column_swapped", "SELECT id FROM farm WHERE id > 5"),
    ("SELECT DISTINCT region FROM farm", "distinct", "SELECT region FROM farm"),
    ("SELECT COUNT(DISTINCT farm) FROM crop", "distinct", "SELECT COUNT(farm) FROM crop"),
    ("SELECT MAX(tons) FROM crop", "aggregate", "SELECT MIN(tons) FROM crop"),
    ("SELECT COUNT(tons) FROM crop", "count", "SELECT COUNT(*) FROM crop"),
    ("SELECT COUNT(*) FROM crop GROUP BY farm", "count", "SELECT COUNT(farm) FROM crop GROUP BY farm"),
    ("SELECT id FROM farm ORDER BY area, id LIMIT 2", "limit", "SELECT id FROM farm ORDER BY area, id LIMIT 3"),
    ("SELECT id FROM farm ORDER BY area, id", "direction", "SELECT id FROM farm ORDER BY area DESC, id"),
    ("SELECT id FROM farm ORDER BY area, id", "order_key_dropped", "SELECT id FROM farm ORDER BY area"),
    ("SELECT id FROM farm UNION SELECT id FROM crop", "union", "SELECT id FROM farm UNION ALL SELECT id FROM crop"),
    ("SELECT id FROM farm WHERE NOT region IS NULL", "negation", "SELECT id FROM farm WHERE region IS NULL"),
    ("SELECT COALESCE(region, '?') FROM farm", "null_handling", "SELECT region FROM farm"),
    (
        "SELECT f.name FROM farm AS f JOIN crop AS c ON c.farm = f.id",
        "join_kind",
        "SELECT f.name FROM farm AS f LEFT JOIN crop AS c ON c.farm = f.id",
    ),
    ("SELECT f.name FROM farm AS f JOIN crop AS c ON c.farm = f.id", "join_dropped", "SELECT f.name FROM farm AS f"),
    (
        "SELECT f.name FROM farm AS f JOIN crop AS c ON c.farm = f.id",
        "key_swapped",
        "SELECT f.name FROM farm AS f JOIN crop AS c ON c.id = f.id",
    ),
    (
        "SELECT kind, COUNT(*) FROM crop GROUP BY kind, farm",
        "group_key_dropped",
        "SELECT kind, COUNT(*) FROM crop GROUP BY kind",
    ),
    ("SELECT id FROM crop WHERE sown < '2024-05-01'", "constant", "SELECT id FROM crop WHERE sown < '2024-05-02'"),
]


@pytest.mark.parametrize(("sql", "operator", "neighbour"), MADE)
def test_each_operator_makes_its_mistake(farms: Bench, sql: str, operator: str, neighbour: str) -> None:
    """The query is written back with one thing changed, and with nothing changed afterwards."""
    found = mutants(sql, farms.schema)
    assert (operator, neighbour) in {(mutant.operator, mutant.sql) for mutant in found}
    assert sql not in {mutant.sql for mutant in found}
    assert found == mutants(sql, farms.schema)


@pytest.mark.parametrize("sql", ["no query", "SELECT (", "DELETE FROM farm"])
def test_what_cannot_be_read_has_no_neighbours(farms: Bench, sql: str) -> None:
    """The linter then has less to say."""
    assert mutants(sql, farms.schema) == []


GOLDS = [
    ("library", "SELECT title FROM books WHERE published >= '2000-01-01'"),
    ("library", "SELECT genre, COUNT(*) FROM books GROUP BY genre HAVING COUNT(*) >= 2"),
    ("library", "SELECT m.name FROM members m WHERE NOT EXISTS (SELECT 1 FROM loans l WHERE l.member_id = m.id)"),
]


@pytest.mark.parametrize(("name", "sql"), GOLDS)
def test_the_databases_kill_what_can_be_told_apart(name: str, sql: str) -> None:
    """A larger search of another random stream hardly finds a neighbour that the gold's own databases let through."""
    fixture = fixtures.load(name)
    wanted = gold(bench(fixture.schema, fixture.data), sql)
    found = measure(wanted)
    missed = [mutant for mutant in found.survivors if separable(wanted, mutant, databases=60)]
    assert found.of >= 3
    assert found.killed >= LEAST * (found.killed + len(missed))
    assert measure(wanted) is found


def test_a_neighbour_that_means_the_same_survives(farms: Bench) -> None:
    """Every crop has a farm, so its join changes nothing, and no search says otherwise."""
    wanted = Gold(farms, "SELECT c.kind FROM crop AS c JOIN farm AS f ON f.id = c.farm")
    dropped = [mutant for mutant in measure(wanted).survivors if mutant.operator == "join_dropped"]
    assert [mutant.sql for mutant in dropped] == ["SELECT c.kind FROM crop AS c"]
    assert not separable(wanted, dropped[0], databases=40)


def test_fewer_databases_kill_fewer(farms: Bench) -> None:
    """Two rows alone let most mistakes through, which is why there are more databases."""
    wanted = Gold(farms, "SELECT kind FROM crop WHERE tons > 1 AND sown >= '2024-01-01'")
    alone, drawn = measure(wanted, databases=0), measure(wanted)
    assert alone.by_fixture == alone.killed < drawn.killed
    assert all(isinstance(mutant, Mutant) for mutant in alone.survivors)


def test_a_neighbour_that_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recursion that lost its end uses up its budget a few times, not on every database."""
    table = Bench("CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff (id))", "")
    sql = (
        "WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM staff WHERE boss IS NULL"
        " UNION ALL SELECT s.id, t.d + 1 FROM staff AS s JOIN t ON s.boss = t.id) SELECT id, d FROM t"
    )
    made, endless, run = Gold(table, sql), Counter[str](), table.run

    def counted(sql: str, *how: Any) -> Rows | Refused:
        got = run(sql, *how)
        endless[sql] += isinstance(got, Refused) and got.fault is Fault.LIMIT
        return got

    monkeypatch.setattr(table, "run", counted)
    measure(made)
    assert endless.total()
    assert max(endless.values()) <= MOST_UNDECIDED + 1
