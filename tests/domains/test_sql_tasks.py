"""The SQL tasks beside `solve`: what passes, what does not, and what nobody can be judged by."""

from __future__ import annotations

import json
from itertools import islice
from random import Random
from typing import Any

import pytest

from verisieve.domains.sql import domain, stories
from verisieve.domains.sql.tasks import complexity, values, witnesses
from verisieve.domains.sql.tasks.values import ValueFaultError
from verisieve.domains.sql.tasks.witnesses import WitnessError
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes.opening import LazySandbox
from verisieve.verifiers.sql import engines, fixtures
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import Gold

LIBRARY = {"dialect": "sqlite", "fixture": "library"}
GOLD = "SELECT m.id, COUNT(l.id) FROM members m LEFT JOIN loans l ON l.member_id = m.id GROUP BY m.id"
INNER = GOLD.replace("LEFT ", "")
COUNTS = {**LIBRARY, "query": GOLD}
LONELY = "```sql\nINSERT INTO members VALUES (1, 'Ada', NULL, '2024-01-01');\n```"


def decide(truth: dict[str, Any], reply: str) -> Check:
    """Return the check that decides, and make sure that all of them are plain JSON with known reasons."""
    problem = Problem(domain="sql", id="p", prompt="", truth=truth)
    checks = domain.check(problem, reply, LazySandbox("auto"))
    json.dumps([dict(check.evidence) for check in checks], allow_nan=False)
    assert {check.reason for check in checks} - {""} <= domain.reasons | {"unverifiable"}
    return next((check for check in checks if check.outcome is not Outcome.PASS), checks[-1])


def sql(text: str) -> str:
    """Write a query as models do."""
    return f"```sql\n{text}\n```"


REPAIRS = [
    (GOLD, "pass", "", "the gold"),
    ("SELECT id, (SELECT COUNT(*) FROM loans WHERE member_id = m.id) FROM members m", "pass", "", "another way"),
    (INNER, "fail", "wrong_result", "what was given"),
    ("VALUES (1, 3), (2, 2), (3, 0), (4, 3), (5, 0)", "fail", "wrong_result", "the result that was shown"),
    ("SELECT m.id, CASE m.id WHEN 1 THEN 3 WHEN 2 THEN 2 WHEN 4 THEN 3 ELSE 0 END FROM members m", "fail",
     "wrong_result", "the same, by rows"),
    ("DELETE FROM members", "fail", "unsafe_sql", "no query"),
    (f"{GOLD} FORM", "fail", "invalid_sql", "does not run"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "outcome", "reason", "why"), REPAIRS)
def test_a_repair_means_what_the_gold_means(reply: str, outcome: str, reason: str, why: str) -> None:
    """On every database, so that knowing the one that was shown does not help."""
    found = decide({**COUNTS, "task": "repair", "broken": INNER}, sql(reply))
    assert (found.outcome, found.reason) == (outcome, reason), why


def test_a_broken_query_must_be_wrong() -> None:
    """One that is right makes the row worthless, and is no pass for those who leave it."""
    with pytest.raises(TruthError, match="is not wrong"):
        decide({**COUNTS, "task": "repair", "broken": f"{GOLD} "}, sql(GOLD))


CRITIQUES = [
    (INNER, f"{LONELY}\nVerdict: wrong", "pass", "", "a member without loans"),
    (INNER, "INSERT INTO members (id, name, joined_on) VALUES (7, 'Bo', '2024-01-01');\n**Verdict:** wrong", "pass", "",
     "no block, some columns, bold"),
    (INNER, "Verdict: wrong", "no_answer", "no_claim", "it shows nothing"),
    (INNER, "Verdict: right", "fail", "missed_mistake", "it is not"),
    (INNER, "Verdict: right\nVerdict: wrong", "no_answer", "hedged", "both"),
    (INNER, "It misses members without loans.", "no_answer", "no_claim", "vague"),
    (INNER, "```sql\nINSERT INTO books VALUES (1, 'x', 'y', 3, 1);\n```\nVerdict: wrong", "fail", "no_difference",
     "rows that tell nothing"),
    (INNER, "```sql\nINSERT INTO loans VALUES (1, 1, 1, '2024-01-01', NULL, 1);\n```\nVerdict: wrong", "fail",
     "bad_witness", "a loan of nobody: the schema forbids it"),
    (INNER, "```sql\nINSERT INTO members SELECT 1, 'x', NULL, 'y';\n```\nVerdict: wrong", "fail", "bad_witness",
     "no plain values"),
    (INNER, "```sql\nDROP TABLE members; INSERT INTO nowhere VALUES (1)\n```\nVerdict: wrong", "fail", "bad_witness",
     "no such table, and nothing is run"),
    (INNER, "INSERT INTO members VALUES (1, 'a', NULL, '2024-01-01');\n" * 3_000 + "Verdict: wrong", "fail",
     "bad_witness", "too many rows, read in no more than linear time"),
    (INNER, "INSERT INTO members VALUES (1, 'a', NULL, 'soon');\nVerdict: wrong", "fail", "bad_witness", "no date"),
    (f"SELECT * FROM ({GOLD})", "Verdict: right", "pass", "", "another form of the gold"),
    (f"SELECT * FROM ({GOLD})", f"{LONELY}\nVerdict: wrong", "fail", "false_alarm", "it is right"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "reply", "outcome", "reason", "why"), CRITIQUES)
def test_a_critique_is_shown_by_rows(given: str, reply: str, outcome: str, reason: str, why: str) -> None:
    """`wrong` without rows on which the two differ is worth nothing."""
    found = decide({**COUNTS, "task": "critique", "given": given}, reply)
    assert (found.outcome, found.reason) == (outcome, reason), why


EXPLAINED = {
    **COUNTS,
    "task": "explain",
    "questions": [
        {"ask": "How many members?", "probe": "SELECT COUNT(*) FROM members"},
        {"ask": "Which towns?", "probe": "SELECT DISTINCT town FROM members"},
        {"ask": "Who are the first two?", "probe": "SELECT id, name FROM members ORDER BY id LIMIT 2"},
    ],
}
EXPLANATIONS = [
    ("Q1: 5\nQ2: ['Oslo', 'Rome', NULL, 'Lima']\nQ3: [[1, 'Ada'], [2, 'Ben']]", "pass", "", "as asked"),
    ("Q1: 5 rows\nQ2: Oslo\nQ3: []", "fail", "wrong_fact", "a number of rows is a number"),
    ("**Q1:** 5.0\nQ2: 'Lima', None, \"Rome\", 'Oslo'\nQ3: (1, 'Ada'), (2, 'Ben')", "pass", "", "other notations"),
    ('```json\n{"Q1": 5, "Q2": ["Oslo", "Rome", null, "Lima"], "Q3": [[1, "Ada"], [2, "Ben"]]}\n```', "pass", "",
     "JSON"),
    ("Q1: 4\nQ2: ['Oslo', 'Rome', NULL, 'Lima']\nQ3: [[1, 'Ada'], [2, 'Ben']]", "fail", "wrong_fact", "one is wrong"),
    ("Q1: 5\nQ2: ['Oslo', 'Rome', 'Lima']\nQ3: [[1, 'Ada'], [2, 'Ben']]", "fail", "wrong_fact", "NULL is missing"),
    ("Q1: 5\nQ2: ['Oslo', 'Rome', NULL, 'Lima']\nQ3: [[2, 'Ben'], [1, 'Ada']]", "fail", "wrong_fact", "the order"),
    ("Q1: 5\nQ1: 6\nQ2: ['Oslo']\nQ3: []", "no_answer", "hedged", "two answers"),
    ("Q1: 5", "no_answer", "no_claim", "two are missing"),
    ("The query counts the loans of each member.", "no_answer", "no_claim", "vague"),
    ("Q1: SELECT COUNT(*) FROM members\nQ2: all\nQ3: the first", "no_answer", "no_claim", "no values"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "outcome", "reason", "why"), EXPLANATIONS)
def test_an_explanation_says_what_execution_says(reply: str, outcome: str, reason: str, why: str) -> None:
    """Every statement is compared with a run; the wrong ones are named."""
    found = decide(EXPLAINED, reply)
    assert (found.outcome, found.reason) == (outcome, reason), why
    if reason == "wrong_fact":
        assert (found.name[0], found.evidence["expected"]["count"] > 0) == ("Q", True)


@pytest.mark.parametrize("text", ["[1, [2, [3, [4]]]]", "abs(1)", "1 + 1", "[1, 2", "x'00", "(SELECT 1)", "9" * 60])
def test_only_plain_values_are_read(text: str) -> None:
    """No calls, no sums, no queries, nothing deep or endless."""
    with pytest.raises(ValueFaultError):
        values.rows(text, 2)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO members VALUES (1, 'a')",
        "INSERT INTO members VALUES (1, 'a', NULL, random())",
        "INSERT INTO members (id, id) VALUES (1, 1)",
        "INSERT INTO members VALUES (1, 'a', NULL, '2024-01-01') RETURNING *",
        "INSERT INTO members DEFAULT VALUES",
        "INSERT INTO sqlite_master VALUES (1)",
        f"INSERT INTO books VALUES {', '.join(['(1, 2, 3, 4, 5)'] * 300)}",
    ],
)
def test_only_plain_rows_are_a_witness(text: str) -> None:
    """A foreign INSERT is read as data and never run."""
    fixture = fixtures.load("library")
    with pytest.raises(WitnessError):
        witnesses.read(sql(text), bench(fixture.schema, fixture.data).schema)


def test_steps_do_not_count_padding() -> None:
    """Wrappers, joins nobody uses, sides of a union that add nothing, and conditions that always hold."""
    fixture = fixtures.load("library")
    for padded in (
        f"SELECT * FROM ({GOLD})",
        f"WITH w AS ({GOLD}) SELECT * FROM w",
        f"{GOLD} UNION {GOLD}",
        GOLD.replace("members m", "members m JOIN members n ON n.id = m.id"),
        GOLD.replace("GROUP", "WHERE m.id IN (SELECT id FROM members) GROUP"),
    ):
        core = complexity.core(Gold(bench(fixture.schema, fixture.data), padded))
        found, plain = complexity.steps(core), complexity.steps(GOLD)
        assert found is not None, core
        assert plain is not None
        assert found.total <= plain.total, (padded, core)


PARENT = {
    "question": "For every member, also those with none, give `id` and the number of loans.",
    "query": GOLD,
}
TOWNS = "List the `id` of every member from Oslo who has at least one loan that was never returned, each once."
OSLO = "SELECT DISTINCT m.id FROM members m JOIN loans l ON l.member_id = m.id WHERE m.town = 'Oslo' AND l.returned_on IS NULL"  # noqa: E501
LONG = "Which books have more pages than the average of all books of their genre? Give `id` and the pages."
ABOVE = "SELECT b.id, b.pages FROM books b WHERE b.pages > (SELECT AVG(c.pages) FROM books c WHERE c.genre = b.genre)"
GENRES = "How many books are there of each genre? Give the genre and the number."
PER_GENRE = "SELECT genre, COUNT(*) FROM books GROUP BY genre"
ALL = "Show everything that is known of books."
PROBLEMS = [
    ("new", TOWNS, OSLO, "pass", "", "another problem"),
    ("variant", LONG, ABOVE, "pass", "", "another problem will do"),
    ("easier", GENRES, PER_GENRE, "pass", "", "a grouping, and no join"),
    ("harder", TOWNS, OSLO, "fail", "not_harder", "a join, and no grouping"),
    ("harder", GENRES, f"{PER_GENRE} UNION {PER_GENRE}", "fail", "not_harder", "a union with itself"),
    ("harder", GENRES, f"SELECT * FROM (SELECT * FROM ({PER_GENRE}))", "fail", "not_harder", "wrapped twice"),
    ("easier", LONG, ABOVE.replace("SELECT AVG", "SELECT DISTINCT AVG"), "fail", "not_easier", "it is not"),
    ("new", PARENT["question"], GOLD, "fail", "same_as_parent", "the parent"),
    ("variant", "For every member, also those with none, give `id` and the number of loans!", ABOVE, "fail",
     "same_as_parent", "its question"),
    ("new", "Count loans per member and keep members who never borrowed anything.", f"SELECT * FROM ({GOLD})", "fail",
     "same_as_parent", "its query in another form"),
    ("new", f"What does {ABOVE} return?", ABOVE, "fail", "leaked", "the question holds the query"),
    ("new", ("Give b.id, b.pages of books b where b.pages > the mean, as in (SELECT AVG(c.pages) FROM books c WHERE "
     "c.genre = b.genre) for each."), ABOVE, "fail", "leaked", "most of it"),
    ("new", "How many books are there whose genre is novel? There are 2 of them, so count well.",
     "SELECT COUNT(*) FROM books WHERE genre = 'novel'", "fail", "leaked", "the question says the result"),
    ("new", "Name three books, any will do for us.", "SELECT title FROM books LIMIT 3", "fail", "ambiguous_gold",
     "which three?"),
    ("new", "Name up to fifty books, any will do.", "SELECT title FROM books LIMIT 50", "fail", "ambiguous_gold",
     "no database here has as many rows"),
    ("new", "Which book was published last?", ("SELECT id FROM books WHERE published IS NOT NULL ORDER BY published "
     "DESC "
     "LIMIT 1"), "fail", "ambiguous_gold", "ties elsewhere"),
    ("new", "Who joined before this very day?", "SELECT id FROM members WHERE joined_on < date('now')", "fail",
     "ambiguous_gold", "the clock"),
    ("new", "What is six times seven in this library?", "SELECT 42", "fail", "says_nothing", "a constant"),
    ("new", "How many members are ghosts, as a number?", "SELECT COUNT(*) FROM members WHERE id <> id", "fail",
     "says_nothing", "what an empty database says"),
    ("new", "Which members joined before the year 1800?", "SELECT id FROM members WHERE joined_on < '1800-01-01'",
     "fail", "empty_gold", "nobody"),
    ("new", ALL, "SELECT * FROM books", "fail", "too_plain", "the table"),
    ("new", ALL, "SELECT id, title, genre, pages, published FROM books WHERE 1 = 1", "fail", "too_plain", "the same"),
    ("new", ALL, "SELECT * FROM books WHERE id IS NOT NULL AND pages > 0", "fail", "too_plain", "the schema says so"),
    ("new", ALL, "SELECT *, 1 FROM books ORDER BY title", "fail", "too_plain", "with a constant, and sorted"),
    ("new", ALL, "SELECT DISTINCT * FROM books UNION SELECT * FROM books", "fail", "too_plain", "each row once"),
    ("new", LONG, " UNION ".join([ABOVE] * 30), "no_answer", "no_claim", "too long to be taken apart"),
    ("new", "Remove every loan that is there now.", "DELETE FROM loans", "fail", "unsafe_sql", "no query"),
    ("new", "Which members have a star sign?", "SELECT star_sign FROM members", "fail", "bad_gold", "no such column"),
    ("new", "Too short", ABOVE, "no_answer", "no_claim", "no question"),
    ("new", LONG, f"{ABOVE}; {GOLD}", "no_answer", "no_claim", "two queries"),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "question", "query", "outcome", "reason", "why"), PROBLEMS)
def test_a_new_problem_passes_its_gates(
    operator: str, question: str, query: str, outcome: str, reason: str, why: str
) -> None:
    """Each gate but that of the votes, which is not asked for here."""
    truth = {**LIBRARY, "task": "problem", "operator": operator, "parent": PARENT, "agree": 0}
    found = decide(truth, f"### Question\n{question}\n\n### Query\n{sql(query)}\n")
    assert (found.outcome, found.reason) == (outcome, reason), (why, found.evidence)


OTHER = ABOVE.replace("b.pages >", "b.pages >=")
VOTES = [
    ([ABOVE, f"{ABOVE} AND 1 = 1"], "pass", "", "both agree"),
    ([ABOVE, ABOVE, OTHER], "pass", "", "two of three"),
    ([OTHER, f"{OTHER} AND 1 = 1", ABOVE], "fail", "other_answer", "two agree on another query"),
    ([OTHER, ABOVE, "SELECT id FROM books"], "fail", "no_agreement", "three queries"),
    (["SELECT nothing", "I cannot say."], "fail", "no_agreement", "no queries"),
    ([ABOVE], "error", "unverifiable", "one is too few"),
    ([], "error", "unverifiable", "nobody was asked"),
]


@pytest.mark.parametrize(("solutions", "outcome", "reason", "why"), VOTES)
def test_question_and_gold_agree_by_votes(solutions: list[str], outcome: str, reason: str, why: str) -> None:
    """Queries written from the question alone must mean what the gold means."""
    truth = {**LIBRARY, "task": "problem", "parent": PARENT, "solutions": [sql(each) for each in solutions]}
    found = decide(truth, f"### Question\n{LONG}\n\n### Query\n{sql(ABOVE)}\n")
    assert (found.outcome, found.reason) == (outcome, reason), (why, found.evidence)


TABLES = "CREATE TABLE t (id BIGINT PRIMARY KEY, v BIGINT, name TEXT, born DATE)"
SOURCE = {
    "dialect": "sqlite",
    "schema": "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, name TEXT, born DATE)",
    "data": "INSERT INTO t VALUES (1, 7, 'Ada', '2024-02-29'), (2, NULL, 'ben', NULL), (3, -7, 'Bo', '2023-01-01')",
}
HALVES = "SELECT id, v / 2 FROM t ORDER BY v, id"
BORN = "SELECT strftime('%Y-%m', born), COUNT(*) FROM t WHERE name LIKE 'B%' GROUP BY 1"
TRANSLATIONS = [
    ("duckdb", HALVES, HALVES, "fail", "untranslated", "DuckDB divides otherwise"),
    ("duckdb", HALVES, "SELECT id, v // 2 FROM t ORDER BY v NULLS FIRST, id", "pass", "", "towards zero, as SQLite"),
    ("duckdb", HALVES, "SELECT id, v // 2 FROM t ORDER BY v, id", "fail", "wrong_result", "NULL comes last there"),
    ("duckdb", BORN, "SELECT strftime(born, '%Y-%m'), COUNT(*) FROM t WHERE name ILIKE 'B%' GROUP BY 1", "pass", "",
     "case does not count in SQLite's LIKE"),
    ("duckdb", BORN, "SELECT strftime(born, '%Y-%m'), COUNT(*) FROM t WHERE name LIKE 'B%' GROUP BY 1", "fail",
     "wrong_result", "it does in DuckDB's"),
    ("duckdb", BORN, "VALUES (NULL, 1), ('2023-01', 1)", "fail", "wrong_result", "the result that is shown"),
    ("duckdb", HALVES, "SELECT id, v FROM read_csv('/etc/passwd')", "fail", "unsafe_sql", "a file"),
    ("postgres", HALVES, "SELECT id, v / 2 FROM t ORDER BY v NULLS FIRST, id", "pass", "", "NULL comes first"),
    ("postgres", HALVES, HALVES, "fail", "untranslated", "NULL comes last there"),
    ("postgres", BORN, "SELECT to_char(born, 'YYYY-MM'), COUNT(*) FROM t WHERE name ILIKE 'B%' GROUP BY 1", "pass", "",
     "another function"),
    ("postgres", BORN, BORN, "fail", "invalid_sql", "no such function"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "query", "reply", "outcome", "reason", "why"), TRANSLATIONS)
def test_a_translation_runs_as_its_source_does(
    dialect: str, query: str, reply: str, outcome: str, reason: str, why: str
) -> None:
    """Each in its own engine, over the same rows."""
    if missing := engines.missing(dialect):
        pytest.skip(missing)
    source = {**SOURCE, "query": query}
    found = decide({"task": "translate", "dialect": dialect, "schema": TABLES, "source": source}, sql(reply))
    assert (found.outcome, found.reason) == (outcome, reason), (why, found.evidence)


def test_a_translation_goes_back_as_well() -> None:
    """From DuckDB to SQLite; a source of the same dialect is the data's fault."""
    if missing := engines.missing("duckdb"):
        pytest.skip(missing)
    source = {"dialect": "duckdb", "schema": TABLES, "data": SOURCE["data"], "query": "SELECT id, v / 2 FROM t"}
    truth = {"task": "translate", "dialect": "sqlite", "schema": SOURCE["schema"], "source": source}
    assert decide(truth, sql("SELECT id, v / 2.0 FROM t")).outcome is Outcome.PASS
    assert decide(truth, sql("SELECT id, v / 2 FROM t")).outcome is Outcome.FAIL
    with pytest.raises(TruthError, match="is that of the source"):
        decide({**truth, "dialect": "duckdb"}, sql("SELECT 1"))


BROKEN = [
    ({"task": "sing"}, "task"),
    ({"task": "repair"}, "broken"),
    ({"task": "critique", "given": "SELECT nothing", "query": "SELECT x"}, "query"),
    ({"task": "explain"}, "questions"),
    ({"task": "explain", "questions": [{"ask": "?"}]}, "questions[0]"),
    ({"task": "explain", "questions": [{"ask": "?", "probe": "SELECT x"}]}, "questions[0].probe"),
    ({"task": "translate"}, "source"),
    ({"task": "translate", "source": {"query": "SELECT 1"}}, "source.schema"),
    ({"task": "problem", "operator": "harder"}, "parent"),
    ({"task": "problem", "parent": {"question": "?"}}, "parent.query"),
    ({"task": "problem", "agree": -1}, "agree"),
]


@pytest.mark.parametrize(("truth", "field"), BROKEN)
def test_broken_truths_name_their_field(truth: dict[str, Any], field: str) -> None:
    """The data's fault is raised as such and never becomes a verdict."""
    with pytest.raises(TruthError) as caught:
        decide({**COUNTS, **truth}, "Verdict: wrong\nQ1: 1\n### Question\nWhich are the members?\n### Query\nSELECT 1")
    assert field.startswith(caught.value.field) or caught.value.field == field, caught.value


@pytest.mark.parametrize("task", ["repair", "critique", "explain", "problem"])
def test_noisy_replies_are_told_apart(task: str) -> None:
    """What is right by construction passes, what is wrong does not; before it is known what the right reply is."""
    sandbox = LazySandbox("auto")
    told = 0
    for problem in domain.problems(21, 1 if task == "problem" else 3):
        for made, row in islice(domain.engineering.engineer(problem, sandbox, tasks=[task], seed=4), 2):
            asked = Problem(domain="sql", id=row.id, prompt=row.prompt, truth={**made.truth, "agree": 0}, meta=row.meta)
            for right in (True, False):
                reply = domain.reply(asked, Random(f"{row.id}:{right}"), right=right)
                found = decide(dict(asked.truth), reply.text)
                assert (found.outcome is Outcome.PASS) is right, (reply, found)
                told += 1
    assert told


def test_every_fixture_has_a_story() -> None:
    """Each family finds something to ask of most of them, and `told` makes phrases where a story has none."""
    bare = stories.told("x", "CREATE TABLE OrderLines (OrderId INTEGER, UnitPrice REAL)", "", stories.NO_WORDS, {})
    assert bare.nouns["OrderLines"].many == "order lines"
    assert bare.phrases["OrderLines.UnitPrice"] == "Unit Price"
