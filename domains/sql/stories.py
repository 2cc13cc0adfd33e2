"""What the procedural problems know of a fixture: its tables and keys from the engine, its nouns from story.json.

Makes no questions; names and phrases come from files that ship with the package, never from outside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from verisieve.verifiers.sql import fixtures
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.schema import Column, Kind, Table

NUMBERS = frozenset({Kind.INT, Kind.REAL})
MOMENTS = frozenset({Kind.DATE, Kind.TIMESTAMP})


class Noun(NamedTuple):
    """How a table is spoken of; `label` is the column that people know a row by."""

    one: str
    many: str
    label: str


class Link(NamedTuple):
    """A foreign key of one column from a child to another table."""

    child: Table
    column: Column
    parent: Table
    parent_column: Column


class Story(NamedTuple):
    """One fixture with its words."""

    name: str
    trade: str
    schema: str
    tables: tuple[Table, ...]
    links: tuple[Link, ...]
    nouns: Mapping[str, Noun]
    phrases: Mapping[str, str]

    def phrase(self, table: Table, column: Column) -> str:
        """Say what a column holds."""
        return self.phrases[f"{table.name}.{column.name}"]

    def told(self, table: Table, kinds: frozenset[Kind]) -> list[Column]:
        """Return the columns of some kinds that have a phrase and are neither key nor label."""
        label = self.nouns[table.name].label
        return [
            column
            for column in table.columns
            if column.kind in kinds and column.name != label and f"{table.name}.{column.name}" in self.phrases
        ]


@lru_cache(maxsize=32)
def story(name: str) -> Story:
    """Read one fixture as a story."""
    fixture = fixtures.load(name)
    schema = bench(fixture.schema, fixture.data).schema
    words = json.loads((resources.files("verisieve.fixtures") / "sql" / name / "story.json").read_text("utf-8"))
    by_name = {table.name: table for table in schema.tables}
    links = [
        Link(table, table.columns[key.places[0]], parent, parent.columns[key.parent_places[0]])
        for table in schema.tables
        for key in table.foreign
        if len(key.places) == 1 and (parent := by_name[key.parent]) is not table
    ]
    return Story(
        name=name,
        trade=words["trade"],
        schema=fixture.schema.strip(),
        tables=schema.tables,
        links=tuple(links),
        nouns={table: Noun(**noun) for table, noun in words["tables"].items()},
        phrases=words["columns"],
    )
