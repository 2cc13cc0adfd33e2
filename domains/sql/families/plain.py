"""Families over one table: filters, distinct values, the first few, buckets, texts."""

from __future__ import annotations

from random import Random

from verisieve.domains.sql.families import conditions, parts
from verisieve.domains.sql.families.parts import NoTaskError, Task, col, query, table_as
from verisieve.domains.sql.stories import NUMBERS, Story
from verisieve.verifiers.sql.literals import literal
from verisieve.verifiers.sql.schema import Column, Kind, Table

_TEXT = frozenset({Kind.TEXT})


def filtered(story: Story, rng: Random, level: int) -> Task:
    """The labels of rows that meet conditions."""
    table = rng.choice(story.tables)
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level)
    said = story.phrases.get(f"{table.name}.{noun.label}", f"`{noun.label}`")
    who = f"{noun.one}{conditions.phrase(found)}"
    twice = "Values that occur twice are listed twice."
    asked = rng.choice(
        (
            f"List the {said} of every {who}. {twice}",
            f"Which {said} does each {who} have? One row for each, so that {twice.lower()}",
            f"For every {who}, show the {said}. {twice}",
        )
    )
    return Task(asked, query(col("t", noun.label), table_as(table, "t"), conditions.where(found)))


def distinct(story: Story, rng: Random, level: int) -> Task:
    """Different values of a column, listed or counted."""
    table, column = parts.measured(story, rng, _TEXT | NUMBERS)
    noun, name = story.nouns[table.name], col("t", column)
    found = parts.draw(story, table, "t", rng, level - 1, but=[column])
    what, who = story.phrase(table, column), f"{noun.many}{conditions.phrase(found)}"
    if rng.random() < 0.5:
        asked = rng.choice(
            (
                f"How many different values does the {what} of {who} take, NULL not counted?",
                f"Count the different known values of {what} among {who}.",
            )
        )
        return Task(asked, query(f"COUNT(DISTINCT {name})", table_as(table, "t"), conditions.where(found)))
    asked = rng.choice(
        (
            f"List every known {what} of {who}, each value once.",
            f"Which values does the {what} of {who} take? Show each once, and leave NULL out.",
        )
    )
    return Task(asked, query(f"DISTINCT {name}", table_as(table, "t"), conditions.where(found, f"{name} IS NOT NULL")))


def top(story: Story, rng: Random, level: int) -> Task:
    """The first few by a number, ties broken by the key."""
    table, column = parts.measured(story, rng, NUMBERS)
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1)
    size, down = rng.randint(2, 4), rng.random() < 0.6
    key, words, name = parts.key(table, "t"), parts.key_words(table), col("t", column)
    what, end = story.phrase(table, column), "highest" if down else "lowest"
    rest = f"Leave out {noun.many} where it is not known; where it is equal the smaller {words} comes first."
    asked = rng.choice(
        (
            (
                f"List {words} and `{column.name}` of the {size} {noun.many} with the {end} {what}"
                f"{parts.among(noun.many, found)}, the {end} first. {rest}"
            ),
            (
                f"Order {noun.many}{conditions.phrase(found)} by {what}, the {end} first, and give {words} and "
                f"`{column.name}` of the first {size}. {rest}"
            ),
        )
    )
    return Task(
        asked,
        query(
            f"{key}, {name}",
            table_as(table, "t"),
            conditions.where(found, f"{name} IS NOT NULL"),
            f"ORDER BY {name}{' DESC' if down else ''}, {key} LIMIT {size}",
        ),
    )


def cases(story: Story, rng: Random, level: int) -> Task:
    """Rows in named bands of a number: counted, or each with its band."""
    table, column = parts.measured(story, rng, NUMBERS)
    bounds = sorted({value for value in column.samples if isinstance(value, (int, float))})
    if len(bounds) < 2:
        raise NoTaskError("too few values for bands")
    low, high = sorted(rng.sample(bounds, 2))
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1, but=[column])
    what, who = story.phrase(table, column), f"{noun.many}{conditions.phrase(found)}"
    unknown = " and 'unknown' where it is NULL" if column.nullable else ""
    bands = (
        f"'low' where the {what} is less than {literal(low)}, 'middle' from there to less than {literal(high)}, 'high' "
        f"from {literal(high)} on{unknown}"
    )
    name = col("t", column)
    case = (
        f"CASE {f'WHEN {name} IS NULL THEN {chr(39)}unknown{chr(39)} ' if column.nullable else ''}"
        f"WHEN {name} < {literal(low)} THEN 'low' WHEN {name} < {literal(high)} THEN 'middle' ELSE 'high' END"
    )
    if rng.random() < 0.5:
        asked = f"Put {who} into bands: {bands}. Give each band that occurs and the number of {noun.many} in it."
        return Task(
            asked, query(f"{case}, COUNT(*)", table_as(table, "t"), conditions.where(found), f"GROUP BY {case}")
        )
    asked = f"For each of the {who}, give {parts.key_words(table)} and a band: {bands}."
    return Task(asked, query(f"{parts.key(table, 't')}, {case}", table_as(table, "t"), conditions.where(found)))


def texts(story: Story, rng: Random, level: int) -> Task:
    """What texts start with, contain, or how long they are."""
    table, column = _text(story, rng)
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1, but=[column])
    name, who = col("t", column), f"{noun.many}{conditions.phrase(found)}"
    what = story.phrase(table, column)
    form = rng.choice(("first", "contains", "length"))
    if form == "first":
        first, known = f"UPPER(SUBSTR({name}, 1, 1))", conditions.where(found, f"{name} IS NOT NULL")
        asked = (
            f"Count {who} by the first character of their {what}, in upper case: give the character and the number. "
            f"Leave "
            f"out {noun.many} where it is not known."
        )
        return Task(asked, query(f"{first}, COUNT(*)", table_as(table, "t"), known, f"GROUP BY {first}"))
    if form == "length":
        asked = (
            f"For each of the {who}, give {parts.key_words(table)} and the number of characters of the {what} (NULL "
            f"where "
            "it is not known), the longest first; where it is equal, in the order of the key."
        )
        order = f"ORDER BY LENGTH({name}) DESC, {parts.key(table, 't')}"
        return Task(
            asked,
            query(f"{parts.key(table, 't')}, LENGTH({name})", table_as(table, "t"), conditions.where(found), order),
        )
    piece = _piece(column, rng)
    asked = (
        f"List {parts.key_words(table)} of {who} that have '{piece}' somewhere in their {what}, upper and lower case "
        f"being "
        "the same."
    )
    return Task(
        asked,
        query(parts.key(table, "t"), table_as(table, "t"), conditions.where(found, f"{name} LIKE '%{piece}%'")),
    )


def _text(story: Story, rng: Random) -> tuple[Table, Column]:
    """Choose a text of a table with a key; a label will do."""
    found = [
        (table, column)
        for table in story.tables
        for column in table.columns
        if table.key and column.kind is Kind.TEXT and column.samples and column.name not in table.key
    ]
    if not found:
        raise NoTaskError("no texts")
    return rng.choice(found)


def _piece(column: Column, rng: Random) -> str:
    """Take two letters out of a value, plain ones that a pattern can hold."""
    found = [
        value[place : place + 2].lower()
        for value in column.samples
        if isinstance(value, str)
        for place in range(len(value) - 1)
        if value[place : place + 2].isascii() and value[place : place + 2].isalpha()
    ]
    if not found:
        raise NoTaskError("no letters to look for")
    return rng.choice(found)
