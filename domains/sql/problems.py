"""Make problems: draw a story and a family until the gold passes its gates.

Gates: the gold runs on the fixture, returns rows, has one result however rows are stored, and says more than it does
on an empty database. Item i depends on its own random stream alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from verisieve.domains.sql.families import FAMILIES, NoTaskError, Task
from verisieve.domains.sql.stories import Story, story
from verisieve.errors import TruthError, UsageError
from verisieve.records import Problem
from verisieve.verifiers.sql import fixtures
from verisieve.verifiers.sql.bench import bench
from verisieve.verifiers.sql.gold import Gold

LEVELS = (1, 2, 3)
_DRAWS = 60


def problems(
    seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
) -> Iterator[Problem]:
    """Yield `count` problems; `difficulty` 1 to 3 is the number of conditions, more counts as 3."""
    unknown = sorted(set(families) - set(FAMILIES))
    if unknown:
        raise UsageError(f"unknown sql family {unknown[0]!r}; known: {', '.join(FAMILIES)}")
    if difficulty is not None and difficulty < 1:
        raise UsageError(f"difficulty is {difficulty}, not 1 or more")
    for index in range(count):
        yield _problem(seed, index, tuple(families) or tuple(FAMILIES), difficulty)


def _problem(seed: int, index: int, families: Sequence[str], difficulty: int | None) -> Problem:
    rng = Random(f"sql:{seed}:{index}")
    for _ in range(_DRAWS):
        family = rng.choice(families)
        told = story(rng.choice(fixtures.names()))
        level = min(difficulty, LEVELS[-1]) if difficulty else rng.choice(LEVELS)
        try:
            task = FAMILIES[family](told, rng, level)
        except NoTaskError:
            continue
        if _passes(told, task):
            meta = {"family": family, "difficulty": level, "fixture": told.name, "source": "procedural"}
            truth = {"dialect": "sqlite", "fixture": told.name, "query": task.query, "column_order": "strict"}
            return Problem(domain="sql", id=f"sql-{seed}-{index}", prompt=_prompt(told, task), truth=truth, meta=meta)
    raise UsageError(f"no sql problem of {', '.join(families)} passes its gates in {_DRAWS} draws")


def _prompt(told: Story, task: Task) -> str:
    return f"The database of {told.trade}:\n\n```sql\n{told.schema}\n```\n\n{task.question}"


def _passes(told: Story, task: Task) -> bool:
    fixture = fixtures.load(told.name)
    try:
        gold = Gold(bench(fixture.schema, fixture.data), task.query)
    except TruthError:
        return False
    return bool(gold.fixture.rows) and gold.says_something
