"""What Spider and BIRD say of databases beside the files themselves: lists of tables, notes on columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from verisieve.errors import InputError, UsageError
from verisieve.records import Json
from verisieve.rows import loads
from verisieve.verifiers.sql.schema import quoted

_TYPES = {"number": "NUMERIC", "text": "TEXT", "time": "TEXT", "boolean": "BOOLEAN"}
_MOST_NOTES, _MOST_BYTES = 20_000, 4 << 20
_NOTED = ("column_description", "value_description")


def tables(path: Path) -> dict[str, Mapping[str, Json]]:
    """Read Spider's list of databases by name; raise UsageError for a file that is none."""
    try:
        listed = loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, InputError) as error:
        raise UsageError(f"{path}: {error}") from error
    if not isinstance(listed, list):
        raise UsageError(f"{path}: is no list of databases")
    return {one["db_id"]: one for one in listed if isinstance(one, dict) and isinstance(one.get("db_id"), str)}


def schema(one: Mapping[str, Json]) -> str:
    """Write the tables of one entry of Spider's list; raise UsageError for an entry of another shape.

    >>> schema({"table_names_original": ["t"], "column_names_original": [[-1, "*"], [0, "id"]],
    ...         "column_types": ["text", "number"], "primary_keys": [1], "foreign_keys": []})
    'CREATE TABLE "t" ("id" NUMERIC, PRIMARY KEY ("id"));'
    """
    try:
        return "\n".join(_table(one, number) for number in range(len(one["table_names_original"])))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"tables.json: an entry of another shape: {type(error).__name__}: {error}") from error


def _table(one: Mapping[str, Json], number: int) -> str:
    names, columns = one["table_names_original"], one["column_names_original"]
    of_table = [place for place, (table, _) in enumerate(columns) if table == number]
    parts = [f"{quoted(columns[i][1])} {_TYPES.get(one['column_types'][i], 'TEXT')}" for i in of_table]
    keys = [places if isinstance(places, list) else [places] for places in one["primary_keys"]]
    own = [quoted(columns[place][1]) for places in keys for place in places if place in of_table]
    parts += [f"PRIMARY KEY ({', '.join(own)})"] if own else []
    for child, parent in one["foreign_keys"]:
        if child in of_table:
            target = f"{quoted(names[columns[parent][0]])} ({quoted(columns[parent][1])})"
            parts.append(f"FOREIGN KEY ({quoted(columns[child][1])}) REFERENCES {target}")
    return f"CREATE TABLE {quoted(names[number])} ({', '.join(parts)});"


def notes(root: Path, folder: Path) -> str:
    """Return what a folder of BIRD says of columns, a line each, as far as it can be read."""
    lines: list[str] = []
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
        if file.is_file() and file.resolve().is_relative_to(root.resolve()):
            lines += _notes(file)
    text = "\n".join(lines)
    return text if len(text) <= _MOST_NOTES else text[:_MOST_NOTES].rpartition("\n")[0]


def _notes(file: Path) -> Iterator[str]:
    with file.open("rb") as stream:
        data = stream.read(_MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    try:
        rows = list(csv.DictReader(io.StringIO(text.replace("\0", ""), newline="")))
    except csv.Error:
        return
    for row in rows:
        said = [" ".join(str(row.get(name) or "").split()) for name in _NOTED]
        column = str(row.get("original_column_name") or "").strip()
        if column and any(said):
            yield f"{file.stem}.{column}: {'; '.join(filter(None, said))}"
