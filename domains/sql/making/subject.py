"""What is known of a problem before rows are made of it: its gold, its question, and the text that shows its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from verisieve.domains import read_prompts
from verisieve.domains.engineering import UnusableError, fill
from verisieve.domains.sql import checker, stories
from verisieve.domains.sql.checker import Truth
from verisieve.domains.sql.stories import Story
from verisieve.domains.sql.tasks import drafts
from verisieve.records import Json, Problem
from verisieve.verifiers import replies
from verisieve.verifiers.sql import literals
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.engine import Database
from verisieve.verifiers.sql.gold import Gold, gold

NAMES = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A problem to solve, its truth, its gold, the question alone, and what stands above it."""

    problem: Problem
    read: Truth
    wanted: Gold
    question: str
    told: str

    @property
    def dialect(self) -> str:
        """The name of the dialect, as people write it."""
        return NAMES[self.read.dialect]

    def truth(self, task: str, **more: Json) -> dict[str, Json]:
        """The fields of the database and the gold, for a row of a task."""
        return {"task": task, **drafts.base(self.problem.truth), "query": self.read.query, **more}

    def story(self) -> Story | None:
        """The database as a story that new questions can be asked of; None where families do not know the dialect."""
        if self.read.dialect != "sqlite":
            return None
        if isinstance(fixture := self.problem.truth.get("fixture"), str):
            return stories.story(fixture)
        truth = drafts.base(self.problem.truth)
        name = str(self.problem.meta.get("fixture", "own"))
        return stories.told(name, self.read.schema, self.read.data, _words(self.problem), truth)

    def inserts(self, rows: Database | None = None) -> str:
        """Write rows as statements; the given ones where none are named."""
        table = self.wanted.bench
        return literals.inserts(table.schema.tables, table.rows if rows is None else rows, table.dialect)


def prepare(problem: Problem) -> Subject:
    """Read a problem; raise TruthError for a truth, and UnusableError for a gold, that is no use."""
    read = checker.read_truth(problem.truth)
    wanted = gold(bench(read.schema, read.data, read.dialect), read.query)
    if not wanted.fixture.rows or not wanted.says_something:
        raise UnusableError("gold_says_nothing")
    question, told = _split(problem.prompt)
    return Subject(problem=problem, read=read, wanted=wanted, question=question, told=told or _told(read))


def ask(template: str, **values: str) -> str:
    """Fill in a template of the domain."""
    return fill(templates()[template], **values)


@cache
def templates() -> dict[str, str]:
    """The templates of the domain, by name."""
    return read_prompts("verisieve.domains.sql")


def fenced(sql: str) -> str:
    """Write a query as a model would."""
    return f"```sql\n{sql}\n```"


def _split(prompt: str) -> tuple[str, str]:
    """Part a prompt into the question, below the last closed block, and what stands above it."""
    blocks = [fence for fence in replies.fences(prompt) if fence.closed]
    if not blocks:
        return prompt.strip(), ""
    end = prompt.rindex("```") + 3
    question = prompt[end:].strip()
    return (question, prompt[:end].strip()) if question else (prompt.strip(), "")


def _told(read: Truth) -> str:
    return f"The database:\n\n```sql\n{read.schema.strip()}\n```"


def _words(problem: Problem) -> Mapping[str, Any]:
    words = problem.meta.get("words")
    return words if isinstance(words, dict) else stories.NO_WORDS
