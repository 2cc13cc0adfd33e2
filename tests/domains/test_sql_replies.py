"""Whole replies to SQL problems, labelled by reasoning before they were run: right ones pass, wrong ones do not.

`sql_replies.jsonl` beside this file holds the databases first, then a reply a line, in four batches; a label that
was a slip of its author is put right there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.domains.sql import checker
from verisieve.records import Outcome
from verisieve.verifiers.sql import engines

TEXT = Path(__file__).with_name("sql_replies.jsonl").read_text(encoding="utf-8")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in TEXT.splitlines()]
DATABASES = {
    row["database"]: {key: row[key] for key in ("dialect", "schema", "data")} for row in ROWS if "schema" in row
}
REPLIES = [pytest.param(row, id=row["id"]) for row in ROWS if "reply" in row]


@pytest.mark.parametrize("row", REPLIES)
def test_replies_are_judged_as_labelled(row: dict[str, Any]) -> None:
    """A right reply passes; a wrong one fails, has no answer or uses up its budget, and is never our own error."""
    truth = {**DATABASES[row["on"]], "query": row["gold"]}
    if reason := engines.missing(truth["dialect"]):
        pytest.skip(reason)
    outcome = checker.judge(truth, row["reply"])[-1].outcome
    assert (outcome is Outcome.PASS) is row["right"]
    assert outcome is not Outcome.ERROR
