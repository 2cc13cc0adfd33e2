"""Rows as Parquet files, their columns typed by example: str, int, float, [element], {field: type}."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from verisieve.errors import MissingExtraError
from verisieve.records import Json

_BATCH = 1000  # rows per row group


def check_installed() -> None:
    """Raise MissingExtraError where Parquet cannot be written."""
    if find_spec("pyarrow") is None:
        raise MissingExtraError("writing Parquet", "parquet")


def write(path: Path, rows: Iterable[dict[str, Json]], columns: Mapping[str, Json]) -> int:
    """Write a file and return the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema({name: _type(kind) for name, kind in columns.items()})
    count = 0
    with pq.ParquetWriter(path, schema) as file:
        for batch in _batches(rows, _BATCH):
            file.write_table(pa.Table.from_pylist([_clean(row) for row in batch], schema=schema))
            count += len(batch)
    return count


def _type(kind: Json) -> Any:
    import pyarrow as pa

    if isinstance(kind, dict):
        return pa.struct([(name, _type(each)) for name, each in kind.items()])
    if isinstance(kind, list):
        return pa.list_(_type(kind[0]))
    return {str: pa.string(), int: pa.int64(), float: pa.float64()}[kind]


def _clean(value: Json) -> Json:
    """Return a value whose texts are valid Unicode: a lone surrogate becomes its escape."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def _batches(rows: Iterable[dict[str, Json]], size: int) -> Iterator[list[dict[str, Json]]]:
    """Like itertools.batched of Python 3.12."""
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch
