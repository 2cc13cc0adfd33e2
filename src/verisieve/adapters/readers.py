"""Read the records of a file in any format that an adapter may name; a broken record never stops the others.

Knows nothing of fields: a record is whatever object the file holds.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO, NamedTuple

from verisieve import reading
from verisieve.adapters.values import bad
from verisieve.errors import InputError, UsageError
from verisieve.records import Json, Reason
from verisieve.rows import Place, loads


class Record(NamedTuple):
    """One object of a file, or what is wrong with it; `number` counts from 0 and never shifts for a broken one."""

    place: Place
    number: int
    value: dict[str, Json] | InputError


def records(path: Path, format: str = "", *, rows: str = "") -> Iterator[Record]:  # noqa: A002  # the adapters' word
    """Stream a file's records; `format` is guessed from the name where empty, `rows` is the list's place in JSON.

    `Place.line` is the line of the file, for JSON and Parquet the number of the record.
    """
    name = format or guess(path)
    if name not in FORMATS:
        raise UsageError(f"{path}: unknown format {name!r}; known: {', '.join(FORMATS)}")
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    for place, number, value in FORMATS[name](path, rows):
        if isinstance(value, InputError | dict):
            yield Record(place, number, value)
        else:
            yield Record(place, number, bad(f"a record is an object, not {type(value).__name__}"))


def guess(path: Path) -> str:
    """Return the format that a file's name tells, or raise UsageError."""
    name = path.name.lower().removesuffix(".gz")
    suffix = name.rpartition(".")[2]
    suffix = {"ndjson": "jsonl"}.get(suffix, suffix)
    if suffix not in FORMATS:
        raise UsageError(f"{path}: cannot tell its format; known endings: {', '.join(FORMATS)}, and these with .gz")
    return suffix


LONGEST = 1 << 28  # bytes of a line of a source file: a problem with all its tests
_Items = Iterator[tuple[Place, int, Json | InputError]]


def _jsonl(path: Path, _: str) -> _Items:
    for place, value in reading.values(str(path), most=LONGEST):
        yield place, place.line - 1, value


def _python_jsonl(path: Path, _: str) -> _Items:
    for place, value in reading.values(str(path), most=LONGEST, decode=_loosely):
        yield place, place.line - 1, value


def _loosely(line: bytes) -> Json:
    """Decode a line as Python writes it, with `NaN` and `Infinity`."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise bad(f"bad JSON: {error}") from error


def _gym(path: Path, _: str) -> _Items:
    from verisieve.adapters import gym  # loads families of puzzles

    for place, number, value in _jsonl(path, ""):
        try:
            yield place, number, gym.record(value) if isinstance(value, dict) else value
        except InputError as error:
            yield place, number, error


def _sql(name: str, path: Path, _: str) -> _Items:
    from verisieve.adapters.sql import READERS  # loads the SQL engine

    yield from READERS[name](path)


def _parquet(path: Path, _: str) -> _Items:
    for place, value in reading.values(str(path)):
        try:
            yield place, place.line - 1, value if isinstance(value, InputError) else plain(value)
        except InputError as error:
            yield place, place.line - 1, error


def _json(path: Path, rows: str) -> _Items:
    try:
        with _open(path) as stream:
            value = loads(stream.read())
    except (OSError, EOFError, zlib.error, InputError) as error:
        raise UsageError(f"{path}: {error}") from error
    for key in filter(None, rows.split(".")):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise UsageError(f"{path}: no list of records at {rows or 'the top'}")
    for index, item in enumerate(value):
        yield Place(str(path), index + 1), index, item


def _csv(path: Path, _: str) -> _Items:
    return _table(path, ",")


def _tsv(path: Path, _: str) -> _Items:
    return _table(path, "\t")


def _table(path: Path, delimiter: str) -> _Items:
    csv.field_size_limit(reading.MAX_LINE)  # the module's only way to allow cells over 128 KiB
    with _open(path) as stream:
        reader = csv.reader(_decoded(stream), delimiter=delimiter, strict=True)
        try:
            names = next(reader, [])
        except (csv.Error, OSError, EOFError, zlib.error) as error:
            raise UsageError(f"{path}:1: {error}") from error
        if not names or len(set(names)) < len(names):
            raise UsageError(f"{path}:1: the first line must name the columns, each once")
        index = 0
        while True:
            place = Place(str(path), reader.line_num + 1)
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield place, index, bad(f"bad CSV: {error}")
                index += 1
                continue
            except (OSError, EOFError, zlib.error) as error:
                yield place, index, bad(f"the file cannot be read further: {error}")
                return
            if cells is None:
                return
            if cells:
                yield place, index, _record(names, cells)
                index += 1


def _record(names: list[str], cells: list[str]) -> dict[str, Json] | InputError:
    if len(cells) != len(names):
        return bad(f"{len(cells)} cells under {len(names)} columns")
    for name, cell in zip(names, cells, strict=True):
        if any("\udc80" <= letter <= "\udcff" for letter in cell):
            return InputError(Reason.BAD_ROW, "invalid UTF-8", name)
    return dict(zip(names, cells, strict=True))


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    """Lines as text; a broken byte becomes a lone surrogate, so that it spoils its own record alone."""
    for number, line in enumerate(stream):
        yield (line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line).decode("utf-8", "surrogateescape")


def _open(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path)  # type: ignore[return-value]  # the caller's with closes it
    return path.open("rb")


def plain(value: Json) -> Json:
    """Parquet's dates and decimals as text, its NaN as null; bytes are refused."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise bad(f"a {type(value).__name__} is no JSON value")


FORMATS: Mapping[str, Callable[[Path, str], _Items]] = MappingProxyType(
    {"jsonl": _jsonl, "json": _json, "csv": _csv, "tsv": _tsv, "parquet": _parquet}
    | {"python-jsonl": _python_jsonl, "reasoning-gym": _gym}
    | {name: partial(_sql, name) for name in ("defog", "defog-postgres", "text2sql-data", "spider", "bird")}
)
