"""The SQL domain: its problems, its noisy replies, and what it says of truths it cannot use."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from importlib import util
from pathlib import Path
from random import Random
from typing import Any

import pytest

from verisieve.domains.sql import checker, domain
from verisieve.domains.sql.families import FAMILIES
from verisieve.errors import TruthError, UsageError
from verisieve.records import Check, Outcome
from verisieve.verifiers.sql import engines
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.engine import EngineLostError
from verisieve.verifiers.sql.engines import duckdb_process
from verisieve.verifiers.sql.gold import Gold

TRUTH = {
    "dialect": "sqlite",
    "schema": "CREATE TABLE t (a INTEGER NOT NULL, b TEXT)",
    "data": "INSERT INTO t VALUES (1, 'x'), (2, NULL)",
    "query": "SELECT a FROM t",
}


def decide(truth: dict[str, Any], reply: str) -> Check:
    """Return the check that decides, and make sure that all of them are plain JSON."""
    checks = checker.judge(truth, reply)
    json.dumps([dict(check.evidence) for check in checks], allow_nan=False)
    return next((check for check in checks if check.outcome is not Outcome.PASS), checks[-1])


@pytest.mark.parametrize("family", FAMILIES)
def test_right_and_wrong_replies_are_told_apart(family: str) -> None:
    """Replies that are right by construction pass, wrong ones do not."""
    for number, problem in enumerate(domain.problems(11, 2, families=[family])):
        for right in (True, False):
            reply = domain.reply(problem, Random(f"{number}:{right}"), right=right)
            check = decide(dict(problem.truth), reply.text)
            assert reply.right is right
            assert (check.outcome is Outcome.PASS) is right, (problem.truth["query"], reply)


def test_a_problem_depends_on_its_own_number_alone() -> None:
    """Item i is the same whatever the count, and the prompt never shows the gold."""
    few, many = list(domain.problems(3, 4)), list(domain.problems(3, 9))
    assert few == many[:4]
    assert all(problem.truth["query"] not in problem.prompt for problem in many)


@pytest.mark.parametrize("difficulty", [1, 2, 3, 9])
def test_difficulty_is_honoured(difficulty: int) -> None:
    """Every difficulty makes problems of several families and fixtures."""
    made = list(domain.problems(5, 30, difficulty=difficulty))
    assert {problem.meta["difficulty"] for problem in made} == {min(difficulty, 3)}
    assert min(len({problem.meta[key] for problem in made}) for key in ("family", "fixture")) >= 4


def test_unknown_families_are_usage_errors() -> None:
    """The message lists what there is."""
    with pytest.raises(UsageError, match="antijoin"):
        list(domain.problems(1, 1, families=["nonsense"]))


BROKEN = [
    ({**TRUTH, "dialect": "oracle"}, "dialect", "an unknown dialect"),
    ({**TRUTH, "query": None}, "query", "no gold"),
    ({**TRUTH, "query": 7}, "query", "a gold of another type"),
    ({**TRUTH, "query": "SELECT 1; SELECT 2"}, "query", "two golds"),
    ({**TRUTH, "query": "SELECT x FROM t"}, "query", "a gold that does not run"),
    ({**TRUTH, "schema": "CREATE TABEL t"}, "schema", "no DDL"),
    ({**TRUTH, "schema": "ATTACH 'x' AS y"}, "schema", "a schema that opens files"),
    ({**TRUTH, "data": "INSERT INTO u VALUES (1)"}, "data", "rows for no table"),
    ({**TRUTH, "column_order": "free"}, "column_order", "an unknown policy"),
    ({"dialect": "sqlite", "query": "SELECT 1"}, "schema", "neither schema nor fixture"),
    ({"dialect": "sqlite", "query": "SELECT 1", "fixture": "../code"}, "fixture", "a path, no name"),
    ({"dialect": "sqlite", "query": "SELECT 1", "fixture": "nowhere"}, "fixture", "no such fixture"),
    ({"dialect": "sqlite", "query": "SELECT 1", "fixture": "x" * 300}, "fixture", "longer than any file's name"),
]


@pytest.mark.parametrize(("truth", "field", "why"), BROKEN)
def test_broken_truths_name_their_field(truth: dict[str, Any], field: str, why: str) -> None:
    """The data's fault is raised as such and never becomes a verdict on the reply."""
    with pytest.raises(TruthError) as caught:
        checker.judge(truth, "```sql\nSELECT a FROM t\n```")
    assert caught.value.field == field, why


@pytest.mark.parametrize(("dialect", "module"), [("duckdb", "duckdb"), ("postgres", "psycopg")])
def test_a_missing_engine_is_an_error_that_names_its_extra(
    dialect: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be checked is neither right nor wrong, not even a DROP."""
    find, process = util.find_spec, duckdb_process.Process()
    monkeypatch.setattr(util, "find_spec", lambda name, *more: None if name == module else find(name, *more))
    monkeypatch.setattr(duckdb_process, "of_this_thread", lambda: process)
    truth = {**TRUTH, "dialect": dialect, "data": f"-- {dialect} is not here"}
    check = decide(truth, "```sql\nDROP TABLE t\n```")
    assert (check.outcome, check.reason) == (Outcome.ERROR, "engine_missing")
    assert dialect in check.evidence["message"]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_an_engine_that_goes_away_is_tried_again_and_then_an_error(
    dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost engine never counts against a reply."""
    tried = []

    def lost(*arguments: object) -> None:
        tried.append(arguments)
        raise EngineLostError("gone")

    monkeypatch.setattr(checker, "bench", lost)
    check = decide({**TRUTH, "dialect": dialect}, "```sql\nSELECT a FROM t\n```")
    assert (check.outcome, check.reason, len(tried)) == (Outcome.ERROR, "engine_lost", 2)


@pytest.mark.parametrize("dialect", engines.DIALECTS)
def test_each_dialect_is_judged_by_its_own_engine(dialect: str) -> None:
    """What divides whole numbers, and where NULL sorts, differs; nothing is translated."""
    if reason := engines.missing(dialect):
        pytest.skip(reason)
    schema, data = "CREATE TABLE n (id INTEGER PRIMARY KEY, v INTEGER)", "INSERT INTO n VALUES (1, 7), (2, NULL)"
    halves = {"dialect": dialect, "schema": schema, "data": data, "query": "SELECT id, v / 2 FROM n"}
    sorts = {**halves, "query": "SELECT id FROM n ORDER BY v, id"}
    floats = decide(halves, "```sql\nSELECT id, v / 2.0 FROM n\n```")
    nulls = decide(sorts, "```sql\nSELECT id FROM n ORDER BY v NULLS LAST, id\n```")
    assert floats.outcome == (Outcome.PASS if dialect == "duckdb" else Outcome.FAIL)
    assert nulls.outcome == (Outcome.FAIL if dialect == "sqlite" else Outcome.PASS)


@pytest.mark.parametrize("dialect", engines.DIALECTS)
def test_an_ambiguous_gold_is_told_in_every_engine(dialect: str) -> None:
    """A tie under LIMIT and row numbers of ties are found by storing the rows in reverse."""
    if reason := engines.missing(dialect):
        pytest.skip(reason)
    schema = "CREATE TABLE n (id INTEGER PRIMARY KEY, v INTEGER)"
    data = "INSERT INTO n VALUES (1, 7), (2, 7), (3, 8)"
    for query in ("SELECT id FROM n ORDER BY v LIMIT 1", "SELECT id, ROW_NUMBER() OVER (ORDER BY v) FROM n"):
        truth = {"dialect": dialect, "schema": schema, "data": data, "query": query}
        with pytest.raises(TruthError) as caught:
            checker.judge(truth, "```sql\nSELECT 1\n```")
        assert caught.value.reason == "ambiguous_gold", query


def test_a_pass_says_how_it_was_earned() -> None:
    """Same form is proved; other forms survived a number of databases."""
    same = decide(TRUTH, "```sql\nselect A as n from T -- all\n```")
    other = decide(TRUTH, "```sql\nSELECT a FROM t WHERE a = a\n```")
    assert same.evidence["grade"] == "proved"
    assert (other.evidence["grade"], other.evidence["databases"] >= 50) == ("not_refuted", True)


def test_a_quoted_word_may_be_a_string() -> None:
    """SQLite reads "Ada" as a string where no column is called so: case counts, and nothing is proved."""
    truth = {**TRUTH, "query": 'SELECT a FROM t WHERE b = "Ada"'}
    assert decide(truth, '```sql\nSELECT a FROM t WHERE b = "ADA"\n```').reason == "wrong_result"


def test_a_refused_reply_is_refused_whatever_the_gold() -> None:
    """An invalid query is invalid even where the gold is ambiguous; a query that runs gets no verdict."""
    truth = {**TRUTH, "query": "SELECT a FROM t LIMIT 1"}
    assert decide(truth, "```sql\nSELECT nam FROM t\n```").reason == "invalid_sql"
    with pytest.raises(TruthError, match="depends on how the rows are stored"):
        checker.judge(truth, "```sql\nSELECT a FROM t LIMIT 1\n```")


def test_a_delete_is_no_answer_to_a_select() -> None:
    """BIRD's evaluator gives DELETE the full score, as it runs the prediction first and compares two empty sets."""
    assert decide(TRUTH, "```sql\nDELETE FROM t\n```").reason == "unsafe_sql"
    assert decide(TRUTH, "```sql\nSELECT a FROM t\n```").outcome is Outcome.PASS


@pytest.mark.parametrize(
    "sql", ["ATTACH '{}/a.db' AS a", "VACUUM INTO '{}/b.db'", "DROP TABLE t", "PRAGMA user_version=7"]
)
def test_no_file_and_no_change_is_left(sql: str, tmp_path: Path) -> None:
    """What test-suite-sql-eval lets through leaves no file here and does not change the next check."""
    assert decide(TRUTH, f"```sql\n{sql.format(tmp_path)}\n```").reason == "unsafe_sql"
    assert list(tmp_path.iterdir()) == []
    assert decide(TRUTH, "```sql\nSELECT a FROM t\n```").outcome is Outcome.PASS


def test_reasons_are_closed() -> None:
    """Every reason that a check gives is in the domain's set."""
    replies = ["", "```sql\nDROP TABLE t\n```", "```sql\nSELECT\n```", "```sql\nSELECT b FROM t\n```"]
    assert {decide(TRUTH, reply).reason for reply in replies} <= domain.reasons


def test_the_labelled_corpus(shared_corpora: Path) -> None:
    """No different query passes, no equivalent one fails, nothing unsafe passes, every invalid one is explained."""
    for line in (shared_corpora / "sql.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["truth"]["dialect"] != "sqlite":
            continue
        check = decide(row["truth"], row["response"])
        assert check.outcome is not Outcome.ERROR, row["id"]
        assert (check.outcome is Outcome.PASS) is (row["label"] == "pass"), row["id"]
        if row["kind"] == "invalid":
            assert (check.reason, bool(check.evidence["message"])) == ("invalid_sql", True), row["id"]


def test_geography_golds_run(shared_data: Path) -> None:
    """Of the 246 queries over a real SQLite file 242 are usable, 2 do not run and 2 cut a tie, and we say which."""
    source = sqlite3.connect(f"file:{shared_data}/sql/geography/geography-db.sqlite?mode=ro", uri=True)
    table = bench("\n".join(source.iterdump()), "")
    source.close()
    said: Counter[str] = Counter()
    for entry in json.loads((shared_data / "sql/geography/geography.json").read_text(encoding="utf-8")):
        sql = entry["sql"][0]
        for variable in entry["variables"]:
            values = entry["sentences"][0]["variables"] if entry["sentences"] else {}
            sql = sql.replace(variable["name"], values.get(variable["name"], variable["example"]))
        try:
            Gold(table, sql.rstrip("; "))
            said["usable"] += 1
        except TruthError as error:
            said[str(error).split(":")[1].strip()] += 1
    assert said == {
        "usable": 242,
        "the gold does not run": 2,
        "the gold's result depends on how the rows are stored": 2,
    }
