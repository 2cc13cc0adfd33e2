"""Chess endings of king and one piece (queen, rook or pawn) against a bare king, on small boards, searched backwards.

Theory. White has the piece. For each pair of places of White's king and piece, a set of places of the bare king is one
integer of bits. `lost[d]` holds the places in which Black is to move and mated within d moves of White, `won[d]` those
in which White is to move and mates within d. Both grow together: White wins in d where some move leads into
`lost[d - 1]`, and Black has lost where each king move leads into `won[d]`: a king's moves are eight shifts. A piece
that is taken, and no move without check, are draws. A pawn becomes a queen or a rook, so its table leans on theirs;
it may go two squares from its second rank on a board of eight ranks.

Reads no replies and draws no boards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

PIECES = "QRP"
MAX_DEPTH = 60  # moves to mate; no ending here takes so many
_STRAIGHT, _DIAGONAL = ((0, 1), (0, -1), (1, 0), (-1, 0)), ((1, 1), (1, -1), (-1, 1), (-1, -1))


class Board(NamedTuple):
    """How many files and ranks; squares count from the lower left, rank by rank."""

    wide: int
    high: int


class Position(NamedTuple):
    """Where White's king, White's piece and Black's king stand; a piece that was taken is no piece, at -1."""

    king: int
    piece: str
    at: int
    bare: int
    white: bool  # to move


class Move(NamedTuple):
    """Which piece goes from where to where, and what a pawn becomes."""

    piece: str
    start: int
    end: int
    becomes: str = ""


@lru_cache(maxsize=4_000)
def steps(board: Board, square: int) -> tuple[int, ...]:
    """Return the squares next to one."""
    return tuple(row[0] for row in _rays(board, square, (*_STRAIGHT, *_DIAGONAL)) if row)


def _rays(board: Board, square: int, ways: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the squares on the way from one to the edge, each way."""
    found = []
    for down, across in ways:
        found.append(list[int]())
        row, column = square // board.wide + down, square % board.wide + across
        while 0 <= row < board.high and 0 <= column < board.wide:
            found[-1].append(row * board.wide + column)
            row, column = row + down, column + across
    return found


@lru_cache(maxsize=4_000)
def _ways(board: Board, piece: str, at: int) -> list[list[int]]:
    """Return the squares that a piece attacks on an empty board, each way."""
    if piece == "P":
        return [row[:1] for row in _rays(board, at, ((1, 1), (1, -1)))]
    return _rays(board, at, _STRAIGHT if piece == "R" else (*_STRAIGHT, *_DIAGONAL))


@lru_cache(maxsize=200_000)
def reach(board: Board, piece: str, at: int, block: int) -> tuple[int, ...]:
    """Return the squares that a piece attacks, past whatever is not on `block`."""
    found: list[int] = []
    for row in _ways(board, piece, at):
        found += row[: row.index(block)] if block in row else row
    return tuple(found)


def pushes(board: Board, at: int) -> tuple[int, ...]:
    """Return where a pawn may go, if nothing is in the way: what is behind is only reached over what is before."""
    row = at // board.wide
    twice = board.high == 8 and row == 1
    return tuple(at + k * board.wide for k in ((1, 2) if twice else (1,)) if row + k < board.high)


def _bits(squares: tuple[int, ...]) -> int:
    return sum([1 << square for square in squares])


class Table:
    """The sets of places of the bare king by depth, and within it by king * squares + piece; it grows as it is asked.

    `around` is where the bare king would have a neighbour in a set.
    """

    def __init__(self, board: Board, piece: str) -> None:
        self.board, self.piece = board, piece
        self.count = board.wide * board.high
        self._full = (1 << self.count) - 1
        self._left = sum(1 << row * board.wide for row in range(board.high))
        self._right = self._left << board.wide - 1
        self._others = [table(board, one) for one in "QR"] if piece == "P" else []
        self._pairs = [(k, p) for k in range(self.count) for p in range(self.count) if k != p and self._stands(p)]
        self._moves = [self._led(k, p) for k, p in self._pairs]
        attacked = [_bits(reach(board, piece, p, k)) for k, p in self._pairs]
        near = [_bits(steps(board, square)) | 1 << square for square in range(self.count)]
        self._safe = [self._full & ~near[k] & ~held for (k, _), held in zip(self._pairs, attacked, strict=True)]
        self._quiet = [safe & ~(1 << p) for safe, (_, p) in zip(self._safe, self._pairs, strict=True)]
        self._movable = [self._around(safe) for safe in self._safe]
        mates, there = [0] * self.count**2, [0] * self.count**2
        for (k, p), held, movable in zip(self._pairs, attacked, self._movable, strict=True):
            there[k * self.count + p] = self._full & ~near[k] & ~(1 << p)
            mates[k * self.count + p] = there[k * self.count + p] & held & ~movable
        self._there = there
        self.lost, self.won = [mates], [[0] * self.count**2]
        self.complete = False

    def _stands(self, at: int) -> bool:
        return self.piece != "P" or 0 < at // self.board.wide < self.board.high - 1

    def _around(self, squares: int) -> int:
        wide = self.board.wide
        beside = (squares & ~self._right) << 1 | (squares & ~self._left) >> 1
        row = squares | beside
        return (beside | row << wide | row >> wide) & self._full

    def _led(self, k: int, p: int) -> list[int]:
        """Return the places that White's moves lead to, but for those of pawns, which the bare king may stop."""
        kings = [to * self.count + p for to in steps(self.board, k) if to != p]
        ways = reach(self.board, self.piece, p, k) if self.piece != "P" else ()
        return [*kings, *[k * self.count + to for to in ways]]

    def _pushed(self, k: int, p: int) -> int:
        """Return the places of the bare king from which a pawn's push leads into what is lost."""
        found, free = 0, self._full
        for to in pushes(self.board, p):
            if to == k:
                break
            free &= ~(1 << to)
            last = to // self.board.wide == self.board.high - 1
            for one in self._others if last else (self,):
                found |= one.lost[min(len(self.lost), len(one.lost)) - 1][k * self.count + to] & free
        return found

    def deepen(self) -> None:
        """Add the mates that take a move more."""
        for other in self._others:
            if len(other.lost) < len(self.lost) and not other.complete:
                other.deepen()
        before, wins, losses = self.lost[-1], [0] * self.count**2, list(self.lost[0])
        for n, (k, p) in enumerate(self._pairs):
            found = self._pushed(k, p) if self.piece == "P" else 0
            for to in self._moves[n]:
                found |= before[to]
            place = k * self.count + p
            wins[place] = found & self._quiet[n]
            bad = self._safe[n] & ~wins[place]
            losses[place] |= self._there[place] & self._movable[n] & ~self._around(bad)
        self.lost.append(losses)
        self.won.append(wins)
        settled = all(other.complete and len(other.lost) < len(self.lost) for other in self._others)
        self.complete = settled and self.lost[-1] == self.lost[-2] and self.won[-1] == self.won[-2]

    def distance(self, position: Position, most: int) -> int | None:
        """Return the least depth, up to `most`, of the sets that a position is in."""
        place, sets = position.king * self.count + position.at, self.won if position.white else self.lost
        for depth in range(most + 1):
            if depth == len(sets):
                if self.complete:
                    return None
                self.deepen()
            if sets[depth][place] >> position.bare & 1:
                return depth
        return None


@lru_cache(maxsize=32)
def table(board: Board, piece: str) -> Table:
    """Return the table of an ending."""
    return Table(board, piece)


def distance(board: Board, position: Position, most: int = MAX_DEPTH) -> int | None:
    """Return in how many moves White mates, 0 where Black is mated; None where White cannot within `most`."""
    return table(board, position.piece).distance(position, most) if position.piece else None


def legal(board: Board, position: Position) -> list[Move]:
    """Return all legal moves."""
    king, piece, at, bare, white = position
    if not white:
        held = (king, *steps(board, king), *(reach(board, piece, at, king) if piece else ()))
        return [Move("K", bare, to) for to in steps(board, bare) if to not in held]
    near = (bare, *steps(board, bare))
    found = [Move("K", king, to) for to in steps(board, king) if to != at and to not in near]
    if piece and piece != "P":
        found += [Move(piece, at, to) for to in reach(board, piece, at, king) if to != bare]
    for to in pushes(board, at) if piece == "P" else ():
        if to in (king, bare):
            break
        last = to // board.wide == board.high - 1
        found += [Move("P", at, to, one) for one in ("QR" if last else ("",))]
    return found


def play(position: Position, move: Move) -> Position:
    """Return the position after a legal move."""
    king, piece, at, bare, white = position
    if not white:
        taken = move.end == at
        return Position(king, "" if taken else piece, -1 if taken else at, move.end, True)
    if move.piece == "K":
        return Position(move.end, piece, at, bare, False)
    return Position(king, move.becomes or piece, move.end, bare, False)


def checked(board: Board, position: Position) -> bool:
    """Say whether Black's king is attacked."""
    return bool(position.piece) and position.bare in reach(board, position.piece, position.at, position.king)


def possible(board: Board, position: Position) -> bool:
    """Say whether the pieces may stand so: apart, kings not side by side, Black not in check when White moves."""
    squares = {position.king, position.at, position.bare}
    apart = len(squares) == 3 and position.bare not in steps(board, position.king)
    row = position.at // board.wide
    return (
        apart
        and (position.piece != "P" or 0 < row < board.high - 1)
        and not (position.white and checked(board, position))
    )


@lru_cache(maxsize=400_000)
def mates(board: Board, position: Position, moves: int) -> bool:
    """Say whether White, to move, mates within so many moves, by trying all: no table is asked."""
    if not position.piece or moves < 1:
        return False
    ways = [move for move in legal(board, position) if moves > 1 or _checks(board, position, move)]
    return any(mated(board, play(position, move), moves - 1) for move in ways)


def _checks(board: Board, position: Position, move: Move) -> bool:
    """Say whether a move of White attacks Black's king."""
    own, at = (move.end, position.at) if move.piece == "K" else (position.king, move.end)
    return position.bare in reach(board, move.becomes or position.piece, at, own)


@lru_cache(maxsize=400_000)
def mated(board: Board, position: Position, moves: int) -> bool:
    """Say whether Black, to move, is mated within so many moves of White."""
    replies = legal(board, position)
    if not replies:
        return checked(board, position)
    return moves > 0 and all(mates(board, play(position, reply), moves) for reply in replies)
