"""`verisieve audit`: which problems have weak tests, and what becomes of rows that cannot be audited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from verisieve.cli import main

REFERENCE = "def f(xs: list[int]) -> int:\n    return max(xs)\n"


def row(name: str, *tests: str, **more: Any) -> dict[str, Any]:
    """A row about the largest number, without a response."""
    truth = {"style": "asserts", "entry_point": "f", "tests": tests, "reference": REFERENCE}
    return {"id": name, "domain": "code", "prompt": "Write f.", "truth": {**truth, **more}}


def audit(folder: Path, *rows: Any) -> tuple[Result, list[dict[str, Any]]]:
    """Run the command; return what it printed and what it wrote."""
    source, out = folder / "rows.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(each) + "\n" for each in rows))
    result = CliRunner().invoke(main, ["audit", str(source), "--out", str(out)])
    return result, [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def test_weak_tests_are_told_from_good_ones(tmp_path: Path) -> None:
    """A test that min passes too is weak, and the mutant is shown with a small call that tells it."""
    result, (good, weak) = audit(tmp_path, row("good", "assert f([1, 2]) == 2"), row("weak", "assert f([1]) == 1"))

    assert result.exit_code == 0
    assert (good["outcome"], good["score"], good["survivors"]) == ("pass", 1.0, [])
    assert (weak["outcome"], weak["reason"], weak["killed"], weak["survived"]) == ("fail", "weak_tests", 1, 1)
    assert weak["survivors"][0]["after"] == "return min(xs)"
    assert weak["survivors"][0]["call"].startswith("f([")
    assert weak["interval"][0] < weak["score"] < weak["interval"][1]
    assert "weak   weak: 50%" in result.stderr
    assert "weak   good" not in result.stderr


ERRORS = [
    ({"reference": None}, "reference"),
    ({"reference": "I do not know."}, "reference"),
    ({"reference": "def f(xs): return 0"}, "does not pass its own tests"),
    ({"style": "rspec"}, "style"),
]


@pytest.mark.parametrize(("more", "message"), ERRORS, ids=[case[1] + str(case[0])[:30] for case in ERRORS])
def test_what_cannot_be_audited_is_an_error(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    """Without a reference that passes the tests nothing is said of them."""
    result, (found,) = audit(tmp_path, row("odd", "assert f([1, 2]) == 2", **more))

    assert result.exit_code == 1
    assert (found["outcome"], found["reason"][:6]) in {("error", "broken"), ("error", "unsupp")}
    assert message in found["evidence"]["message"]
    assert "error  odd" in result.stderr


def test_a_bad_row_does_not_stop_the_others(tmp_path: Path) -> None:
    """Rows that are none, and domains without tests, are listed; the rest is audited."""
    math = {"id": "m", "domain": "math", "prompt": "", "truth": {"answer": "1"}}
    result, found = audit(tmp_path, 5, {"id": "x"}, math, row("good", "assert f([1, 2]) == 2"))

    assert [each["outcome"] for each in found] == ["error", "error", "error", "pass"]
    assert [each["reason"] for each in found[:3]] == ["bad_row", "bad_row", "unverifiable"]
    assert result.exit_code == 1


def test_an_input_is_not_replaced(tmp_path: Path) -> None:
    """Bad usage is exit code 2, in one line."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row("a", "assert f([1]) == 1")))
    result = CliRunner().invoke(main, ["audit", str(path), "--out", str(path)])

    assert result.exit_code == 2
    assert "would replace an input" in result.stderr
    assert path.read_text()


def test_any_number_of_workers_writes_the_same_in_the_same_order(tmp_path: Path) -> None:
    """A row that cannot be audited or read keeps its place."""
    rows = [row("a", "assert f([1, 2]) == 2"), {"id": 1}, row("b", "assert f([1]) == 1"), row("c", "assert f([]) == 9")]
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(json.dumps(each) + "\n" for each in rows))
    found = []
    for workers in ("1", "3"):
        out = tmp_path / f"{workers}.jsonl"
        CliRunner().invoke(main, ["audit", str(source), "--out", str(out), "--workers", workers])
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        found.append([{key: value for key, value in line.items() if key != "seconds"} for line in lines])
    assert [line["outcome"] for line in found[0]] == ["pass", "error", "fail", "error"]
    assert found[0] == found[1]
