"""Public data sets: an answer of another problem passes none. That canonical ones pass is seen in test_real.py."""

from __future__ import annotations

import gzip
import json
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


def test_an_answer_of_another_problem_does_not_pass(sandbox: Sandbox, shared_data: Path) -> None:
    """A constant answer passes no problem of HumanEval."""
    for item, _ in list(humaneval(shared_data))[::8]:
        for body in ("    return None\n", "    return True\n", "    pass\n", "    return []\n"):
            assert domain.check(item, body, sandbox)[0].outcome is not Outcome.PASS, (item.id, body)
