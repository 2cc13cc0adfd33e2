"""Linting data sets: a report row per row, faults and notes of every domain, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from verisieve.cli import main

SQL = {"dialect": "sqlite", "schema": "CREATE TABLE t (a INT)", "data": "INSERT INTO t VALUES (1), (2)"}
CODE = {"language": "python", "style": "asserts", "entry_point": "f", "tests": ["assert f(1) == 2"]}
ROWS: list[tuple[dict[str, Any], list[str]]] = [
    ({"id": "good", "domain": "sql", "truth": {**SQL, "query": "SELECT a FROM t"}}, []),
    ({"id": "none", "domain": "sql", "truth": {**SQL, "query": "SELECT b FROM t"}}, ["gold_does_not_run"]),
    ({"id": "half", "domain": "math", "truth": {"answer": "\\frac{1}{2}"}}, []),
    ({"id": "empty", "domain": "math", "truth": {"answer": ""}}, ["broken_truth"]),
    ({"id": "alien", "domain": "cooking", "truth": {}}, ["unknown_domain"]),
    ({"id": "bare", "domain": "code", "truth": CODE}, ["no_reference"]),
    ({"id": "odd", "domain": "reasoning", "truth": {"family": "no such family", "spec": {}}}, ["unsupported_family"]),
]


def run(folder: Path, rows: list[dict[str, Any]], *options: str) -> tuple[Any, list[dict[str, Any]]]:
    """Lint rows; return click's result and the report."""
    source, report = folder / "rows.jsonl", folder / "report.jsonl"
    source.write_text("".join(json.dumps({"prompt": "", **row}) + "\n" for row in rows), encoding="utf-8")
    result = CliRunner().invoke(main, ["datasets", "lint", str(source), "--out", str(report), *options])
    return result, [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]


def test_every_row_gets_its_findings(tmp_path: Path) -> None:
    """Rows of all domains go through one command, and a bad row stops nobody."""
    result, report = run(tmp_path, [row for row, _ in ROWS], "--json")
    assert [(row["id"], [one["kind"] for one in row["findings"]]) for row in report] == [
        (row["id"], kinds) for row, kinds in ROWS
    ]
    counts = json.loads(result.stdout)
    assert (counts["rows"], counts["with_faults"], result.exit_code) == (7, 4, 1)


def test_notes_alone_are_no_failure(tmp_path: Path) -> None:
    """A data set without faults exits with 0."""
    row = {"id": "twice", "domain": "sql", "truth": {**SQL, "query": "SELECT DISTINCT a FROM t WHERE a = 1 LIMIT 1"}}
    result, report = run(tmp_path, [row])
    assert result.exit_code == 0, result.output
    assert report[0]["faults"] == 0


def test_a_line_that_is_no_row_is_a_fault(tmp_path: Path) -> None:
    """It is reported by its place, and the next one goes on."""
    source = tmp_path / "rows.jsonl"
    good = json.dumps({"id": "good", "domain": "math", "prompt": "", "truth": {"answer": "2"}})
    source.write_text(f"not json\n{good}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["datasets", "lint", str(source), "--json"])
    assert json.loads(result.stdout)["with_faults"] == 1
    assert json.loads(result.stdout)["rows"] == 2


def test_a_report_never_replaces_its_input(tmp_path: Path) -> None:
    """Naming the input as the report is bad usage."""
    source = tmp_path / "rows.jsonl"
    source.write_text("", encoding="utf-8")
    result = CliRunner().invoke(main, ["datasets", "lint", str(source), "--out", str(source)])
    assert (result.exit_code, "would replace an input" in result.output) == (2, True)
