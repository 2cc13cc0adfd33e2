"""Reads which tables an SQLite file has from SQLite's own lists; statements are copied, never run here."""

from __future__ import annotations

from typing import NamedTuple

from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.files.opening import BrokenFileError, File, Link, Raw, Row, Table
from verisieve.verifiers.sql.schema import quoted

_MOST = 1_000_000  # characters of statements: every row of a data set carries them
_ROWIDS = ("rowid", "_rowid_", "oid")


class Tables(NamedTuple):
    """The tables, the statements of views and unique indexes, and the names of what is left out."""

    tables: tuple[Table, ...]
    others: tuple[str, ...]
    left_out: tuple[str, ...]


def read(file: File) -> Tables:
    """List what a file holds; raise BrokenFileError for a list that no SQLite wrote."""
    tables: list[Table] = []
    others: list[str] = []
    left_out: list[str] = []
    for kind, name, ddl in list(file.ask("SELECT type, name, sql FROM sqlite_master ORDER BY rowid")):
        if not isinstance(name, str) or isinstance(ddl, Raw):
            raise BrokenFileError("the file is damaged: a name or a statement is no text")
        if ddl is None or name.lower().startswith("sqlite_"):
            continue
        words = _words(str(ddl))
        if kind in ("table", "view") and len(lexer.statements(ddl)) != 1:
            raise BrokenFileError("the file is damaged: a table is not one statement")
        if kind == "table" and words[:2] == ["CREATE", "TABLE"]:
            tables.append(_table(file, name, ddl))
        elif words[:2] == ["CREATE", "VIEW"] or words[:3] == ["CREATE", "UNIQUE", "INDEX"]:
            others.append(ddl)
        elif kind != "index":
            left_out.append(name)
    if sum(map(len, [*others, *(table.ddl for table in tables)])) > _MOST:
        raise BrokenFileError(f"its tables take more than {_MOST:,} characters to write")
    return Tables(tuple(tables), tuple(others), tuple(left_out))


def _words(ddl: str) -> list[str]:
    return [token.text.upper() for token, _ in zip(lexer.tokens(ddl), range(3), strict=False)]


def _table(file: File, name: str, ddl: str) -> Table:
    columns = tuple(row[1] for row in file.ask(f"PRAGMA table_info({quoted(name)})"))
    if not columns or any(isinstance(column, Raw) for column in columns):
        raise BrokenFileError(f"table {name!r} has no columns that can be read")
    found: dict[int, list[Row]] = {}
    for row in file.ask(f"PRAGMA foreign_key_list({quoted(name)})"):
        found.setdefault(row[0], []).append(row)
    links = [
        Link(tuple(str(row[3]) for row in rows), str(rows[0][2]), tuple(str(row[4]) for row in rows))
        for rows in found.values()
        if all(row[4] is not None for row in rows)
    ]
    taken = {column.lower() for column in columns}
    free = next((word for word in _ROWIDS if word not in taken), "")
    keyless = _words_at_end(ddl) == ["WITHOUT", "ROWID"] or not free
    return Table(name, ddl, columns, "" if keyless else free, tuple(links))


def _words_at_end(ddl: str) -> list[str]:
    words = [token.text.upper() for token in lexer.tokens(ddl)]
    after = words[len(words) - words[::-1].index(")") :] if ")" in words else []
    return [word for word in after if word not in (",", "STRICT")]
