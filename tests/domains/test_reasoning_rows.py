"""Labelled rows that were written before the checker was run on them: verdicts, and first bad steps of derivations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from verisieve.domains.reasoning import domain
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox

_LINES = (Path(__file__).parent / "reasoning_rows.jsonl").read_text(encoding="utf-8").splitlines()
ROWS: list[dict[str, Any]] = [json.loads(line) for line in _LINES]
UNREAD = pytest.mark.xfail(strict=True, reason="a right answer in a form that no reader takes yet")
PARAMETERS = [pytest.param(row, id=row["id"], marks=[UNREAD] if row.get("unread") else []) for row in ROWS]
NO_SANDBOX = cast("Sandbox", None)  # the domain runs no code


@pytest.mark.parametrize("row", PARAMETERS)
def test_verdicts_are_as_labelled(row: dict[str, Any]) -> None:
    """Check the verdict, and the first bad step where the row names one."""
    problem = Problem(domain="reasoning", id=row["id"], prompt=row["prompt"], truth=row["truth"])
    checks = domain.check(problem, row["response"], NO_SANDBOX)
    assert all(check.outcome is Outcome.PASS for check in checks) is (row["label"] == "pass"), checks
    if row.get("first_bad_step") is not None:
        assert [check.evidence["first_bad_step"] for check in checks] == [row["first_bad_step"]]
