"""Read input files as a stream of rows, in memory bounded by the longest row.

A bad row becomes a BadRow with file, line and field; it never stops the others.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import inf
from pathlib import Path
from typing import IO, Any

from verisieve.errors import InputError, MissingExtraError, UsageError
from verisieve.records import Completion, Json, Problem, Reason
from verisieve.rows import BadRow, Place, Row, loads, parse

MAX_LINE = 16 << 20  # bytes; a longer line is a bad row, and the rest of it is skipped unread


def read(paths: Iterable[str], *, domain: str | None = None) -> Iterator[Row | BadRow]:
    """Stream the rows of `.jsonl`, `.jsonl.gz` and `.parquet` files, or of standard input (`-`).

    `domain` is for rows that name none. Memory is bounded by the longest row, at most MAX_LINE bytes.
    """
    for path in paths:
        for place, value in values(path):
            yield from rows_of(place, value, domain=domain)


def rows_of(place: Place, value: Json | InputError, *, domain: str | None = None) -> Iterator[Row | BadRow]:
    """Make rows of what stands at one place of a file."""
    if isinstance(value, InputError):
        yield BadRow(place=place, reason=value.reason, message=str(value), field=value.field)
    else:
        yield from parse(value, place, domain=domain)


def problems(paths: Iterable[str], *, domain: str | None = None) -> Iterator[Problem | BadRow]:
    """Stream the problems of files, each once, with their `meta`; a response is not needed and not read."""
    seen: set[tuple[str, str]] = set()
    for row in asked(paths, domain=domain):
        if isinstance(row, BadRow):
            yield row
        elif (row.problem.domain, row.problem.id) not in seen:
            seen.add((row.problem.domain, row.problem.id))
            yield row.problem


def asked(paths: Iterable[str], *, domain: str | None = None) -> Iterator[Completion | BadRow]:
    """Stream rows whose response may be missing, the first alone of several, with `meta` in their problem."""
    for path in paths:
        for place, value in values(path):
            if isinstance(value, InputError):
                yield BadRow(place=place, reason=value.reason, message=str(value), field=value.field)
                continue
            bare = isinstance(value, dict) and "responses" not in value
            for row in islice(parse({"response": "", **value} if bare else value, place, domain=domain), 1):
                yield row if isinstance(row, BadRow) else _with_meta(row.completion)


def _with_meta(completion: Completion) -> Completion:
    meta = completion.extra.get("meta")
    if not isinstance(meta, dict):
        return completion
    return replace(completion, problem=replace(completion.problem, meta=meta))


def check_readable(paths: Iterable[str]) -> None:
    """Raise UsageError for a path that is missing, no file, or of a kind that cannot be read."""
    for path in paths:
        if path == "-":
            continue
        if not path.endswith((".jsonl", ".jsonl.gz", ".parquet")):
            raise UsageError(
                f"{path}: not .jsonl, .jsonl.gz, .parquet or -; `verisieve datasets convert` reads other files"
            )
        try:
            with Path(path).open("rb"):
                pass
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error


def values(
    path: str, *, most: int | None = None, decode: Callable[[bytes], Json] = loads
) -> Iterator[tuple[Place, Json | InputError]]:
    """Stream the decoded values of a file with their places, whatever they are; a line has at most `most` bytes."""
    if path.endswith(".parquet"):
        yield from parquet_values(path)
        return
    with _open(path) as stream:
        for line, raw in lines(stream, most=most or MAX_LINE):
            if isinstance(raw, InputError) or raw.strip():
                yield Place(path, line), decoded(raw, decode)


def decoded(raw: bytes | InputError, decode: Callable[[bytes], Json] = loads) -> Json | InputError:
    """Decode a line; what is wrong with it is returned, not raised."""
    try:
        return raw if isinstance(raw, InputError) else decode(raw)
    except InputError as error:
        return error


def lines(
    stream: IO[bytes], start: int = 0, end: float = inf, *, most: int = MAX_LINE
) -> Iterator[tuple[int, bytes | InputError]]:
    """Number the lines that begin in these bytes of a stream, which stands at `start`.

    An over-long line or a damaged archive gives an InputError.
    """
    line, position = 0, start
    while position < end:
        line += 1
        try:
            raw = stream.readline(most + 1)
            size = len(raw)
            while size > most and raw and not raw.endswith(b"\n"):
                raw = stream.readline(most)
                size += len(raw)
        except (OSError, EOFError, zlib.error) as error:
            yield line, InputError(Reason.BAD_ROW, f"the file cannot be read further: {error}")
            return
        if not size:
            return
        if size > most:
            yield line, InputError(Reason.BAD_ROW, f"line of {size:,} bytes; at most {most:,} are read")
        else:
            yield line, raw if position else raw.removeprefix(b"\xef\xbb\xbf")
        position += size


def _open(path: str) -> IO[bytes]:
    if path.endswith(".gz"):
        return gzip.open(path)  # type: ignore[return-value]  # a GzipFile is a binary stream by its methods
    if path != "-":
        return Path(path).open("rb")
    buffer = sys.stdin.buffer
    if isinstance(buffer, io.BufferedReader) and buffer.peek(2)[:2] == b"\x1f\x8b":
        return gzip.open(buffer)  # type: ignore[return-value]
    return buffer


def parquet_values(
    path: str, groups: Sequence[int] | None = None, start: int = 0, end: int | None = None
) -> Iterator[tuple[Place, Json | InputError]]:
    """Stream the rows of a Parquet file, or of some of its row groups, from `start` to before `end`."""
    pyarrow = _pyarrow(path)
    line = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=256, row_groups=groups)
            for value in islice(_row_values(batches, start), None if end is None else end - start):
                line += 1
                yield Place(path, line), _without_nulls(value)
    except (OSError, pyarrow.ArrowException) as error:
        yield Place(path, line + 1), InputError(Reason.BAD_ROW, f"the file cannot be read further: {error}")


def row_groups(path: str) -> list[int] | None:
    """Return how many rows each row group of a Parquet file has; None where it cannot be read."""
    pyarrow = _pyarrow(path)
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            return [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    except (OSError, pyarrow.ArrowException):
        return None


def _pyarrow(path: str) -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(f"{path}: reading Parquet", "parquet") from error
    return pyarrow


def _row_values(batches: Iterable[Any], start: int) -> Iterator[dict[str, Json]]:
    """Decode record batches from row `start` on."""
    for batch in batches:
        yield from batch.slice(start).to_pylist()
        start = max(0, start - batch.num_rows)


def _without_nulls(value: dict[str, Json]) -> Json | InputError:
    """Drop the nulls that Parquet's fixed columns force on rows; a truth column may also hold JSON text."""
    row = {key: item for key, item in value.items() if item is not None}
    if isinstance(row.get("truth"), str):
        try:
            row["truth"] = loads(row["truth"])
        except InputError as error:
            return InputError(error.reason, str(error), "truth")
    if isinstance(row.get("truth"), dict):
        row["truth"] = {key: item for key, item in row["truth"].items() if item is not None}
    return row
