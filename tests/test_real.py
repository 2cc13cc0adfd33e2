"""The main uses on real data, through the command line, as a user would run them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from verisieve.cli import main


def verisieve(*args: str | Path, expect: int = 0) -> None:
    """Run a command that must end with this exit code."""
    done = CliRunner().invoke(main, [str(arg) for arg in args])
    assert done.exit_code == expect, done.output


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def verified(name: str, source: Path, tmp_path: Path, *options: str) -> list[dict[str, Any]]:
    """Convert a data set and verify it; the output rows."""
    verisieve("datasets", "convert", name, source, *options, "--out", tmp_path / "in.jsonl")
    verisieve("verify", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl")
    return read(tmp_path / "out.jsonl")


@pytest.mark.data
def test_humaneval_canonical_solutions_pass(shared_data: Path, tmp_path: Path) -> None:
    """All 164 canonical solutions of HumanEval pass, in a sandbox."""
    rows = verified("humaneval", shared_data / "humaneval/HumanEval.jsonl.gz", tmp_path, "--with-gold")

    assert Counter(row["outcome"] for row in rows) == {"pass": 164}
    assert all(row["sandbox"] for row in rows)


@pytest.mark.data
def test_mbpp_canonical_solutions_pass(shared_data: Path, tmp_path: Path) -> None:
    """All 974 canonical solutions of MBPP pass."""
    rows = verified("mbpp", shared_data / "mbpp/mbpp.jsonl", tmp_path, "--with-gold")

    assert Counter(row["outcome"] for row in rows) == {"pass": 974}


@pytest.mark.data
@pytest.mark.parametrize("way", ["cot", "direct"])
def test_bbh_outputs_have_the_published_accuracy(shared_data: Path, tmp_path: Path, way: str) -> None:
    """What the published rule accepts is, task by task, the published accuracy, and what our checker accepts."""
    folder = shared_data / f"bbh/code-davinci-002-{way}"
    rows = verified("bbh-recorded", folder, tmp_path)
    assert [row["id"] for row in rows if (row["outcome"] == "pass") != row["recorded"]] == []
    right = Counter(row["meta"]["family"] for row in rows if row["recorded"])
    for file in sorted(folder.glob("*_eval_metrics.jsonl")):
        published = json.loads(file.read_text(encoding="utf-8"))["accuracy"]
        assert 100 * right[file.name.removesuffix("_eval_metrics.jsonl")] / 250 == pytest.approx(published)


@pytest.mark.data
def test_recorded_gsm8k_verdicts_agree(shared_data: Path, tmp_path: Path) -> None:
    """The 5,276 recorded answers of four models get the recorded verdicts, and so the published rates."""
    source = shared_data / "gsm8k/example_model_solutions.jsonl"
    verisieve("recheck", f"gsm8k-recorded:{source}", "--out", tmp_path)
    summary = json.loads((tmp_path / "recheck.json").read_text(encoding="utf-8"))
    rates = {line["model"]: round(100 * line["ours"]["value"], 2) for line in summary["lines"]}

    assert summary["disagreements"] == {"all": 0, "unexplained": 0}
    assert [line["rows"] for line in summary["lines"]] == [1319] * 4
    assert rates == {
        "6b_finetuning": 21.68,
        "6b_verification": 39.04,
        "175b_finetuning": 34.72,
        "175b_verification": 56.25,
    }


@pytest.mark.data
def test_damage_among_real_rows_costs_only_itself(shared_data: Path, tmp_path: Path) -> None:
    """Real rows with damaged ones among them: every good row has the verdict that it has without them."""
    source = shared_data / "gsm8k/example_model_solutions.jsonl"
    whole = {(row["id"], row["model"]): row["outcome"] for row in verified("gsm8k-recorded", source, tmp_path)}
    lines = (tmp_path / "in.jsonl").read_bytes().splitlines(keepends=True)[:800]
    damage = [b'{"id": \n', b'{"id": "x"}\n', b'{"id": "\xff"}\n', b"null\n", lines[0], b"x" * (17 << 20) + b"\n"]
    rng = Random(3)
    for each in damage:
        lines.insert(rng.randrange(1, len(lines)), each)
    (tmp_path / "damaged.jsonl").write_bytes(b"".join(lines))
    verisieve("verify", tmp_path / "damaged.jsonl", "--out", tmp_path / "d.jsonl", expect=1)
    rows = read(tmp_path / "d.jsonl")
    good = [row for row in rows if row["outcome"] != "error"]

    assert len(good) == 800
    assert all(whole[row["id"], row["model"]] == row["outcome"] for row in good)
    assert Counter(row["reason"] for row in rows if row["outcome"] == "error") == {"bad_row": 5, "duplicate_id": 1}


def test_the_default_run_leaves_everything_it_promises(tmp_path: Path) -> None:
    """`verisieve run` without a plan: all four domains, nothing wrong kept, data, card and page in their places."""
    verisieve("run", "--out", tmp_path)
    verdicts = read(tmp_path / "verdicts.jsonl")
    wrong = [row["id"] for row in verdicts if (row["outcome"] == "pass") != (row["label"] == "pass")]

    assert {row["domain"] for row in verdicts} == {"code", "math", "reasoning", "sql"}
    assert wrong == []
    assert read(tmp_path / "data/trl-sft/train.jsonl")[0]["messages"]
    assert read(tmp_path / "data/trl-dpo/train.jsonl")[0].keys() >= {"prompt", "chosen", "rejected"}
    assert (tmp_path / "data/README.md").is_file()
    assert "</html>" in (tmp_path / "report.html").read_text(encoding="utf-8")
