"""Two-player games that can be searched to the end: nim, and lines of stones (tic-tac-toe, connect-k).

Theory. A line game is played on `width` x `height` cells; `run` stones of one player in a row, column or diagonal win;
with `gravity` a stone falls to the lowest free cell of its column. A state holds the stones of who is to move and of
the other as bit sets, cells numbered row by row from the top left. The value of a state is 1, 0 or -1 for who is to
move; values are kept for one of all states that mirrors and turns of the board make of each other.

Draws no boards for people and reads no replies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from operator import xor
from typing import NamedTuple

from verisieve.errors import TruthError

MAX_CELLS = 42
MAX_NODES = 30_000  # states that one search may look at


class Board(NamedTuple):
    """The rules of a line game."""

    width: int
    height: int
    run: int
    gravity: bool


class State(NamedTuple):
    """The stones of the player to move, and of the other, as bit sets."""

    own: int
    other: int


START = State(0, 0)


@lru_cache(maxsize=64)
def lines(board: Board) -> tuple[int, ...]:
    """Return every line that wins, as the bits of its cells."""
    found = []
    for row in range(board.height):
        for column in range(board.width):
            for down, across in ((0, 1), (1, 0), (1, 1), (1, -1)):
                cells = [(row + k * down, column + k * across) for k in range(board.run)]
                if all(r < board.height and 0 <= c < board.width for r, c in cells):
                    found.append(sum(1 << r * board.width + c for r, c in cells))
    return tuple(found)


@lru_cache(maxsize=64)
def _symmetries(board: Board) -> tuple[tuple[int, ...], ...]:
    """Return what mirrors and turns that keep the rules do to each cell; the first does nothing."""
    wide, high = board.width, board.height
    cells = [(r, c) for r in range(high) for c in range(wide)]
    maps = [[(r, c) for r, c in cells], [(r, wide - 1 - c) for r, c in cells]]
    if not board.gravity:
        maps += [[(high - 1 - r, c) for r, c in one] for one in maps]
        if wide == high:
            maps += [[(c, r) for r, c in one] for one in maps]
    return tuple(tuple(r * wide + c for r, c in one) for one in maps)


def canonical(board: Board, state: State) -> State:
    """Return the least of all states that symmetry makes of this one.

    >>> canonical(Board(3, 3, 3, False), State(1 << 8, 0)) == canonical(Board(3, 3, 3, False), State(1 << 2, 0))
    True
    """
    return min(State(_moved(state.own, one), _moved(state.other, one)) for one in _symmetries(board))


def _moved(stones: int, places: Sequence[int]) -> int:
    found = 0
    while stones:
        low = stones & -stones
        found |= 1 << places[low.bit_length() - 1]
        stones ^= low
    return found


def moves(board: Board, state: State) -> list[int]:
    """Return the cells where a stone may be put; none once the game is over."""
    return [] if lost(board, state) else _free(board, state.own | state.other)


def _free(board: Board, full: int) -> list[int]:
    width, cells = board.width, board.width * board.height
    if not board.gravity:
        return [cell for cell in range(cells) if not full >> cell & 1]
    found = []
    for cell in range(cells - width, cells):
        while cell >= 0 and full >> cell & 1:
            cell -= width
        if cell >= 0:
            found.append(cell)
    return found


def play(state: State, cell: int) -> State:
    """Return the state after a stone on a cell, seen by the next player."""
    return State(state.other, state.own | 1 << cell)


def lost(board: Board, state: State) -> bool:
    """Say whether the player who has just moved has a line."""
    other = state.other
    for line in lines(board):  # noqa: SIM110  # twice as fast as any(), and most of a search
        if other & line == line:
            return True
    return False


def _completing(board: Board, stones: int, free: int) -> int:
    """Return the bit of a free cell that completes a line of these stones, 0 where there is none."""
    for line in lines(board):
        rest = line & ~stones
        if rest & free and not rest & rest - 1:
            return rest
    return 0


def value(board: Board, state: State) -> int:
    """Return 1 where the player to move wins, -1 where they lose, 0 for a draw; raise TruthError if too long."""
    return -1 if lost(board, state) else _search(board, state, {}, [MAX_NODES])


def values(board: Board, state: State) -> dict[int, int]:
    """Return what each legal move is worth to the player who makes it."""
    return dict(explored(board, state)[0])


@lru_cache(maxsize=64)
def explored(board: Board, state: State, most: int = MAX_NODES) -> tuple[dict[int, int], int]:
    """Return what each legal move is worth, and how many states were searched for it.

    Where that takes more than `most` states, the moves beyond are left out; beyond MAX_NODES it raises TruthError.
    """
    known: dict[State, int] = {}
    budget = [MAX_NODES]
    found = {}
    for cell in moves(board, state):
        after = play(state, cell)
        found[cell] = 1 if lost(board, after) else -_search(board, after, known, budget)
        if MAX_NODES - budget[0] > most:
            break
    return found, MAX_NODES - budget[0]


def _search(board: Board, state: State, known: dict[State, int], budget: list[int]) -> int:
    """Return the value of a state in which nobody has a line: win at once, else parry, else try everything."""
    full = state.own | state.other
    early = full.bit_count() * 2 < board.width * board.height  # later on, hardly two states are alike by symmetry
    key = canonical(board, state) if early else state
    if key in known:
        return known[key]
    budget[0] -= 1
    if budget[0] < 0:
        raise TruthError("spec", "too hard to search here")
    cells = _free(board, full)
    free = sum([1 << cell for cell in cells])
    if _completing(board, state.own, free):
        known[key] = 1
        return 1
    threat = _completing(board, state.other, free)
    best = -1 if cells else 0
    for cell in [threat.bit_length() - 1] if threat else cells:
        best = max(best, -_search(board, play(state, cell), known, budget))
        if best == 1:
            break
    known[key] = best
    return best


def nim_value(heaps: Sequence[int]) -> int:
    """Return 1 where the player to move wins normal-play Nim, else -1 (Bouton 1901)."""
    return 1 if reduce(xor, heaps, 0) else -1


def nim_moves(heaps: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (heap from 1, stones) of every legal move."""
    for k, heap in enumerate(heaps, 1):
        yield from ((k, count) for count in range(1, heap + 1))


def nim_play(heaps: Sequence[int], move: tuple[int, int]) -> tuple[int, ...]:
    """Return the heaps after a move."""
    return tuple(heap - move[1] if k == move[0] else heap for k, heap in enumerate(heaps, 1))
