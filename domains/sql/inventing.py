"""New problems by a noisy model: another draw of the families, or one with a fault that its gates must find."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from verisieve.domains.sql import families, problems
from verisieve.domains.sql.families.parts import query as query_of
from verisieve.domains.sql.making.subject import Subject, prepare
from verisieve.domains.sql.stories import named
from verisieve.domains.sql.tasks import complexity, drafts, inventions
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem

_DRAWS = 60


def right(problem: Problem, rng: Random) -> str:
    """Return a draw that passes all gates but that of the votes; raise TruthError where none is found."""
    told = _subject(problem).story()
    alone = Problem(domain="sql", id=problem.id, prompt="", truth={**problem.truth, "agree": 0})
    for _ in range(_DRAWS if told else 0):
        drawn = told and problems.draw(told, rng.choice(list(families.FAMILIES)), rng, rng.choice(problems.LEVELS))
        if (
            drawn
            and _may_fit(problem, drawn.query)
            and inventions.check(alone, text := drafts.write(*drawn))[-1].outcome is Outcome.PASS
        ):
            return text
    raise TruthError("parent", "no other problem is known", "unverifiable")


def _may_fit(problem: Problem, query: str) -> bool:
    """Whether a query takes more, or fewer, steps than its parent where that is asked for; what costs less goes "
    "first."""
    mine, theirs = (complexity.steps(sql) for sql in (query, problem.truth["parent"]["query"]))
    if mine is None or theirs is None or problem.truth["operator"] not in {"harder", "easier"}:
        return True
    return (mine.total > theirs.total) is (problem.truth["operator"] == "harder") and mine.total != theirs.total


def wrong(problem: Problem, rng: Random) -> Mapping[str, str]:
    """Return faulty problems by the name of the fault."""
    subject = _subject(problem)
    table = subject.wanted.bench.schema.tables[0]
    name, column = named(table.name), named(table.columns[0].name)
    asked, query = subject.question, subject.read.query
    return {
        "parent": drafts.write(asked, query),
        "leaked": drafts.write(f"Which rows does {query} return on these tables?", query),
        "constant": drafts.write("What is six times seven, whatever the rows are?", "SELECT 42"),
        "whole_table": drafts.write(f"Show me everything that is stored in {table.name}.", query_of("*", name)),
        "padded": drafts.write(f"Show all of {table.name} at once.", query_of("*", name, "WHERE 1 = 1")),
        "unordered": drafts.write(f"Give some {column} of {table.name}.", query_of(column, name, "LIMIT 50")),
        "empty": drafts.write(f"Which {column} is not itself?", query_of(column, name, f"WHERE {column} <> {column}")),
        "unsafe": drafts.write(f"Remove what is stored in {table.name}.", " ".join(("DELETE FROM", name))),
        "no_query": f"### Question\n{asked}\n",
    }


def _subject(problem: Problem) -> Subject:
    parent = problem.truth.get("parent")
    if not isinstance(parent, dict):
        raise TruthError("parent", "is missing")
    told, query = str(problem.truth.get("told") or ""), parent.get("query")
    prompt = f"{told}\n\n{parent.get('question')}" if told else str(parent.get("question"))
    truth = {**drafts.base(problem.truth), "query": query}
    return prepare(Problem(domain="sql", id=problem.id, prompt=prompt, truth=truth, meta=problem.meta))
