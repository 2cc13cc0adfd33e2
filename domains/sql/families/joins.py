"""Families over a child and its parent, or over a table and itself."""

from __future__ import annotations

from random import Random

from verisieve.domains.sql.families import conditions, parts
from verisieve.domains.sql.families.parts import NoTaskError, Task, col, query, table_as
from verisieve.domains.sql.stories import NUMBERS, Story, role


def join(story: Story, rng: Random, level: int) -> Task:
    """Each child with the label of its parent; children without one are left out or shown."""
    both = parts.linked(story, rng)
    link, child, parent = both
    found = parts.draw(story, link.child, "c", rng, level - 1)
    left = rng.random() < 0.5
    missing = f"show NULL for a {child.one} without one" if left else f"leave out {child.many} without one"
    who = f"{child.one}{conditions.phrase(found)}"
    given = f"{parts.key_words(link.child)} and the `{parent.label}` of its {parent.one} ({missing})"
    asked = rng.choice((f"For every {who}, give {given}.", f"Show each {who} with {given}."))
    return Task(
        asked,
        query(
            f"{parts.key(link.child, 'c')}, {col('p', parent.label)}",
            f"{both.children} {'LEFT JOIN' if left else 'JOIN'} {both.parents} ON {both.on}",
            conditions.where(found),
        ),
    )


def outer(story: Story, rng: Random, level: int) -> Task:
    """A total over the children of every parent, 0 where there is nothing to add."""
    both = parts.linked(story, rng, NUMBERS)
    link, child, parent = both
    column = rng.choice(story.told(link.child, NUMBERS))
    found = parts.draw(story, link.child, "c", rng, level - 1, but=[column])
    words, columns = parts.known_by(link.parent, parent, "p")
    what, who = story.phrase(link.child, column), f"{child.many}{conditions.phrase(found)}"
    asked = rng.choice(
        (
            (
                f"For every {parent.one}, give {words} and the sum of the {what} of its {who}; 0 where there are "
                f"none, or "
                "where nothing of it is known."
            ),
            (
                f"List all {parent.many}, also those without any {child.one}, with {words} and the {what} of their "
                f"{who} "
                "added up (0 for nothing)."
            ),
        )
    )
    return Task(
        asked,
        query(
            f"{columns}, COALESCE(SUM({col('c', column)}), 0)",
            f"{both.parents} LEFT JOIN {both.children} ON {both.on}{conditions.also(found)}",
            f"GROUP BY {columns}",
        ),
    )


def antijoin(story: Story, rng: Random, level: int) -> Task:
    """Parents without such a child."""
    both = parts.linked(story, rng)
    link, child, parent = both
    found = parts.draw(story, link.child, "c", rng, level - 1)
    words, columns = parts.known_by(link.parent, parent, "p")
    inner = query("1", both.children, conditions.where(found, both.on))
    who = f"{child.one}{conditions.phrase(found)}"
    asked = rng.choice(
        (
            f"List {words} of every {parent.one} that has no {who}.",
            f"Which {parent.many} have no {who}? Give {words}.",
        )
    )
    return Task(asked, query(columns, both.parents, f"WHERE NOT EXISTS ({inner})"))


def exists(story: Story, rng: Random, level: int) -> Task:
    """Parents with such a child, each once; at higher levels with one kind and without another."""
    both = parts.linked(story, rng)
    link, child, parent = both
    found = parts.draw(story, link.child, "c", rng, max(1, level - 1))
    if not found:
        raise NoTaskError("nothing to ask of the children")
    words, columns = parts.known_by(link.parent, parent, "p")
    inner = query("1", both.children, conditions.where(found[:1], both.on))
    asked = rng.choice(
        (
            (
                f"List {words} of every {parent.one} with at least one {child.one}{conditions.phrase(found[:1])}, each "
                f"once"
            ),
            (
                f"Which {parent.many} have some {child.one}{conditions.phrase(found[:1])}? Give {words}, each "
                f"{parent.one} once"
            ),
        )
    )
    if len(found) < 2:
        return Task(f"{asked}.", query(columns, both.parents, f"WHERE EXISTS ({inner})"))
    barred = query("1", both.children, conditions.where(found[1:], both.on))
    return Task(
        f"{asked}, and only those that have no {child.one}{conditions.phrase(found[1:])}.",
        query(columns, both.parents, f"WHERE EXISTS ({inner}) AND NOT EXISTS ({barred})"),
    )


def selfjoin(story: Story, rng: Random, level: int) -> Task:
    """Pairs of rows that share a value; or each row with its parent in the same table."""
    if story.loops and rng.random() < 0.5:
        return _with_parent(story, rng, level)
    found = [(table, column) for table in story.tables for column in parts.groups(story, table) if len(table.key) == 1]
    if not found:
        raise NoTaskError("nothing that two rows could share")
    table, column = rng.choice(found)
    noun, drawn = story.nouns[table.name], parts.draw(story, table, "a", rng, level - 1, but=[column])
    first, second = parts.lone_key(table, "a"), parts.lone_key(table, "b")
    # A condition that is meant for both is asked of both.
    again = [conditions.Condition(each.phrase, each.sql.replace("a.", "b.", 1)) for each in drawn]
    shared = f"`{column.name}`"
    of_both = f" Take only {noun.many}{conditions.phrase(drawn)}." if drawn else ""
    asked = rng.choice(
        (
            (
                f"Give every pair of different {noun.many} with the same {shared}: {parts.key_words(table)} of both, "
                f"the "
                f"smaller one first, each pair once.{of_both}"
            ),
            (
                f"Which two {noun.many} have the same {shared}? Show {parts.key_words(table)} of each two, the smaller "
                f"first, "
                f"every pair once.{of_both}"
            ),
        )
    )
    on = f"{col('a', column)} = {col('b', column)} AND {first} < {second}"
    source = f"{table_as(table, 'a')} JOIN {table_as(table, 'b')} ON {on}"
    return Task(asked, query(f"{first}, {second}", source, conditions.where([*drawn, *again])))


def _with_parent(story: Story, rng: Random, level: int) -> Task:
    link = rng.choice(story.loops)
    noun, above = story.nouns[link.child.name], role(link)
    found = parts.draw(story, link.child, "c", rng, level - 1)
    source = f"{table_as(link.child, 'c')} {{}} {table_as(link.child, 'p')} ON {col('c', link.column)} = "
    source += col("p", link.parent_column)
    left = rng.random() < 0.5
    missing = f"NULL for a {noun.one} without {above}" if left else f"leave out a {noun.one} without {above}"
    return Task(
        f"For every {noun.one}{conditions.phrase(found)}, give {parts.key_words(link.child)} and the `{noun.label}` "
        f"of the "
        f"{above}, which is a {noun.one} too ({missing}).",
        query(
            f"{parts.key(link.child, 'c')}, {col('p', noun.label)}",
            source.format("LEFT JOIN" if left else "JOIN"),
            conditions.where(found),
        ),
    )
