"""SQL data sets: defog and geography as they are, Spider and BIRD in the shape they are published in."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from verisieve import datasets
from verisieve.adapters.sql import golds, scripts
from verisieve.domains.sql import checker
from verisieve.errors import InputError, TruthError, UsageError
from verisieve.records import Json, Outcome
from verisieve.rows import BadRow

CONCERT = """
CREATE TABLE "stadium" ("Stadium_ID" int PRIMARY KEY, "Name" text, "Capacity" int);
CREATE TABLE "concert" ("concert_ID" int PRIMARY KEY, "Theme" text, "Stadium_ID" text,
  FOREIGN KEY ("Stadium_ID") REFERENCES "stadium" ("Stadium_ID"));
INSERT INTO stadium VALUES (1, 'Raith Rovers', 4000), (2, 'Ayr United', 11998), (3, 'Hampden', 52500);
INSERT INTO concert VALUES (1, 'Free choice', '1'), (2, 'Bleeding Love', '2'), (3, 'Free choice', '2');
"""
SPIDER = [
    {"db_id": "concert_singer", "query": 'SELECT Name FROM stadium WHERE Name != "Hampden"', "question": "Which not?",
     "query_toks": [], "query_toks_no_value": [], "question_toks": [], "sql": {}},
    {"db_id": "concert_singer", "query": "SELECT T2.Name ,  count(*) FROM concert AS T1 JOIN stadium AS T2 ON "
     "T1.Stadium_ID  =  T2.Stadium_ID GROUP BY T1.Stadium_ID", "question": "How many concerts in each stadium?"},
]  # fmt: skip
TABLES = [
    {
        "db_id": "pets_1",
        "table_names": ["student", "pet"],
        "table_names_original": ["Student", "Has Pet"],
        "column_names": [[-1, "*"], [0, "stuid"], [0, "last name"], [1, "stuid"], [1, "weight"]],
        "column_names_original": [[-1, "*"], [0, "StuID"], [0, "LName"], [1, "StuID"], [1, "Weight"]],
        "column_types": ["text", "number", "text", "number", "others"],
        "primary_keys": [1],
        "foreign_keys": [[3, 1]],
    }
]
BIRD = [
    {"question_id": 1471, "db_id": "cards", "question": "What is the ratio of EUR to CZK?", "evidence": "count each",
     "SQL": "SELECT CAST(SUM(IIF(Currency = 'EUR', 1, 0)) AS FLOAT) / SUM(IIF(Currency = 'CZK', 1, 0)) FROM customers",
     "difficulty": "simple"},
    {"question_id": 1472, "db_id": "cards", "question": "Who is number 4999?", "evidence": "",
     "SQL": "SELECT `Full Name` FROM customers WHERE CustomerID = 4999", "difficulty": "moderate"},
]  # fmt: skip


def made(path: Path, script: str) -> None:
    """Write an SQLite file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def converted(name: str, path: Path) -> tuple[list[dict[str, Json]], list[str]]:
    """Return the rows of a data set with their golds, and what was left out."""
    items = list(datasets.convert(datasets.load(name), path, with_gold=True))
    rows = [item for item in items if isinstance(item, dict)]
    return rows, [str(item).removeprefix(f"{path.parent}/") for item in items if isinstance(item, BadRow)]


def outcome(row: Mapping[str, Any], sql: str) -> str:
    """Judge one query by a row; a truth that cannot be used is an error."""
    try:
        return str(checker.judge(row["truth"], f"```sql\n{sql}\n```")[-1].outcome)
    except TruthError:
        return str(Outcome.ERROR)


def spider(root: Path, questions: Any = SPIDER) -> Path:
    """Write a folder of Spider's shape."""
    made(root / "database" / "concert_singer" / "concert_singer.sqlite", CONCERT)
    (root / "tables.json").write_text(json.dumps(TABLES))
    (root / "dev.json").write_text(json.dumps(questions))
    return root / "dev.json"


def bird(root: Path, name: str = "dev.json") -> Path:
    """Write a folder of BIRD's shape, with a database of which a choice is taken."""
    made(
        root / "dev_databases" / "cards" / "cards.sqlite",
        """CREATE TABLE customers (CustomerID INTEGER PRIMARY KEY, `Full Name` TEXT, Currency TEXT, Joined DATE);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) INSERT INTO customers
        SELECT i, 'customer number ' || i, CASE i % 3 WHEN 0 THEN 'EUR' ELSE 'CZK' END, '2013-01-01' FROM n;""",
    )
    notes = root / "dev_databases" / "cards" / "database_description"
    notes.mkdir()
    head = "original_column_name,column_name,column_description,data_format,value_description\r\n"
    (notes / "customers.csv").write_bytes(
        b"\xef\xbb\xbf" + (head + 'Currency,currency,what they pay in,text,"EUR or\r\nCZK"\r\n,,,,\r\n').encode()
    )
    (notes / "latin.csv").write_bytes((head + "Joined,joined,since caf\xe9 opened,date,\r\n").encode("latin-1"))
    (root / name).write_text(json.dumps(BIRD))
    return root / name


def test_defog_converts_with_its_golds(shared_data: Path) -> None:
    """Questions whose database is there become rows; each of the others is named with its line and its column."""
    rows, bad = converted("defog", shared_data / "sql" / "questions_gen_sqlite.csv")
    assert (len(rows), sum(len(row["responses"]) for row in rows)) == (129, 232)
    assert bad[-1] == "questions_gen_sqlite.csv:236: bad CSV: ',' expected after '\"'"
    assert Counter(text.split(": ")[2] for text in bad[:-1]) == {"restaurants": 25, "scholar": 25, "yelp": 30}
    assert all(": db_name: " in text for text in bad[:-1])


def test_defog_for_postgres_is_not_translated(shared_data: Path) -> None:
    """PostgreSQL's golds stay PostgreSQL's, with every choice of columns; SQLite's adapter refuses them."""
    path = shared_data / "sql" / "questions_gen_postgres.csv"
    rows, _ = converted("defog-postgres", path)
    assert {row["truth"]["dialect"] for row in rows} == {"postgres"}
    assert max(len(row["responses"]) for row in rows) >= 7
    assert not any("{" in query for row in rows for query in [row["truth"]["query"], *row["truth"].get("accepted", [])])
    assert not any("CURRENT_DATE" in row["truth"]["data"] or "NOW()" in row["truth"]["data"] for row in rows)
    refused, bad = converted("defog", path)
    assert not refused
    assert "the gold is written for postgres" in bad[0]


def test_defog_accepts_each_form_and_nothing_else(shared_data: Path) -> None:
    """Name, id or both pass in any order; an unasked column, a lost duplicate and a slip do not."""
    rows, _ = converted("defog", shared_data / "sql" / "questions_gen_sqlite.csv")
    row = next(row for row in rows if row["id"] == "defog-sqlite-0012")
    asked = row["truth"]["query"]
    assert len(row["responses"]) > 1
    assert {outcome(row, golds.one(text.split("\n")[1], "")) for text in row["responses"]} == {"pass"}
    assert outcome(row, f"{asked.rstrip(';')} LIMIT 1") == "fail"
    assert outcome(row, f"SELECT *, 1 FROM ({asked.rstrip(';')})") == "fail"


def test_geography_asks_every_sentence(shared_data: Path) -> None:
    """Each sentence gets its own values, in the question and in strings of the gold; other ways to write it count."""
    rows, bad = converted("geography", shared_data / "sql" / "geography" / "geography.json")
    assert (len(rows), bad) == (877, [])
    first = rows[3]
    assert first["prompt"].endswith("what is the biggest city in kansas")
    assert "STATE_NAME = 'kansas'" in first["truth"]["query"]
    assert not any("name0" in row["truth"]["query"] or "name0" in row["prompt"] for row in rows)
    assert (
        outcome(first, "SELECT city_name FROM city WHERE state_name = 'kansas' ORDER BY population DESC LIMIT 1")
        == "fail"
    )
    assert outcome(first, "SELECT c.city_name FROM city c WHERE c.state_name = 'kansas' AND c.population = "
                   "(SELECT MAX(population) FROM city WHERE state_name = 'kansas')") == "pass"  # fmt: skip


def test_spider_reads_files_and_lists(tmp_path: Path) -> None:
    """A database comes from its file; where there is none, from the list of tables, without rows."""
    listed = {
        "db_id": "pets_1",
        "query": 'SELECT LName FROM Student WHERE StuID IN (SELECT StuID FROM "Has Pet")',
        "question": "Who?",
    }
    rows, bad = converted("spider", spider(tmp_path, [*SPIDER, listed]))
    assert not bad
    assert rows[0]["truth"]["query"] == "SELECT Name FROM stadium WHERE Name != 'Hampden'"
    assert [row["truth"]["sampled"] for row in rows] == [False, False, True]
    assert [outcome(row, row["truth"]["query"]) for row in (rows[0], rows[2])] == ["pass", "pass"]
    assert outcome(rows[0], "SELECT Name FROM stadium WHERE Capacity < 20000") == "fail"
    assert outcome(rows[2], 'SELECT s.LName FROM Student s JOIN "Has Pet" p ON p.StuID = s.StuID') == "fail"
    assert "CREATE TABLE" in rows[2]["prompt"]


def test_bird_brings_evidence_notes_and_named_rows(tmp_path: Path) -> None:
    """The prompt holds what a model may know; of a large table the rows that golds name are there."""
    for name in ("dev.json", "mini_dev_sqlite.json"):
        rows, bad = converted("bird", bird(tmp_path / name, name))
        assert not bad
        assert "customers.Currency: what they pay in; EUR or CZK" in rows[0]["prompt"]
        assert "latin.Joined: since café opened" in rows[0]["prompt"]
        assert rows[0]["prompt"].endswith("count each")
        assert rows[0]["meta"] | {"source": "", "fixture": ""} == {
            "source": "",
            "fixture": "",
            "family": "simple",
            "question_id": 1471,
        }
        assert rows[0]["truth"]["sampled"]
        assert "'customer number 4999'" in rows[1]["truth"]["data"]
        assert len(rows[1]["truth"]["data"]) < 30_000
    assert outcome(rows[1], "SELECT `Full Name` FROM customers WHERE CustomerID = 4999") == "pass"
    assert outcome(rows[1], "SELECT `Full Name` FROM customers WHERE CustomerID >= 4999") == "fail"


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_birds_other_engines_are_refused(tmp_path: Path, engine: str) -> None:
    """Golds for an engine whose databases are no files are not run on those of SQLite."""
    with pytest.raises(UsageError, match=engine):
        converted("bird", bird(tmp_path, f"mini_dev_{engine}.json"))


QUESTIONS: list[tuple[Json, str]] = [
    ({"db_id": "../../etc", "query": "SELECT 1", "question": ""}, "db_id: is no plain name of a database"),
    ({"db_id": "concert_singer/../x", "query": "SELECT 1", "question": ""}, "db_id: is no plain name"),
    ({"db_id": "..", "query": "SELECT 1", "question": ""}, "db_id: is no plain name"),
    ({"db_id": "c\0d", "query": "SELECT 1", "question": ""}, "db_id: is no plain name"),
    ({"db_id": ["x"], "query": "SELECT 1", "question": ""}, "db_id: is no plain name"),
    (
        {"db_id": "nowhere", "query": "SELECT 1", "question": ""},
        "db_id: nowhere: no database: database/nowhere/nowhere.sqlite",
    ),
    ({"db_id": "link", "query": "SELECT 1", "question": ""}, "db_id: link: "),
    ({"db_id": "fake", "query": "SELECT 1", "question": ""}, "is no SQLite database"),
    ({"db_id": "folder", "query": "SELECT 1", "question": ""}, "is no file"),
    ({"db_id": "concert_singer", "query": "SELECT 1; SELECT 2", "question": ""}, "query: holds 2 statements, not one"),
    ({"db_id": "concert_singer", "query": "DROP TABLE stadium", "question": ""}, "query: the gold is no query"),
    ({"db_id": "concert_singer", "question": ""}, "query: missing"),
    ({"db_id": "concert_singer", "query": 7, "question": ""}, "query: is no text"),
    ({"db_id": "concert_singer", "query": "SELECT 1"}, "question: missing"),
    ("no object", "a record is an object"),
]


def test_broken_questions_are_named_and_stop_no_other(tmp_path: Path) -> None:
    """Each is reported with file, number and field; nothing outside of the folder is opened."""
    path = spider(tmp_path / "set", [*(question for question, _ in QUESTIONS), SPIDER[0]])
    made(tmp_path / "secret.sqlite", "CREATE TABLE t (a);")
    for name in ("link", "fake", "folder"):
        (path.parent / "database" / name).mkdir()
    (path.parent / "database" / "link" / "link.sqlite").symlink_to(tmp_path / "secret.sqlite")
    (path.parent / "database" / "fake" / "fake.sqlite").write_text("CREATE TABLE t (a);")
    (path.parent / "database" / "folder" / "folder.sqlite").mkdir()
    rows, bad = converted("spider", path)
    assert [row["id"] for row in rows] == [f"spider-dev-{len(QUESTIONS):04}"]
    for number, (said, (_, message)) in enumerate(zip(bad, QUESTIONS, strict=True), 1):
        assert said.startswith(f"dev.json:{number}: ")
        assert message in said


SCRIPT = """CREATE TABLE public.t
(id SERIAL PRIMARY KEY, day DATE, at TIMESTAMP DEFAULT NOW(), ok BOOLEAN, x NUMERIC(5, 2));
INSERT INTO public.t (day, ok, x) VALUES
(CURRENT_DATE - INTERVAL '1 month', 't', -1.5), (DATE_TRUNC('week', CURRENT_DATE) + INTERVAL '2 days', false, 2 * 3);
INSERT INTO t (day, at, ok, x) VALUES ('2024-02-29', '2024-03-01 09:30', NULL, EXTRACT(YEAR FROM NOW()) - 1);"""


def test_a_script_counts_from_a_fixed_day() -> None:
    """Dates, defaults and serial numbers become plain values, the same every day."""
    made = scripts.read(SCRIPT, "sqlite")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(made.schema + made.data)
        assert connection.execute("SELECT * FROM t").fetchall() == [
            (1, "2025-05-15", "2025-06-15 12:00:00", 1, -1.5),
            (2, "2025-06-11", "2025-06-15 12:00:00", 0, 6),
            (3, "2024-02-29", "2024-03-01 09:30:00", None, 2024),
        ]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("COPY t FROM '/etc/passwd'", "more than CREATE and INSERT"),
        ("CREATE TABLE t (a TEXT); INSERT INTO t VALUES (pg_read_file('/etc/passwd'))", "no constant"),
        ("CREATE TABLE t (a TEXT); INSERT INTO t SELECT 'x'", "not written out"),
        ("CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1, 2)", "a row of 2 values for 1 columns"),
        ("CREATE TABLE t (a TEXT); INSERT INTO u VALUES (1)", "no table"),
        ("CREATE TABLE t (a DATE); INSERT INTO t VALUES (NOW() - INTERVAL '1 fortnight')", "FORTNIGHT"),
        ("CREATE TABLE t (a TEXT); INSERT INTO t (b) VALUES (1)", "has no column 'b'"),
        ("CREATE TABLE", "cannot be read"),
        ("CREATE TABLE t AS SELECT 1", "more than plain tables"),
        ("CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t", "more than plain tables"),
        ("CREATE TABLE t (a DATE); INSERT INTO t VALUES (NOW() - INTERVAL '9999999 days')", "cannot be read"),
        ("CREATE TABLE t (a DATE); INSERT INTO t VALUES (NOW() - INTERVAL '30000 months')", "cannot be read"),
        (f"CREATE TABLE t (a INT); INSERT INTO t VALUES ({'+'.join('1' * 3000)})", "cannot be read"),
    ],
)
def test_scripts_that_hold_more_are_refused(script: str, message: str) -> None:
    """Nothing but tables and plain rows is taken over."""
    with pytest.raises(TruthError, match=message):
        scripts.read(script, "sqlite")


CHOICES = [
    ("SELECT {a, b} FROM t", 3, "SELECT a, b FROM t"),
    ("SELECT {a, b, c}, n FROM t GROUP BY {}", 7, "SELECT a, b, c, n FROM t GROUP BY a, b, c"),
    ("SELECT a FROM t; SELECT b FROM t;;", 2, "SELECT b FROM t"),
    ("SELECT a FROM t WHERE b = ';'", 1, "SELECT a FROM t WHERE b = ';'"),
    ("SELECT '{}' FROM t", 1, "SELECT '{}' FROM t"),
    ("SELECT {a, b} FROM t WHERE c = '{d, e}'", 3, "SELECT a, b FROM t WHERE c = '{d, e}'"),
]


@pytest.mark.parametrize(("text", "count", "last"), CHOICES)
def test_choices_of_columns(text: str, count: int, last: str) -> None:
    """Every choice of the columns in braces is a query of its own, as published."""
    found = golds.several(text, "query")
    assert (len(found), found[-1]) == (count, last)


@pytest.mark.parametrize("text", ["", None, "SELECT {a,b,c,d,e,f,g,h,i} FROM t", "DELETE FROM t"])
def test_golds_that_are_none(text: str | None) -> None:
    """A gold that stands for nothing, for too much or for a change is refused."""
    with pytest.raises(InputError):
        golds.several(text, "query")


STRINGS = [
    ('SELECT a FROM t WHERE a = "it\'s"', "SELECT a FROM t WHERE a = 'it''s'", "a string"),
    ('SELECT "A" FROM t', 'SELECT "A" FROM t', "a column, whatever its case"),
    ('SELECT a AS "x y" FROM t ORDER BY "x y"', 'SELECT a AS "x y" FROM t ORDER BY "x y"', "a name given"),
    ('SELECT a "x y" FROM t ORDER BY "x y"', 'SELECT a "x y" FROM t ORDER BY "x y"', "a name given without AS"),
    ('SELECT t."z" FROM t', 'SELECT t."z" FROM t', "behind a dot it is a column, if a wrong one"),
    ('SELECT a FROM t WHERE a IN ("u", "v")', "SELECT a FROM t WHERE a IN ('u', 'v')", "a list"),
    ("SELECT '\"u\"' FROM t", "SELECT '\"u\"' FROM t", "quotes inside a string"),
]


@pytest.mark.parametrize(("sql", "written", "why"), STRINGS)
def test_double_quotes(sql: str, written: str, why: str) -> None:
    """Text in double quotes is a string where it names nothing, as in SQLite."""
    assert golds.strings(sql, "CREATE TABLE t (a TEXT)") == written, why


def test_the_csv_of_defog_may_have_other_columns(tmp_path: Path) -> None:
    """A file without the columns that are needed says so for each record."""
    path = tmp_path / "questions_gen_sqlite.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["db_name", "db_type"], ["t", "sqlite"], ["../t", "sqlite"]])
    (tmp_path / "t.sql").write_text("CREATE TABLE t (a TEXT);")
    assert converted("defog", path)[1] == [
        "questions_gen_sqlite.csv:2: query: missing",
        "questions_gen_sqlite.csv:3: db_name: is no plain name of a database",
    ]
