"""Recorded items of reasoning-gym 0.1.25 as rows: judged by us, wrong golds found, the rest refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from verisieve import datasets, domains
from verisieve.adapters import gym
from verisieve.adapters.gym import boxed, exact
from verisieve.errors import InputError, UsageError
from verisieve.records import Outcome, Problem
from verisieve.rows import BadRow
from verisieve.sandboxes import Exit, Job, Run, Status

PATH = Path(__file__).parent / "data" / "reasoning_gym.jsonl"
ITEMS = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]


def items(family: str) -> list[dict[str, Any]]:
    """The recorded items of a family."""
    return [item for item in ITEMS if item["metadata"]["source_dataset"] == family]


def passes(row: Mapping[str, Any], text: str) -> bool:
    """Whether our check passes a text."""
    problem = Problem(domain=row["domain"], id=row["id"], prompt=row["prompt"], truth=row["truth"])
    checks = domains.load(row["domain"]).check(problem, text, None)  # type: ignore[arg-type]  # runs no code
    return all(check.outcome is Outcome.PASS for check in checks)


def test_rows_are_made_where_we_can_judge_and_refused_elsewhere() -> None:
    """Each gold passes by our check; what is left out says why."""
    made = list(datasets.convert(datasets.load("reasoning-gym"), PATH, with_gold=True))
    good = [row for row in made if isinstance(row, dict)]
    left_out = [row.message for row in made if isinstance(row, BadRow)]

    assert len({row["meta"]["family"] for row in good}) >= 25
    assert [row["id"] for row in good if not passes(row, row["response"])] == []
    for family in ("propositional_logic", "n_queens", "prime_factorization"):
        assert any(message.startswith(f"{family}: {exact.families().refused[family]}") for message in left_out)


def test_wrong_golds_are_found() -> None:
    """Some syllogisms that they say follow do not; others hang on whether a kind may be empty, and are refused."""
    found, refused = [], 0
    for item in items("syllogism"):
        try:
            row = gym.record(item)
        except InputError:
            refused += 1
            continue
        found.append(row["agrees"])
        assert passes(row, f"Answer: {item['answer']}") == row["agrees"]
    assert (found.count(False) > 0, found.count(True) > 0, refused > 0) == (True, True, True)


WRONG = ["", "I have no idea", "nan", "{}", "Yes No True False", "0"]


@pytest.mark.parametrize("item", [item for item in ITEMS if item["metadata"]["source_dataset"] in gym.CONVERSIONS])
def test_what_their_scorers_let_through_does_not_pass(item: dict[str, Any]) -> None:
    """Constants, the question itself and a denied gold pass no row."""
    try:
        row = gym.record(item)
    except InputError:
        return
    denied = f"The answer is definitely not {item['answer']}"
    constant = ["6*4*1*1"] if row["family"] == "puzzle24" else []
    wrong = [text for text in (*WRONG, *constant, denied, item["question"]) if text != item["answer"]]
    assert [text for text in wrong if passes(row, text)] == []


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"question": "?", "answer": "1", "metadata": {"source_dataset": "countdown"}}, "metadata.numbers is missing"),
    (
        {"question": "?", "answer": "1", "metadata": {"source_dataset": "countdown", "numbers": "x", "target": 1}},
        "number",
    ),
    ({"question": "?", "answer": "1", "metadata": {"source_dataset": "jugs", "puzzle": 3}}, "another shape"),
    ({"question": "?", "answer": "1", "metadata": {"source_dataset": "gcd", "numbers": ["a"]}}, "another shape"),
    ({"question": "?", "answer": "1", "metadata": {"source_dataset": "new_one"}}, "no conversion of ours"),
    ({"question": "?", "answer": 1, "metadata": {"source_dataset": "gcd"}}, "text or null"),
    ({"question": "?", "answer": "1"}, "an object"),
]


@pytest.mark.parametrize(("item", "message"), BROKEN)
def test_an_item_of_another_shape_is_a_bad_row(item: dict[str, Any], message: str) -> None:
    """It is refused with its reason, and stops nobody."""
    with pytest.raises(InputError, match=message):
        gym.record(item)


class Box:
    """A sandbox that says what a box would."""

    name, layers = "fake", ()

    def __init__(self, stdout: bytes, status: Status = Status.EXITED) -> None:
        self.exit = Exit(status=status, stdout=stdout, stdout_bytes=len(stdout))
        self.jobs: list[Job] = []

    def run(self, job: Job) -> Run:
        """Return the prepared run."""
        self.jobs.append(job)
        return Run(candidate=self.exit)

    def close(self) -> None:
        """Nothing to give back."""


def test_the_package_goes_into_the_box_as_files(tmp_path: Path) -> None:
    """Requests go in by standard input; lines that are no records are left aside."""
    site = tmp_path / "lib" / "python3.11" / "site-packages" / "reasoning_gym"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text("raise SystemExit('never imported here')")
    box = Box(b'{"version": "1"}\nnoise\n{"family": "gcd", "item": {"question": "?"}, "scores": []}\n[1]\n')
    records = boxed.run(tmp_path, [boxed.Request(family="gcd", count=1)], box)

    assert records == [{"family": "gcd", "item": {"question": "?"}, "scores": []}]
    assert json.loads(box.jobs[0].candidate.stdin)[0]["family"] == "gcd"
    assert b"never imported here" in box.jobs[0].candidate.files["packages.zip"]
    with pytest.raises(UsageError, match="not an environment"):
        boxed.packed(tmp_path / "lib")
