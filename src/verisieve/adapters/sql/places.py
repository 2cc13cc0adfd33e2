"""Finds the database that a question names beside the questions, and nowhere else.

A name comes from the data set, so it is a name only if no file system could read more into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from verisieve.errors import InputError, TruthError, UsageError
from verisieve.records import Json, Reason
from verisieve.verifiers.sql.bench import Bench

_NAME = re.compile(r"\w[\w. -]{0,120}")


class Database(NamedTuple):
    """A database as text; `sampled` where there are more rows than these."""

    schema: str
    data: str
    sampled: bool = False


class Shelf:
    """Databases by name, each read once; one that cannot be used is remembered with the reason."""

    def __init__(self, field: str, read: Callable[[str], Database], dialect: str) -> None:
        self._field, self._read, self._dialect = field, read, dialect
        self._kept: dict[str, Database | str] = {}

    def take(self, value: Json) -> Database:
        """Return the database that a field names; raise InputError, with the reason, for one that cannot be used."""
        name = plain(value, self._field)
        if name not in self._kept:
            try:
                self._kept[name] = self._loaded(name)
            except (UsageError, TruthError) as error:
                self._kept[name] = f"{name}: {error}"
        found = self._kept[name]
        if isinstance(found, str):
            raise InputError(Reason.BAD_ROW, found, self._field)
        return found

    def _loaded(self, name: str) -> Database:
        found = self._read(name)
        if self._dialect == "sqlite":  # another engine may not be there; its rows are then no verdicts
            Bench(found.schema, found.data).close()
        return found


def plain(value: Json, field: str) -> str:
    """Return a name that stays in its folder; raise InputError for any other.

    >>> plain("concert_singer", "db_id")
    'concert_singer'
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value) or ".." in value:
        raise InputError(Reason.BAD_ROW, "is no plain name of a database", field)
    return value


def first(root: Path, choices: Iterable[str]) -> Path:
    """Return the first path under a folder where something lies; raise UsageError that names them all."""
    tried = list(choices)
    for choice in tried:
        path = root / choice
        if path.is_symlink() or path.exists():
            return path
    raise UsageError(f"no database: {' or '.join(tried)} is not beside the questions")


def text(root: Path, path: Path) -> str:
    """Read a script that lies under a folder; raise UsageError for one that does not, or is no text."""
    try:
        file = path.resolve(strict=True)
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            raise UsageError(f"{path}: leads out of {root}, or is no file")
        return file.read_text(encoding="utf-8")
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or 'is no UTF-8'}") from error
