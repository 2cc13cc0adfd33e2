"""A verdict that changes raises its domain's version: what was said about golden rows is recorded in tests/verdicts/.

`VERISIEVE_WRITE_VERDICTS=1 pytest tests/test_verdicts.py` records anew, unless the version should have been raised.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from verisieve import domains
from verisieve.judge import seal, verifier_of
from verisieve.records import Completion
from verisieve.sandboxes.opening import LazySandbox

FOLDER = Path(__file__).parent / "verdicts"
EVERY = {"code": 4, "math": 1, "reasoning": 2, "sql": 1}  # programs take long: every fourth
LONGEST = 120  # characters of an answer
Rows = dict[str, dict[str, Any]]


def said(name: str) -> tuple[str, Rows]:
    """The verifier, and its verdicts by row: a row is known by its id and what was asked and replied."""
    domain, sandbox = domains.load(name), LazySandbox("auto")
    rows: Rows = {}
    try:
        for trial in list(domain.trials())[:: EVERY[name]]:
            verdict = seal(domain, Completion(problem=trial.problem, text=trial.text), sandbox)
            asked = json.dumps([trial.problem.prompt, trial.problem.truth, trial.text], sort_keys=True)
            key = f"{trial.problem.id} {hashlib.sha256(asked.encode()).hexdigest()[:8]}"
            answer = verdict.answer and verdict.answer[:LONGEST]
            rows[key] = {"outcome": verdict.outcome, "reason": verdict.reason, "answer": answer}
    finally:
        sandbox.close()
    return verifier_of(domain), rows


def read(name: str) -> tuple[str, Rows]:
    """What was recorded."""
    head, *lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return json.loads(head)["verifier"], {row.pop("row"): row for row in rows}


def write(name: str, verifier: str, rows: Rows) -> None:
    """Record."""
    lines = [{"verifier": verifier}, *({"row": key, **row} for key, row in rows.items())]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (FOLDER / f"{name}.jsonl").write_text(text, encoding="utf-8")


def advice(was: tuple[str, Rows], now: tuple[str, Rows]) -> str:
    """What is to be done about a difference; nothing where there is none."""
    changed = [f"{key}: {was[1][key]} -> {row}" for key, row in now[1].items() if key in was[1] and was[1][key] != row]
    if changed and was[0] == now[0]:
        return "\n".join([f"raise the version of {now[0]}: {len(changed)} verdicts changed", *changed])
    if was != now:
        return "\n".join(["record the verdicts with VERISIEVE_WRITE_VERDICTS=1", *changed])
    return ""


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_verdict_changes_under_the_same_version(name: str) -> None:
    """Golden rows get the recorded outcome, reason and answer, or the version says that they do not."""
    now = said(name)
    if os.environ.get("VERISIEVE_WRITE_VERDICTS"):
        was = read(name) if (FOLDER / f"{name}.jsonl").exists() else now
        assert not advice(was, now).startswith("raise"), advice(was, now)
        write(name, *now)

    assert advice(read(name), now) == ""


@pytest.mark.parametrize(
    ("was", "now", "begin"),
    [
        (("x@1", {"a": {"outcome": "pass"}}), ("x@1", {"a": {"outcome": "pass"}}), ""),
        (("x@1", {"a": {"outcome": "pass"}}), ("x@1", {"a": {"outcome": "fail"}}), "raise the version of x@1: 1"),
        (("x@1", {"a": {"outcome": "pass"}}), ("x@2", {"a": {"outcome": "fail"}}), "record the verdicts"),
        (("x@1", {}), ("x@1", {"a": {"outcome": "pass"}}), "record the verdicts"),
    ],
)
def test_the_advice(was: tuple[str, Rows], now: tuple[str, Rows], begin: str) -> None:
    """A changed verdict asks for a version, a new row or a raised version for a new record."""
    assert advice(was, now).startswith(begin)
    assert bool(advice(was, now)) == bool(begin)
