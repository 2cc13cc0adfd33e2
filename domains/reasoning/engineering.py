"""Rows of many tasks from a reasoning problem: `self_play` plays a game on from its position and keeps the best moves.

Every row is an ordinary one of its family, so that the ordinary check judges it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from verisieve.domains.engineering import Made, UnusableError
from verisieve.domains.reasoning import selfplay
from verisieve.domains.reasoning.truths import open_truth
from verisieve.records import Json, Problem
from verisieve.sandboxes import Sandbox

RATES = (0.0, 0.1, 0.3, 0.5)  # error rates of the builtin players, drawn for each game


def _self_play(problem: Problem, seed: int, per: int) -> Iterator[tuple[Made, Problem]]:
    """Yield the moves to learn from of `per` games that begin in the problem's position."""
    truth = open_truth(problem.truth)
    if truth.name not in selfplay.RULES:
        raise UnusableError("no_game")
    rules, seen = selfplay.RULES[truth.name], set[Any]()
    for number in range(per):
        rng = Random(f"reasoning:{seed}:{problem.id}:self_play:{number}")
        rates = (rng.choice(RATES), rng.choice(RATES))
        record = selfplay.played(rules, truth.spec, rng, rates)
        told: Mapping[str, Json] = {"players": [f"builtin:perfect:{rate}" for rate in rates], "end": record.end}
        for turn in selfplay.lessons(rules, record):
            position = rules.canonical(turn.spec)
            if position in seen:
                continue
            seen.add(position)
            yield _row(problem, rules, turn, rng, {**told, "game": number, "winner": record.winner})


def _row(
    problem: Problem, rules: selfplay.Rules, turn: selfplay.Turn, rng: Random, meta: Mapping[str, Json]
) -> tuple[Made, Problem]:
    truth: dict[str, Json] = {"family": rules.name, "mode": "answer", "spec": rules.raw(turn.spec), "answer": None}
    known = {**meta, "family": rules.name, "source": "self_play", "parents": [problem.id], "value": turn.value}
    made = Made(task="self_play", prompt=rules.ask(turn.spec, rng), truth=truth, reply=turn.text, meta=known)
    key = selfplay.position_key(rules, turn.spec)
    return made, replace(problem, id=f"{problem.id}-{key}", prompt=made.prompt, truth=truth, meta=known)


MAKERS: Mapping[str, Any] = {"self_play": _self_play}


def engineer(
    problem: Problem, sandbox: Sandbox, *, tasks: Sequence[str], seed: int, per: int
) -> Iterator[tuple[Made, Problem]]:
    """Make rows of each task; raise UnusableError for a problem that no game is played from."""
    for task in tasks:
        yield from MAKERS[task](problem, seed, per)


def shown(made: Made) -> str:
    """Return what a model is shown: the question."""
    return made.prompt
