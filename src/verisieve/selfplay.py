"""Matches of two models, or of one against itself: whole games in which every move is read, checked and valued.

Rules and values are the reasoning domain's; here only players are asked. Writes no files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from random import Random
from typing import Any, NamedTuple, Protocol

from verisieve.domains.reasoning import selfplay
from verisieve.domains.reasoning.selfplay import Record, Rules
from verisieve.errors import ModelError, TruthError, UsageError
from verisieve.records import Completion, Json, Problem


class Player(Protocol):
    """Whoever can be asked for a move; every model can."""

    @property
    def name(self) -> str: ...

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Answer with a move; raise ModelError when no usable reply comes."""
        ...


class Played(NamedTuple):
    """One game, or why a player could not be asked; `first` moved first."""

    start: Problem
    first: str
    second: str
    record: Record | None
    failure: str = ""


class PerfectPlayer:
    """A player that makes a best move, or at its error rate any legal one; usable wherever a model is."""

    def __init__(self, error_rate: float = 0.0, seed: int = 0) -> None:
        if not 0 <= error_rate <= 1:
            raise UsageError(f"error rate must be a number from 0 to 1, not {error_rate}")
        self.name = f"builtin:perfect:{error_rate:g}"
        self._error_rate = error_rate
        self._seed = seed

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Answer with a move; the same seed and position give the same one."""
        rules, spec = _opened(problem.truth)
        rng = Random(f"{self.name}:{self._seed}:{problem.id}:{sample}")
        text = selfplay.choose(rules, spec, rng, self._error_rate)
        return Completion(problem=problem, text=text, model=self.name, sample=sample)


async def match(starts: Iterable[Problem], players: tuple[Player, Player], *, seed: int = 0) -> AsyncIterator[Played]:
    """Play two games from each start, each player moving first once; raise UsageError for a problem that is no game."""
    for number, start in enumerate(starts):
        for first, second in (players, players[::-1]):
            rng = Random(f"reasoning:{seed}:match:{number}")
            try:
                yield Played(start, first.name, second.name, await _game(start, (first, second), rng))
            except (ModelError, TruthError) as error:  # builtin:noisy knows no right reply in a lost position
                yield Played(start, first.name, second.name, None, str(error))


async def _game(start: Problem, players: tuple[Player, Player], rng: Random) -> Record:
    rules, spec = _opened(start.truth)
    play = selfplay.game(rules, spec)
    position, ply = next(play), 0
    while True:
        player = players[ply % 2]
        truth: dict[str, Json] = {"family": rules.name, "mode": "answer", "spec": rules.raw(position), "answer": None}
        prompt = selfplay.question(rules, position, rng)
        asked = Problem(domain="reasoning", id=f"{start.id}-ply{ply}", prompt=prompt, truth=truth)
        completion = await player.complete(asked, 0)
        try:
            position = play.send(completion.text)
        except StopIteration as stop:
            record: Record = stop.value
            return record
        ply += 1


def _opened(truth: Mapping[str, Json]) -> tuple[Rules, Any]:
    """Return rules and position; one of nim that is lost is a position, though no problem."""
    name = truth.get("family")
    if name not in selfplay.RULES:
        raise UsageError(f"{name!r} is no game; known: {', '.join(selfplay.RULES)}")
    rules = selfplay.RULES[str(name)]
    return rules, rules.parse(truth.get("spec"))


def row(played: Played) -> dict[str, Json]:
    """Return a game as JSON: positions, texts, moves, what each was worth and the best was, and who won."""
    record = played.record
    if record is None:
        return {"id": played.start.id, "first": played.first, "second": played.second, "failure": played.failure}
    rules, _ = _opened(played.start.truth)
    turns = [
        {
            "player": (played.first, played.second)[ply % 2],
            "spec": rules.raw(turn.spec),
            "text": turn.text,
            "move": turn.move,
            "value": turn.value,
            "best": turn.best,
            "reason": str(turn.finding.reason or ""),
        }
        for ply, turn in enumerate(record.turns)
        if not selfplay.held_back(rules, turn.spec)
    ]
    winner = None if record.winner is None else (played.first, played.second)[record.winner]
    return {
        "id": played.start.id,
        "first": played.first,
        "second": played.second,
        "winner": winner,
        "end": record.end,
        "plies": len(record.turns),
        "turns": turns,
    }
