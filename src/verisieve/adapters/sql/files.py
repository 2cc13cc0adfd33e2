"""Questions of Spider and BIRD: a JSON list, and an SQLite file for each database.

A file may have gigabytes; a row carries the schema and a bounded choice of rows, those first that the golds name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from verisieve.adapters.readers import Record
from verisieve.adapters.readers import records as read
from verisieve.adapters.sql import described, golds, places
from verisieve.adapters.sql.places import Database, Shelf
from verisieve.errors import InputError, UsageError
from verisieve.records import Json
from verisieve.rows import Place
from verisieve.verifiers.sql import analyse, files

_Items = Iterator[tuple[Place, int, Json | InputError]]


class Layout(NamedTuple):
    """How a data set lies: the field of the gold, and where the file of a database may be."""

    gold: str
    places: tuple[str, ...]


_SPIDER = Layout("query", ("database/{0}/{0}.sqlite", "test_database/{0}/{0}.sqlite", "{0}/{0}.sqlite"))
_BIRD = Layout(
    "SQL",
    (
        "dev_databases/{0}/{0}.sqlite",
        "train_databases/{0}/{0}.sqlite",
        "databases/{0}/{0}.sqlite",
        "{0}/{0}.sqlite",
    ),
)


def spider(path: Path) -> _Items:
    """Yield the questions of Spider; where a database has no file, its tables come from `tables.json`, without rows."""
    tables = path.parent / "tables.json"
    listed = described.tables(tables) if tables.is_file() else {}

    def find(name: str, values: Sequence[analyse.Constant]) -> Database:
        try:
            return _file(path.parent, _SPIDER, name, values)
        except _NoFileError:
            if name not in listed:
                raise
            return Database(described.schema(listed[name]), "", sampled=True)

    yield from _records(path, _SPIDER, find, lambda name: {})


def bird(path: Path) -> _Items:
    """Yield the questions of BIRD, of train, dev or mini-dev, with the notes on columns that lie beside a database."""
    for engine in ("postgresql", "mysql"):
        if engine in path.name.lower():
            raise UsageError(f"{path}: its golds are for {engine}, its databases SQLite files: take SQLite's questions")
    found: dict[str, str] = {}

    def notes(name: str) -> Mapping[str, Json]:
        if name not in found:
            place = places.first(path.parent, [form.format(name) for form in _BIRD.places]).parent
            found[name] = described.notes(path.parent, place / "database_description")
        return {"notes": found[name]}

    yield from _records(path, _BIRD, lambda name, values: _file(path.parent, _BIRD, name, values), notes)


class _NoFileError(UsageError):
    """A database has no file."""


def _file(root: Path, layout: Layout, name: str, values: Sequence[analyse.Constant]) -> Database:
    try:
        path = places.first(root, [form.format(name) for form in layout.places])
    except UsageError as error:
        raise _NoFileError(str(error)) from error
    dump = files.read(path, within=root, values=values)
    return Database(dump.schema, dump.data, not dump.whole)


def _records(
    path: Path,
    layout: Layout,
    find: Callable[[str, Sequence[analyse.Constant]], Database],
    more: Callable[[str], Mapping[str, Json]],
) -> _Items:
    every = list(read(path, "json"))
    named = _constants(every, layout.gold)
    shelf = Shelf("db_id", lambda name: find(name, named[name]), "sqlite")
    for record in every:
        try:
            yield record.place, record.number, _record(record, shelf, layout.gold, more)
        except InputError as error:
            yield record.place, record.number, error


def _record(record: Record, shelf: Shelf, gold: str, more: Callable[[str], Mapping[str, Json]]) -> Json:
    if isinstance(record.value, InputError):
        return record.value
    row = record.value
    sql = golds.one(row.get(gold), gold)
    found = shelf.take(row.get("db_id"))
    written = golds.strings(sql, found.schema)
    return {**row, **found._asdict(), **more(row["db_id"]), "golds": [written]}


def _constants(every: Sequence[Record], gold: str) -> defaultdict[str, list[analyse.Constant]]:
    """Return what the golds of each database compare with, in order: rows that hold it must be in the choice."""
    found: defaultdict[str, list[analyse.Constant]] = defaultdict(list)
    for record in every:
        if isinstance(record.value, dict):
            name, sql = record.value.get("db_id"), record.value.get(gold)
            if isinstance(name, str) and isinstance(sql, str):
                found[name] += sorted(analyse.glance(sql).loose, key=lambda value: (sql.find(str(value)), str(value)))
    return found
