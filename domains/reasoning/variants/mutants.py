"""Single edits of an answer: one value for another, two exchanged, a number one off; and near misses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from verisieve.domains.reasoning import writing
from verisieve.domains.reasoning.families import Family
from verisieve.domains.reasoning.tasks import answers
from verisieve.domains.reasoning.truths import Truth
from verisieve.records import Outcome
from verisieve.verifiers.reasoning.findings import UnreadableError

MAX_MUTANTS, MAX_SPOILT = 40, 6


def passes(truth: Truth, answer: Any, rng: Random) -> bool:
    """Say whether an answer, written in one of the usual forms, passes the checker as a reply would."""
    return accepted(truth, truth.family.write(truth.spec, answer, rng), rng)


def accepted(truth: Truth, text: str, rng: Random) -> bool:
    """Say whether a written answer passes as a reply would."""
    return all(one.outcome is Outcome.PASS for one in answers.check(truth, replied(truth, text, rng)))


def replied(truth: Truth, text: str, rng: Random) -> str:
    """Return a written answer as a reply commits to it; a derivation is whole."""
    return text if truth.family.MODE == "trace" else writing.commit(text, rng)


def read_back(truth: Truth, text: str) -> Any:
    """Return what a written answer says, as far as the form that it is written in says it; None for nothing."""
    if truth.family.MODE == "trace":
        return text
    try:
        return truth.family.read(truth.spec, text)
    except UnreadableError:
        return None


def mutants(family: Family, spec: Any, answer: Any, rng: Random) -> list[Any]:
    """Return answers that differ from one in a single place, up to MAX_MUTANTS of them, and near misses."""
    found = [] if family.MODE == "trace" else list(islice(_edits(answer, sorted(_leaves(answer), key=repr)), 2_000))
    chosen = rng.sample(found, min(len(found), MAX_MUTANTS))
    return [*chosen, *(family.spoil(spec, answer, rng) for _ in range(MAX_SPOILT))]


def _leaves(answer: Any) -> set[Any]:
    if isinstance(answer, dict):
        return set().union(*(_leaves(value) for value in answer.values()))
    if isinstance(answer, list | tuple | frozenset):
        return set().union(*(_leaves(part) for part in answer))
    return {answer} if isinstance(answer, str | int) and not isinstance(answer, bool) and answer != "" else set()


def _edits(answer: Any, leaves: list[Any]) -> Iterator[Any]:
    """Yield the single edits of an answer; types stay as they are."""
    if isinstance(answer, bool):
        return
    if isinstance(answer, int):
        yield from (answer + 1, answer - 1)
    elif isinstance(answer, str):
        yield from (leaf for leaf in leaves if isinstance(leaf, str) and leaf != answer)
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield from ({**answer, key: edited} for edited in _edits(value, leaves))
    elif isinstance(answer, list | tuple) and not hasattr(answer, "_fields"):
        kind = type(answer)
        for k, part in enumerate(answer):
            yield from (kind([*answer[:k], edited, *answer[k + 1 :]]) for edited in _edits(part, leaves))
            if k and answer[k - 1] != part and type(answer[k - 1]) is type(part):
                yield kind([*answer[: k - 1], part, answer[k - 1], *answer[k + 1 :]])
