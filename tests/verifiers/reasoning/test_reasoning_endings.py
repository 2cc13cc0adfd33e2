"""Tables of small endings agree with known figures and with a plain search; refutations leave no defence out."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from verisieve.domains.reasoning import domain
from verisieve.domains.reasoning.families import ending
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem
from verisieve.verifiers.reasoning import endings
from verisieve.verifiers.reasoning.endings import Board, Position


@pytest.mark.parametrize(("piece", "moves"), [("Q", 10), ("R", 16), ("P", 28)])
def test_the_longest_mates_are_those_that_are_known(piece: str, moves: int) -> None:
    """King and queen mate within 10 moves, king and rook within 16, king and pawn within 28."""
    found = endings.table(Board(8, 8), piece)
    while not found.complete:
        found.deepen()
    assert next(depth for depth, squares in enumerate(found.won) if squares == found.won[-1]) == moves


@pytest.mark.parametrize("piece", "QRP")
def test_tables_agree_with_a_search_forwards(piece: str) -> None:
    """For drawn positions, mate within three moves is there exactly where trying all moves finds it."""
    board, rng = Board(4, 5), Random(f"endings:{piece}")
    for _ in range(60):
        position = Position(*rng.sample(range(20), 1), piece, *rng.sample(range(20), 2), rng.random() < 0.5)
        if endings.possible(board, position):
            far = endings.distance(board, position)
            forced = endings.mates if position.white else endings.mated
            assert [forced(board, position, n) for n in range(4)] == [far is not None and far <= n for n in range(4)]


def test_a_table_grows_only_as_far_as_it_is_asked() -> None:
    """A mate beyond the moves that are asked about is none; asked further, the same table finds it."""
    board, position = Board(7, 8), Position(0, "R", 9, 31, white=True)
    assert endings.distance(board, position, 2) is None
    assert len(endings.table(board, "R").won) == 3
    far = endings.distance(board, position)
    assert far is not None
    assert endings.distance(board, position, far - 1) is None
    assert endings.distance(board, position, far) == far


MOVE = {
    "board": [8, 8],
    "white": {"K": "b6", "R": "h7"},
    "black": {"K": "a8"},
    "mover": "white",
    "ask": "move",
    "within": 1,
}
LINE = {
    "board": [4, 4], "white": {"K": "c3", "R": "d2"}, "black": {"K": "a2"}, "mover": "black", "ask": "line",
    "played": "Ka1", "within": 3,
}  # fmt: skip


def outcome(spec: dict[str, Any], text: str) -> Outcome:
    """What the domain says of a reply."""
    truth = {"family": "ending", "mode": "answer", "spec": spec, "answer": None}
    (check,) = domain.check(Problem(domain="reasoning", id="p", prompt="", truth=truth), text, None)  # type: ignore[arg-type]
    return check.outcome


MOVES = [
    ("Answer: Rh8", Outcome.PASS),
    ("Answer: Rh8#", Outcome.PASS),
    ("Answer: h7-h8", Outcome.PASS),
    ("Answer: h7h8", Outcome.PASS),
    ("Answer: Rook from h7 to h8", Outcome.PASS),
    ("Answer: 1. Rh7-h8 mate", Outcome.PASS),
    ("Answer: Rg7", Outcome.FAIL),
    ("Answer: Kh8", Outcome.FAIL),  # no king's move
    ("Answer: Rh9", Outcome.NO_ANSWER),
    ("Answer: Rh8 or Rg7", Outcome.NO_ANSWER),
    ("Answer: not Rh8", Outcome.FAIL),
]


@pytest.mark.parametrize(("text", "expected"), MOVES)
def test_a_move_is_read_in_many_notations(text: str, expected: Outcome) -> None:
    """Any notation of one legal move counts; two moves, or a denied one, do not."""
    found = outcome(MOVE, text)
    assert (found is Outcome.PASS) == (expected is Outcome.PASS)


def test_a_refutation_answers_every_defence() -> None:
    """Lines pass together; without one of them, cut short, or with another reply to the same defence, they do not."""
    spec = ending.parse(LINE)
    right = ending.solve(spec)
    assert isinstance(right, tuple)
    text = ending.write(spec, right, Random(1))
    assert outcome(LINE, f"Answer:\n{text}") is Outcome.PASS
    for seed in range(8):
        spoilt = ending.write(spec, ending.spoil(spec, right, Random(seed)), Random(seed))
        assert outcome(LINE, f"Answer:\n{spoilt}") is not Outcome.PASS


BROKEN = [
    ({"white": {"K": "b6", "R": "b6"}}, "white"),
    ({"white": {"K": "b7", "R": "h7"}}, "white"),  # kings side by side
    ({"white": {"K": "b6", "R": "a1"}}, "white"),  # Black is in check, and White to move
    ({"white": {"K": "b6", "P": "c8"}}, "white"),
    ({"white": {"K": "b6", "N": "c8"}}, "white"),
    ({"mover": "black", "ask": "move", "within": 60}, "within"),
    ({"board": [9, 8]}, "board"),
]


@pytest.mark.parametrize(("change", "field"), BROKEN)
def test_positions_that_cannot_be_are_broken_truths(change: dict[str, Any], field: str) -> None:
    """The field that is wrong is named."""
    with pytest.raises(TruthError) as found:
        ending.parse({**MOVE, **change})
    assert found.value.field.startswith(f"spec.{field}")
