"""Make run folders for tests: rows with defaults, joined as a run would leave them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Rows = tuple[dict[str, Any], dict[str, Any]]


def row(id: str = "p1", outcome: str = "pass", response: str = "It is 4.", **more: Any) -> Rows:  # noqa: A002
    """Return a completion row and its verdict row; `more` lands where its name belongs."""
    answer = more.pop("answer", None if outcome in ("no_answer", "error") else response)
    reason = more.pop("reason", "" if outcome == "pass" else "wrong_answer")
    evidence = more.pop("evidence", {"expected": "4"})
    completion = {
        "id": id,
        "domain": "math",
        "prompt": f"What is the answer to {id}?",
        "truth": {"answer": "4"},
        "response": response,
        "model": "m",
        "sample": 0,
        **more,
    }
    verdict = {
        "id": id,
        "domain": completion["domain"],
        "sample": completion["sample"],
        "model": completion["model"],
        "outcome": outcome,
        "reason": reason,
        "answer": answer,
        "checks": [{"name": "equal", "outcome": outcome, "evidence": evidence}],
        "verifier": "math 1",
        "sandbox": None,
        "seconds": 0.01,
    }
    return completion, verdict


def write(folder: Path, rows: Iterable[Rows]) -> Path:
    """Write a run folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    completions, verdicts = zip(*rows, strict=True)
    for name, part in (("completions.jsonl", completions), ("verdicts.jsonl", verdicts)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in part), encoding="utf-8")
    return folder
