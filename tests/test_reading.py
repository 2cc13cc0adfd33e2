"""Reading: every file kind, every kind of damage, in bounded memory."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from verisieve import reading
from verisieve.errors import UsageError
from verisieve.rows import BadRow, Row


def row(number: int) -> dict[str, Any]:
    """A good math row."""
    return {"id": f"r{number}", "domain": "math", "prompt": "p", "truth": {"answer": "2"}, "response": "2"}


def line(number: int) -> bytes:
    """A good math row as a JSON line."""
    return json.dumps(row(number)).encode() + b"\n"


def ids(path: Path) -> list[str]:
    """The ids of good rows and the messages of bad ones."""
    items = reading.read([str(path)])
    return [item.completion.problem.id if isinstance(item, Row) else item.message for item in items]


def test_a_file_streams_in_order(tmp_path: Path) -> None:
    """Good rows come in the order of the file, whatever the line ends; blank lines do not count."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line(1) + b"\n  \n" + line(2).replace(b"\n", b"\r\n") + line(3).rstrip())

    assert ids(path) == ["r1", "r2", "r3"]


def test_a_long_line_is_skipped_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the limit is one bad row; the rows around it are read."""
    monkeypatch.setattr(reading, "MAX_LINE", 1000)
    path = tmp_path / "a.jsonl"
    path.write_bytes(line(1) + b"x" * 5_000 + b"\n" + line(2) + b"y" * 1_001)

    assert ids(path) == [
        "r1",
        "line of 5,001 bytes; at most 1,000 are read",
        "r2",
        "line of 1,001 bytes; at most 1,000 are read",
    ]


def test_a_line_of_just_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit itself is allowed."""
    monkeypatch.setattr(reading, "MAX_LINE", len(line(1)))
    path = tmp_path / "a.jsonl"
    path.write_bytes(line(1) + line(2))

    assert ids(path) == ["r1", "r2"]


def test_a_bad_line_names_its_place(tmp_path: Path) -> None:
    """A bad row carries file and line."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(line(1) + b'{"id": "x", \n' + line(2))
    bad = [item for item in reading.read([str(path)]) if isinstance(item, BadRow)]

    assert [item.place for item in bad] == [(str(path), 2)]


def test_gzip_is_read(tmp_path: Path) -> None:
    """A .jsonl.gz file gives the same rows."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(line(1) + line(2)))

    assert ids(path) == ["r1", "r2"]


def test_a_cut_archive_keeps_what_could_be_read(tmp_path: Path) -> None:
    """A damaged archive ends in one bad row; the rows before it are good."""
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(b"".join(line(number) for number in range(2000)))
    path.write_bytes(whole[: len(whole) // 2])
    found = ids(path)

    assert found[0] == "r0"
    assert found[-1].startswith("the file cannot be read further")


def test_parquet_is_read(tmp_path: Path) -> None:
    """A Parquet row is a row; nulls are absent keys; a truth column may hold JSON text."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [row(1), {**row(2), "truth": None}]
    rows = [{**each, "truth": json.dumps(each["truth"]) if each["truth"] else None, "model": None} for each in rows]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")

    assert ids(tmp_path / "a.parquet") == ["r1", "missing; must be an object"]


@pytest.mark.parametrize("name", ["absent.jsonl", "wrong.csv"])
def test_an_unreadable_path_is_bad_usage(tmp_path: Path, name: str) -> None:
    """A missing file or an unknown kind is refused before anything runs."""
    (tmp_path / "wrong.csv").touch()

    with pytest.raises(UsageError, match=name):
        reading.check_readable([str(tmp_path / name)])
