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

from collections.abc import Iterator
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


class Table(NamedTuple):
    """The sets of places of the bare king by depth, and within it by king * squares + piece."""

    lost: list[list[int]]
    won: list[list[int]]


def steps(board: Board, square: int) -> Iterator[int]:
    """Yield the squares next to one."""
    row, column = divmod(square, board.wide)
    for down, across in (*_STRAIGHT, *_DIAGONAL):
        if 0 <= row + down < board.high and 0 <= column + across < board.wide:
            yield (row + down) * board.wide + column + across


@lru_cache(maxsize=200_000)
def reach(board: Board, piece: str, at: int, block: int) -> tuple[int, ...]:
    """Return the squares that a piece attacks, past whatever is not on `block`."""
    row, column = divmod(at, board.wide)
    rays = {"Q": (*_STRAIGHT, *_DIAGONAL), "R": _STRAIGHT, "P": ((1, 1), (1, -1))}[piece]
    found = []
    for down, across in rays:
        r, c = row + down, column + across
        while 0 <= r < board.high and 0 <= c < board.wide and r * board.wide + c != block:
            found.append(r * board.wide + c)
            r, c = (r + down, c + across) if piece != "P" else (-1, -1)
    return tuple(found)


def pushes(board: Board, at: int) -> tuple[int, ...]:
    """Return where a pawn may go, if nothing is in the way: what is behind is only reached over what is before."""
    row = at // board.wide
    twice = board.high == 8 and row == 1
    return tuple(at + k * board.wide for k in ((1, 2) if twice else (1,)) if row + k < board.high)


def _bits(squares: Iterator[int] | tuple[int, ...]) -> int:
    return sum(1 << square for square in squares)


class _Builder:
    """What stays the same while a table grows; `around` is where the bare king would have a neighbour in a set."""

    def __init__(self, board: Board, piece: str) -> None:
        self.board, self.piece = board, piece
        self.count = board.wide * board.high
        self.full = (1 << self.count) - 1
        self.zone = [_bits(steps(board, square)) | 1 << square for square in range(self.count)]
        self.left = sum(1 << row * board.wide for row in range(board.high))
        self.right = self.left << board.wide - 1
        self.pairs = [(k, p) for k in range(self.count) for p in range(self.count) if k != p and self._stands(p)]
        self.attacked = {(k, p): _bits(reach(board, piece, p, k)) for k, p in self.pairs}
        self.moves = {pair: self._moves(*pair) for pair in self.pairs}

    def _stands(self, at: int) -> bool:
        return self.piece != "P" or 0 < at // self.board.wide < self.board.high - 1

    def around(self, squares: int) -> int:
        wide = self.board.wide
        beside = (squares & ~self.right) << 1 | (squares & ~self.left) >> 1
        row = squares | beside
        return (beside | row << wide | row >> wide) & self.full

    def _moves(self, k: int, p: int) -> list[int]:
        """Return the pairs that White's moves lead to, but for those of pawns, which the bare king may stop."""
        kings = [to * self.count + p for to in steps(self.board, k) if to != p]
        ways = reach(self.board, self.piece, p, k) if self.piece != "P" else ()
        return [*kings, *(k * self.count + to for to in ways)]

    def pushed(self, k: int, p: int, lost: list[int], promoted: tuple[list[int], ...]) -> int:
        """Return the places of the bare king from which a push leads into what is lost."""
        found, free = 0, self.full
        for to in pushes(self.board, p) if self.piece == "P" else ():
            if to == k:
                break
            free &= ~(1 << to)
            tables = promoted if to // self.board.wide == self.board.high - 1 else (lost,)
            for table in tables:
                found |= table[k * self.count + to] & free
        return found


@lru_cache(maxsize=32)
def table(board: Board, piece: str) -> Table:
    """Return the whole table of an ending."""
    built = _Builder(board, piece)
    others = tuple(table(board, one) for one in "QR") if piece == "P" else ()
    safe = {(k, p): built.full & ~built.zone[k] & ~built.attacked[k, p] for k, p in built.pairs}
    there = {(k, p): built.full & ~built.zone[k] & ~(1 << p) for k, p in built.pairs}
    movable = {pair: built.around(squares) for pair, squares in safe.items()}
    mates, nothing = [0] * built.count**2, [0] * built.count**2
    for (k, p), squares in there.items():
        mates[k * built.count + p] = squares & built.attacked[k, p] & ~movable[k, p]
    lost, won = [mates], [nothing]
    deepest = max((len(other.lost) for other in others), default=0)
    while len(lost) <= deepest or len(lost) < 2 or lost[-1] != lost[-2] or won[-1] != won[-2]:
        before, wins, losses = lost[-1], [0] * built.count**2, list(mates)
        promoted = tuple(other.lost[min(len(lost), len(other.lost)) - 1] for other in others)
        for k, p in built.pairs:
            found = built.pushed(k, p, before, promoted)
            for pair in built.moves[k, p]:
                found |= before[pair]
            place = k * built.count + p
            wins[place] = found & there[k, p] & ~built.attacked[k, p]
            bad = safe[k, p] & ~wins[place]
            losses[place] |= there[k, p] & movable[k, p] & ~built.around(bad)
        lost.append(losses)
        won.append(wins)
    return Table(lost, won)


def distance(board: Board, position: Position) -> int | None:
    """Return in how many moves White mates, 0 where Black is mated; None where White cannot."""
    if not position.piece:
        return None
    found = table(board, position.piece)
    place = position.king * board.wide * board.high + position.at
    sets = found.won if position.white else found.lost
    return next((depth for depth, squares in enumerate(sets) if squares[place] >> position.bare & 1), None)


def legal(board: Board, position: Position) -> list[Move]:
    """Return all legal moves."""
    king, piece, at, bare, white = position
    if not white:
        held = {*reach(board, piece, at, king)} if piece else set()
        near = {king, *steps(board, king)}
        return [Move("K", bare, to) for to in steps(board, bare) if to not in held and to not in near]
    near = {bare, *steps(board, bare)}
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
    return any(mated(board, play(position, move), moves - 1) for move in legal(board, position))


@lru_cache(maxsize=400_000)
def mated(board: Board, position: Position, moves: int) -> bool:
    """Say whether Black, to move, is mated within so many moves of White."""
    replies = legal(board, position)
    if not replies:
        return checked(board, position)
    return moves > 0 and all(mates(board, play(position, reply), moves) for reply in replies)
