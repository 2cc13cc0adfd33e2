"""Families that group: counts, thresholds, averages, shares of a whole."""

from __future__ import annotations

from random import Random

from verisieve.domains.sql.families import conditions, parts
from verisieve.domains.sql.families.parts import NoTaskError, Task, col, query, table_as
from verisieve.domains.sql.stories import NUMBERS, Story
from verisieve.verifiers.sql.schema import Kind


def count(story: Story, rng: Random, level: int) -> Task:
    """The number of children of every parent, also of those with none."""
    both = parts.linked(story, rng)
    link, child, parent = both
    found = parts.draw(story, link.child, "c", rng, level - 1)
    words, columns = parts.known_by(link.parent, parent, "p")
    who = f"{child.many}{conditions.phrase(found)}"
    asked = rng.choice(
        (
            f"For every {parent.one}, also those with none, give {words} and the number of its {who}.",
            f"How many {who} does each {parent.one} have? Give {words} and the number, 0 included.",
        )
    )
    return Task(
        asked,
        query(
            f"{columns}, COUNT({col('c', link.column)})",
            f"{both.parents} LEFT JOIN {both.children} ON {both.on}{conditions.also(found)}",
            f"GROUP BY {columns}",
        ),
    )


def having(story: Story, rng: Random, level: int) -> Task:
    """Parents with so many children."""
    both = parts.linked(story, rng)
    link, child, parent = both
    found, least = parts.draw(story, link.child, "c", rng, level - 1), rng.randint(2, 3)
    words, columns = parts.known_by(link.parent, parent, "p")
    who = f"{child.many}{conditions.phrase(found)}"
    asked = rng.choice(
        (
            f"List {words} of every {parent.one} with at least {least} {who}.",
            f"Which {parent.many} have {least} or more {who}? Give {words}.",
        )
    )
    return Task(
        asked,
        query(columns, both.joined, conditions.where(found), f"GROUP BY {columns}", f"HAVING COUNT(*) >= {least}"),
    )


def average(story: Story, rng: Random, level: int) -> Task:
    """The average over the children of each parent that has any."""
    both = parts.linked(story, rng, NUMBERS)
    link, child, parent = both
    column = rng.choice(story.told(link.child, NUMBERS))
    found = parts.draw(story, link.child, "c", rng, level - 1)
    key, words = parts.key(link.parent, "p"), parts.key_words(link.parent)
    what, unknown = story.phrase(link.child, column), "unknown values do not count; NULL where all are unknown"
    asked = rng.choice(
        (
            (
                f"For every {parent.one} that has any {child.one}{conditions.phrase(found)}, give {words} and the "
                f"average "
                f"{what} of those {child.many} ({unknown})."
            ),
            (
                f"What is the average {what} of the {child.many}{conditions.phrase(found)} of each {parent.one}? Give "
                f"{words} "
                f"and the average, and leave out a {parent.one} without such {child.many} ({unknown})."
            ),
        )
    )
    return Task(
        asked,
        query(f"{key}, AVG({col('c', column)})", both.joined, conditions.where(found), f"GROUP BY {key}"),
    )


def share(story: Story, rng: Random, level: int) -> Task:
    """What percentage of all rows, or of a whole sum, belongs to each value of a column."""
    tables = [table for table in story.tables if story.told(table, frozenset({Kind.TEXT}))]
    if not tables:
        raise NoTaskError("nothing to group by")
    table = rng.choice(tables)
    group = rng.choice(story.told(table, frozenset({Kind.TEXT})))
    noun, numbers = story.nouns[table.name], story.told(table, NUMBERS)
    found = parts.draw(story, table, "t", rng, level - 1, but=[group])
    name, who = col("t", group), f"{noun.many}{conditions.phrase(found)}"
    nulls = " NULL counts as a value." if group.nullable else ""
    source, where = table_as(table, "t"), conditions.where(found)
    if not numbers or rng.random() < 0.5:
        asked = (
            f"For every {story.phrase(table, group)} of {who}, give it and the percentage (0 to 100, not rounded) of "
            f"all "
            f"these {noun.many} that have it.{nulls}"
        )
        return Task(
            asked, query(f"{name}, 100.0 * COUNT(*) / SUM(COUNT(*)) OVER ()", source, where, f"GROUP BY {name}")
        )
    column = rng.choice(numbers)
    whole = query(f"SUM({col('t', column)})", source, where)
    asked = (
        f"For every {story.phrase(table, group)} of {who}, give it and its percentage (0 to 100, not rounded) of the "
        f"sum of "
        f"the {story.phrase(table, column)} of all these {noun.many}. Unknown numbers do not count; give NULL where "
        f"a sum "
        f"is not known or the whole sum is 0.{nulls}"
    )
    return Task(asked, query(f"{name}, 100.0 * SUM({col('t', column)}) / ({whole})", source, where, f"GROUP BY {name}"))
