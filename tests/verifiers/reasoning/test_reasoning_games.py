"""Games: rules, symmetry and values, against known results and a plain search."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import games
from verisieve.verifiers.reasoning.games import Board, State

TIC_TAC_TOE = Board(3, 3, 3, gravity=False)


@pytest.mark.parametrize(
    ("board", "value"),
    [
        (TIC_TAC_TOE, 0),
        (Board(4, 3, 3, gravity=False), 1),  # a third in a row cannot be kept from the first player
        (Board(4, 4, 3, gravity=True), 1),
        (Board(3, 3, 3, gravity=True), 0),
        (Board(2, 2, 2, gravity=True), 1),
        (Board(4, 1, 3, gravity=False), 0),
    ],
)
def test_known_games_have_their_known_value(board: Board, value: int) -> None:
    """Full search from the empty board comes to what is known of the game."""
    assert games.value(board, games.START) == value


@pytest.mark.parametrize("board", [TIC_TAC_TOE, Board(4, 3, 3, gravity=True), Board(3, 4, 3, gravity=False)])
def test_values_are_those_of_a_search_without_short_cuts(board: Board) -> None:
    """Symmetry, threats and memory change no value in positions of random play."""
    rng = Random(3)
    for _ in range(40):
        state = games.START
        for _ in range(rng.randint(3, 6)):
            cells = games.moves(board, state)
            state = games.play(state, rng.choice(cells)) if cells else state
        assert games.values(board, state) == {
            c: -_plain(board, games.play(state, c)) for c in games.moves(board, state)
        }


@cache
def _plain(board: Board, state: State) -> int:
    if games.lost(board, state):
        return -1
    return max((-_plain(board, games.play(state, cell)) for cell in games.moves(board, state)), default=0)


def test_symmetric_states_have_one_canonical_form() -> None:
    """The eight forms of a square board are one; with gravity only the mirror is."""
    corners = [State(1 << cell, 0) for cell in (0, 2, 6, 8)]
    assert len({games.canonical(TIC_TAC_TOE, state) for state in corners}) == 1
    falling = Board(3, 3, 3, gravity=True)
    assert len({games.canonical(falling, state) for state in corners}) == 2


def test_a_search_that_would_take_too_long_is_refused() -> None:
    """A board too large to search is an error of the data, not a wrong answer."""
    with pytest.raises(TruthError):
        games.value(Board(6, 6, 5, gravity=False), games.START)


def test_nim_values_are_those_of_a_search() -> None:
    """The nim-sum agrees with trying every move."""

    @cache
    def wins(heaps: tuple[int, ...]) -> bool:
        return any(not wins(games.nim_play(heaps, move)) for move in games.nim_moves(heaps))

    heaps = [(a, b, c) for a in range(4) for b in range(4) for c in range(4)]
    assert [games.nim_value(one) == 1 for one in heaps] == [wins(one) for one in heaps]


def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been() -> None:
    """However few states were enough before, the moves and the number of states are those of one search."""
    board = Board(4, 3, 3, gravity=True)
    state = games.play(games.play(games.START, 8), 9)
    stopped = [games.explored(board, state, most) for most in (0, 5, 50)]
    assert stopped == [({}, 1), ({}, 6), ({}, 51)]
    found = games.explored(board, state)
    games._searched.cache_clear()
    assert games.explored(board, state) == found
    assert games.explored(board, state, found[1]) == found
    assert games.explored(board, state, found[1] - 1) == ({}, found[1])
