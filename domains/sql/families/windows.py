"""Families with windows: ranks, running totals, the first of each group."""

from __future__ import annotations

from random import Random

from verisieve.domains.sql.families import conditions, parts
from verisieve.domains.sql.families.parts import NoTaskError, Task, col, query, table_as
from verisieve.domains.sql.stories import MOMENTS, NUMBERS, Story
from verisieve.verifiers.sql.schema import Column, Table


def _grouped(story: Story, rng: Random) -> tuple[Table, Column, Column]:
    """Choose a number of a table, and a column to group by."""
    table, column = parts.measured(story, rng, NUMBERS)
    groups = parts.groups(story, table, column)
    if not groups:
        raise NoTaskError("nothing to group by")
    return table, column, rng.choice(groups)


def window(story: Story, rng: Random, level: int) -> Task:
    """The rank of each row among its group, or a sum that runs within it."""
    table, column, group = _grouped(story, rng)
    noun, what, name = story.nouns[table.name], story.phrase(table, column), col("t", column)
    running = level > 1 and rng.random() < 0.5
    key, words = parts.key(table, "t"), parts.key_words(table)
    asked = (
        f"the running sum of their {what} within the same `{group.name}`, in the order of {words}"
        if running
        else f"the rank of its {what} among those with the same `{group.name}` (1 for the highest; equal values share "
        "a rank and leave a gap)"
    )
    total = f"SUM({name}) OVER (PARTITION BY {col('t', group)} ORDER BY {key})"
    rank = f"RANK() OVER (PARTITION BY {col('t', group)} ORDER BY {name} DESC)"
    return Task(
        f"For every {noun.one} with a known {what}, give {words} and {asked}. Rows with NULL in `{group.name}` form "
        f"one "
        "group.",
        query(f"{key}, {total if running else rank}", table_as(table, "t"), f"WHERE {name} IS NOT NULL"),
    )


def running(story: Story, rng: Random, level: int) -> Task:
    """A total that runs over time, or the step from one row to the next."""
    found = [table for table in story.tables if story.told(table, MOMENTS) and table.key]
    if not found:
        raise NoTaskError("no dates to go by")
    table = rng.choice(found)
    when, numbers = rng.choice(story.told(table, MOMENTS)), story.told(table, NUMBERS)
    noun, drawn = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1, but=[when])
    key, words = parts.key(table, "t"), parts.key_words(table)
    order = f"{story.phrase(table, when)} and, where that is equal, of {words}"
    over, who = f"OVER (ORDER BY {col('t', when)}, {key})", f"{noun.one}{conditions.phrase(drawn)}"
    where = conditions.where(drawn, f"{col('t', when)} IS NOT NULL")
    left_out = f" Leave out {noun.many} without a known {story.phrase(table, when)}." if when.nullable else ""
    if not numbers or rng.random() < 0.3:
        asked = f"the number of these {noun.many} up to and with it"
        value = f"COUNT(*) {over}"
    elif rng.random() < 0.5:
        column = rng.choice(numbers)
        asked = (
            f"the sum of the {story.phrase(table, column)} of these {noun.many} up to and with it (unknown values do "
        )
        asked += "not count; NULL while nothing is known)"
        value = f"SUM({col('t', column)}) {over}"
    else:
        column = rng.choice(numbers)
        asked = f"the {story.phrase(table, column)} of the {noun.one} just before it (NULL for the first)"
        value = f"LAG({col('t', column)}) {over}"
    return Task(
        f"Go through the {noun.many} in the order of {order}. For every {who}, give {words} and {asked}, counting only "
        f"such {noun.many}.{left_out}",
        query(f"{key}, {value}", table_as(table, "t"), where),
    )


def ranking(story: Story, rng: Random, level: int) -> Task:
    """The first one or few of each group, ties broken by the key."""
    table, column, group = _grouped(story, rng)
    noun, size, down = story.nouns[table.name], rng.randint(1, max(1, level)), rng.random() < 0.6
    found = parts.draw(story, table, "t", rng, level - 1, but=[column, group])
    key, words, name = parts.key(table, "t"), parts.key_words(table), col("t", column)
    end = "highest" if down else "lowest"
    number = f"ROW_NUMBER() OVER (PARTITION BY {col('t', group)} ORDER BY {name}{' DESC' if down else ''}, {key})"
    plain = [col("r", each) for each in table.key]
    inner = query(
        f"{col('t', group)} AS grouped, {key}, {number} AS place",
        table_as(table, "t"),
        conditions.where(found, f"{name} IS NOT NULL", f"{col('t', group)} IS NOT NULL"),
    )
    which = f"the {noun.one}" if size == 1 else f"the {size} {noun.many}"
    asked = rng.choice(
        (
            f"For each known `{group.name}`, find {which} with the {end} {story.phrase(table, column)}",
            f"Take {which} with the {end} {story.phrase(table, column)} of every known `{group.name}`",
        )
    )
    return Task(
        f"{asked}{parts.among(noun.many, found)}: give `{group.name}` and {words}. Where it is equal the smaller "
        f"{words} "
        f"comes first; {noun.many} where it is not known do not count, and a group may have fewer.",
        query(f"r.grouped, {', '.join(plain)}", f"({inner}) r", f"WHERE r.place <= {size}"),
    )
