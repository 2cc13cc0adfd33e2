"""What the procedural problems know of a database: its tables and keys from the engine, its nouns from story.json.

Makes no questions. A database of the user's needs no story.json: what it does not say is told by the names of tables
and columns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from verisieve.records import Json
from verisieve.verifiers.sql import fixtures, lexer
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.schema import Column, Kind, Table, quoted

NO_WORDS: Mapping[str, Any] = {"columns": {}}
NUMBERS = frozenset({Kind.INT, Kind.REAL})
MOMENTS = frozenset({Kind.DATE, Kind.TIMESTAMP})
_LABELS = ("name", "title", "label", "surname", "last_name", "lastname", "code", "description")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MORE_WORDS = frozenset(
    {
        "ADD",
        "CONSTRAINT",
        "DEFAULT",
        "FOREIGN",
        "INDEX",
        "INTO",
        "KEY",
        "PRIMARY",
        "REFERENCES",
        "TABLE",
        "TO",
        "UNIQUE",
    }
)
_RESERVED = lexer.QUERY_WORDS | lexer.COMMAND_WORDS | lexer.CLAUSE_WORDS | _MORE_WORDS


class Noun(NamedTuple):
    """How a table is spoken of; `label` is the column that people know a row by."""

    one: str
    many: str
    label: str


class Link(NamedTuple):
    """A foreign key of one column from a child to its parent; of a loop both are one table."""

    child: Table
    column: Column
    parent: Table
    parent_column: Column


class Story(NamedTuple):
    """One database with its words; `truth` is what rows say of where it comes from."""

    name: str
    trade: str
    schema: str
    data: str
    truth: Mapping[str, Json]
    words: Mapping[str, Any]
    tables: tuple[Table, ...]
    links: tuple[Link, ...]
    loops: tuple[Link, ...]
    nouns: Mapping[str, Noun]
    phrases: Mapping[str, str]

    def phrase(self, table: Table, column: Column) -> str:
        """Say what a column holds."""
        return self.phrases.get(f"{table.name}.{column.name}", f"`{column.name}`")

    def told(self, table: Table, kinds: frozenset[Kind]) -> list[Column]:
        """Return the columns of some kinds that have a phrase and values, and are neither key nor label."""
        label = self.nouns[table.name].label
        return [
            column
            for column in table.columns
            if column.kind in kinds
            and column.name != label
            and column.samples
            and f"{table.name}.{column.name}" in self.phrases
        ]


@lru_cache(maxsize=32)
def story(name: str) -> Story:
    """Read one fixture of the package as a story."""
    fixture = fixtures.load(name)
    words = json.loads((resources.files("verisieve.fixtures") / "sql" / name / "story.json").read_text("utf-8"))
    return told(name, fixture.schema, fixture.data, words, {"dialect": "sqlite", "fixture": name})


def told(name: str, schema: str, data: str, words: Mapping[str, Any], truth: Mapping[str, Json]) -> Story:
    """Read a database as a story; what `words` leaves out is made of its names."""
    tables = bench(schema, data).schema.tables
    links = list(_links(tables))
    phrases = {**_phrases(tables), **words.get("columns", {})} if truth.get("fixture") is None else words["columns"]
    return Story(
        name=name,
        trade=words.get("trade", f"`{name}`"),
        schema=schema.strip(),
        data=data,
        truth=truth,
        words=words,
        tables=tables,
        links=tuple(link for link in links if link.parent is not link.child),
        loops=tuple(link for link in links if link.parent is link.child),
        nouns={table.name: _noun(table, words.get("tables", {}).get(table.name, {})) for table in tables},
        phrases=phrases,
    )


def named(name: str) -> str:
    """Write a name of the schema as SQL: bare where that can be read.

    >>> named("loans"), named("order"), named("Unit Price")
    ('loans', '"order"', '"Unit Price"')
    """
    return name if _PLAIN.fullmatch(name) and name.upper() not in _RESERVED else quoted(name)


def role(link: Link) -> str:
    """Say what the parent is to the child, by the name of the column.

    >>> from types import SimpleNamespace
    >>> role(SimpleNamespace(column=SimpleNamespace(name="boss_id")))
    'boss'
    """
    return _words(re.sub(r"(?i)_?(id|code|no|key)$", "", link.column.name)) or "parent"


def _links(tables: Sequence[Table]) -> list[Link]:
    by_name = {table.name: table for table in tables}
    return [
        Link(table, table.columns[key.places[0]], parent, parent.columns[key.parent_places[0]])
        for table in tables
        for key in table.foreign
        if len(key.places) == 1 and (parent := by_name.get(key.parent)) is not None
    ]


def _noun(table: Table, words: Mapping[str, str]) -> Noun:
    many = _words(table.name).lower()
    one = _one(many)
    many = many if many != one else f"{one} rows"
    return Noun(words.get("one", one), words.get("many", many), words.get("label") or _label(table))


def _one(many: str) -> str:
    """Guess the singular of a table's name.

    >>> _one("order items"), _one("categories"), _one("boxes"), _one("address"), _one("status")
    ('order item', 'category', 'box', 'address', 'status')
    """
    if many.endswith("ies"):
        return many[:-3] + "y"
    if many.endswith(("xes", "ches", "shes", "sses")):
        return many[:-2]
    return many[:-1] if many.endswith("s") and not many.endswith(("ss", "us", "is")) else many


def _label(table: Table) -> str:
    """Choose what people know a row by: a text that is always there, of a telling name; else the key."""
    texts = {column.name.lower(): column.name for column in table.columns if column.kind is Kind.TEXT}
    telling = [texts[name] for name in _LABELS if name in texts]
    ending = [name for low, name in texts.items() if low.endswith(("name", "title"))]
    return (telling or ending or list(table.key) or [table.columns[0].name])[0]


def _phrases(tables: Sequence[Table]) -> dict[str, str]:
    """Say what columns hold by their names; keys and links hold nothing that one would ask for."""
    found: dict[str, str] = {}
    for table in tables:
        linking = {table.columns[place].name for key in table.foreign for place in key.places} | set(table.key)
        found |= {
            f"{table.name}.{column.name}": _phrase(column) for column in table.columns if column.name not in linking
        }
    return found


def _phrase(column: Column) -> str:
    """Say what a column holds by its name; `ordered_on` holds the ordered date."""
    words = _words(column.name)
    return re.sub(r" (?:on|at)$", " date", words) if column.kind in MOMENTS else words


def _words(name: str) -> str:
    """Write a name as words.

    >>> _words("unit_price"), _words("OrderDate")
    ('unit price', 'Order Date')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").strip()
