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
    if lost(board, state):
        return []
    ground = _ground(board)
    return [one.bit_length() - 1 for one in ground.single(ground.free(state.own | state.other))]


class _Ground:
    """What a search needs of a board: bits of cells, and the gaps of the sets of stones that were met on it."""

    def __init__(self, board: Board) -> None:
        self.lines, self.cells = lines(board), board.width * board.height
        self._wide, self._every = board.width, (1 << self.cells) - 1
        self._floor = self._every ^ self._every >> board.width
        first = sum(1 << row * board.width for row in range(board.height))
        self._columns = [first << column for column in range(board.width)] if board.gravity else None
        self._gaps: dict[int, list[int]] = {}

    def free(self, full: int) -> int:
        """Return the cells where a stone may be put."""
        free = self._every & ~full
        return free & (full >> self._wide | self._floor) if self._columns else free

    def single(self, free: int) -> list[int]:
        """Return free cells one by one, column by column where stones fall."""
        if self._columns:
            return [free & column for column in self._columns if free & column]
        found = []
        while free:
            found.append(free & -free)
            free &= free - 1
        return found

    def gap(self, stones: int, free: int) -> int:
        """Return a free cell that completes a line of these stones, 0 where there is none."""
        gaps = self._gaps.get(stones)
        if gaps is None:
            if len(self._gaps) >= MAX_NODES:
                self._gaps.clear()
            rests = [line & ~stones for line in self.lines]
            gaps = self._gaps[stones] = [rest for rest in rests if rest and not rest & rest - 1]
        for rest in gaps:
            if rest & free:
                return rest
        return 0


_ground = lru_cache(maxsize=64)(_Ground)


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


def value(board: Board, state: State) -> int:
    """Return 1 where the player to move wins, -1 where they lose, 0 for a draw; raise TruthError if too long."""
    return -1 if lost(board, state) else max(values(board, state).values(), default=0)


def values(board: Board, state: State) -> dict[int, int]:
    """Return what each legal move is worth to the player who makes it; raise TruthError if that takes too long."""
    found, states = explored(board, state)
    if states > MAX_NODES:
        raise TruthError("spec", "too hard to search here")
    return found


def explored(board: Board, state: State, most: int = MAX_NODES) -> tuple[dict[int, int], int]:
    """Return what each legal move is worth, and how many states a search for it looks at.

    Where these are more than `most`, no move and one state more than that.
    """
    search = _searched(board, state)
    try:
        found = search.moves(state, most)
    except _EnoughError:
        return {}, most + 1
    return (found, len(search.known)) if len(search.known) <= most else ({}, most + 1)


class _EnoughError(Exception):
    """More states than were asked for."""


class _Search:
    """A search from one state, with the values of what it has met; one that was stopped may go on."""

    def __init__(self, board: Board) -> None:
        self.board, self.ground = board, _ground(board)
        self.known: dict[int, int] = {}
        self.begun = self.most = 0  # states whose search has begun and not ended, and how many states are enough

    def moves(self, state: State, most: int) -> dict[int, int]:
        """Return what each legal move is worth; raise _EnoughError beyond `most` states."""
        self.begun, self.most = 0, most
        after = {cell: play(state, cell) for cell in moves(self.board, state)}
        return {cell: 1 if lost(self.board, one) else -self.value(*one) for cell, one in after.items()}

    def value(self, own: int, other: int) -> int:
        """Return the value of a state in which nobody has a line: win at once, else parry, else try everything."""
        known, ground, full = self.known, self.ground, own | other
        key = own << ground.cells | other
        if full.bit_count() * 2 < ground.cells:  # later on, hardly two states are alike by symmetry
            least = canonical(self.board, State(own, other))
            key = least.own << ground.cells | least.other
        if key in known:
            return known[key]
        self.begun += 1
        if self.begun + len(known) > self.most:
            raise _EnoughError
        free = ground.free(full)
        best = 1 if ground.gap(own, free) else -1 if free else 0
        if best < 0:
            threat = ground.gap(other, free)
            for cell in (threat,) if threat else ground.single(free):
                best = max(best, -self.value(other, own | cell))
                if best == 1:
                    break
        known[key] = best
        self.begun -= 1
        return best


@lru_cache(maxsize=64)
def _searched(board: Board, state: State) -> _Search:
    """Return the search from a state, as far as it went before."""
    return _Search(board)


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
