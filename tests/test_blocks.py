"""Blocks: any cut of the files gives the rows, the places and the verdicts that reading them whole gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from verisieve import blocks, pipeline, reading
from verisieve.store import Store
from verisieve.workers import Pool

SIZES = (1, 7, 64, 500, 10**6)


def row(number: int, text: str = "1", **more: Any) -> dict[str, Any]:
    """A row of the toy domain whose right answer is 1."""
    return {"id": f"r{number}", "domain": "toy", "prompt": "", "truth": {"answer": 1}, "response": text, **more}


def odd_file(path: Path) -> Path:
    """A file with every oddity: a byte order mark, blank, long, broken and repeated lines, no newline at its end."""
    rows = [row(number, "x" * (number % 3 * 90), note=number / 7) for number in range(6)]
    lines = [*map(json.dumps, rows), "", "no json", json.dumps(row(2, "1", model="", answer="theirs")), "  "]
    lines += [json.dumps(row(7, domain="alchemy")), json.dumps(row(8, "crash")), '{"id": 9}', json.dumps(row(7))]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\n" + json.dumps(row(10)).encode())
    return path


def cut(paths: list[str], size: int, monkeypatch: pytest.MonkeyPatch) -> list[blocks.Block]:
    """The blocks of files, about so large."""
    for name in ("LEAST_BYTES", "MOST_BYTES", "LEAST_ROWS", "MOST_ROWS"):
        monkeypatch.setattr(blocks, name, size)
    return blocks.cut(paths, 1)


def bare(lines: list[bytes]) -> list[dict[str, Any]]:
    """Output rows without what was measured."""
    return [{**json.loads(line), "seconds": 0} for line in lines]


@pytest.mark.parametrize("size", SIZES)
def test_any_cut_gives_every_row_once(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that span blocks belong to the one where they begin, and lines count from there."""
    path = str(odd_file(tmp_path / "a.jsonl"))
    found, first = [], 0
    for block in cut([path], size, monkeypatch):
        lines, rows = blocks.read(block, place=path)
        found += [(item.place.line + first, type(item).__name__) for item in rows]
        first += lines

    assert found == [(item.place.line, type(item).__name__) for item in reading.read([path])]


@pytest.mark.parametrize("size", SIZES)
def test_a_row_group_is_cut_into_slices(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row of every row group is read once, in order."""
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = str(tmp_path / "a.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([row(number) for number in range(1000)]), path, row_group_size=700)
    cuts = cut([path], size, monkeypatch)
    rows = [item for block in cuts for item in blocks.read(block, place=path)[1]]

    assert [item.completion.problem.id for item in rows] == [f"r{number}" for number in range(1000)]  # type: ignore[union-attr]
    assert len(cuts) <= 2 * blocks.RUNS


def test_a_damaged_parquet_file_is_one_row_that_says_so(tmp_path: Path) -> None:
    """What cannot be read is reported as the whole file's reader reports it."""
    pytest.importorskip("pyarrow")
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 no more PAR1")
    (block,) = blocks.cut([str(path)], 4)

    assert blocks.read(block, place=str(path))[1] == list(reading.read([str(path)]))


@pytest.mark.parametrize("size", [64, 10**6])
def test_blocks_end_in_the_lines_of_a_whole_run(
    size: int, toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad rows, repeated ids, unknown domains and crashes read as they do without blocks, and so when gone on."""
    path = str(odd_file(tmp_path / "a.jsonl"))
    with Store(":memory:") as whole:
        wanted = bare([line.body for line in pipeline.verify(reading.read([path]), whole)])
    pool = Pool(1)
    with Store(tmp_path / "store") as store:
        first = [line.body for line in judged(path, cut([path], size, monkeypatch), pool, store)]
        done = len(store)
    with Store(tmp_path / "store") as store:
        again = [line.body for line in judged(path, cut([path], 100, monkeypatch), pool, store)]
    pool.close()

    assert bare(first) == bare(again) == wanted
    assert done == sum(row["outcome"] != "error" for row in wanted) + 1  # and the repeated row's own verdict


def judged(path: str, cuts: list[blocks.Block], pool: Pool, store: Store) -> list[blocks.Line]:
    """The lines of blocks that are judged one after another."""
    found, first = [], 1
    for block in cuts:
        lines, rows = blocks.read(block, place=path)
        packed = blocks.pack(lines, blocks.judge(rows, pool, "auto", blocks.Keys(store.keys())))
        entries = blocks.unpack(packed)[1]
        blocks.keep(entries, store)
        found += blocks.settle(entries, first, path, store)
        first += lines
    return found


def test_rows_that_are_given_up_are_errors(toy: str, tmp_path: Path) -> None:
    """What no machine could finish is nobody's score, and is not stored."""
    path = str(odd_file(tmp_path / "a.jsonl"))
    (block,) = blocks.cut([path], 1)
    _, rows = blocks.read(block, place=path)
    with Store(":memory:") as store:
        entries = blocks.give_up(rows, "auto", "lost")
        blocks.keep(entries, store)
        lines = list(blocks.settle(entries, 1, path, store))

        assert {line.outcome for line in lines} == {"error"}
        assert len(store) == 0
    assert [line.reason for line in lines].count("worker_died") == 9  # the bad and the repeated rows are what they are


def test_keys_find_themselves_and_nothing_else() -> None:
    """Every key is found, its neighbours are not, and no key at all is none."""
    keys = [bytes([number]) * blocks.KEY for number in range(0, 250, 3)]
    found = blocks.Keys(memoryview(b"".join(keys)))

    assert all(key in found for key in keys)
    assert not any(bytes([number]) * blocks.KEY in found for number in range(1, 250, 3))
    assert b"" not in blocks.Keys(b"")


def test_a_block_says_where_it_lies() -> None:
    """A block's text names file and range."""
    block = blocks.Block(number=0, path="a.parquet", start=0, end=4096, group=2)

    assert str(block) == "a.parquet: row group 2, rows 0 to 4,096"
