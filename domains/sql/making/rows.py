"""Rows of one task from one problem: prompt, truth, and the reply that is right by construction, if one is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from verisieve.domains import fields
from verisieve.domains.engineering import Made
from verisieve.domains.sql import checker, families, problems, rewrites
from verisieve.domains.sql.making import probes, translating
from verisieve.domains.sql.making.subject import Subject, ask, fenced
from verisieve.domains.sql.tasks import complexity, drafts, inventions
from verisieve.records import Json
from verisieve.verifiers.sql import analyse, shrink
from verisieve.verifiers.sql.bench import Storage
from verisieve.verifiers.sql.engine import Fault, Refused, Row
from verisieve.verifiers.sql.literals import literal
from verisieve.verifiers.sql.search import Refuted, Survived, search
from verisieve.verifiers.sql.shrink import Witness

_CONFIRMING = 60  # databases that may tell a slip from the gold
_DRAWS = 40  # of families, for a problem that is another one
_INVALID = ("SELEC", "FORM", "WHER", "GROUP", "COUNTS(")
_MOST_DATA = 6_000  # characters of rows that an explanation shows


def solve(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """The problem itself, with its gold."""
    yield Made(
        task="solve", prompt=subject.problem.prompt, truth=subject.truth("solve"), reply=fenced(subject.read.query)
    )


def variant(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Other questions of the same family over the same tables."""
    family = str(subject.problem.meta.get("family", ""))
    chosen = [family] if family in families.FAMILIES else list(families.FAMILIES)
    yield from _redrawn("variant", subject, rng, count, chosen, lambda mine, theirs: True)


def harder(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Questions over the same tables whose gold takes more steps."""
    yield from _redrawn("harder", subject, rng, count, list(families.FAMILIES), lambda mine, theirs: mine > theirs)


def easier(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """Questions over the same tables whose gold takes fewer steps."""
    yield from _redrawn("easier", subject, rng, count, list(families.FAMILIES), lambda mine, theirs: mine < theirs)


def _redrawn(
    task: str,
    subject: Subject,
    rng: Random,
    count: int,
    chosen: Sequence[str],
    fits: Callable[[int, int], bool],
) -> Iterator[Made]:
    told, before = subject.story(), complexity.steps(subject.read.query)
    if told is None or before is None:
        return
    seen = {subject.read.query}
    for _ in range(_DRAWS * count):
        if len(seen) > count:
            return
        family, level = rng.choice(chosen), rng.choice(problems.LEVELS)
        drawn = problems.draw(told, family, rng, level)
        after = complexity.steps(drawn.query) if drawn else None
        if drawn is None or after is None or drawn.query in seen or not fits(after.total, before.total):
            continue
        seen.add(drawn.query)
        made = problems.problem("", told, family, level, drawn)
        told_steps: dict[str, Json] = {"steps": after._asdict(), "parent_steps": before._asdict()}
        meta = {**made.meta, "operator": task, "source": "engineered", **told_steps}
        prompt = f"{subject.told}\n\n{drawn.question}"
        yield Made(
            task=task, prompt=prompt, truth={"task": "solve", **made.truth}, reply=fenced(drawn.query), meta=meta
        )


def repair(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A wrong query with what shows it: the engine's words, or a small database; the gold sets it right."""
    for _ in range(count):
        invalid = rng.random() < 0.3
        found = _misspelt(subject, rng) if invalid else None
        broken, told = found or _refuted(subject, rng) or ("", "")
        if not broken:
            return
        prompt = ask(
            "repair",
            prompt=f"{subject.told}\n\n{subject.question}",
            dialect=subject.dialect,
            broken=broken,
            told=told,
        )
        truth = subject.truth("repair", broken=broken)
        yield Made(task="repair", prompt=prompt, truth=truth, reply=fenced(subject.read.query))


def _misspelt(subject: Subject, rng: Random) -> tuple[str, str] | None:
    """Misspell a word so that the engine refuses the query, and keep its words."""
    sql = subject.read.query
    words = [(word, wrong) for word in ("SELECT", "FROM", "WHERE", "GROUP BY", "COUNT(") for wrong in _INVALID]
    columns = sorted({column.name for table in subject.wanted.bench.schema.tables for column in table.columns})
    pairs = [(word, wrong) for word, wrong in words if wrong[:3] == word[:3]]
    pairs += [(f".{name}", f".{name}s") for name in columns] + [(")", "")]
    rng.shuffle(pairs)
    for word, wrong in pairs:
        broken = sql.replace(word, wrong, 1)
        got = subject.wanted.bench.run(broken, subject.wanted.bench.fixture, Storage.GIVEN)
        if broken != sql and isinstance(got, Refused) and got.fault is Fault.INVALID:
            return broken, f"{subject.dialect} refuses it:\n\n```text\n{got.message[:500]}\n```"
    return None


def _refuted(subject: Subject, rng: Random) -> tuple[str, str] | None:
    found = _slip(subject, rng)
    if found is None:
        return None
    broken, witness = found
    rows = "It returns something else than it should on this small database"
    expected, got = (_table(each) for each in (witness.expected, witness.got))
    if expected == got:  # it only happens to lie in order
        return broken, "It sorts nowhere, so that the order of its rows is left to chance."
    return broken, (
        f"{rows}:\n\n```sql\n{subject.inserts(witness.rows) or '-- no rows at all'}\n```\n\nIt should "
        f"return\n\n```text\n"
        f"{expected}\n```\n\nbut returns\n\n```text\n{got}\n```"
    )


def _slip(subject: Subject, rng: Random) -> tuple[str, Witness] | None:
    """Make a slip that databases show to be one, with the smallest of them; it must show with the rows as they lie."""
    for name in rng.sample(list(rewrites.WRONG), len(rewrites.WRONG)):
        tree = analyse.parse(subject.read.query, subject.read.dialect)
        changed = rewrites.WRONG[name](tree, rng) if tree is not None else None
        if changed is None:
            continue
        sql = changed.sql(subject.read.dialect)
        found = search(subject.wanted, sql, databases=_CONFIRMING, free_columns=subject.read.free_columns)
        if isinstance(found, Refuted):
            witness = shrink.smallest(subject.wanted, sql, found, free_columns=subject.read.free_columns)
            if witness.storage is Storage.GIVEN and not isinstance(witness.got, Refused):
                return sql, witness
    return None


def critique(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A query that may be wrong; one in three is right, and written in another way than the gold."""
    for _ in range(count):
        right = rng.random() < 1 / 3
        found = None if right else _slip(subject, rng)
        given, reply = _right(subject, rng), "Verdict: right"
        if found is not None:
            given, witness = found
            rows = subject.inserts(witness.rows)
            if not rows:
                return  # an empty database cannot be inserted
            reply = f"On these rows it returns something else than it should.\n\n```sql\n{rows}\n```\n\nVerdict: wrong"
        if given is None:
            return
        prompt = ask("critique", prompt=f"{subject.told}\n\n{subject.question}", dialect=subject.dialect, given=given)
        yield Made(task="critique", prompt=prompt, truth=subject.truth("critique", given=given), reply=reply)


def _right(subject: Subject, rng: Random) -> str | None:
    """Write the gold in another way, as far as one is found."""
    for name in rng.sample(list(rewrites.RIGHT), len(rewrites.RIGHT)):
        tree = analyse.parse(subject.read.query, subject.read.dialect)
        changed = rewrites.RIGHT[name](tree, rng) if tree is not None else None
        sql = changed.sql(subject.read.dialect) if changed is not None else ""
        if sql and isinstance(search(subject.wanted, sql, databases=_CONFIRMING), Survived):
            return sql
    return None


def explain(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """What the query does to the given rows, clause by clause."""
    found, data = probes.facts(subject.wanted), subject.inserts()
    if len(found) < 2 or len(data) > _MOST_DATA:
        return
    asked = "\n".join(f"Q{number}: {fact.question.ask}" for number, fact in enumerate(found, start=1))
    prompt = ask(
        "explain",
        schema=subject.read.schema.strip(),
        data=data,
        query=subject.read.query,
        questions=asked,
        dialect=subject.dialect,
    )
    questions: Json = [{"ask": fact.question.ask, "probe": fact.question.probe} for fact in found]
    prose = " ".join(fact.sentence for fact in found)
    claims = "\n".join(f"Q{number}: {fact.answer}" for number, fact in enumerate(found, start=1))
    yield Made(
        task="explain", prompt=prompt, truth=subject.truth("explain", questions=questions), reply=f"{prose}\n\n{claims}"
    )


def problem(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """A new problem from this one, in each of four ways; a right answer is not known."""
    parent = {"question": subject.question, "query": subject.read.query}
    base = drafts.base(subject.problem.truth)
    before = complexity.steps(subject.read.query, subject.read.dialect)
    for operator in fields.OPERATORS:
        if operator == "easier" and (before is None or not before.total):
            continue  # nothing takes fewer steps
        truth: dict[str, Json] = {"task": "problem", **base, "operator": operator, "parent": parent}
        truth |= {"agree": inventions.AGREE, "told": subject.told}
        prompt = ask(operator, told=subject.told, question=subject.question, query=subject.read.query)
        yield Made(
            task="problem",
            prompt=f"{prompt.rstrip()}\n{ask('form', dialect=subject.dialect)}",
            truth=truth,
            reply=None,
            meta={"operator": operator},
        )


MAKERS: Mapping[str, Callable[[Subject, Random, int], Iterator[Made]]] = {
    "solve": solve,
    "variant": variant,
    "harder": harder,
    "easier": easier,
    "repair": repair,
    "critique": critique,
    "explain": explain,
    "translate": translating.translate,
    "problem": problem,
}


def _table(result: object) -> str:
    rows: Sequence[Row] = getattr(result, "rows", ())
    lines = [" | ".join(literal(value) for value in row) for row in rows[:10]]
    return "\n".join(lines)[: checker.SHOWN_CHARS] or "(no rows)"
