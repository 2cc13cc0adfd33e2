"""`verisieve engineer`: rows in, verified rows of other tasks out, and what was dropped said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from verisieve import domains, reading
from verisieve.cli import main
from verisieve.commands import verify_files
from verisieve.rows import Row

REFERENCE = "def f(x):\n    return x * 2 if x > 3 else x\n"
TRUTH = {
    "language": "python",
    "style": "asserts",
    "entry_point": "f",
    "tests": ["assert f(1) == 1", "assert f(4) == 8", "assert f(3) == 3"],
    "reference": REFERENCE,
}


def source(tmp_path: Path, *rows: object) -> str:
    """Write rows and return where they are."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    """Run the command and return its exit code and what it told people."""
    found = CliRunner().invoke(main, ["engineer", *arguments])
    return found.exit_code, found.output + found.stderr


def test_rows_are_made_verified_and_can_be_verified_again(tmp_path: Path) -> None:
    """Every row that is written passes, then and later; a response is not needed in the input."""
    given = source(tmp_path, {"id": "p", "domain": "code", "prompt": "Double what is above 3.", "truth": TRUTH})
    out = tmp_path / "rows.jsonl"
    code, told = run(given, "--out", str(out), "--tasks", "solve,tests,review")
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert (code, {row["truth"]["task"] for row in rows}) == (0, {"solve", "tests", "review"}), told
    assert all(row["verdict"]["outcome"] == "pass" and row["response"] and row["label"] == "pass" for row in rows)
    assert verify_files([str(out)], tmp_path / "again.jsonl", workers=1).outcomes == {("code", "pass"): len(rows)}


def test_prompts_only_are_rows_without_a_response(tmp_path: Path) -> None:
    """For a model to answer; translations and new problems among them, and no right reply in the truth."""
    given = source(tmp_path, {"id": "p", "domain": "code", "prompt": "Double.", "truth": TRUTH, "response": "x"})
    out = tmp_path / "rows.jsonl"
    assert run(given, "--out", str(out), "--tasks", "problem,bug", "--prompts-only")[0] == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["truth"].get("operator") for row in rows][:4] == ["new", "variant", "harder", "easier"]
    assert all("response" not in row and "known" not in row["truth"] and row["prompt"] for row in rows)


def test_what_is_dropped_is_said(tmp_path: Path) -> None:
    """Bad rows and broken truths make exit code 1; rows of other tasks and problems without a reference are counted."""
    rows = [
        {"id": "a", "domain": "code", "prompt": "", "truth": {**TRUTH, "reference": None}},
        {"id": "b", "domain": "code", "prompt": "", "truth": {**TRUTH, "style": "rspec"}},
        {"id": "c", "domain": "code", "prompt": "", "truth": {**TRUTH, "task": "bug"}},
        {"id": "d", "domain": "code", "truth": TRUTH},
        "no row",
    ]
    code, told = run(source(tmp_path, *rows), "--out", str(tmp_path / "rows.jsonl"))
    assert code == 1
    for words in ("1: no_reference", "1: error (unsupported_style)", "1: no_code_to_solve", "in.jsonl:4", "in.jsonl:5"):
        assert words in told


@pytest.mark.parametrize("arguments", [["--tasks", "sing"], [], ["no.jsonl"], ["--per", "0"]])
def test_bad_usage_ends_with_two(tmp_path: Path, arguments: list[str]) -> None:
    """In one clear line, before anything runs."""
    code, told = run(
        "--out", str(tmp_path / "rows.jsonl"), *arguments, *(["--procedural", "1"] if "--tasks" in arguments else [])
    )
    assert code == 2, told
    assert "Traceback" not in told


def test_the_output_never_replaces_an_input(tmp_path: Path) -> None:
    """The input is still there."""
    given = source(tmp_path, {"id": "p", "domain": "code", "prompt": "", "truth": TRUTH, "response": ""})
    assert run(given, "--out", given)[0] == 2
    assert [type(row) for row in reading.read([given])] == [Row]


def test_math_rows_are_made_and_pass_again(tmp_path: Path) -> None:
    """Of problems of families, before and after they went through a file; of others, what they bring a solution for."""
    seeds, out = tmp_path / "seeds.jsonl", tmp_path / "rows.jsonl"
    made = domains.load("math").problems(8, 12)
    own = {
        "id": "q",
        "domain": "math",
        "prompt": "What is 6 times 7?",
        "truth": {"answer": "42", "solution": "$6 \\cdot 7 = 42$\n\\boxed{42}"},
    }
    rows = [*({"id": p.id, "prompt": p.prompt, "truth": dict(p.truth), "meta": dict(p.meta)} for p in made), own]
    seeds.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, told = run("--domain", "math", str(seeds), "--procedural", "8", "--out", str(out))
    found = [json.loads(line) for line in out.read_text().splitlines()]

    assert code == 0, told
    tasks = {row["truth"]["task"] for row in found}
    assert tasks == {"solve", "solution", "hints", "critique", "repair"}, told
    assert {row["meta"].get("operator") for row in found} >= {"variant", "harder", "easier"}
    assert sum(row["id"].startswith("q/") for row in found) == 3
    assert verify_files([str(out)], tmp_path / "again.jsonl", workers=1).outcomes == {("math", "pass"): len(found)}


def test_math_prompts_ask_for_problems_without_telling_the_truth(tmp_path: Path) -> None:
    """In each of four ways; the answer of the parent is in its solution, and no known reply is written."""
    out = tmp_path / "rows.jsonl"
    assert (
        run("--domain", "math", "--procedural", "2", "--tasks", "problem", "--prompts-only", "--out", str(out))[0] == 0
    )
    rows = [json.loads(line) for line in out.read_text().splitlines()]

    assert [row["truth"]["operator"] for row in rows] == ["new", "variant", "harder", "easier"] * 2
    assert all(
        "### Problem" in row["rendered"] and "response" not in row and "known" not in row["truth"] for row in rows
    )


def test_the_worked_example_of_the_docs_holds(tmp_path: Path) -> None:
    """The rows of docs/engineering.md get the verdicts that it says."""
    page = (Path(__file__).parents[1] / "docs" / "engineering.md").read_text(encoding="utf-8")
    given = tmp_path / "rows.jsonl"
    given.write_text(page.rpartition("```json\n")[2].partition("```")[0])
    out = tmp_path / "out.jsonl"
    verify_files([str(given)], out, workers=1)

    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["outcome"], row["reason"]) for row in found] == [("pass", ""), ("pass", ""), ("fail", "leaked")]


def test_sql_rows_are_made_and_pass_again(tmp_path: Path) -> None:
    """All tasks but new problems; what was found for each is counted."""
    out = tmp_path / "rows.jsonl"
    tasks = "solve,variant,harder,easier,repair,critique,explain"
    code, told = run("--domain", "sql", "--procedural", "4", "--seed", "6", "--tasks", tasks, "--out", str(out))
    found = [json.loads(line) for line in out.read_text().splitlines()]

    assert code == 0, told
    assert {row["truth"]["task"] for row in found} == {"solve", "repair", "critique", "explain"}, told
    assert {row["meta"].get("operator") for row in found} >= {"variant", "harder", "easier"}
    assert "dropped" not in told
    assert verify_files([str(out)], tmp_path / "again.jsonl", workers=1).outcomes == {("sql", "pass"): len(found)}


def test_new_problems_are_seeds_once_others_agree(tmp_path: Path) -> None:
    """A problem by a model that passes its gates is a problem to make rows of; others are dropped with the reason."""
    query = "SELECT genre, COUNT(*) FROM books GROUP BY genre"
    text = f"### Question\nHow many books are there of each genre? Give both.\n\n### Query\n{query}"
    truth = {"task": "problem", "fixture": "library"}
    rows = [
        {"id": "a", "domain": "sql", "prompt": "", "truth": {**truth, "solutions": [query, query]}, "response": text},
        {"id": "b", "domain": "sql", "prompt": "", "truth": truth, "response": text},
        {"id": "c", "domain": "sql", "prompt": "", "truth": truth, "response": "No idea."},
    ]
    out = tmp_path / "rows.jsonl"
    code, told = run("--domain", "sql", source(tmp_path, *rows), "--tasks", "solve", "--out", str(out))
    (found,) = [json.loads(line) for line in out.read_text().splitlines()]

    assert found["truth"]["query"] == query
    assert (code, "1: error (unverifiable)" in told, "1: no_sql_to_solve" in told) == (1, True, True), told


def test_a_domain_that_makes_no_rows_is_said(tmp_path: Path, toy: str) -> None:
    """In one clear line."""
    code, told = run("--domain", "toy", "--procedural", "1", "--out", str(tmp_path / "rows.jsonl"))

    assert code == 2
    assert "makes no rows" in told


def test_any_number_of_workers_makes_the_same_rows(tmp_path: Path) -> None:
    """Rows and counts are in the order of the input, and a problem that comes twice counts once."""
    given = source(tmp_path, *({"id": name, "domain": "code", "prompt": "Double.", "truth": TRUTH} for name in "abca"))
    options = ("--tasks", "solve,review,bug", "--procedural", "2", "--sandbox", "embedded", "--json")
    one, many = tmp_path / "one.jsonl", tmp_path / "many.jsonl"
    alone = CliRunner().invoke(main, ["engineer", given, "--out", str(one), "--workers", "1", *options])
    shared = CliRunner().invoke(main, ["engineer", given, "--out", str(many), "--workers", "3", *options])
    assert (alone.exit_code, alone.stdout) == (shared.exit_code, shared.stdout) == (0, alone.stdout)
    assert one.read_bytes() == many.read_bytes()
    parents = [json.loads(line)["meta"]["parents"][0] for line in one.read_text().splitlines()]
    assert list(dict.fromkeys(parents))[:3] == ["a", "b", "c"]
    assert parents.count("a") == parents.count("b")


def test_a_problem_that_ends_its_worker_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are missing and said to be; those of the others are there."""
    (tmp_path / "toll.py").write_text(
        "import os\nfrom verisieve.engineer import engineered as plainly\n"
        "def engineered(task, sandbox, **options):\n"
        "    if b'deadly' in task: os._exit(3)\n"
        "    return plainly(task, sandbox, **options)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("verisieve.engineer.__name__", "toll")
    names = ("a", "deadly", "b")
    given = source(tmp_path, *({"id": name, "domain": "code", "prompt": "Double.", "truth": TRUTH} for name in names))
    out = tmp_path / "rows.jsonl"
    code, told = run(given, "--out", str(out), "--tasks", "solve", "--workers", "2")
    assert [json.loads(line)["meta"]["parents"] for line in out.read_text().splitlines()] == [["a"], ["b"]], told
    assert (code, "dropped: problem 1: error (worker_died)" in told) == (1, True)
