"""A run folder is read line by line, and its two files must agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_folder import row, write

from verisieve.errors import UsageError
from verisieve.folder import fetch, pairs


def test_a_pair_is_found_again_by_its_place(tmp_path: Path) -> None:
    """Places lead back to the same rows in any order, whatever bytes the rows hold."""
    folder = write(tmp_path, [row("a", response="é\u2028\ud800"), row("b", response="x" * 9999), row("c")])
    found = list(pairs(folder))
    assert list(fetch(folder, [pair.place for pair in reversed(found)])) == found[::-1]


MISMATCHES = [
    ("id", "p2", "p1"),  # rows out of step
    ("domain", "sql", "math"),  # a run of another domain beside it
    ("sample", 1, 0),  # samples in another order
]


@pytest.mark.parametrize(("field", "its", "mine"), MISMATCHES)
def test_rows_that_do_not_match_stop_the_reader(tmp_path: Path, field: str, its: object, mine: object) -> None:
    """The error names file, line, field and both values."""
    completion, verdict = row("p1", sample=0)
    folder = write(tmp_path, [row("p0"), (completion, {**verdict, field: its})])
    with pytest.raises(UsageError, match=rf"verdicts\.jsonl:2: {field}: {its!r} does not match {mine!r}"):
        list(pairs(folder))


BROKEN = [
    (b"", r"completions\.jsonl:2: the file ends before verdicts\.jsonl does"),
    (b"[1]\n", r"completions\.jsonl:2: not a JSON object"),
    (b"{oops\n", r"completions\.jsonl:2: not JSON"),
    (b"\xff\xfe\n", r"completions\.jsonl:2: not JSON"),
    (b"[" * 100_000 + b"\n", r"completions\.jsonl:2: not JSON"),  # deeper than the parser's stack
]


@pytest.mark.parametrize(("line", "message"), BROKEN, ids=[str(i) for i in range(len(BROKEN))])
def test_a_broken_line_is_named(tmp_path: Path, line: bytes, message: str) -> None:
    """A short file and a line that is no object are told apart, with their line number."""
    folder = write(tmp_path, [row("a"), row("b")])
    first = (folder / "completions.jsonl").read_bytes().splitlines(keepends=True)[0]
    (folder / "completions.jsonl").write_bytes(first + line)
    with pytest.raises(UsageError, match=message):
        list(pairs(folder))


def test_a_row_that_was_listed_as_bad_may_be_anything(tmp_path: Path) -> None:
    """The pipeline lists a bad row as an error; the folder can still be read."""
    folder = write(tmp_path, [row("a"), row("line-2", "error", reason="bad_row")])
    first = (folder / "completions.jsonl").read_bytes().splitlines(keepends=True)[0]
    (folder / "completions.jsonl").write_bytes(first + b"{oops\n")
    assert [pair.completion.get("id") for pair in pairs(folder)] == ["a", None]


def test_an_outcome_outside_the_closed_set_is_refused(tmp_path: Path) -> None:
    """A verdict that nobody knows how to count stops the reader."""
    completion, verdict = row()
    folder = write(tmp_path, [(completion, {**verdict, "outcome": "maybe"})])
    with pytest.raises(UsageError, match=r"verdicts\.jsonl:1: outcome: 'maybe' is none of pass"):
        list(pairs(folder))


def test_a_folder_without_a_run_is_a_usage_error(tmp_path: Path) -> None:
    """The missing file is named."""
    with pytest.raises(UsageError, match=r"completions\.jsonl: No such file"):
        list(pairs(tmp_path))
