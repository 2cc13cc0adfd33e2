"""Making of problems: families in turn, each item from a stream of its own, proved by a second solver before it leaves.

Makes no replies and judges none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random

from verisieve.domains.reasoning import traces
from verisieve.domains.reasoning.families import LEVELS, load, names
from verisieve.domains.reasoning.truths import Truth, form
from verisieve.errors import TruthError, UsageError
from verisieve.records import Json, Problem

MAX_ATTEMPTS = 200
TRACED = ":trace"  # after a family's name: with a derivation
ALL_TRACED = "trace"  # for a family's name: all that can be asked with a derivation


def problems(seed: int, count: int, *, families: Sequence[str], difficulty: int | None) -> Iterator[Problem]:
    """Yield problems, none of them like an earlier one under renaming and symmetry.

    Item i comes from the stream reasoning:seed:i, and is drawn again from reasoning:seed:i:k where it is like one of
    the items before it; so it is the same however many are asked for.
    """
    chosen = tuple(families) or names()
    chosen = tuple(one for name in chosen for one in (_traced() if name == ALL_TRACED else (name,)))
    unknown = sorted(set(chosen) - {*names(), *_traced()})
    if unknown:
        raise UsageError(f"unknown family {unknown[0]!r}; known: {', '.join(names())}")
    if difficulty is not None and difficulty not in LEVELS:
        raise UsageError(f"difficulty {difficulty} is not from {LEVELS[0]} to {LEVELS[-1]}")
    seen: set[str] = set()
    left = list(chosen)
    for index in range(count):
        yield _next(seed, index, left, difficulty, seen)


def _next(seed: int, index: int, left: list[str], difficulty: int | None, seen: set[str]) -> Problem:
    """Return item `index` of the families in turn; those without new problems at this difficulty drop out."""
    while True:
        name = left[index % len(left)]
        problem = _fresh(seed, index, name, difficulty, seen)
        if problem:
            return problem
        if len(left) == 1:
            raise UsageError(f"{name} has no more new problems at this difficulty")
        left.remove(name)


def _traced() -> tuple[str, ...]:
    """Return what asks for derivations: the families that know no other mode, and the others with their tracers."""
    return tuple(name if load(name).MODE == "trace" else name + TRACED for name in names() if _has_steps(name))


def _has_steps(name: str) -> bool:
    return name in traces.names() or load(name).MODE == "trace"


def _fresh(seed: int, index: int, name: str, difficulty: int | None, seen: set[str]) -> Problem | None:
    """Return item `index`, drawn again where it is like one that was seen before; None where only those come."""
    for attempt in range(MAX_ATTEMPTS):
        rng = Random(f"reasoning:{seed}:{index}" + (f":{attempt}" if attempt else ""))
        level = difficulty if difficulty is not None else rng.choice(LEVELS)
        family = load(name.removesuffix(TRACED))
        raw = family.make(rng, level)
        mode = "trace" if name.endswith(TRACED) else family.MODE
        truth = Truth(name.removesuffix(TRACED), family, mode, family.parse(raw))
        key = form(truth, raw)
        if key not in seen:
            seen.add(key)
            return _proved(truth, raw, f"reasoning-{seed}-{index}", rng, {"difficulty": level, "form": key})
    return None


def _proved(truth: Truth, raw: Json, item: str, rng: Random, meta: dict[str, Json]) -> Problem:
    """Return the problem, its answer shown by a second solver; raise TruthError where the two disagree."""
    family, spec = truth.family, truth.spec
    traced = truth.mode != family.MODE
    if not family.prove(spec, family.solve(spec)):
        raise TruthError("spec", f"the two solvers of {truth.name} disagree on {json.dumps(raw)[:400]}")
    return Problem(
        domain="reasoning",
        id=item,
        prompt=family.ask(spec, rng) + (f"\n\n{traces.form(truth.name, spec, rng)}" if traced else ""),
        truth={"family": truth.name, "mode": truth.mode, "spec": raw, "answer": None},
        meta={"family": truth.name, "source": "procedural", **meta},
    )
