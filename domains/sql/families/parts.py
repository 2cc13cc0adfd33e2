"""What families are put together from: a question with its query, tables with the columns that are asked for, links.

What is filled in are names and sample values of a story, quoted where they must be, never text of a model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from verisieve.domains.sql.families import conditions
from verisieve.domains.sql.families.conditions import Condition
from verisieve.domains.sql.stories import Link, Noun, Story, named
from verisieve.verifiers.sql.schema import Column, Kind, Table

_ARTICLE = re.compile(r"\ba (?=[aeio](?!ne\b)|u(?!s|ni|r))")


class Task(NamedTuple):
    """A question and the query that answers it."""

    question: str
    query: str


def articles(text: str) -> str:
    """Write `an` where it must be, but not in what is quoted.

    >>> articles("a order of 'a apple'"), articles("a user, a one")
    ("an order of 'a apple'", 'a user, a one')
    """
    pieces = re.split(r"('(?:[^']|'')*'|`[^`]*`)", text)
    return "".join(piece if i % 2 else _ARTICLE.sub("an ", piece) for i, piece in enumerate(pieces))


class NoTaskError(Exception):
    """The story has nothing that this family could ask about."""


Family = Callable[[Story, Random, int], Task]


def query(select: str, source: str, *tail: str) -> str:
    """Put clauses together; empty ones vanish.

    >>> query("a", "t", "", "ORDER BY a")
    'SELECT a FROM t ORDER BY a'
    """
    return " ".join(("SELECT", select, "FROM", source, *filter(None, tail)))


def col(alias: str, column: Column | str) -> str:
    """Return a column of an alias."""
    return f"{alias}.{named(column if isinstance(column, str) else column.name)}"


def table_as(table: Table, alias: str) -> str:
    """Return a table with its alias."""
    return f"{named(table.name)} {alias}"


def measured(story: Story, rng: Random, kinds: frozenset[Kind]) -> tuple[Table, Column]:
    """Choose a table with a column of some kinds."""
    tables = [table for table in story.tables if story.told(table, kinds)]
    if not tables:
        raise NoTaskError("no column of these kinds")
    table = rng.choice(tables)
    return table, rng.choice(story.told(table, kinds))


def draw(
    story: Story, table: Table, alias: str, rng: Random, count: int, *, but: Sequence[Column] = ()
) -> list[Condition]:
    """Draw up to `count` conditions on different columns, on none of those left out."""
    columns = [column for column in conditions.columns(story, table) if column not in but]
    return conditions.draw(story, table, alias, rng, count, columns)


class Kin(NamedTuple):
    """A link with the nouns of both sides; the child is `c`, the parent `p`."""

    link: Link
    child: Noun
    parent: Noun

    @property
    def on(self) -> str:
        """What ties the two."""
        return f"{col('c', self.link.column)} = {col('p', self.link.parent_column)}"

    @property
    def children(self) -> str:
        """The table of the children."""
        return table_as(self.link.child, "c")

    @property
    def parents(self) -> str:
        """The table of the parents."""
        return table_as(self.link.parent, "p")

    @property
    def joined(self) -> str:
        """Both tables, joined."""
        return f"{self.parents} JOIN {self.children} ON {self.on}"


def linked(story: Story, rng: Random, kinds: frozenset[Kind] | None = None) -> Kin:
    """Choose a link, to a child with a column of some kinds if asked for."""
    links = [link for link in story.links if kinds is None or story.told(link.child, kinds)]
    if not links:
        raise NoTaskError("no such foreign key")
    link = rng.choice(links)
    return Kin(link, story.nouns[link.child.name], story.nouns[link.parent.name])


def key(table: Table, alias: str) -> str:
    """Return the key columns; a table without a key has rows that cannot be told apart."""
    if not table.key:
        raise NoTaskError(f"{table.name} has no key")
    return ", ".join(col(alias, name) for name in table.key)


def key_words(table: Table) -> str:
    """Say which columns are the key."""
    return " and ".join(f"`{name}`" for name in table.key)


def lone_key(table: Table, alias: str) -> str:
    """Return the one key column."""
    if len(table.key) != 1:
        raise NoTaskError(f"{table.name} has no key of one column")
    return col(alias, table.key[0])


def known_by(table: Table, noun: Noun, alias: str) -> tuple[str, str]:
    """Return the key and the label of a row, in words and as output columns."""
    columns = key(table, alias)
    if noun.label in table.key:
        return key_words(table), columns
    return f"{key_words(table)} and `{noun.label}`", f"{columns}, {col(alias, noun.label)}"


def among(many: str, found: Sequence[Condition]) -> str:
    """Say which rows are meant; nothing where all are."""
    return f", among {many}{conditions.phrase(found)}" if found else ""


def groups(story: Story, table: Table, *but: Column) -> list[Column]:
    """Return the columns that rows of a table may be grouped by: texts and links."""
    linking = [link.column for link in (*story.links, *story.loops) if link.child.name == table.name]
    return [column for column in (*story.told(table, frozenset({Kind.TEXT})), *linking) if column not in but]
