"""Pairs of queries over small databases, labelled by reasoning: equivalent ones survive, different ones are refuted.

`pairs.jsonl` beside this file holds the databases first, then a pair a line; it grows by a line per bug.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import gold
from verisieve.verifiers.sql.search import Refuted, Survived, search

TEXT = Path(__file__).with_name("pairs.jsonl").read_text(encoding="utf-8")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in TEXT.splitlines()]
DATABASES = {row["database"]: (row["schema"], row["data"]) for row in ROWS if "database" in row}
PAIRS = [(row["on"], row["gold"], row["reply"], row["same"]) for row in ROWS if "gold" in row]


@pytest.mark.parametrize(("on", "wanted", "sql", "same"), PAIRS)
def test_pairs_are_told_apart(on: str, wanted: str, sql: str, same: bool) -> None:
    """No database refutes an equivalent query, and one is found for every other."""
    found = search(gold(bench(*DATABASES[on]), wanted), sql)
    assert isinstance(found, Survived if same else Refuted)
