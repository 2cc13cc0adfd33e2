"""Make problems from a seed: all families in turn, each answer confirmed by its second way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from verisieve.domains.math.families import FAMILIES
from verisieve.domains.math.families.item import Item
from verisieve.errors import UsageError, VerisieveError
from verisieve.records import Problem
from verisieve.verifiers.math import meter
from verisieve.verifiers.math.compare import Options, compare
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.scalars import Judgement

LEVELS = range(1, 6)


class UnconfirmedError(VerisieveError):
    """A family's two ways gave two answers: a bug of the family."""


def problems(
    seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
) -> Iterator[Problem]:
    """Yield problems; item i depends on the seed and i alone; raise UsageError for an unknown family or level."""
    chosen = tuple(families) or tuple(FAMILIES)
    unknown = sorted(set(chosen) - set(FAMILIES))
    if unknown:
        raise UsageError(f"unknown family {', '.join(unknown)}; known: {', '.join(FAMILIES)}")
    if difficulty is not None and difficulty not in LEVELS:
        raise UsageError(f"difficulty must be {LEVELS[0]} to {LEVELS[-1]}, not {difficulty}")
    for index in range(count):
        rng = Random(f"math:{seed}:{index}")
        level = difficulty if difficulty is not None else rng.choice(LEVELS)
        family = chosen[index % len(chosen)]
        yield _problem(f"math-{seed}-{index}", family, level, FAMILIES[family](rng, level))


def _problem(name: str, family: str, level: int, item: Item) -> Problem:
    if not confirmed(item):
        raise UnconfirmedError(f"{family}: {item.answer} is not {item.again}")
    truth = {"answer": item.answer, "type": item.kind}
    meta = {"family": family, "difficulty": level, "source": "procedural"}
    return Problem(domain="math", id=name, prompt=item.prompt, truth=truth, meta=meta)


def confirmed(item: Item) -> bool:
    """Say whether both ways gave the same answer."""
    meter.start()
    options = Options(kind=item.kind)
    return compare(parse(item.answer), parse(item.again), options).judgement is Judgement.SAME
