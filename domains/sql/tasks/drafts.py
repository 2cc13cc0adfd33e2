"""A new problem in a model's reply: a question and the query that answers it; read strictly, nothing runs.

### Question     the whole question, without the schema
### Query        one query

or a JSON object with these keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verisieve.records import Json, Problem
from verisieve.verifiers import replies, sections
from verisieve.verifiers.sections import SectionError
from verisieve.verifiers.sql import lexer

LEAST_QUESTION = 15  # characters of the shortest question
MOST_QUESTION = 4_000
MOST_QUERY = 2_000  # characters; what can be left out of longer ones takes too long to find
_BASE = ("dialect", "schema", "data", "fixture", "column_order", "sampled")


class DraftError(Exception):
    """A reply that is no problem in the form that was asked for; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A problem as a model wrote it."""

    question: str
    query: str


def read(text: str) -> Draft:
    """Read a problem; raise DraftError that says which part is wrong."""
    try:
        parts = sections.read(text, ["question", "query"])
    except SectionError as error:
        raise DraftError(str(error)) from None
    if not LEAST_QUESTION <= len(parts["question"]) <= MOST_QUESTION:
        raise DraftError(f"the question does not have {LEAST_QUESTION} to {MOST_QUESTION} characters")
    found = lexer.statements(_block(parts["query"]))
    if len(found) != 1:
        raise DraftError(f"the query holds {len(found)} statements, not one")
    if len(found[0]) > MOST_QUERY:
        raise DraftError(f"the query has more than {MOST_QUERY} characters")
    return Draft(question=parts["question"], query=found[0])


def write(question: str, query: str) -> str:
    """Write a problem in the form that `read` reads."""
    return f"### Question\n{question}\n\n### Query\n```sql\n{query}\n```\n"


def base(truth: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a truth says of the database."""
    return {key: truth[key] for key in _BASE if truth.get(key) is not None}


def to_solve(problem: Problem, text: str) -> Problem:
    """Return the new problem as a row to solve, for the models whose queries are to agree; raise DraftError."""
    draft = read(text)
    if not lexer.is_query(draft.query):
        raise DraftError("the query is none")
    truth = {**base(problem.truth), "query": draft.query}
    told = str(problem.truth.get("told") or "")
    asked = f"{told}\n\n{draft.question}" if told else draft.question
    return Problem(domain="sql", id=f"{problem.id}/draft", prompt=asked, truth=truth, meta={"parents": [problem.id]})


def _block(part: str) -> str:
    blocks = [fence for fence in replies.fences(part) if fence.closed]
    return blocks[0].body if len(blocks) == 1 else part
