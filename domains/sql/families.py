"""Families of problems: each makes a question and its gold query from the same parts of a story.

What is filled in are names and sample values of our own fixtures, never text from outside. Whether a gold runs, returns
rows and has one result is checked where problems are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from verisieve.domains.sql import conditions
from verisieve.domains.sql.stories import MOMENTS, NUMBERS, Link, Noun, Story
from verisieve.verifiers.sql.schema import Column, Kind, Table


class Task(NamedTuple):
    """A question and the query that answers it."""

    question: str
    query: str


class NoTaskError(Exception):
    """The story has nothing that this family could ask about."""


Family = Callable[[Story, Random, int], Task]


def _query(select: str, source: str, *tail: str) -> str:
    """Put clauses together; empty ones vanish."""
    return " ".join(("SELECT", select, "FROM", source, *filter(None, tail)))


def _measured(story: Story, rng: Random, kinds: frozenset[Kind]) -> tuple[Table, Column]:
    """Choose a table with a column of some kinds."""
    tables = [table for table in story.tables if story.told(table, kinds)]
    if not tables:
        raise NoTaskError("no column of these kinds")
    table = rng.choice(tables)
    return table, rng.choice(story.told(table, kinds))


class _Family(NamedTuple):
    """A link with the nouns of both sides, and the clauses that tie them."""

    link: Link
    child: Noun
    parent: Noun

    @property
    def on(self) -> str:
        return f"c.{self.link.column.name} = p.{self.link.parent_column.name}"

    @property
    def joined(self) -> str:
        return f"{self.link.parent.name} p JOIN {self.link.child.name} c ON {self.on}"


def _linked(story: Story, rng: Random) -> _Family:
    if not story.links:
        raise NoTaskError("no foreign key")
    link = rng.choice(story.links)
    return _Family(link, story.nouns[link.child.name], story.nouns[link.parent.name])


def _key(table: Table, alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in table.key)


def _key_words(table: Table) -> str:
    return " and ".join(f"`{name}`" for name in table.key)


def _known_by(table: Table, noun: Noun, alias: str) -> tuple[str, str]:
    """Return the key and the label of a row, in words and as output columns."""
    if noun.label in table.key:
        return _key_words(table), _key(table, alias)
    return f"{_key_words(table)} and `{noun.label}`", f"{_key(table, alias)}, {alias}.{noun.label}"


def _among(many: str, found: list[conditions.Condition]) -> str:
    return f", among {many}{conditions.phrase(found)}" if found else ""


def _filter(story: Story, rng: Random, level: int) -> Task:
    table = rng.choice(story.tables)
    noun, found = story.nouns[table.name], conditions.draw(story, table, "t", rng, level)
    said = story.phrases.get(f"{table.name}.{noun.label}", f"`{noun.label}`")
    return Task(
        f"List the {said} of every {noun.one}{conditions.phrase(found)}. Values that occur twice are listed twice.",
        _query(f"t.{noun.label}", f"{table.name} t", conditions.where(found)),
    )


def _join(story: Story, rng: Random, level: int) -> Task:
    both = _linked(story, rng)
    link, child, parent = both
    found = conditions.draw(story, link.child, "c", rng, level - 1)
    left = rng.random() < 0.5
    missing = f"show NULL for a {child.one} without one" if left else f"leave out {child.many} without one"
    return Task(
        f"For every {child.one}{conditions.phrase(found)}, give {_key_words(link.child)} and the `{parent.label}` of "
        f"its {parent.one} ({missing}).",
        _query(
            f"{_key(link.child, 'c')}, p.{parent.label}",
            f"{link.child.name} c {'LEFT JOIN' if left else 'JOIN'} {link.parent.name} p ON {both.on}",
            conditions.where(found),
        ),
    )


def _count(story: Story, rng: Random, level: int) -> Task:
    both = _linked(story, rng)
    link, child, parent = both
    found = conditions.draw(story, link.child, "c", rng, level - 1)
    words, columns = _known_by(link.parent, parent, "p")
    return Task(
        f"For every {parent.one}, also those with none, give {words} and the number of its {child.many}"
        f"{conditions.phrase(found)}.",
        _query(
            f"{columns}, COUNT(c.{link.column.name})",
            f"{link.parent.name} p LEFT JOIN {link.child.name} c ON {both.on}{conditions.also(found)}",
            f"GROUP BY {columns}",
        ),
    )


def _having(story: Story, rng: Random, level: int) -> Task:
    both = _linked(story, rng)
    link, child, parent = both
    found, least = conditions.draw(story, link.child, "c", rng, level - 1), rng.randint(2, 3)
    words, columns = _known_by(link.parent, parent, "p")
    return Task(
        f"List {words} of every {parent.one} with at least {least} {child.many}{conditions.phrase(found)}.",
        _query(columns, both.joined, conditions.where(found), f"GROUP BY {columns}", f"HAVING COUNT(*) >= {least}"),
    )


def _top(story: Story, rng: Random, level: int) -> Task:
    table, column = _measured(story, rng, NUMBERS)
    noun, found = story.nouns[table.name], conditions.draw(story, table, "t", rng, level - 1)
    size, down = rng.randint(2, 4), rng.random() < 0.6
    end = "highest" if down else "lowest"
    return Task(
        f"List {_key_words(table)} and `{column.name}` of the {size} {noun.many} with the {end} "
        f"{story.phrase(table, column)}{_among(noun.many, found)}, the {end} first. Leave out {noun.many} where it is "
        f"not known; where it is equal the smaller {_key_words(table)} comes first.",
        _query(
            f"{_key(table, 't')}, t.{column.name}",
            f"{table.name} t",
            conditions.where(found, f"t.{column.name} IS NOT NULL"),
            f"ORDER BY t.{column.name}{' DESC' if down else ''}, {_key(table, 't')} LIMIT {size}",
        ),
    )


def _antijoin(story: Story, rng: Random, level: int) -> Task:
    both = _linked(story, rng)
    link, child, parent = both
    found = conditions.draw(story, link.child, "c", rng, level - 1)
    words, columns = _known_by(link.parent, parent, "p")
    inner = _query("1", f"{link.child.name} c", conditions.where(found, both.on))
    return Task(
        f"List {words} of every {parent.one} that has no {child.one}{conditions.phrase(found)}.",
        _query(columns, f"{link.parent.name} p", f"WHERE NOT EXISTS ({inner})"),
    )


def _distinct(story: Story, rng: Random, level: int) -> Task:
    table, column = _measured(story, rng, frozenset({Kind.TEXT}) | NUMBERS)
    noun, name = story.nouns[table.name], f"t.{column.name}"
    drawn = conditions.draw(story, table, "t", rng, level - 1)
    found = [condition for condition in drawn if not condition.sql.startswith(f"{name} ")]
    what = story.phrase(table, column)
    if rng.random() < 0.5:
        return Task(
            f"How many different values does the {what} of {noun.many}{conditions.phrase(found)} take, NULL not "
            "counted?",
            _query(f"COUNT(DISTINCT {name})", f"{table.name} t", conditions.where(found)),
        )
    return Task(
        f"List every known {what} of {noun.many}{conditions.phrase(found)}, each value once.",
        _query(f"DISTINCT {name}", f"{table.name} t", conditions.where(found, f"{name} IS NOT NULL")),
    )


def _window(story: Story, rng: Random, level: int) -> Task:
    table, column = _measured(story, rng, NUMBERS)
    noun, what, name = story.nouns[table.name], story.phrase(table, column), f"t.{column.name}"
    linking = [link.column for link in story.links if link.child.name == table.name]
    groups = [group for group in (*story.told(table, frozenset({Kind.TEXT})), *linking) if group != column]
    if not groups:
        raise NoTaskError("nothing to group by")
    group = rng.choice(groups)
    running = level > 1 and rng.random() < 0.5
    asked = (
        f"the running sum of their {what} within the same `{group.name}`, in the order of {_key_words(table)}"
        if running
        else f"the rank of its {what} among those with the same `{group.name}` (1 for the highest; equal values share "
        "a rank and leave a gap)"
    )
    window = f"SUM({name}) OVER (PARTITION BY t.{group.name} ORDER BY {_key(table, 't')})"
    rank = f"RANK() OVER (PARTITION BY t.{group.name} ORDER BY {name} DESC)"
    return Task(
        f"For every {noun.one} with a known {what}, give {_key_words(table)} and {asked}. Rows with NULL in "
        f"`{group.name}` form one group.",
        _query(f"{_key(table, 't')}, {window if running else rank}", f"{table.name} t", f"WHERE {name} IS NOT NULL"),
    )


def _months(story: Story, rng: Random, level: int) -> Task:
    table, column = _measured(story, rng, MOMENTS)
    noun, found = story.nouns[table.name], conditions.draw(story, table, "t", rng, level - 1)
    unit, mask, shape = rng.choice((("month", "%Y-%m", "YYYY-MM"), ("year", "%Y", "YYYY")))
    period = f"strftime('{mask}', t.{column.name})"
    return Task(
        f"Count the {noun.many}{conditions.phrase(found)} per {unit} of their {story.phrase(table, column)}: give the "
        f"{unit} as text ({shape}) and the number, the earliest {unit} first. Leave out {noun.many} where it is not "
        "known.",
        _query(
            f"{period}, COUNT(*)",
            f"{table.name} t",
            conditions.where(found, f"t.{column.name} IS NOT NULL"),
            f"GROUP BY {period} ORDER BY {period}",
        ),
    )


def _extreme(story: Story, rng: Random, level: int) -> Task:
    table, column = _measured(story, rng, NUMBERS | MOMENTS)
    noun, found = story.nouns[table.name], conditions.draw(story, table, "t", rng, level - 1)
    inside = [conditions.Condition(condition.phrase, condition.sql.replace("t.", "u.")) for condition in found]
    high = rng.random() < 0.5
    best = _query(f"{'MAX' if high else 'MIN'}(u.{column.name})", f"{table.name} u", conditions.where(inside))
    return Task(
        f"List {_key_words(table)} of every {noun.one} with the {'highest' if high else 'lowest'} "
        f"{story.phrase(table, column)}{_among(noun.many, found)}; there may be several.",
        _query(_key(table, "t"), f"{table.name} t", conditions.where(found, f"t.{column.name} = ({best})")),
    )


def _average(story: Story, rng: Random, level: int) -> Task:
    both = _linked(story, rng)
    link, child, parent = both
    columns = story.told(link.child, NUMBERS)
    if not columns:
        raise NoTaskError("nothing to average")
    column, found = rng.choice(columns), conditions.draw(story, link.child, "c", rng, level - 1)
    return Task(
        f"For every {parent.one} that has any {child.one}{conditions.phrase(found)}, give {_key_words(link.parent)} "
        f"and the average {story.phrase(link.child, column)} of those {child.many} (unknown values do not count; NULL "
        "where all are unknown).",
        _query(
            f"{_key(link.parent, 'p')}, AVG(c.{column.name})",
            both.joined,
            conditions.where(found),
            f"GROUP BY {_key(link.parent, 'p')}",
        ),
    )


FAMILIES: Mapping[str, Family] = {
    "antijoin": _antijoin,
    "average": _average,
    "count": _count,
    "distinct": _distinct,
    "extreme": _extreme,
    "filter": _filter,
    "having": _having,
    "join": _join,
    "months": _months,
    "top": _top,
    "window": _window,
}
