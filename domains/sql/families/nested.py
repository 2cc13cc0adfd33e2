"""Families with a query inside another, with sets of rows, and with recursion."""

from __future__ import annotations

from random import Random

from verisieve.domains.sql.families import conditions, parts
from verisieve.domains.sql.families.parts import NoTaskError, Task, col, query, table_as
from verisieve.domains.sql.stories import MOMENTS, NUMBERS, Story, role
from verisieve.verifiers.sql.literals import literal

_SETS = {
    "EXCEPT": "{a} but no {b}",
    "INTERSECT": "{a} and also {b}",
    "UNION": "{a}, or {b}, or both",
}


def extreme(story: Story, rng: Random, level: int) -> Task:
    """All rows with the highest or the lowest value."""
    table, column = parts.measured(story, rng, NUMBERS | MOMENTS)
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1)
    inside = [conditions.Condition(each.phrase, each.sql.replace("t.", "u.", 1)) for each in found]
    high = rng.random() < 0.5
    best = query(f"{'MAX' if high else 'MIN'}({col('u', column)})", table_as(table, "u"), conditions.where(inside))
    end = f"the {'highest' if high else 'lowest'} {story.phrase(table, column)}{parts.among(noun.many, found)}"
    words = parts.key_words(table)
    asked = rng.choice(
        (
            f"List {words} of every {noun.one} with {end}; there may be several.",
            f"Which {noun.many} have {end}? Give {words} of all of them.",
        )
    )
    equal = f"{col('t', column)} = ({best})"
    return Task(asked, query(parts.key(table, "t"), table_as(table, "t"), conditions.where(found, equal)))


def correlated(story: Story, rng: Random, level: int) -> Task:
    """Rows above or below the average of their own group."""
    table, column = parts.measured(story, rng, NUMBERS)
    found = parts.groups(story, table, column)
    if not found:
        raise NoTaskError("nothing to group by")
    group, above = rng.choice(found), rng.random() < 0.6
    noun, drawn = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1, but=[column, group])
    same = f"{col('u', group)} = {col('t', group)}"
    mean = query(f"AVG({col('u', column)})", table_as(table, "u"), f"WHERE {same}")
    side, words = "more" if above else "less", parts.key_words(table)
    return Task(
        f"List {words} and `{column.name}` of every {noun.one}{conditions.phrase(drawn)}{' and' if drawn else ''} "
        f"whose "
        f"{story.phrase(table, column)} is {side} than the average over all {noun.many} with the same `{group.name}` "
        f"(NULL "
        f"in `{group.name}` is not the same as NULL).",
        query(
            f"{parts.key(table, 't')}, {col('t', column)}",
            table_as(table, "t"),
            conditions.where(drawn, f"{col('t', column)} {'>' if above else '<'} ({mean})"),
        ),
    )


def sets(story: Story, rng: Random, level: int) -> Task:
    """Parents by what children they have: one kind and another, one but not another, either."""
    both = parts.linked(story, rng)
    link, child, parent = both
    found = parts.draw(story, link.child, "c", rng, 2 if level < 3 else 3)
    if len(found) < 2:
        raise NoTaskError("fewer than two things to ask of the children")
    word = rng.choice(list(_SETS))
    phrases = {
        "a": f"a {child.one}{conditions.phrase(found[:-1])}",
        "b": f"{'' if word == 'EXCEPT' else 'a '}{child.one}{conditions.phrase(found[-1:])}",
    }
    known = [f"{col('c', link.column)} IS NOT NULL"] if link.column.nullable else []
    first, second = (
        query(col("c", link.column), both.children, conditions.where(each, *known)) for each in (found[:-1], found[-1:])
    )
    return Task(
        f"Give the `{link.parent_column.name}` of every {parent.one} that has {_SETS[word].format(**phrases)}; each "
        f"once.",
        f"{first} {word} {second}",
    )


def hierarchy(story: Story, rng: Random, level: int) -> Task:
    """Who is above or below whom, over any number of steps."""
    if not story.loops:
        raise NoTaskError("no table refers to itself")
    link = rng.choice(story.loops)
    table, noun, above = link.child, story.nouns[link.child.name], role(link)
    key, words = parts.lone_key(table, "t"), parts.key_words(table)
    start = query(f"{key}, {key}", table_as(table, "t"))
    step = query(
        f"chain.top, {col('t', link.parent_column)}",
        f"{table_as(table, 't')} JOIN chain ON {col('t', link.column)} = chain.above",
    )
    chain = f"WITH RECURSIVE chain(top, above) AS ({start} UNION {step})"  # UNION lets circles end
    told = f"below it: those whose {above} it is, those whose {above} one of these is, and so on"
    known = table.columns[table.place(link.parent_column.name) or 0].samples
    if level == 1 and known:
        top = literal(rng.choice(known))
        return Task(
            f"List {words} of all {noun.many} under the {noun.one} whose {words} is {top}, that one "
            f"included: those "
            f"whose {above} it is, those whose {above} one of these is, and so on; each once, even if they go in a "
            f"circle.",
            f"{chain} {query('chain.above', 'chain', f'WHERE chain.top = {top}')}",
        )
    if level == 2:
        return Task(
            f"For every {noun.one}, give {words} and how many different {noun.many} are at or {told} (itself counts "
            f"as one; "
            "there may be circles).",
            f"{chain} {query('chain.top, COUNT(*)', 'chain', 'GROUP BY chain.top')}",
        )
    found = parts.draw(story, table, "m", rng, level - 2)
    source = f"chain JOIN {table_as(table, 'm')} ON {parts.lone_key(table, 'm')} = chain.above"
    other = conditions.where(found, "chain.top <> chain.above")
    return Task(
        f"Give pairs of {words}: every {noun.one}, and every other {noun.one}{conditions.phrase(found)} that is "
        f"{told}; each "
        "pair once, even if there are circles.",
        f"{chain} {query('chain.top, chain.above', source, other)}",
    )


def calendar(story: Story, rng: Random, level: int) -> Task:
    """How many rows fall in each year from the first to the last, also in those with none."""
    table, column = parts.measured(story, rng, MOMENTS)
    noun, found = story.nouns[table.name], parts.draw(story, table, "t", rng, level - 1, but=[column])
    year = f"CAST(strftime('%Y', {col('t', column)}) AS INTEGER)"
    source, what = table_as(table, "t"), story.phrase(table, column)
    ends = query(f"MIN({year}), MAX({year})", source)
    more = query("y + 1, last", "years", "WHERE y < last")
    years = f"WITH RECURSIVE years(y, last) AS ({ends} UNION ALL {more})"
    joined = f"years LEFT JOIN {source} ON {year} = years.y{conditions.also(found)}"
    counted = query(f"years.y, COUNT({col('t', column)})", joined, "WHERE years.y IS NOT NULL", "GROUP BY years.y")
    return Task(
        f"For every year from the first to the last {what} of any {noun.one}, also years with none, give the year as a "
        f"number and how many {noun.many}{conditions.phrase(found)} have their {what} in it, in the order of the "
        f"years.",
        f"{years} {counted} ORDER BY years.y",
    )
