"""Votes on new problems: models that are shown a new problem alone answer it, and their answers go into its row.

Judges nothing: `verify` compares the answers with the author's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from verisieve import domains, reading
from verisieve.commands import Answered, ask, replacing
from verisieve.domains import Inventor
from verisieve.errors import UsageError
from verisieve.models import Asking
from verisieve.records import Completion, Problem
from verisieve.rows import BadRow, Row, dump, input_row
from verisieve.store import digest


class Voted(NamedTuple):
    """How many rows were written, how many of them are new problems, and what went wrong."""

    rows: int
    problems: int
    answered: Answered
    bad: list[BadRow]


def vote(inputs: Sequence[str], asking: Asking, out: str | Path, *, resume: bool = False) -> Voted:
    """Ask models to answer the new problems among the rows, and write all rows, those with `truth.solutions`."""
    if "-" in inputs:
        raise UsageError("-: standard input cannot be read twice; name a file")
    reading.check_readable(inputs)
    answers = Path(f"{out}.votes.jsonl")
    if {Path(out).resolve(), answers.resolve()} & {Path(path).resolve() for path in inputs}:
        raise UsageError(f"{out}: the output would replace an input")
    bad: list[BadRow] = []
    asked = {found.id: found for row in _rows(inputs, bad) if (found := to_solve(row.completion)) is not None}
    answered = ask(asked.values(), asking, answers, resume=resume)
    said: dict[str, list[str]] = {}
    for row in _rows([str(answers)], []):
        said.setdefault(row.completion.problem.id, []).append(row.completion.text)
    rows = problems = 0
    with replacing(out) as stream:
        for row in _rows(inputs, []):
            found = to_solve(row.completion)
            votes = said.get(found.id, []) if found else []
            stream.write(dump(input_row(_with_votes(row.completion, votes) if found else row.completion)))
            rows, problems = rows + 1, problems + bool(found)
    return Voted(rows, problems, answered, bad)


def _rows(inputs: Iterable[str], bad: list[BadRow]) -> Iterator[Row]:
    for row in reading.read(inputs):
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            yield row


def to_solve(completion: Completion) -> Problem | None:
    """Return the problem that a reply is, under a name that two replies share only where they are one."""
    domain = domains.load(completion.problem.domain)
    found = domain.to_solve(completion.problem, completion.text) if isinstance(domain, Inventor) else None
    if found is None:
        return None
    meta = {**found.meta, "model": completion.model} if completion.model else found.meta
    return replace(found, id=f"{found.id}-{digest(completion.text).hex()[:12]}", meta=meta)


def _with_votes(completion: Completion, votes: list[str]) -> Completion:
    truth = {**completion.problem.truth, "solutions": votes}
    return replace(completion, problem=replace(completion.problem, truth=truth))
