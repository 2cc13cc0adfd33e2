"""Make the probes of the SQL domain: replies to problems of every family and task, and truths that are refused.

    python -m benchmarks.sql_probes

They tell mutants of the checker from the original, and vouch for nothing. Making them takes a minute, so they are
kept in the domain's `probes.jsonl.gz`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks import probe_files

from verisieve.domains import probing
from verisieve.domains.sql import checker, making, noise, problems, replies, rewrites
from verisieve.domains.sql.families import FAMILIES
from verisieve.domains.sql.stories import story
from verisieve.errors import TruthError
from verisieve.records import Completion, Json, Problem
from verisieve.verifiers.sql import fixtures
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import Gold

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


def main() -> None:
    """Write the probes of the domain; what was asked is not in them."""
    probe_files.keep("sql", (probe_files.line("sql", "", each.problem.truth, each.text) for each in probes()))


if __name__ == "__main__":
    main()
