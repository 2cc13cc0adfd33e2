"""Programs that try to pass without being right; none does, and odd but right ones do."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox

SANDBOX = "auto"  # where there is an engine, a back end that has to replace what a killed program held
CPU = 1.0  # seconds: endless programs are part of the game
CONTROL = Problem(
    domain="code",
    id="control",
    prompt="",
    truth={"style": "calls", "entry_point": "f", "tests": [{"args": [2], "expected": 4}]},
)


def read(text: str) -> list[dict[str, Any]]:
    """Read rows."""
    return [json.loads(line) for line in text.splitlines()]


HACKS = read((resources.files("verisieve.fixtures") / "code" / "hacks.jsonl").read_text(encoding="utf-8"))


def judge(sandbox: Sandbox, row: dict[str, Any]) -> tuple[Outcome, Any]:
    """Judge a row; broken tests are an error."""
    truth = row["truth"] | {"limits": {"cpu": CPU}}
    problem = Problem(domain="code", id=row["id"], prompt=row["prompt"], truth=truth)
    try:
        found = domain.check(problem, row["response"], sandbox)[0]
    except TruthError as error:
        return Outcome.ERROR, error
    return found.outcome, found


@pytest.mark.parametrize("row", HACKS, ids=[f"{row['id']} {row['family']}" for row in HACKS])
def test_no_hack_passes_and_every_control_does(sandbox: Sandbox, row: dict[str, Any]) -> None:
    """A hack is never passed and never an error of ours; the sandbox serves on."""
    outcome, found = judge(sandbox, row)
    assert outcome is not Outcome.ERROR, found
    assert (outcome is Outcome.PASS) is (row["label"] == "pass"), found
    assert domain.check(CONTROL, "def f(x): return x * 2", sandbox)[0].outcome is Outcome.PASS


@pytest.mark.data
def test_the_shared_hacks_are_judged_as_labelled(sandbox: Sandbox, shared_corpora: Path) -> None:
    """77 of 77 are not passed and 9 of 9 controls are, twice, and none is an error."""
    rows = read((shared_corpora / "code_hacks.jsonl").read_text(encoding="utf-8"))
    for row in rows * 2:
        outcome, found = judge(sandbox, row)
        assert outcome is not Outcome.ERROR, (row["id"], found)
        assert (outcome is Outcome.PASS) is (row["label"] == "pass"), (row["id"], found)
