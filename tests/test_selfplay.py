"""Matches of models: both move first, failures are told, and rows hold no position that is held back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from verisieve import domains, selfplay
from verisieve.domains.reasoning.selfplay import RULES, held_back
from verisieve.errors import ModelError, UsageError
from verisieve.records import Completion, Problem
from verisieve.selfplay import PerfectPlayer, Played


class Silent:
    """A model that never answers, or says what it is told to."""

    name = "silent"

    def __init__(self, text: str | None = None) -> None:
        self.text = text

    async def complete(self, problem: Problem, sample: int) -> Completion:
        if self.text is None:
            raise ModelError("down")
        return Completion(problem=problem, text=self.text, model=self.name, sample=sample)


def match(family: str, count: int, *players: Any) -> list[Played]:
    """Play a match to its end."""

    async def games() -> list[Played]:
        starts = domains.load("reasoning").problems(1, count, families=[family])
        return [played async for played in selfplay.match(starts, (players[0], players[1]))]

    return asyncio.run(games())


@pytest.mark.parametrize("family", sorted(RULES))
def test_who_errs_less_wins_more(family: str) -> None:
    """Both move first as often; the rows tell who won, and the same seed plays the same games."""
    players = PerfectPlayer(0.0), PerfectPlayer(0.6)
    rows = [selfplay.row(played) for played in match(family, 12, *players)]
    wins = [row["winner"] for row in rows]
    assert wins.count(players[0].name) > wins.count(players[1].name)
    assert [row["first"] for row in rows].count(players[0].name) == 12
    assert rows == [selfplay.row(played) for played in match(family, 12, *players)]


def test_rows_hold_no_position_that_is_held_back() -> None:
    """What is kept for tests is in no row."""
    turns: list[Any] = [
        turn
        for played in match("line_game", 20, PerfectPlayer(0.5), PerfectPlayer(0.5))
        for turn in selfplay.row(played)["turns"]  # type: ignore[union-attr]  # a list of turns
    ]
    assert turns
    assert not any(held_back(RULES["line_game"], RULES["line_game"].parse(turn["spec"])) for turn in turns)


def test_an_illegal_move_loses_and_an_outage_does_not() -> None:
    """What a model says is its own; that it could not be asked is nobody's loss."""
    lost = match("line_game", 1, Silent("Answer: row 9, column 9"), PerfectPlayer())
    assert [selfplay.row(one)["winner"] for one in lost] == [PerfectPlayer().name] * 2
    assert [(one.record, one.failure) for one in match("line_game", 1, Silent(), PerfectPlayer())] == [
        (None, "down")
    ] * 2


def test_what_is_no_game_is_refused() -> None:
    """A family without rules of play, or an error rate that is none, is a usage error."""
    with pytest.raises(UsageError):
        match("countdown", 1, PerfectPlayer(), PerfectPlayer())
    with pytest.raises(UsageError):
        PerfectPlayer(1.5)
