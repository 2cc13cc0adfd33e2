"""Make problems: draw a story and a family until the gold passes its gates.

Gates: the gold runs on the given rows, returns rows, has one result however rows are stored, and says more than it does
on an empty database. Item i depends on its own random stream alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from verisieve.domains.sql.families import FAMILIES, NoTaskError, Task, parts
from verisieve.domains.sql.stories import NO_WORDS, Story, story
from verisieve.errors import TruthError, UsageError
from verisieve.records import Json, Problem
from verisieve.verifiers.sql import fixtures
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import Gold

LEVELS = (1, 2, 3)
_DRAWS = 60
_OWN_DRAWS = 400  # a database of the user's may lack what most families need


def problems(
    seed: int,
    count: int,
    *,
    families: Sequence[str] = (),
    difficulty: int | None = None,
    over: Sequence[Story] | None = None,
) -> Iterator[Problem]:
    """Yield `count` problems over the fixtures, or over stories of the user's; `difficulty` above 3 counts as 3."""
    unknown = sorted(set(families) - set(FAMILIES))
    if unknown:
        raise UsageError(f"unknown sql family {unknown[0]!r}; known: {', '.join(FAMILIES)}")
    if difficulty is not None and difficulty < 1:
        raise UsageError(f"difficulty is {difficulty}, not 1 or more")
    chosen = tuple(families) or tuple(FAMILIES)
    for index in range(count):
        yield _problem(seed, index, chosen, difficulty, over)


def _problem(
    seed: int, index: int, families: Sequence[str], difficulty: int | None, over: Sequence[Story] | None
) -> Problem:
    rng = Random(f"sql:{seed}:{index}")
    for _ in range(_DRAWS if over is None else _OWN_DRAWS):
        family = rng.choice(families)
        told = rng.choice(over) if over else story(rng.choice(fixtures.names()))
        level = min(difficulty, LEVELS[-1]) if difficulty else rng.choice(LEVELS)
        task = draw(told, family, rng, level)
        if task is not None:
            return problem(f"sql-{seed}-{index}", told, family, level, task)
    raise UsageError(f"no sql problem of {', '.join(families)} passes its gates in {_DRAWS} draws")


def draw(told: Story, family: str, rng: Random, level: int) -> Task | None:
    """Draw a task of a family; None where the story has none, or the gold fails a gate."""
    try:
        task = FAMILIES[family](told, rng, level)
        gold = Gold(bench(told.schema, told.data), task.query)
    except (NoTaskError, TruthError):
        return None
    good = gold.fixture.rows and gold.says_something
    return Task(parts.articles(task.question), task.query) if good else None


def problem(name: str, told: Story, family: str, level: int, task: Task) -> Problem:
    """Return a task as a problem to solve."""
    meta: dict[str, Json] = {"family": family, "difficulty": level, "fixture": told.name, "source": "procedural"}
    if "fixture" not in told.truth and told.words != NO_WORDS:
        meta["words"] = dict(told.words)
    truth = {**told.truth, "query": task.query, "column_order": "strict"}
    return Problem(domain="sql", id=name, prompt=prompt(told, task.question), truth=truth, meta=meta)


def prompt(told: Story, question: str) -> str:
    """Show the schema, and ask."""
    return f"The database of {told.trade}:\n\n```sql\n{told.schema}\n```\n\n{question}"
