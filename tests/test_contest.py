"""A whole bench: models of known error rates are told apart, here and behind a server, and a killed one goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from endpoint import Endpoint, serving

from verisieve import contest, domains, generate
from verisieve.cli import main
from verisieve.contest import Contest
from verisieve.records import Problem

WRONG = {"good": 0.2, "fair": 0.45, "bad": 0.8}


def invoke(*args: str | Path) -> Result:
    """Call the command in this process."""
    return CliRunner().invoke(main, ["bench", *map(str, args)])


def told(done: Result) -> dict[str, Any]:
    """What a bench printed as JSON."""
    assert done.exit_code == 0, done.output
    board: dict[str, Any] = json.loads(done.stdout)
    return board


def check(board: dict[str, Any], rates: dict[str, float]) -> None:
    """The order is that of the true rates, each lies in its interval, and every pair is told apart the right way."""
    cells = {
        cell["model"]: cell["estimates"]["pass@1"] for cell in board["cells"] if cell["model"] and not cell["domain"]
    }

    assert list(cells) == sorted(rates, key=lambda model: rates[model])
    for model, wrong in rates.items():
        assert cells[model]["low"] <= 1 - wrong <= cells[model]["high"]
    for pair in board["comparisons"]:
        truth = rates[pair["second"]] - rates[pair["first"]]
        assert 0 < pair["mean_difference"]["low"] <= truth <= pair["mean_difference"]["high"]
        assert pair["adjusted"] < 0.05 or truth < 0.5  # one sample each tells less than all of them


def test_three_builtin_models_are_told_apart(toy: str, tmp_path: Path) -> None:
    """The true rates lie in the stated intervals, and the comparison is right; known truth shows no wrong verdict."""
    rates = {f"builtin:noisy:{wrong}": wrong for wrong in WRONG.values()}
    models = [part for model in rates for part in ("--model", model)]
    board = told(invoke("--domain", toy, "--n", "80", *models, "--json", "--out", tmp_path))

    check(board, rates)
    assert board["cells"][0]["confusion"]["false_pass"] == 0
    saved = json.loads((tmp_path / "leaderboard.json").read_text())
    assert {**saved, "power": []} == board


def test_three_models_of_a_server_are_told_apart(tmp_path: Path) -> None:
    """The same behind an OpenAI-compatible server, with what tokens and solved problems cost; one price is unknown."""
    found = list(domains.load("math").problems(3, 50))
    priced = ["openai:good,price=1/2", "openai:fair,price=1/2", "openai:bad"]
    with serving(Endpoint(found, wrong=WRONG)) as server:
        models = [part for model in priced for part in ("--model", model)]
        args = ("--domain", "math", "--seed", "3", "--n", "50", *models, "--base-url", server.url)
        board = told(invoke(*args, "--json", "--out", tmp_path))
    spent = {cell["model"]: cell["spent"] for cell in board["cells"] if cell["model"] and not cell["domain"]}

    check(board, WRONG)
    assert spent["good"]["tokens_per_solved"] == pytest.approx(9 * 4 * 50 / spent["good"]["solved"])
    assert spent["good"]["cost_per_solved"] < spent["fair"]["cost_per_solved"]
    assert (spent["bad"]["cost_per_solved"], spent["bad"]["rows_with_cost"]) == (None, 0)


def test_majorities_beat_single_replies(tmp_path: Path) -> None:
    """Wrong answers differ and right ones agree: maj@4 lies above pass@1 and below pass@4, by the checker's classes."""
    board = told(invoke("--domain", "math", "--n", "30", "--model", "builtin:noisy:0.4", "--json", "--out", tmp_path))
    cell = next(cell for cell in board["cells"] if cell["model"])
    one, any_, most = (cell["estimates"][measure] for measure in ("pass@1", "pass@4", "maj@4"))

    assert one["value"] < most["value"] <= any_["value"]
    assert most["over"] == 30


def test_a_file_of_rows_is_a_data_set(toy: str, tmp_path: Path) -> None:
    """`--data FILE` asks each problem of a file of input rows once; what is no row is left out and said."""
    rows = [
        {"id": f"t{n // 2}", "domain": "toy", "prompt": "", "truth": {"answer": 1}, "response": "x"} for n in range(6)
    ]
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join([json.dumps(row) for row in rows] + ['{"id": 1}']))
    left_out: list[Any] = []

    assert [one.id for one in contest.problems(Contest(data=[str(path)]), 0, left_out)] == ["t0", "t1", "t2"]
    assert "7: " in str(left_out[0])
    done = invoke("--data", path, "--samples", "2", "-k", "1", "--out", tmp_path / "out")
    assert "left out" in done.stderr


def test_recorded_replies_are_a_model(toy: str, tmp_path: Path) -> None:
    """`replay:FILE` plays a bench's own completions again, with the same rates, and keeps what they cost."""
    told(invoke("--domain", toy, "--n", "20", "--json", "--out", tmp_path / "first"))
    rows = [json.loads(line) for line in (tmp_path / "first/completions.jsonl").read_text().splitlines()]
    recorded = tmp_path / "recorded.jsonl"
    recorded.write_text("".join(json.dumps({**row, "cost": 0.5}) + "\n" for row in rows))
    board = told(
        invoke("--domain", toy, "--n", "20", "--model", f"replay:{recorded}", "--json", "--out", tmp_path / "again")
    )
    first = json.loads((tmp_path / "first/leaderboard.json").read_text())

    assert board["cells"][1]["estimates"] == first["cells"][1]["estimates"]
    assert board["cells"][1]["spent"]["cost"] == 40.0


def test_power_needs_no_model(tmp_path: Path) -> None:
    """With a discordance nothing is asked; else the folder of a bench gives it, or one line says what is missing."""
    known = json.loads(invoke("--power", "0.1", "--discordance", "0.3", "--json").stdout)["power"]
    missing = invoke("--power", "0.02", "--out", tmp_path)
    pair = {"first": "a", "second": "b", "discordance": 0.01}
    (tmp_path / "leaderboard.json").write_text(json.dumps({"comparisons": [pair]}))
    found = json.loads(invoke("--power", "0.02", "--out", tmp_path, "--json").stdout)["power"]

    assert (known[0]["problems"], known[0]["first"]) == (249, None)
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)
    assert (found[0]["first"], found[0]["discordance"]) == ("a", 0.02)
    assert "249 problems" in invoke("--power", "0.1", "--discordance", "0.3").stderr


def test_a_killed_bench_ends_with_the_same_board(tmp_path: Path) -> None:
    """Killed at two moments and resumed, a bench ends with the board of an unbroken one, byte by byte."""
    toy = str(Path(__file__).parent / "toy")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([toy, *sys.path])}
    models = ("--model", "builtin:noisy:0.3", "--model", "builtin:noisy:0.6")

    def start(out: str, *more: str) -> subprocess.Popen[bytes]:
        args = (
            "bench",
            "--domain",
            "toy",
            "--n",
            "150",
            *models,
            "--workers",
            "1",
            "--out",
            str(tmp_path / out),
            *more,
        )
        command = [sys.executable, "-m", "verisieve", *args]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    assert start("whole").wait() == 0
    for awaited in ("completions.jsonl.part", "verdicts.jsonl.part"):
        process = start("killed", "--resume")
        while process.poll() is None and not (tmp_path / "killed" / awaited).exists():
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start("killed", "--resume").wait() == 0

    assert (tmp_path / "killed/leaderboard.json").read_bytes() == (tmp_path / "whole/leaderboard.json").read_bytes()


def test_more_stored_replies_than_are_begun_at_once_hang_nothing(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bench whose replies are all in the store goes through window after window of them."""
    monkeypatch.setattr(generate, "WINDOW", 20)  # more than a model is asked at once
    args = ("--domain", toy, "--n", "10", "--workers", "1", "--json", "--out", tmp_path)

    assert told(invoke(*args)) == told(invoke(*args, "--resume"))


def test_problems_come_from_domains_and_data_sets_together(toy: str) -> None:
    """So many of each, in order."""
    own = contest.problems(Contest(domains=[toy, "math"], count=3), 0, [])

    assert [problem.domain for problem in own if isinstance(problem, Problem)] == ["toy"] * 3 + ["math"] * 3
