"""A script of PostgreSQL as tables and rows of a dialect; nothing is run.

Values are computed here, so that a conversion needs no server. Moments that the script counts from today are counted
from `TODAY`: rows must not change from one day to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from verisieve.adapters.sql import moments
from verisieve.errors import TruthError
from verisieve.verifiers.sql import lexer
from verisieve.verifiers.sql.analyse import READER_FAULTS
from verisieve.verifiers.sql.literals import literal
from verisieve.verifiers.sql.schema import quoted

if TYPE_CHECKING:
    from sqlglot import exp

TODAY = datetime(2025, 6, 15, 12, 0, 0)
_DATES = frozenset({"DATE", "DATE32"})
_MOMENTS = frozenset({"TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPNTZ", "DATETIME"})
_SERIAL = re.compile(r"(?i)\b(?:small|big)?serial\b")


class Column(NamedTuple):
    """What a column takes, and what it holds where a row does not say; a serial one counts."""

    kind: str
    default: Any
    serial: bool


class Script(NamedTuple):
    """A database as text."""

    schema: str
    data: str


def read(text: str, dialect: str) -> Script:
    """Write a script of PostgreSQL for a dialect; raise TruthError for one that holds more than tables and rows.

    SQLite and DuckDB know no schemas here and get no defaults, DuckDB no foreign keys.
    """
    try:
        return _read(text, dialect)
    except (OverflowError, *READER_FAULTS) as error:  # of a tree of a shape that no honest script has
        raise TruthError("schema", f"cannot be read: {type(error).__name__}: {str(error)[:80]}") from error


def _read(text: str, dialect: str) -> Script:
    parts = lexer.statements(text)
    made = [part for part in parts if lexer.leading_word(part) == "CREATE"]
    filled = [part for part in parts if lexer.leading_word(part) == "INSERT"]
    if len(made) + len(filled) < len(parts):
        other = next(part for part in parts if part not in made and part not in filled)
        raise TruthError("schema", f"the script holds more than CREATE and INSERT: {other[:40]!r}")
    trees = [tree for tree in map(_parsed, made) if tree.kind != "SCHEMA"]
    for tree in trees:
        if tree.kind != "TABLE" or tree.args.get("expression") is not None:
            raise TruthError("schema", f"the script makes more than plain tables: {tree.sql('postgres')[:40]!r}")
    tables = {tree.this.this.name.lower(): _columns(tree) for tree in trees}
    schema = made if dialect == "postgres" else [_written(tree, dialect) for tree in trees]
    counts: Counter[str] = Counter()
    data = [_insert(_parsed(part), tables, counts, dialect) for part in filled]
    return Script(";\n".join(schema) + ";", "\n".join(data))


def _parsed(text: str) -> Any:
    import sqlglot
    from sqlglot import errors

    try:
        return sqlglot.parse_one(text, read="postgres")
    except (errors.SqlglotError, RecursionError) as error:
        raise TruthError("schema", f"cannot be read: {text[:40]!r}: {str(error).splitlines()[0][:80]}") from error


def _written(tree: Any, dialect: str) -> str:
    """Write a CREATE TABLE in the words of another engine, without the names of schemas."""
    from sqlglot import exp

    dropped = (exp.DefaultColumnConstraint, *((exp.Reference, exp.ForeignKey) if dialect == "duckdb" else ()))
    for node in list(tree.find_all(*dropped)):
        (node.parent if isinstance(node.parent, exp.ColumnConstraint) else node).pop()
    for table in tree.find_all(exp.Table):
        table.set("db", None)
    return _SERIAL.sub("INTEGER", tree.sql(dialect))


def _columns(tree: Any) -> dict[str, Column]:
    """Return a table's columns by name, in order."""
    from sqlglot import exp

    found = {}
    for column in tree.this.find_all(exp.ColumnDef):
        kind = column.kind.this.name if column.kind else ""
        default = column.find(exp.DefaultColumnConstraint)
        found[column.name] = Column(kind, default and default.this, kind.endswith("SERIAL"))
    return found


def _plain(identifier: exp.Identifier, dialect: str) -> str:
    """Return a quoted name; PostgreSQL reads one without quotes in small letters."""
    folded = dialect == "postgres" and not identifier.args.get("quoted")
    return quoted(identifier.name.lower() if folded else identifier.name)


def _target(table: exp.Table, dialect: str) -> str:
    namespace = table.args.get("db") if dialect == "postgres" else None
    return ".".join(_plain(part, dialect) for part in (namespace, table.this) if part)


def _insert(tree: Any, tables: Mapping[str, Mapping[str, Column]], counts: Counter[str], dialect: str) -> str:
    """Write the rows of one INSERT, with what their table adds to them; `counts` are rows so far."""
    from sqlglot import exp

    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    columns = tables.get(target.name.lower())
    if columns is None or not isinstance(tree.expression, exp.Values):
        raise TruthError("data", f"rows of {target.name!r}, which is no table, or that are not written out")
    by_name = {name.lower(): column for name, column in columns.items()}
    listed = isinstance(tree.this, exp.Schema)
    given = tree.this.expressions if listed else [exp.to_identifier(name) for name in columns]
    missing = [name for name in given if name.name.lower() not in by_name]
    if missing:
        raise TruthError("data", f"{target.name!r} has no column {missing[0].name!r}")
    said = {name.name.lower() for name in given}
    added = {name: column for name, column in columns.items() if name.lower() not in said}
    extra = {name: column for name, column in added.items() if column.default is not None or column.serial}
    kinds = [by_name[name.name.lower()].kind for name in given]
    rows = [
        "(" + ", ".join([*_row(row, kinds, dialect), *_extra(extra, number, dialect)]) + ")"
        for number, row in enumerate(tree.expression.expressions, counts[target.name] + 1)
    ]
    counts[target.name] += len(rows)
    names = ", ".join(_plain(name, dialect) for name in [*given, *map(exp.to_identifier, extra)])
    return f"INSERT INTO {_target(target, dialect)} ({names}) VALUES\n" + ",\n".join(rows) + ";"


def _row(row: Any, kinds: list[str], dialect: str) -> list[str]:
    from sqlglot import exp

    cells = row.expressions if isinstance(row, exp.Tuple) else [row]
    if len(cells) != len(kinds):
        raise TruthError("data", f"a row of {len(cells)} values for {len(kinds)} columns")
    return [_cell(value(cell), kind, dialect) for cell, kind in zip(cells, kinds, strict=True)]


def _extra(columns: Mapping[str, Column], number: int, dialect: str) -> Iterator[str]:
    for column in columns.values():
        yield str(number) if column.serial else _cell(value(column.default), column.kind, dialect)


def _cell(found: Any, kind: str, dialect: str) -> str:
    """Write a value as a column of a type holds it."""
    if isinstance(found, str) and kind in (_DATES | _MOMENTS):
        found = moments.parse(found) or found
    if isinstance(found, datetime):
        return literal(found.strftime("%Y-%m-%d" if kind in _DATES else "%Y-%m-%d %H:%M:%S"))
    if kind == "BOOLEAN" and not isinstance(found, bool) and found is not None:
        found = str(found).strip().lower() in ("t", "true", "yes", "on", "1")
    if isinstance(found, bool):
        return str(int(found)) if dialect == "sqlite" else str(found).upper()
    return literal(found)


def value(node: Any) -> Any:
    """Compute a constant expression of PostgreSQL; raise TruthError for any other."""
    from sqlglot import exp

    if isinstance(node, exp.Literal):
        return node.this if node.is_string else _number(node.this)
    if isinstance(node, exp.Cast):
        return _cast(value(node.this), node.to.this.name)
    found = _READERS.get(type(node).__name__)
    if found is None:
        raise TruthError("data", f"a value that is no constant: {node.sql('postgres')[:60]}")
    return found(node)


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"\d+", text) else float(text)


def _cast(found: Any, kind: str) -> Any:
    if kind in _DATES | _MOMENTS:
        moment = moments.parse(found) if isinstance(found, str) else found
        return moments.truncated(moment, "DAY") if kind in _DATES and isinstance(moment, datetime) else moment or found
    return found


def _sum(node: Any, sign: int) -> Any:
    from sqlglot import exp

    if isinstance(node.expression, exp.Interval):
        return moments.moved(_moment(node.this), *_interval(node.expression), sign)
    left, right = value(node.this), value(node.expression)
    if isinstance(left, datetime) and isinstance(right, int):  # days, where the left is a date
        return moments.moved(left, right, "DAY", sign)
    return _numeric(left, node) + sign * _numeric(right, node)


def _interval(node: Any) -> tuple[int, str]:
    words = " ".join(filter(None, (node.text("this"), node.text("unit")))).split()
    if len(words) != 2 or not re.fullmatch(r"-?\d+", words[0]):
        raise TruthError("data", f"an interval of an unknown form: {node.sql('postgres')[:60]}")
    return int(words[0]), words[1].upper().removesuffix("S")


def _numeric(found: Any, node: Any) -> int | float:
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        raise TruthError("data", f"arithmetic with what is no number: {node.sql('postgres')[:60]}")
    return found


def _moment(node: Any) -> datetime:
    moment = value(node)
    if not isinstance(moment, datetime):
        raise TruthError("data", f"no moment, where one is asked for: {node.sql('postgres')[:60]}")
    return moment


_READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "Null": lambda node: None,
        "Boolean": lambda node: bool(node.this),
        "Paren": lambda node: value(node.this),
        "Neg": lambda node: -_numeric(value(node.this), node),
        "Add": lambda node: _sum(node, 1),
        "Sub": lambda node: _sum(node, -1),
        "Mul": lambda node: _numeric(value(node.this), node) * _numeric(value(node.expression), node),
        "CurrentDate": lambda node: moments.truncated(TODAY, "DAY"),
        "CurrentTimestamp": lambda node: TODAY,
        "TimestampTrunc": lambda node: moments.truncated(_moment(node.this), node.text("unit").upper()),
        "Extract": lambda node: moments.part(_moment(node.expression), node.name.upper()),
        "ToChar": lambda node: moments.written(_moment(node.this), node.args["format"].name),
        "TimeToStr": lambda node: moments.written(_moment(node.this), node.args["format"].name),
    }
)
