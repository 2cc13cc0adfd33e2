"""Questions of defog's sql-eval: a CSV, and a script of PostgreSQL for each database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from verisieve.adapters.readers import Record
from verisieve.adapters.readers import records as read
from verisieve.adapters.sql import golds, places, scripts
from verisieve.adapters.sql.places import Database, Shelf
from verisieve.errors import InputError
from verisieve.records import Json, Reason
from verisieve.rows import Place

_SCRIPTS = ("{0}.sql", "{0}/{0}.sql", "defog/{0}.sql", "defog_data/{0}/{0}.sql")


def sqlite(path: Path) -> Iterator[tuple[Place, int, Json | InputError]]:
    """Yield the questions whose golds are SQLite's."""
    yield from _records(path, "sqlite")


def postgres(path: Path) -> Iterator[tuple[Place, int, Json | InputError]]:
    """Yield the questions whose golds are PostgreSQL's."""
    yield from _records(path, "postgres")


def _records(path: Path, dialect: str) -> Iterator[tuple[Place, int, Json | InputError]]:
    shelf = Shelf("db_name", partial(_script, path.parent, dialect), dialect)
    for record in read(path, "csv"):
        try:
            yield record.place, record.number, _record(record, shelf, dialect)
        except InputError as error:
            yield record.place, record.number, error


def _record(record: Record, shelf: Shelf, dialect: str) -> Json:
    if isinstance(record.value, InputError):
        return record.value
    row = record.value
    written = row.get("db_type") or "postgres"  # the file of PostgreSQL's golds does not say
    if written != dialect:
        raise InputError(Reason.BAD_ROW, f"the gold is written for {written}, not for {dialect}", "db_type")
    found = shelf.take(row.get("db_name"))
    return {**row, **found._asdict(), "golds": golds.several(row.get("query"), "query"), "dialect": dialect}


def _script(root: Path, dialect: str, name: str) -> Database:
    path = places.first(root, [form.format(name) for form in _SCRIPTS])
    return Database(*scripts.read(places.text(root, path), dialect))
