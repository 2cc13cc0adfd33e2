"""Rows of translations: a query and the tables of another dialect, with a reply where both engines agree on one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from verisieve.domains.engineering import Made
from verisieve.domains.sql import checker
from verisieve.domains.sql.making import ddl
from verisieve.domains.sql.making.subject import NAMES, Subject, ask, fenced
from verisieve.domains.sql.tasks import drafts, translations
from verisieve.errors import TruthError
from verisieve.records import Json
from verisieve.verifiers.sql import analyse, engines


def translate(subject: Subject, rng: Random, count: int) -> Iterator[Made]:
    """The query in the dialects whose engines are here, and back from a translation that has been run."""
    source = {**drafts.base(subject.problem.truth), "query": subject.read.query}
    for dialect in checker.DIALECTS:
        if dialect == subject.read.dialect or engines.missing(dialect):
            continue
        schema = ddl.tables(subject.wanted.bench.schema, dialect)
        if schema is None:
            return
        forth = _translation(source, subject.read.schema, dialect, schema)
        if forth is None:
            continue
        yield forth
        back = _back(subject, forth, dialect, schema)
        if back is not None:
            yield back


def _translation(source: Mapping[str, Json], tables: str, dialect: str, schema: str) -> Made | None:
    """A row, with sqlglot's writing as the reply where both engines agree on it; none where the text does as it is."""
    read = checker.read_truth(source)
    both = translations.pairing(read, dialect, schema)
    if isinstance(translations.compare(both, read.query), translations.Agreed):
        return None
    tree = analyse.parse(read.query, read.dialect)
    guess = tree.sql(dialect) if tree is not None else ""
    agreed = bool(guess) and isinstance(translations.compare(both, guess), translations.Agreed)
    prompt = ask(
        "translate",
        source=NAMES[read.dialect],
        target=NAMES[dialect],
        tables=tables.strip(),
        query=read.query,
        schema=schema,
    )
    truth = {"task": "translate", "dialect": dialect, "schema": schema, "source": dict(source)}
    return Made(task="translate", prompt=prompt, truth=truth, reply=fenced(guess) if agreed else None)


def _back(subject: Subject, forth: Made, dialect: str, schema: str) -> Made | None:
    """The same the other way: the translation is the source, and the gold a right reply."""
    if forth.reply is None or "schema" not in forth.truth:
        return None
    query = forth.reply.removeprefix("```sql\n").removesuffix("\n```")
    data = subject.inserts()
    source = {"dialect": dialect, "schema": schema, "data": data, "query": query}
    try:
        made = _translation(source, schema, subject.read.dialect, subject.read.schema)
    except TruthError:  # the translation has no single result of its own
        return None
    if made is None:
        return None
    both = translations.pairing(checker.read_truth(source), subject.read.dialect, subject.read.schema)
    agreed = isinstance(translations.compare(both, subject.read.query), translations.Agreed)
    return Made(
        task=made.task,
        prompt=made.prompt,
        truth=made.truth,
        reply=fenced(subject.read.query) if agreed else made.reply,
    )
