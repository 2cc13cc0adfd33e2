"""Public data sets: every canonical solution passes, and solutions with one change do not pass unseen."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from verisieve.domains.code import domain
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox

pytestmark = pytest.mark.data


def humaneval(folder: Path) -> Iterator[tuple[Problem, str]]:
    """Read HumanEval: problems and their canonical bodies."""
    with gzip.open(folder / "humaneval" / "HumanEval.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            truth = {"style": "check", "entry_point": row["entry_point"], "tests": row["test"]}
            yield (
                Problem(domain="code", id=row["task_id"], prompt=row["prompt"], truth=truth),
                row["canonical_solution"],
            )


def mbpp(folder: Path) -> Iterator[tuple[Problem, str]]:
    """Read MBPP: problems and their programs; the entry point is the function that the first test calls."""
    for line in (folder / "mbpp" / "mbpp.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        defined = re.findall(r"^def +(\w+)", row["code"], re.MULTILINE)
        entry = next(name for name in re.findall(r"\w+", row["test_list"][0]) if name in defined)
        truth = {"style": "asserts", "entry_point": entry, "tests": row["test_list"], "setup": row["test_setup_code"]}
        yield Problem(domain="code", id=str(row["task_id"]), prompt=row["text"], truth=truth), row["code"]


def test_every_canonical_solution_of_humaneval_passes(sandbox: Sandbox, shared_data: Path) -> None:
    """164 of 164."""
    found = {item.id: domain.check(item, text, sandbox)[0].outcome for item, text in humaneval(shared_data)}
    assert len(found) == 164
    assert [name for name, outcome in found.items() if outcome is not Outcome.PASS] == []


def test_every_canonical_solution_of_mbpp_passes(sandbox: Sandbox, shared_data: Path) -> None:
    """974 of 974, those with a setup of the solution's own classes included."""
    found = {item.id: domain.check(item, text, sandbox)[0].outcome for item, text in mbpp(shared_data)}
    assert len(found) == 974
    assert [name for name, outcome in found.items() if outcome is not Outcome.PASS] == []


def test_an_answer_of_another_problem_does_not_pass(sandbox: Sandbox, shared_data: Path) -> None:
    """A constant answer passes no problem of HumanEval."""
    for item, _ in list(humaneval(shared_data))[::8]:
        for body in ("    return None\n", "    return True\n", "    pass\n", "    return []\n"):
            assert domain.check(item, body, sandbox)[0].outcome is not Outcome.PASS, (item.id, body)
