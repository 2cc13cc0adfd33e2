"""All faults of an endpoint at once: each row ends as a completion or a failure with a reason, none misjudged."""

from __future__ import annotations

import json
from pathlib import Path

from endpoint import FAULTS, Endpoint, answer, serving

from verisieve import domains
from verisieve.commands import ask, verify_files
from verisieve.models import Asking

ROWS, SAMPLES = 60, 4


def test_no_row_is_lost_or_misjudged_whatever_an_endpoint_does(tmp_path: Path) -> None:
    """Throttled, failing, cutting, truncating, empty, hanging and length-limited: all rows are accounted for."""
    problems = list(domains.load("reasoning").problems(1, ROWS, families=["countdown", "knapsack"], difficulty=1))
    completions, verdicts = tmp_path / "c.jsonl", tmp_path / "v.jsonl"
    with serving(Endpoint(problems, FAULTS)) as server:
        asking = Asking(models=["openai:m,timeout=0.3"], base_url=server.url, concurrency=64, samples=SAMPLES)
        answered = ask(problems, asking, completions)
    verify_files([str(completions)], verdicts, workers=1)
    rows = [json.loads(line) for line in verdicts.read_text().splitlines()]
    known = {problem.id: problem for problem in problems}

    assert set(server.played) == {*FAULTS, ""}
    assert len(rows) + len(answered.failures) == ROWS * SAMPLES
    assert all("(6 tries)" in failure.message for failure in answered.failures)
    whole = [row for row in rows if row["finish_reason"] == "stop"]
    assert len(whole) + sum(row["finish_reason"] == "length" for row in rows) == len(rows)
    assert all((row["outcome"] == "pass") == answer(known[row["id"]], row["sample"]).right for row in whole)
