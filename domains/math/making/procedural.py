"""Make problems from a seed: all families in turn, each answer confirmed by its second way, none of them trivial."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from verisieve.domains.math.families import all_families
from verisieve.domains.math.families.item import Item
from verisieve.errors import UsageError, VerisieveError
from verisieve.records import Problem
from verisieve.verifiers.math import meter
from verisieve.verifiers.math.compare import Options, compare
from verisieve.verifiers.math.golds import squeezed
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.scalars import Judgement

LEVELS = range(1, 6)
_TRIES = 50  # draws for one that is not trivial; families need two of them at most, on average
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CONSTANTS = frozenset({"0", "1", "-1"})  # what anybody would guess


class UnconfirmedError(VerisieveError):
    """A family's two ways gave two answers: a bug of the family."""


def problems(
    seed: int, count: int, *, families: Sequence[str] = (), difficulty: int | None = None
) -> Iterator[Problem]:
    """Yield problems; item i depends on the seed and i alone; raise UsageError for an unknown family or level."""
    chosen = tuple(families) or tuple(all_families())
    unknown = sorted(set(chosen) - set(all_families()))
    if unknown:
        raise UsageError(f"unknown family {', '.join(unknown)}; known: {', '.join(all_families())}")
    if difficulty is not None and difficulty not in LEVELS:
        raise UsageError(f"difficulty must be {LEVELS[0]} to {LEVELS[-1]}, not {difficulty}")
    for index in range(count):
        stream = f"math:{seed}:{index}"
        level = difficulty if difficulty is not None else Random(stream).choice(LEVELS)
        yield problem(f"math-{seed}-{index}", chosen[index % len(chosen)], level, stream)


def problem(name: str, family: str, level: int, stream: str) -> Problem:
    """Make the problem that a named stream of random numbers gives; raise UnconfirmedError for a bug of the family."""
    item = draw(family, level, stream)
    if not confirmed(item):
        raise UnconfirmedError(f"{family}: {item.answer} is not {item.again}")
    truth = {"answer": item.answer, "type": item.kind}
    meta = {"family": family, "difficulty": level, "stream": stream, "source": "procedural"}
    return Problem(domain="math", id=name, prompt=item.prompt, truth=truth, meta=meta)


def draw(family: str, level: int, stream: str) -> Item:
    """Draw from a family until the answer is not trivial; the last draw, where that does not happen."""
    rng, make = Random(f"{stream}:{family}:{level}"), all_families()[family]
    for _ in range(_TRIES):
        meter.start()  # a family may read its own text back; what was drawn before must not count
        item = make(rng, level)
        if not trivial(item):
            break
    return item


def trivial(item: Item) -> bool:
    """Whether the answer stands in the question, or is one that anybody would guess."""
    answer = item.answer.rpartition("=")[2].replace("\\%", "").replace("^\\circ", "").strip()
    if _NUMBER.fullmatch(answer.removeprefix("-")):
        return answer in _CONSTANTS or answer.removeprefix("-") in _NUMBER.findall(item.prompt)
    return squeezed(item.answer) in squeezed(item.prompt)


def confirmed(item: Item) -> bool:
    """Say whether both ways gave the same answer."""
    meter.start()
    options = Options(kind=item.kind)
    return compare(parse(item.answer), parse(item.again), options).judgement is Judgement.SAME


def solution(item: Item) -> str:
    r"""Write the worked solution: a line for each step, and the answer in a box on the last one.

    >>> solution(Item("1+1?", "2", "2", steps=("1+1 = 2",)))
    '$1+1 = 2$\n\nThe answer is $\\boxed{2}$.'
    """
    lines = "\n".join(f"${step}$" for step in item.steps)
    return f"{lines}\n\nThe answer is $\\boxed{{{item.answer}}}$."
