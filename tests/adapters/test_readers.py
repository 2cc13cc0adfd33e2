"""File formats of data sets: each record arrives, each broken one is reported by its place."""

from __future__ import annotations

import gzip
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from verisieve import datasets
from verisieve.errors import MissingExtraError, UsageError
from verisieve.records import Json
from verisieve.rows import BadRow

MATH = ("prompt=question", "truth.answer=final", "domain:=math")


def _own(path: Path, *maps: str) -> tuple[list[dict[str, Json]], list[str]]:
    items = list(datasets.convert(datasets.from_maps(maps or MATH), path))
    rows = [item for item in items if isinstance(item, dict)]
    return rows, [str(item).removeprefix(f"{path}:") for item in items if isinstance(item, BadRow)]


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_csv_cells_may_hold_anything(tmp_path: Path) -> None:
    """Quoted commas, newlines, a byte order mark and cells over 128 KiB are read."""
    path = _file(tmp_path, "own.csv", '\ufeffquestion,final\r\n"a, b\nc ""d""",1\r\n' + "x" * 200_000 + ",2\r\n")
    rows, bad = _own(path)
    assert not bad
    assert [row["prompt"] for row in rows] == ['a, b\nc "d"', "x" * 200_000]
    assert [row["id"] for row in rows] == ["own-0000", "own-0001"]


def test_broken_csv_records_are_reported_by_line(tmp_path: Path) -> None:
    """Missing and extra cells, broken UTF-8 and stray quotes spoil their own record alone."""
    path = _file(
        tmp_path, "own.csv", b'question,final\nok,1\nshort\na,b,c\n\n"two\nlines",\xff\n"x"y,3\nok,9\n"open,4\n'
    )
    rows, bad = _own(path)
    assert [row["truth"]["answer"] for row in rows] == ["1", "9"]
    assert bad == [
        "3: 1 cells under 2 columns",
        "4: 3 cells under 2 columns",
        "6: final: invalid UTF-8",
        "8: bad CSV: ',' expected after '\"'",
        "10: bad CSV: unexpected end of data",
    ]


@pytest.mark.parametrize("header", ["", "a,a\n1,2\n"])
def test_csv_needs_named_columns(tmp_path: Path, header: str) -> None:
    """An empty file and a column named twice are refused."""
    with pytest.raises(UsageError, match="must name the columns"):
        _own(_file(tmp_path, "own.csv", header))


def test_packed_files_and_tabs_are_read(tmp_path: Path) -> None:
    """The ending tells the format, with .gz on any text format; a cut archive keeps what came before."""
    packed = gzip.compress(b"question\tfinal\n1+1\t2\n")
    assert _own(_file(tmp_path, "own.tsv.gz", packed))[0][0]["truth"] == {"answer": "2"}
    rng = "".join(f'{{"question": "{number * 7919 % 10007}", "final": "1"}}\n' for number in range(9000))
    cut = gzip.compress(rng.encode())[:-2000]
    rows, bad = _own(_file(tmp_path, "own.jsonl.gz", cut))
    assert len(rows) > 1000
    assert len(bad) == 1
    assert "cannot be read further" in bad[0]


def test_json_lists_are_found_by_their_place(tmp_path: Path) -> None:
    """`rows` names the list inside a JSON file; lines count its items."""
    path = _file(tmp_path, "own.json", json.dumps({"data": {"rows": [{"q": "1+1", "a": "2"}, 5]}}))
    text = 'name = "n"\nrows = "data.rows"\n[fields]\nid = {template = "n{$index}"}\nprompt = "q"\n'
    toml = _file(tmp_path, "n.toml", text + 'domain = {value = "math"}\n"truth.answer" = "a"\n')
    items = list(datasets.convert(datasets.load(str(toml)), path))
    assert items[0] == {"id": "n0000", "prompt": "1+1", "domain": "math", "truth": {"answer": "2"}}
    assert str(items[1]) == f"{path}:2: a record is an object, not int"
    with pytest.raises(UsageError, match="no list of records at the top"):
        _own(path)


def test_parquet_is_read_like_the_rest(tmp_path: Path) -> None:
    """Nested columns, nulls, dates and decimals of a Parquet file arrive as JSON."""
    pyarrow = pytest.importorskip("pyarrow", reason="needs the extra verisieve[parquet]")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"question": ["1+1", None], "t": [{"final": Decimal("2.50")}, {"final": Decimal(1)}]})
    parquet.write_table(table, tmp_path / "own.parquet")
    rows, bad = _own(tmp_path / "own.parquet", "prompt=question", "truth.answer=t.final", "domain:=math")
    assert rows[0]["truth"] == {"answer": "2.50"}
    assert bad == ["2: question: missing"]


def test_parquet_without_its_extra_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow one line says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"verisieve\[parquet\]"):
        _own(_file(tmp_path, "own.parquet", b""))


@pytest.mark.parametrize(
    ("name", "message"),
    [("own.jsonl", "no such file"), ("own.xls", "cannot tell its format"), ("", "looks for a file, not a folder")],
)
def test_unreadable_paths_are_refused(tmp_path: Path, name: str, message: str) -> None:
    """A missing file, an unknown ending and a folder without a fitting file raise UsageError."""
    with pytest.raises(UsageError, match=message):
        _own(tmp_path / name)
