"""Blocks of input files, and what a machine makes of one: the unit of work where rows are judged on many machines.

A block of a JSONL file is a range of its bytes and holds the lines that begin there, so that nobody reads a file to
cut it. Line numbers therefore count from the block's first line until `settle` knows where that is; whether a row's id
came before is settled there too, in input order.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import IO, NamedTuple

from verisieve import quickjson, reading
from verisieve.errors import InputError
from verisieve.pipeline import Slot, in_order, prepare, repeated
from verisieve.records import Json, Reason
from verisieve.rows import BadRow, Place, Row, dump, loads
from verisieve.store import Store
from verisieve.workers import Line, Pool, failed

LEAST_BYTES, MOST_BYTES = 32 << 10, 4 << 20
LEAST_ROWS, MOST_ROWS = 32, 4096  # of a Parquet file
RUNS = 16  # a row group is read at most so often, from its start each time
KEY = 16  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A range of bytes of a JSONL file, or of rows of a row group of a Parquet file; no group: of all of them."""

    number: int
    path: str
    start: int
    end: int
    group: int | None = None

    def __str__(self) -> str:
        where = "bytes" if self.group is None else f"row group {self.group}, rows"
        return f"{self.path}: {where} {self.start:,} to {self.end:,}"


class Entry(NamedTuple):
    """What became of one row of a block; its line is empty where the store holds it under the slot's key."""

    number: int  # of its line, from the block's first
    slot: Slot


def cut(paths: Sequence[str], parts: int) -> list[Block]:
    """Cut files into about so many blocks, within bounds, in input order."""
    jsonl = sum(Path(path).stat().st_size for path in paths if not path.endswith(".parquet"))
    size = min(max(jsonl // parts, LEAST_BYTES), MOST_BYTES)
    numbers = count()
    return [
        Block(number=next(numbers), path=path, start=start, end=end, group=group)
        for path in paths
        for group, start, end in (_slices(path, parts) if path.endswith(".parquet") else _ranges(path, size))
    ]


def read(block: Block, *, place: str, domain: str | None = None) -> tuple[int, list[Row | BadRow]]:
    """Return how many lines begin in a block, and its rows; `place` is where the file lies here."""
    if block.path.endswith(".parquet"):
        groups = None if block.group is None else [block.group]
        found = list(reading.parquet_values(place, groups, block.start, block.end))
        values = [(each.line, value) for each, value in found]
        lines = len(found)
    else:
        with Path(place).open("rb") as stream:
            raws = list(reading.lines(stream, _seek_line(stream, block.start), block.end))
        values = [(line, reading.decoded(raw)) for line, raw in raws if isinstance(raw, InputError) or raw.strip()]
        lines = len(raws)
    rows = (reading.rows_of(Place(block.path, line), value, domain=domain) for line, value in values)
    return lines, [row for each in rows for row in each]


class Keys:
    """A set of keys in order, end to end in bytes that many processes may share."""

    def __init__(self, joined: bytes | memoryview) -> None:
        self._joined = memoryview(joined)
        self._numbers = range(len(joined) // KEY)

    def __contains__(self, key: bytes) -> bool:
        place = bisect_left(self._numbers, key, key=self._at)
        return place < len(self._numbers) and self._at(place) == key

    def _at(self, number: int) -> bytes:
        return self._joined[number * KEY : (number + 1) * KEY].tobytes()


def judge(rows: Iterable[Row | BadRow], pool: Pool, sandbox: str, done: Keys) -> list[Entry]:
    """Have a pool judge the rows of a block that are not done."""
    entries: list[Entry] = []

    def admit(item: Row | BadRow) -> tuple[Slot, bytes]:
        slot, task = prepare(item, sandbox)
        entries.append(Entry(item.place.line, slot))
        if slot.key in done:
            slot.line = _STORED
            return slot, b""
        return slot, task

    for _ in in_order(rows, pool, admit, lambda done: None):
        pass
    return entries


def give_up(rows: Iterable[Row | BadRow], sandbox: str, message: str) -> list[Entry]:
    """End the rows of a block that no machine could finish in `error`, as a single row would."""
    entries = [(item.place.line, *prepare(item, sandbox)) for item in rows]
    return [
        Entry(number, replace(slot, line=failed(task, Reason.WORKER_DIED, message)) if task else slot)
        for number, slot, task in entries
    ]


def pack(lines: int, entries: Iterable[Entry]) -> bytes:
    """Encode a judged block: a line of what is known of each row, then the rows' output lines."""
    heads: list[Json] = []
    bodies: list[bytes] = []
    for number, slot in entries:
        body, *counted = slot.line or _STORED
        heads.append([number, slot.identity.hex(), slot.key.hex(), len(body), *counted])
        bodies.append(body)
    return b"".join((quickjson.encode([lines, heads]), b"\n", *bodies))


def unpack(packed: bytes) -> tuple[int, list[Entry]]:
    """Decode what `pack` encoded."""
    head, _, bodies = packed.partition(b"\n")
    lines, heads = quickjson.decode(head)
    entries: list[Entry] = []
    start = 0
    for number, identity, key, size, *counted in heads:
        line = Line(bodies[start : start + size], *counted)
        start += size
        entries.append(Entry(number, Slot(identity=bytes.fromhex(identity), key=bytes.fromhex(key), line=line)))
    return lines, entries


def keep(entries: Iterable[Entry], store: Store) -> None:
    """Put what was judged into the store; what ended in `error` is judged again by the next run."""
    for _, slot in entries:
        if slot.key and slot.line and slot.line.body and slot.line.outcome != "error":
            store.put(slot.key, slot.line.pack())
    store.commit()


def settle(entries: Iterable[Entry], first: int, path: str, store: Store) -> Iterator[Line]:
    """Yield the final lines of a block whose first line is number `first` of its file; blocks come in input order."""
    for number, slot in entries:
        line = slot.line if slot.line and slot.line.body else Line.unpack(store.get(slot.key) or b"")
        place = Place(path, first + number - 1)
        if slot.identity and not store.first_sight(slot.identity):
            yield repeated(line, place)
        elif slot.key:
            yield line
        else:
            yield _placed(line, place)


def _placed(line: Line, place: Place) -> Line:
    """Name the place in the line of a bad row."""
    row = loads(line.body)
    row["checks"][0]["evidence"].update(file=place.file, line=place.line)
    return line._replace(body=dump(row))


def _ranges(path: str, size: int) -> Iterator[tuple[None, int, int]]:
    total = Path(path).stat().st_size
    for start in range(0, total, size):
        yield None, start, min(start + size, total)


def _slices(path: str, parts: int) -> Iterator[tuple[int | None, int, int]]:
    """Cut row groups into slices; a file that cannot be read is one block, whose row will say so."""
    groups = reading.row_groups(path)
    if groups is None:
        yield None, 0, sys.maxsize
    for group, rows in enumerate(groups or ()):
        size = max(min(max(rows // parts, LEAST_ROWS), MOST_ROWS), -(-rows // RUNS))
        for start in range(0, rows, size):
            yield group, start, min(start + size, rows)


def _seek_line(stream: IO[bytes], start: int) -> int:
    """Go to the first line that begins at `start` or after it, and return where that is."""
    if start:
        stream.seek(start - 1)
        while (piece := stream.readline(MOST_BYTES)) and not piece.endswith(b"\n"):
            pass
    return stream.tell()


_STORED = Line(b"", "", "", "")
