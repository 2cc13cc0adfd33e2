"""The example of the docs runs as it is written, with fewer problems: a schema becomes training data."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from verisieve import domains
from verisieve.cli import main
from verisieve.domains.engineering import Engineer
from verisieve.domains.sql import own
from verisieve.errors import UsageError
from verisieve.sandboxes.opening import LazySandbox

PAGE = (Path(__file__).parents[1] / "docs/sql-assistant.md").read_text(encoding="utf-8")
FEWER = {"1200": "3", "50": "1", "solve,variant,harder,easier,repair,critique,explain": "solve,harder,repair,critique"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the page tells to make, in the current one."""
    schema, rows = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)[:2]
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/schema.sql").write_text(schema)
    (tmp_path / "shop/rows.sql").write_text(rows)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop"


def commands() -> list[list[str]]:
    """The commands of the page, made smaller."""
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    return [[FEWER.get(word, word) for word in shlex.split(line)][1:] for line in lines]


def run(*arguments: str) -> str:
    """Run a command; a run that says of replies that none is known is as good as one that does not."""
    found = CliRunner().invoke(main, list(arguments))
    assert found.exit_code == 0 or "no reply" in found.stderr, (arguments, found.output, found.stderr, found.exception)
    return found.output + found.stderr


def test_the_example_runs(shop: Path) -> None:
    """From the schema to examples for TRL, and to new problems by a model that others agree with."""
    for words in commands():
        extra = ["--workers", "1"] if words[0] == "verify" else []
        run(*words, *extra)
    out = Path("assistant")
    replies = [json.loads(line) for line in (out / "completions.jsonl").read_text().splitlines()]
    verdicts = [json.loads(line) for line in (out / "verdicts.jsonl").read_text().splitlines()]
    kept = [json.loads(line) for path in out.glob("data/trl-sft/*.jsonl") for line in path.read_text().splitlines()]
    assert {row["truth"].get("task", "solve") for row in replies} == {"solve", "repair", "critique"}
    assert [row["outcome"] == "pass" for row in verdicts] == [row["label"] == "pass" for row in replies]
    assert 0 < len(kept) <= len(replies)
    assert Path("new/more.jsonl").is_file()


def test_a_story_says_it_better(shop: Path) -> None:
    """What story.json names is named so in questions, and in those that are made of them later."""
    (shop / "story.json").write_text(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
    (made,) = domains.load("sql", over="shop").problems(1, 1, families=["hierarchy"])
    domain = domains.load("sql")
    assert isinstance(domain, Engineer)
    drawn = domain.engineering.engineer(made, LazySandbox("auto"), tasks=["variant"], seed=1, per=2)
    prompts = [made.prompt, *(row.prompt for _, row in drawn)]
    assert [("employee" in text, "a small shop" in text) for text in prompts] == [(True, True)] * len(prompts)
    assert len(prompts) > 1


def test_an_sqlite_file_is_a_database_too(shop: Path) -> None:
    """Its tables and rows are those of the folder, and each row carries them."""
    connection = sqlite3.connect("shop.db")
    connection.executescript((shop / "schema.sql").read_text() + (shop / "rows.sql").read_text())
    connection.close()
    made = list(domains.load("sql", over="shop.db").problems(1, 4))
    assert all("CREATE TABLE" in problem.truth["schema"] and "fixture" not in problem.truth for problem in made)
    assert made == list(domains.load("sql", over="shop.db").problems(1, 4))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "schema.sql"),
        ({"schema.sql": "CREATE TABLE t (a INTEGER)"}, "rows.sql"),
        ({"schema.sql": "CREATE TABEL t", "rows.sql": ""}, "syntax error"),
        ({"schema.sql": "ATTACH 'x' AS y", "rows.sql": ""}, "not authorized"),
        ({"schema.sql": "CREATE TABLE t (a INTEGER)", "rows.sql": "INSERT INTO u VALUES (1)"}, "no such table"),
        ({"schema.sql": "CREATE TABLE t (a INTEGER)", "rows.sql": "", "story.json": "{"}, "story.json"),
        ({"schema.sql": "CREATE TABLE t (a INTEGER)", "rows.sql": "", "story.json": '{"tables": []}'}, "an object"),
        ({"schema.sql": "--" + "x" * own.MOST, "rows.sql": ""}, "a sample"),
    ],
)
def test_a_database_of_no_use_is_a_usage_error(files: dict[str, str], words: str, tmp_path: Path) -> None:
    """In one clear line that names the file or says what is wrong."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=re.escape(words)):
        domains.load("sql", over=str(tmp_path))


def test_a_database_without_rows_or_words_has_no_problems(tmp_path: Path) -> None:
    """No family finds anything to ask, which is said; names that must be quoted are."""
    (tmp_path / "schema.sql").write_text('CREATE TABLE "order" ("Group" TEXT PRIMARY KEY NOT NULL, "Unit Price" REAL)')
    (tmp_path / "rows.sql").write_text("")
    with pytest.raises(UsageError, match="passes its gates"):
        list(domains.load("sql", over=str(tmp_path)).problems(1, 1))
    (tmp_path / "rows.sql").write_text("""INSERT INTO "order" VALUES ('a', 1.5), ('b', NULL), ('c', 4)""")
    (made,) = domains.load("sql", over=str(tmp_path)).problems(1, 1, families=["top"])
    assert 'FROM "order" t' in made.truth["query"]


def test_other_domains_take_no_fixture(tmp_path: Path) -> None:
    """Which is said before anything runs; a domain or rows must be named."""
    for arguments in (["--domain", "math", "--fixture", "x"], ["--n", "3"]):
        found = CliRunner().invoke(main, ["generate", *arguments, "--out", str(tmp_path / "out.jsonl")])
        assert (found.exit_code, "Traceback" in found.output) == (2, False)
