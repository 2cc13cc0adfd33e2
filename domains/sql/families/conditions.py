"""Conditions on the rows of one table, as a phrase and as SQL that say the same.

Every phrase says what happens to NULL where the SQL makes it matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from verisieve.domains.sql.stories import MOMENTS, NUMBERS, Story, named
from verisieve.verifiers.sql.literals import literal
from verisieve.verifiers.sql.schema import Column, Kind, Table


class Condition(NamedTuple):
    """A phrase to follow "whose", and the SQL that means it."""

    phrase: str
    sql: str


_COMPARISONS = (
    ("is more than {}", "{} > {}"),
    ("is at least {}", "{} >= {}"),
    ("is less than {}", "{} < {}"),
    ("is at most {}", "{} <= {}"),
)
_MOMENTS = (
    ("is on or after {}", "{} >= {}"),
    ("is after {}", "{} > {}"),
    ("is before {}", "{} < {}"),
)
_TEXTS = (
    ("is exactly {}", "{} = {}"),
    ("is known and is not {}", "{} <> {}"),
)
_LONGEST = 60  # characters of a value that a question quotes


def columns(story: Story, table: Table) -> list[Column]:
    """Return the columns that a condition may be about."""
    found = story.told(table, NUMBERS | MOMENTS | {Kind.TEXT, Kind.BOOL})
    return [column for column in found if any(len(str(value)) <= _LONGEST for value in column.samples)]


def draw(
    story: Story, table: Table, alias: str, rng: Random, count: int, among: Sequence[Column] | None = None
) -> list[Condition]:
    """Draw up to `count` conditions on different columns of a table."""
    found = columns(story, table) if among is None else list(among)
    return [_on(story, table, alias, column, rng) for column in rng.sample(found, min(count, len(found)))]


def phrase(conditions: Sequence[Condition]) -> str:
    """Join phrases into one: "whose a is ... and whose b is ..."; empty for none."""
    return "".join((" whose " if not i else " and whose ") + condition.phrase for i, condition in enumerate(conditions))


def where(conditions: Sequence[Condition], *more: str) -> str:
    """Join SQL into a WHERE clause; empty for none."""
    parts = [*more, *(condition.sql for condition in conditions)]
    return f"WHERE {' AND '.join(parts)}" if parts else ""


def also(conditions: Sequence[Condition]) -> str:
    """Join SQL to follow another condition."""
    return "".join(f" AND {condition.sql}" for condition in conditions)


def _on(story: Story, table: Table, alias: str, column: Column, rng: Random) -> Condition:
    what, name = story.phrase(table, column), f"{alias}.{named(column.name)}"
    if column.nullable and rng.random() < 0.2:
        return Condition(f"{what} is not known (NULL)", f"{name} IS NULL")
    value = rng.choice([value for value in column.samples if len(str(value)) <= _LONGEST])
    if column.kind in MOMENTS and rng.random() < 0.4:
        year = str(value)[:4]
        return Condition(f"{what} lies in the year {year}", f"strftime('%Y', {name}) = '{year}'")
    texts = column.kind in (Kind.TEXT, Kind.BOOL)
    words, sql = rng.choice(_MOMENTS if column.kind in MOMENTS else _TEXTS if texts else _COMPARISONS)
    return Condition(f"{what} {words.format(literal(value))}", sql.format(name, literal(value)))
