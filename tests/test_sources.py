"""What a report is made of: folders, verdicts of `verify`, with or without their rows, one or several."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from run_folder import row, write

from verisieve import sources
from verisieve.errors import UsageError
from verisieve.folder import pairs


def verdicts(path: Path, *rows: dict[str, Any]) -> str:
    """Write a file of verdicts, or of any rows."""
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return str(path)


def read(*inputs: str, rows: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """Model, id, response and outcome of each row of a source."""
    with sources.opened(inputs, rows) as source:
        return [
            (pair.completion.get("model"), pair.verdict["id"], pair.completion.get("response"), pair.verdict["outcome"])
            for pair in pairs(source.folder)
        ]


def test_a_folder_is_read_where_it_lies(tmp_path: Path) -> None:
    """Nothing is copied; that of a bench is told from that of a run."""
    folder = write(tmp_path / "run", [row()])
    with sources.opened([str(folder)]) as source:
        assert source == (folder, "run", True)
    (folder / "leaderboard.json").touch()
    with sources.opened([str(folder)]) as source:
        assert not source.run


def test_verdicts_have_prompts_and_responses_from_their_rows(tmp_path: Path) -> None:
    """Rows may be packed, hold several responses or be no rows, and leave their domain to the command."""
    (one, judged), (_, other) = row("a", response="x"), row("a", "fail", sample=1)
    bare = {key: value for key, value in one.items() if key not in ("response", "domain", "sample")}
    bad = {"id": None, "domain": None, "sample": 0, "outcome": "error", "reason": "bad_row", "checks": []}
    out = verdicts(tmp_path / "out.jsonl", judged, other, bad)
    rows = tmp_path / "rows.jsonl.gz"
    rows.write_bytes(gzip.compress(json.dumps({**bare, "responses": ["x", "y"]}).encode() + b"\n[1]\n"))

    assert read(out) == [("m", "a", None, "pass"), ("m", "a", None, "fail"), (None, None, None, "error")]
    assert read(out, rows=(str(rows),)) == [
        ("m", "a", "x", "pass"),
        ("m", "a", "y", "fail"),
        (None, None, None, "error"),
    ]


def test_several_inputs_keep_their_models_apart(tmp_path: Path) -> None:
    """A model without a name gets that of its file; the same name twice gets it too."""
    named, unnamed = row()[1], {**row("b")[1], "model": ""}
    inputs = [verdicts(tmp_path / f"{name}.jsonl", named, unnamed) for name in ("old", "new")]

    assert [model for model, *_ in read(*inputs)] == ["m", "old", "m (new)", "new"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([row()[0]], "out.jsonl:1: outcome: missing; a report is made of verdicts"),
        ([row("b")[1]], "out.jsonl:1: id: 'b' does not match that of"),
        ([row()[1], row()[1]], "not the verdicts on these rows: there are more of them"),
        ([], "not the verdicts on these rows: there are fewer of them"),
    ],
)
def test_files_that_do_not_belong_together_are_bad_input(
    lines: list[dict[str, Any]], message: str, tmp_path: Path
) -> None:
    """One clear line, with file and line."""
    rows = verdicts(tmp_path / "rows.jsonl", row()[0])
    with pytest.raises(UsageError, match=message):
        read(verdicts(tmp_path / "out.jsonl", *lines), rows=(rows,))


def test_rows_go_with_verdicts_alone(tmp_path: Path) -> None:
    """A folder holds its rows."""
    folder = str(write(tmp_path / "run", [row()]))
    with pytest.raises(UsageError, match="--rows goes with one file of verdicts"):
        read(folder, rows=(folder,))
