"""Make the probes of the SQL domain: replies to problems of every family and task, and truths that are refused.

    python -m benchmarks.sql_probes

They tell mutants of the checker from the original, and vouch for nothing. Beside them stand the rows that the tests
judge, the labelled pairs, and rows written for what none of these reaches. Making them takes minutes, so they are kept
in the domain's `probes.jsonl.gz`. Rows for PostgreSQL are left out: a mutant could harm the server that others share.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import checker_rows, probe_files, recording
from benchmarks.probes import chosen

from verisieve.domains import probing
from verisieve.domains.sql import checker, making, noise, problems, replies, rewrites
from verisieve.domains.sql.families import FAMILIES
from verisieve.domains.sql.stories import story
from verisieve.errors import TruthError
from verisieve.records import Completion, Json, Problem
from verisieve.verifiers.sql import fixtures
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import Gold

TESTS = (
    *(f"domains/test_sql_{name}.py" for name in ("domain", "golds", "tasks")),
    *(f"verifiers/sql/test_sql_{name}.py" for name in ("search", "planting")),
)
WRITTEN = Path(__file__).with_name("probes_sql.jsonl")
LONGEST = 20_000  # characters of a row
SECONDS = 40.0  # of CPU that judging all of them may take
REPLIES = 3  # right and wrong ones to each problem
_FENCED = "```sql\n{}\n```"
SUBJECTS = 6  # problems of which rows of every task are made
_DRAWS = 20
_TRUTH: dict[str, Json] = {
    "dialect": "sqlite", "schema": "CREATE TABLE t (a INTEGER, b TEXT)", "data": "INSERT INTO t VALUES (1, 'x')",
    "query": "SELECT a FROM t", "column_order": "strict", "accepted": ["SELECT max(a) FROM t"], "sampled": False,
}  # fmt: skip


def probes() -> Iterator[Completion]:
    """Yield all probes, always the same."""
    found = [each for number, name in enumerate(FAMILIES) if (each := _problem(name, number))]
    for each in found:
        yield from _solved(each)
    for each in found[:: len(found) // SUBJECTS]:
        yield from _tasks(each)
    yield from _broken()


def _problem(family: str, number: int) -> Problem | None:
    rng, names = Random(f"probes:{family}"), fixtures.names()
    for turn in range(_DRAWS):
        told = story(names[(number + turn) % len(names)])
        task = problems.draw(told, family, rng, level := 1 + turn % 3)
        if task is not None:
            return problems.problem(f"probe-{family}", told, family, level, task)
    return None


def _solved(problem: Problem) -> Iterator[Completion]:
    """Rewritings and slips, and what is refused."""
    rng, truth = Random(problem.id), checker.read_truth(problem.truth)
    gold = Gold(bench(truth.schema, truth.data), truth.query, stream="reply")
    for rewriting in (rewrites.RIGHT, rewrites.WRONG):
        said = (replies.rewritten(gold, rewriting[one], rng) for one in rng.sample(list(rewriting), len(rewriting)))
        texts = [sql for sql in said if sql][:REPLIES]
        yield from (Completion(problem=problem, text=_FENCED.format(sql)) for sql in texts)
    yield Completion(problem=problem, text=replies.refused(gold, rng).text)
    yield from (
        Completion(problem=problem, text=text) for text in probing.edited(_FENCED.format(gold.sql), rng, REPLIES)
    )


def _tasks(problem: Problem) -> Iterator[Completion]:
    """Rows of every task that can be made of a problem, and replies to them."""
    rng = Random(f"{problem.id}:tasks")
    for made, asked in making.engineer(problem, None, per=1):  # type: ignore[arg-type]  # runs no code
        if made.reply is not None:
            yield Completion(problem=asked, text=made.reply)
        for right in (True, False, False):
            try:
                yield Completion(problem=asked, text=noise.reply(asked, rng, right=right).text)
            except TruthError:
                continue


def _broken() -> Iterator[Completion]:
    """Truths that are refused, one for each message."""
    seen = set[str]()
    for truth in (*probing.broken(_TRUTH), *probing.broken({**_TRUTH, "schema": None, "fixture": "library"})):
        if not isinstance(truth, dict):
            continue
        try:
            checker.read_truth(truth)
        except TruthError as error:
            if str(error) not in seen:
                seen.add(str(error))
                problem = Problem(domain="sql", id="probe", prompt="", truth=truth)
                yield Completion(problem=problem, text=_FENCED.format("SELECT a FROM t"))


def recorded() -> Iterator[recording.Plain]:
    """Rows that the tests judge, and pairs of queries that they compare."""
    from verisieve.domains.sql import SqlDomain
    from verisieve.verifiers.sql import gold, search
    from verisieve.verifiers.sql.bench import Bench

    recorder, texts = recording.Recorder(), dict[int, tuple[Bench, Json]]()

    def made(table: Bench, ddl: str, data: str, dialect: str = "sqlite") -> None:
        texts[id(table)] = (table, {"dialect": dialect, "schema": ddl, "data": data})

    def compared(table: Bench, query: str, sql: str, more: Json) -> None:
        if id(table) in texts:
            recorder.add({**texts[id(table)][1], "query": query, **more}, _FENCED.format(sql))

    def looked(wanted: Gold, sql: str, *, free_columns: bool = False, **_: Any) -> None:
        compared(wanted.bench, wanted.sql, sql, {"column_order": "any" if free_columns else "strict"})

    def checked(_: Any, problem: Problem, text: str, __: Any) -> None:
        recorder.add(dict(problem.truth), text)

    with ExitStack() as stack:
        stack.enter_context(recorder.noting(Bench, "__init__", made))
        stack.enter_context(
            recorder.noting(gold.Gold, "__init__", lambda _, table, sql, **__: compared(table, sql, sql, {}))
        )
        stack.enter_context(recorder.noting(search, "search", looked))
        stack.enter_context(recorder.noting(checker, "judge", recorder.add))
        stack.enter_context(recorder.noting(SqlDomain, "check", checked))
        recording.run(recorder, TESTS)
    yield from recorder.rows


def main() -> None:
    """Write the probes of the domain, each once; what was asked is not in them."""
    rows: list[recording.Plain] = [{"truth": each.problem.truth, "response": each.text} for each in probes()]
    written = map(json.loads, WRITTEN.read_text(encoding="utf-8").splitlines())
    rows += [*recorded(), *checker_rows.sql(), *({"truth": truth, "response": text} for truth, text, _ in written)]
    rows = [row for row in rows if '"postgres"' not in json.dumps(row["truth"])]
    kept = {probe_files.line("sql", "", row["truth"], row["response"]): {"prompt": "", **row} for row in rows}
    few = chosen([row for line, row in kept.items() if len(line) < LONGEST], SECONDS, "sql")
    probe_files.keep("sql", sorted(probe_files.line("sql", "", row["truth"], row["response"]) for row in few))


if __name__ == "__main__":
    main()
