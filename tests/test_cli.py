"""The command line: exit codes, clear errors, damage, resuming after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from verisieve.cli import COMMANDS, main

TOY = Path(__file__).parent / "toy"


def invoke(*args: str | Path) -> Result:
    """Call the command in this process."""
    return CliRunner().invoke(main, [str(arg) for arg in args])


def environment(package: Path = TOY) -> dict[str, str]:
    """The environment of a process that finds this package beside ours."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(package), *sys.path])}


def toy_row(number: int, response: str = "1", **more: Any) -> dict[str, Any]:
    """A row of the toy domain whose right answer is 1."""
    row = {"id": f"t{number}", "domain": "toy", "prompt": "", "truth": {"answer": 1}, "response": response}
    return {**row, **more}


def write(path: Path, rows: list[Any]) -> Path:
    """Write rows as JSON lines; a row that is bytes goes in as it is."""
    path.write_bytes(b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    """The output rows, without the seconds that differ from run to run."""
    return [{**json.loads(line), "seconds": 0} for line in path.read_text(encoding="utf-8").splitlines()]


def test_all_rows_judged_is_exit_0(toy: str, tmp_path: Path) -> None:
    """Wrong answers are verdicts too: exit code 0, one output row each, the confusion with labels printed."""
    rows = write(tmp_path / "in.jsonl", [toy_row(1, label="pass"), toy_row(2, "2", label="reject")])
    done = invoke("verify", rows, "--out", tmp_path / "out.jsonl", "--json")

    assert done.exit_code == 0, done.output
    assert [row["outcome"] for row in read(tmp_path / "out.jsonl")] == ["pass", "fail"]
    assert json.loads(done.stdout)["confusion"]["toy"] == {
        "true_pass": 1,
        "false_reject": 0,
        "false_pass": 0,
        "true_reject": 1,
        "undecided": 0,
    }


def test_damage_costs_only_its_own_rows(toy: str, tmp_path: Path) -> None:
    """Every good row has its verdict, each bad one its one-line reason, and the exit code is 1."""
    bad: list[Any] = [
        b'{"id": "cut", \n',
        {"id": "no-truth", "domain": "toy", "prompt": "", "response": "1"},
        toy_row(90, sample="first"),
        b'{"long": "' + b"x" * (50 << 20) + b'"}\n',
        b'{"id": "\xff\xfe"}\n',
        toy_row(1),
        toy_row(91, domain="alchemy"),
        b"[1, 2]\n",
        toy_row(92, truth={}),
    ]
    rows: list[Any] = []
    for number, each in enumerate(bad):
        rows += [toy_row(number), each]
    done = invoke("verify", write(tmp_path / "in.jsonl", rows), "--out", tmp_path / "out.jsonl")
    found = read(tmp_path / "out.jsonl")
    reasons = ["bad_row"] * 5 + ["duplicate_id", "unknown_domain", "bad_row", "broken_truth"]

    assert done.exit_code == 1
    assert [row["outcome"] for row in found[::2]] == ["pass"] * len(bad)
    assert [row["reason"] for row in found[1::2]] == reasons
    assert f"error: {tmp_path}/in.jsonl:4: bad_row: truth: missing" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["verify", "absent.jsonl", "--out", "o.jsonl"], "absent.jsonl: No such file"),
        (["verify", "rows.csv", "--out", "o.jsonl"], "not .jsonl"),
        (["verify", "-", "--out", "o.jsonl", "--domain", "alchemy"], "unknown domain 'alchemy'"),
        (["verify", "-", "--out", "-", "--resume"], "--resume needs --out FILE"),
        (["generate", "--domain", "toy", "--model", "builtin:quiet"], "unknown model 'builtin:quiet'"),
        (["generate", "--domain", "toy", "--model", "builtin:noisy:2"], "error rate must be a number from 0 to 1"),
        (["bench", "--model", "builtin:noisy"], "give at least one --domain or --data"),
        (["run", "absent.toml"], "absent.toml: No such file"),
        (["domains", "new", "not-a-name"], "must be a lower-case Python identifier"),
        (["verify"], "Usage"),
        (["alchemy"], "No such command"),
    ],
)
def test_bad_usage_is_exit_2_with_one_line(toy: str, args: list[str], message: str) -> None:
    """Bad usage says what is wrong and exits with 2."""
    done = invoke(*args)

    assert done.exit_code == 2
    assert message in done.stderr


def test_every_listed_command_is_there() -> None:
    """Each command in the help loads and has help of its own."""
    for name in COMMANDS:
        done = invoke(name, "--help")
        assert done.exit_code == 0, name
        assert len(done.output) > 80, name


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed at random moments and resumed, a run ends with the same output as an unbroken one."""
    rows = write(tmp_path / "in.jsonl", [toy_row(number, str(number % 3)) for number in range(8_000)])

    def start(out: str, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "verisieve", "verify", str(rows), "--out", str(tmp_path / out), *more]
        return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    assert start("whole.jsonl").wait() == 0
    rng = Random(5)
    for _ in range(5):
        process = start("killed.jsonl", "--resume")
        time.sleep(rng.uniform(0.2, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start("killed.jsonl", "--resume").wait() == 0

    assert read(tmp_path / "killed.jsonl") == read(tmp_path / "whole.jsonl")


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    """Ctrl-C ends the run with exit code 130 and one line; what was finished is kept."""
    rows = write(tmp_path / "in.jsonl", [toy_row(0, "1"), toy_row(1, "hang")])
    command = [sys.executable, "-m", "verisieve", "verify", str(rows), "--out", str(tmp_path / "out.jsonl")]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "out.jsonl.part").exists():
        time.sleep(0.05)  # the run has begun once its output has
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()

    assert process.returncode == 130
    assert said == "verisieve: interrupted; the same command with --resume goes on from here\n"
    assert not (tmp_path / "out.jsonl").exists()


def test_an_output_never_replaces_its_input(toy: str, tmp_path: Path) -> None:
    """The same file as input and output is refused before anything is touched."""
    rows = write(tmp_path / "in.jsonl", [toy_row(1)])
    before = rows.read_bytes()
    done = invoke("verify", rows, "--out", rows)

    assert (done.exit_code, rows.read_bytes()) == (2, before)
    assert "would replace an input" in done.stderr


def test_generate_reports_on_the_verifier_itself(toy: str, tmp_path: Path) -> None:
    """builtin:noisy labels its replies, and the confusion of the verdicts with the labels is printed."""
    args = ("--n", "50", "--samples", "2", "--seed", "7", "--error-rate", "0.5", "--json")
    done = invoke("generate", "--domain", "toy", *args, "--out", tmp_path / "toy.jsonl")
    counts = json.loads(done.stdout)["confusion"]["toy"]

    assert done.exit_code == 0, done.output
    assert counts["false_pass"] == counts["false_reject"] == 0
    assert sum(counts.values()) == 100
    assert 30 <= counts["true_pass"] <= 70


def test_generation_is_reproducible(toy: str, tmp_path: Path) -> None:
    """The same seed gives the same completions, byte for byte."""
    for name in ("a.jsonl", "b.jsonl"):
        invoke("generate", "--domain", "toy", "--n", "20", "--seed", "3", "--no-verify", "--out", tmp_path / name)

    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_bench_ranks_models_by_pass_rate(toy: str, tmp_path: Path) -> None:
    """The model that errs less leads, and its true rate lies in the stated interval."""
    models = ("--model", "builtin:noisy:0.7", "--model", "builtin:noisy:0.2")
    done = invoke("bench", "--domain", "toy", "--n", "100", *models, "--json", "--out", tmp_path)
    cells = [cell for cell in json.loads(done.stdout)["cells"] if cell["model"] and not cell["domain"]]

    assert done.exit_code == 0, done.output
    assert [cell["model"] for cell in cells] == ["builtin:noisy:0.2", "builtin:noisy:0.7"]


def test_a_stream_passes_through_standard_input_and_output(tmp_path: Path) -> None:
    """With - for both, rows come from standard input and verdicts go to standard output, and nothing else does."""
    command = [sys.executable, "-m", "verisieve", "verify", "-", "--out", "-", "--domain", "toy"]
    lines = "".join(json.dumps(toy_row(number)) + "\n" for number in range(3))
    done = subprocess.run(
        command, input=lines, env=environment(), capture_output=True, text=True, cwd=tmp_path, check=True
    )

    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["pass"] * 3


def test_a_new_domain_conforms_at_once(tmp_path: Path) -> None:
    """What `domains new` makes passes `domains check` as it is."""
    assert invoke("domains", "new", "letters", "--out", tmp_path / "pkg").exit_code == 0
    info = tmp_path / "pkg/letters-1.dist-info"
    info.mkdir()  # what pip install makes of it
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: letters\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[verisieve.domains]\nletters = verisieve_letters:domain\n")
    command = [sys.executable, "-m", "verisieve", "domains", "check", "letters", "--mutants", "0"]
    done = subprocess.run(
        command, env=environment(tmp_path / "pkg"), capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
