"""Families about dates: periods, days between, days around a day."""

from __future__ import annotations

from random import Random

from verisieve.domains.sql.families import conditions, parts
from verisieve.domains.sql.families.parts import Task, col, query, table_as
from verisieve.domains.sql.stories import MOMENTS, Story
from verisieve.verifiers.sql.literals import literal


def months(story: Story, rng: Random, level: int) -> Task:
    """How many rows fall in each month, year or day of the week."""
    table, column = parts.measured(story, rng, MOMENTS)
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1)
    unit, mask, shape = rng.choice(
        (
            ("month", "%Y-%m", "as text, YYYY-MM"),
            ("year", "%Y", "as text, YYYY"),
            ("day of the week", "%w", "as text, '0' for Sunday to '6' for Saturday"),
        )
    )
    period, what = f"strftime('{mask}', {col('t', column)})", story.phrase(table, column)
    who = f"{noun.many}{conditions.phrase(found)}"
    first = "Sunday" if unit == "day of the week" else f"the earliest {unit}"
    rest = f"Leave out {noun.many} where it is not known." if column.nullable else f"Leave out a {unit} with none."
    asked = rng.choice(
        (
            (
                f"Count the {who} per {unit} of their {what}: give the {unit} ({shape}) and the number, {first} first. "
                f"{rest}"
            ),
            (
                f"How many {who} are there in each {unit} of their {what}? Give the {unit} ({shape}) and the number, "
                f"in "
                f"order, "
                f"{first} first. {rest}"
            ),
        )
    )
    return Task(
        asked,
        query(
            f"{period}, COUNT(*)",
            table_as(table, "t"),
            conditions.where(found, f"{col('t', column)} IS NOT NULL"),
            f"GROUP BY {period} ORDER BY {period}",
        ),
    )


def days(story: Story, rng: Random, level: int) -> Task:
    """Days between two dates of a row, or rows within so many days after a day."""
    table, column = parts.measured(story, rng, MOMENTS)
    pairs = [each for each in story.told(table, MOMENTS) if each != column]
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1, but=[column, *pairs])
    key, words, name = parts.key(table, "t"), parts.key_words(table), col("t", column)
    who, what = f"{noun.one}{conditions.phrase(found)}", story.phrase(table, column)
    if pairs and rng.random() < 0.7:
        first, last = sorted((column, pairs[0]), key=lambda each: table.place(each.name) or 0)
        between = f"julianday(date({col('t', last)})) - julianday(date({col('t', first)}))"
        return Task(
            f"For every {who}, give {words} and the number of days from its {story.phrase(table, first)} to its "
            f"{story.phrase(table, last)} (0 for the same day, NULL where one of them is not known).",
            query(f"{key}, {between}", table_as(table, "t"), conditions.where(found)),
        )
    day, span = str(rng.choice(column.samples))[:10], rng.choice((3, 7, 14, 30, 60))
    within = f"date({name}) BETWEEN {literal(day)} AND date({literal(day)}, '+{span} days')"
    return Task(
        f"List {words} of every {who}{' and' if found else ''} whose {what} is {literal(day)} or at most {span} days "
        f"later.",
        query(key, table_as(table, "t"), conditions.where(found, within)),
    )
