"""A database of the user's own, as a folder with schema.sql, rows.sql and perhaps story.json, or as an SQLite file.

Read as text; what it holds runs in the engine under guard, as that of any row does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from verisieve.domains.sql.stories import NO_WORDS, Story, told
from verisieve.errors import TruthError, UsageError
from verisieve.verifiers.sql import files, lexer

MOST = 2_000_000  # characters of schema and rows; every row of a data set carries them, and every check loads them
_TABLE = re.compile(r"(?i)create\s+table\b")
_FILES = (".db", ".sqlite", ".sqlite3")


def story(place: str) -> Story:
    """Read a database as a story; raise UsageError that says what is wrong with it."""
    path = Path(place)
    schema, data = _dumped(path) if path.suffix in _FILES else (_text(path / "schema.sql"), _text(path / "rows.sql"))
    if len(schema) + len(data) > MOST:
        raise UsageError(f"{place}: more than {MOST:,} characters; a sample of the rows tells queries apart as well")
    words = _words(path / "story.json") if path.is_dir() else {}
    try:
        return told(path.stem, schema, data, words, {"dialect": "sqlite", "schema": schema, "data": data})
    except TruthError as error:
        raise UsageError(f"{place}: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error


def _dumped(path: Path) -> tuple[str, str]:
    """Read an SQLite file: what makes its tables, and its rows."""
    dump = files.read(path, most=MOST)
    if not dump.whole:
        raise UsageError(f"{path}: more than {MOST:,} characters, or a text too long for a query: give a sample")
    tables = [part for part in lexer.statements(dump.schema) if _TABLE.match(part)]
    return "".join(f"{table};\n" for table in tables), dump.data


def _words(path: Path) -> Mapping[str, Any]:
    """Read story.json: `trade`, `tables` (one, many, label) and `columns` (table.column: phrase); all may be left "
    "out."""
    if not path.is_file():
        return NO_WORDS
    try:
        words = json.loads(_text(path))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
    kinds = (("trade", str), ("tables", dict), ("columns", dict))
    if not isinstance(words, dict) or any(not isinstance(words.get(name, kind()), kind) for name, kind in kinds):
        raise UsageError(f"{path}: must be an object with trade (a text), tables and columns (objects)")
    told_of = [*words.get("columns", {}).values(), *words.get("tables", {}).values()]
    if not all(isinstance(value, (str, dict)) for value in told_of):
        raise UsageError(f"{path}: a column has a phrase, a table an object with one, many and label")
    return {"columns": {}, **words}
