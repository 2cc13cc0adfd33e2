"""Making of problems: families in turn, each item from a stream of its own, proved by a second solver before it leaves.

Makes no replies and judges none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from random import Random

from verisieve.domains.reasoning import traces
from verisieve.domains.reasoning.families import LEVELS, load, names
from verisieve.errors import TruthError, UsageError
from verisieve.records import Problem

MAX_ATTEMPTS = 200
TRACED = ":trace"  # after a family's name: with a derivation
ALL_TRACED = "trace"  # for a family's name: all that can be asked with a derivation


def problems(seed: int, count: int, *, families: Sequence[str], difficulty: int | None) -> Iterator[Problem]:
    """Yield problems; item i depends on the stream reasoning:seed:i, and on i again only to avoid a repetition."""
    chosen = tuple(families) or names()
    chosen = tuple(one for name in chosen for one in (_traced() if name == ALL_TRACED else (name,)))
    unknown = sorted(set(chosen) - {*names(), *_traced()})
    if unknown:
        raise UsageError(f"unknown family {unknown[0]!r}; known: {', '.join(names())}")
    if difficulty is not None and difficulty not in LEVELS:
        raise UsageError(f"difficulty {difficulty} is not from {LEVELS[0]} to {LEVELS[-1]}")
    seen: set[bytes] = set()
    for index in range(count):
        yield _fresh(seed, index, chosen[index % len(chosen)], difficulty, seen)


def _traced() -> tuple[str, ...]:
    """Return what asks for derivations: the families that know no other mode, and the others with their tracers."""
    return tuple(name if load(name).MODE == "trace" else name + TRACED for name in names() if _has_steps(name))


def _has_steps(name: str) -> bool:
    return name in traces.names() or load(name).MODE == "trace"


def _fresh(seed: int, index: int, name: str, difficulty: int | None, seen: set[bytes]) -> Problem:
    """Return item `index`, drawn again where its spec has been seen before."""
    for attempt in range(MAX_ATTEMPTS):
        stream = f"reasoning:{seed}:{index}" + (f":{attempt}" if attempt else "")
        problem, key = _one(Random(stream), f"reasoning-{seed}-{index}", name, difficulty)
        if key not in seen:
            seen.add(key)
            return problem
    raise UsageError(f"{name} has no more new problems at this difficulty")


def _one(rng: Random, item: str, name: str, difficulty: int | None) -> tuple[Problem, bytes]:
    name, traced = name.removesuffix(TRACED), name.endswith(TRACED)
    family = load(name)
    level = difficulty if difficulty is not None else rng.choice(LEVELS)
    raw = family.make(rng, level)
    spec = family.parse(raw)
    answer = family.solve(spec)
    if not family.prove(spec, answer):
        raise TruthError("spec", f"the two solvers of {name} disagree on {json.dumps(raw)[:400]}")
    mode = "trace" if traced else family.MODE
    truth = {"family": name, "mode": mode, "spec": raw, "answer": None}
    problem = Problem(
        domain="reasoning",
        id=item,
        prompt=family.ask(spec, rng) + ("\n\n" + traces.form(name, spec, rng) if traced else ""),
        truth=truth,
        meta={"family": name, "difficulty": level, "source": "procedural"},
    )
    return problem, blake2b(json.dumps([name, raw], sort_keys=True).encode(), digest_size=8).digest()
