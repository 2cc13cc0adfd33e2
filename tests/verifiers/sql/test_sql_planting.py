"""Goals and planting: rows that follow a query's joins, reach its thresholds, and miss it by one test."""

from __future__ import annotations

from random import Random

import pytest

from verisieve.verifiers.sql import analyse
from verisieve.verifiers.sql.bench import Bench, Storage
from verisieve.verifiers.sql.databases import SHAPES
from verisieve.verifiers.sql.engine import Rows
from verisieve.verifiers.sql.goals import goals
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.schemes import scheme

SCHEMA = """
CREATE TABLE land (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE town (id INTEGER PRIMARY KEY, land INTEGER NOT NULL REFERENCES land (id), size INTEGER NOT NULL);
CREATE TABLE shop (id INTEGER PRIMARY KEY, town INTEGER NOT NULL REFERENCES town (id), opened DATE, closed DATE);
CREATE TABLE clerk (id INTEGER PRIMARY KEY, shop INTEGER NOT NULL REFERENCES shop (id),
  boss INTEGER REFERENCES clerk (id), grade TEXT NOT NULL);
CREATE TABLE sale (clerk INTEGER NOT NULL REFERENCES clerk (id), no INTEGER NOT NULL, cents INTEGER NOT NULL,
  PRIMARY KEY (clerk, no));
"""
LONG = (
    "SELECT l.name FROM land l JOIN town t ON t.land = l.id JOIN shop s ON s.town = t.id JOIN clerk c ON c.shop = s.id"
    " JOIN sale x ON x.clerk = c.id WHERE l.name = 'Fen' AND t.size > 70000 AND c.grade = 'K7' AND x.cents < -31415"
)


@pytest.fixture(scope="module")
def table() -> Bench:
    """Five tables in a row, without any given row."""
    return Bench(SCHEMA, "")


def planted(table: Bench, sql: str, turns: int = 12) -> list[Rows]:
    """Return what a query gives on databases that are planted for it, turn by turn."""
    tree = analyse.parse(sql)
    assert tree
    plan = Gold(table, sql).plan
    found = []
    for turn in range(turns):
        for goal in goals(tree, table.schema, 5):
            drawn = table.draw(plan, Random(f"{turn}"), SHAPES[turn % 3], turn, scheme(goal, plan.tables))
            if drawn and isinstance(got := table.run(sql, drawn[1], Storage.GIVEN), Rows):
                found.append(got)
    return found


CHAIN = (
    "WITH RECURSIVE up(id, n) AS (SELECT id, 0 FROM clerk WHERE grade = 'K9' UNION ALL"
    " SELECT c.id, n + 1 FROM clerk c JOIN up ON c.boss = up.id WHERE n < 9) SELECT id FROM up WHERE n = 4"
)
INNER = (
    "SELECT a.id FROM clerk a WHERE EXISTS (SELECT 1 FROM clerk b JOIN shop s ON s.id = b.shop"
    " WHERE b.boss = a.id AND s.opened = '1987-06-05' AND b.grade LIKE 'Q_%')"
)
REACHED = [
    (LONG, "five tables and four conditions"),
    ("SELECT town FROM shop GROUP BY town HAVING COUNT(*) = 7", "a group of seven"),
    ("SELECT clerk FROM sale GROUP BY clerk HAVING SUM(cents) = 12345", "a sum"),
    ("SELECT id FROM shop WHERE julianday(closed) - julianday(opened) = 91", "days apart"),
    ("SELECT id FROM shop WHERE closed = date(opened, '+7 month')", "months apart"),
    ("SELECT town FROM shop GROUP BY town HAVING COUNT(*) = 40", "a large group"),
    (CHAIN, "a chain of four"),
    (INNER, "an inner query"),
    ("SELECT x.clerk FROM sale x JOIN sale y USING (clerk) WHERE x.cents > 500 AND y.cents < -500", "both of a pair"),
]


@pytest.mark.parametrize(("sql", "why"), REACHED)
def test_planted_rows_reach_what_is_asked(table: Bench, sql: str, why: str) -> None:
    """Among a dozen planted databases some make the query return rows."""
    assert any(got.rows for got in planted(table, sql)), why


def test_a_pattern_is_no_date(table: Bench) -> None:
    """What stands in a column of dates is a date, though LIKE names something else."""
    sql = "SELECT id FROM shop WHERE opened LIKE '____-02-29'"
    gold = Gold(table, sql)
    opened = {row[2] for index in range(40) if (drawn := gold.sample(index)) for row in drawn.rows.get("shop", ())}
    assert {len(str(day)) for day in opened - {None}} == {10}
    assert not any("_" in str(day) for day in opened)


def test_planted_rows_miss_by_each_test(table: Bench) -> None:
    """With any one condition left out, some planted database gives more rows."""
    conditions = ["l.name = 'Fen'", "t.size > 70000", "c.grade = 'K7'", "x.cents < -31415"]
    tree = analyse.parse(LONG)
    assert tree
    plan, [goal] = Gold(table, LONG).plan, goals(tree, table.schema, 5)
    missed = set()
    for turn in range(16):
        drawn = table.draw(plan, Random(f"{turn}"), SHAPES[turn % 3], turn, scheme(goal, plan.tables))
        assert drawn
        whole = table.run(LONG, drawn[1], Storage.GIVEN)
        assert isinstance(whole, Rows)
        for condition in conditions:
            fewer = table.run(LONG.replace(condition, "1 = 1"), drawn[1], Storage.GIVEN)
            assert isinstance(fewer, Rows)
            missed |= {condition} if len(fewer.rows) > len(whole.rows) else set()
    assert missed == set(conditions)


@pytest.mark.parametrize("sql", ["SELECT 1", "VALUES (1)", "SELECT * FROM nowhere", "SELECT a FROM (SELECT 1 AS a)"])
def test_what_reads_no_table_has_no_goal(table: Bench, sql: str) -> None:
    """Such a query is searched as before."""
    tree = analyse.parse(sql)
    assert not tree or goals(tree, table.schema, 5) == []


STEADY = [
    ("SELECT a FROM t", True),
    ("SELECT a, COUNT(*) FROM t GROUP BY a", True),
    ("SELECT a FROM t ORDER BY b", True),
    ("SELECT t.a, SUM(b) FROM t GROUP BY a HAVING SUM(b) > 1", True),
    ("SELECT a FROM t WHERE b > (SELECT AVG(b) FROM t)", True),
    ("SELECT a FROM t WHERE b IN (SELECT b FROM u)", True),
    ("SELECT a, MAX(b) FROM t", False),
    ("SELECT a, b FROM t GROUP BY a", False),
    ("SELECT u.a FROM t JOIN u USING (k) GROUP BY t.a", False),
    ("SELECT a FROM t GROUP BY a ORDER BY b", False),
    ("SELECT a FROM t LIMIT 1", False),
    ("SELECT a, RANK() OVER (ORDER BY b) FROM t", False),
    ("SELECT GROUP_CONCAT(a) FROM t", False),
    ("SELECT json_group_array(a) FROM t", False),
    ("SELECT a FROM t WHERE b = (SELECT b FROM u)", False),
    ("SELECT DISTINCT a COLLATE NOCASE FROM t", False),
    ("SELECT rowid FROM t", False),
    ("SELECT * FROM t GROUP BY a", False),
]


@pytest.mark.parametrize(("sql", "steady"), STEADY)
def test_one_form_of_storage_does_where_two_cannot_differ(sql: str, steady: bool) -> None:
    """Whatever could choose among rows is run on both forms."""
    assert analyse.read(sql).steady is steady
