"""Play a noisy model: replies that are right or wrong by construction, in the forms in which models write.

A right reply is a rewriting that means the same. A wrong one is a slip that a search on databases of its own, not
those of the checker, has shown to change the result; or a query that is unsafe, invalid or missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from verisieve.domains import Reply
from verisieve.domains.sql import rewrites
from verisieve.domains.sql.checker import read_truth
from verisieve.errors import TruthError
from verisieve.records import Problem
from verisieve.verifiers.sql import analyse
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import Gold
from verisieve.verifiers.sql.search import Refuted, search

_FORMS = (
    "```sql\n{}\n```",
    "```sql\n{};\n```",
    "Here is the query:\n\n```sql\n{}\n```\n\nIt reads the tables once.",
    "<think>First try: ```sql\nSELECT 1\n``` No, that is not it.</think>\n```sql\n{}\n```",
    "```\n{}\n```",
    "{};",
    "First, the rows:\n```sql\nSELECT 42\n```\nThen the answer:\n```sqlite\n{}\n```",
)
_UNSAFE = (
    "{}; DROP TABLE {table}",
    "DELETE FROM {table}",
    "WITH x AS (SELECT 1) UPDATE {table} SET rowid = rowid",
    "ATTACH DATABASE 'other.db' AS other",
    "PRAGMA writable_schema = ON",
    "CREATE TABLE answer AS {}",
    "SELECT load_extension('answer')",
)
_MISSING = ("I am sorry, I cannot answer this from the schema.", "", "The answer is 42.", "```python\nprint(42)\n```")
_CONFIRMING = 40


def reply(problem: Problem, rng: Random, *, right: bool) -> Reply:
    """Answer a problem rightly or wrongly on purpose; raise TruthError where the gold cannot be rewritten."""
    truth = read_truth(problem.truth)
    if truth.dialect != "sqlite":
        raise TruthError("dialect", f"no replies are made for {truth.dialect}")
    table = bench(truth.schema, truth.data)
    golds = [Gold(table, query, stream="reply", sampled=truth.sampled) for query in truth.golds]
    if right:
        return _right(golds[0], rng)
    if rng.random() < 0.25:
        return refused(golds[0], rng)
    return _slip(golds, rng, free_columns=truth.free_columns)


def _right(gold: Gold, rng: Random) -> Reply:
    for operator in rng.sample(list(rewrites.RIGHT), len(rewrites.RIGHT)):
        sql = rewritten(gold, rewrites.RIGHT[operator], rng)
        if sql is not None:
            return Reply(text=rng.choice(_FORMS).format(sql), right=True, operator=operator)
    return Reply(text=f"```sql\n{gold.sql}\n```", right=True, operator="verbatim")


def _slip(golds: Sequence[Gold], rng: Random, *, free_columns: bool) -> Reply:
    for operator in rng.sample(list(rewrites.WRONG), len(rewrites.WRONG)):
        sql = rewritten(golds[0], rewrites.WRONG[operator], rng)
        if sql is None:
            continue
        found = (search(gold, sql, free_columns=free_columns, databases=_CONFIRMING) for gold in golds)
        if all(isinstance(one, Refuted) for one in found):
            return Reply(text=rng.choice(_FORMS).format(sql), right=False, operator=operator)
    return refused(golds[0], rng)


def refused(gold: Gold, rng: Random) -> Reply:
    """Reply with what must never pass: an unsafe or an invalid statement, or none."""
    kind = rng.choice(("unsafe", "invalid", "missing"))
    if kind == "missing":
        return Reply(text=rng.choice(_MISSING), right=False, operator=kind)
    if kind == "unsafe":
        sql = rng.choice(_UNSAFE).format(gold.sql, table=gold.bench.schema.tables[0].name)
        return Reply(text=f"```sql\n{sql}\n```", right=False, operator=kind)
    sql = rng.choice((gold.sql.replace("SELECT", "SELEC", 1), gold.sql.replace("FROM", "FORM"), f"{gold.sql} )"))
    return Reply(text=f"```sql\n{sql}\n```", right=False, operator=kind)


def rewritten(gold: Gold, rewrite: rewrites.Rewrite, rng: Random) -> str | None:
    tree = analyse.parse(gold.sql)
    if tree is None:
        raise TruthError("query", "sqlglot cannot read the gold, so it cannot be rewritten")
    changed = rewrite(tree, rng)
    return None if changed is None else changed.sql("sqlite", pretty=rng.random() < 0.5)
