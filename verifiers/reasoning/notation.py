"""Moves of small endings in words: `Kb3`, `Rb1-b8`, `c4c5`, `c8=Q`, and lines of them; what is meant by them.

Judges no move.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.verifiers.reasoning import endings
from verisieve.verifiers.reasoning.endings import Board, Move, Position
from verisieve.verifiers.reasoning.findings import UnreadableError

FILES = "abcdefgh"
MAX_LINES, MAX_PLIES = 200, 120
_MOVE = re.compile(
    r"(?P<piece>(?i:king|queen|rook|pawn)|[KQRPk])?\s*(?:from\s+)?(?P<start>[a-h][1-8])?\s*(?:-|x|:|to|->|→)?\s*"
    r"(?P<end>[a-h][1-8])\s*(?:=?\s*\(?(?P<becomes>[QRq]|queen|rook)\)?)?\s*(?:e\.p\.)?[+#!]*(?:\s*mate)?"
)
NUMBER = re.compile(r"\b\d{1,2}\s*\.(?:\s*\.\.|…)?\s*")
_WORD = {"king": "K", "queen": "Q", "rook": "R", "pawn": "P", "k": "K", "q": "Q"}


class Said(NamedTuple):
    """A move as it was written; what was left out is empty."""

    piece: str
    start: int
    end: int
    becomes: str


def square(board: Board, text: str) -> int:
    """Return the place of a square, -2 for one that is not on the board.

    >>> square(Board(4, 4), "b2"), square(Board(4, 4), "e1")
    (5, -2)
    """
    column, row = FILES.index(text[0]), int(text[1]) - 1
    return row * board.wide + column if column < board.wide and row < board.high else -2


def name(board: Board, at: int) -> str:
    """Return what a square is called."""
    return f"{FILES[at % board.wide]}{at // board.wide + 1}"


def say(board: Board, move: Move | Said) -> str:
    """Return a move as piece and square."""
    letter = "" if move.piece == "P" else move.piece
    return f"{letter}{name(board, move.end)}" + (f"={move.becomes}" if move.becomes else "")


def line(board: Board, text: str) -> tuple[Said, ...]:
    """Read moves that follow each other, numbered or not; raise UnreadableError for anything else."""
    bare = re.sub(r"^\s*(?:(?:line|variation)\s*)?[a-h]?\d{0,2}\s*[):]\s*|^\s*[-*•]\s+", "", text, flags=re.IGNORECASE)
    pieces = re.split(r"\s*,\s*|\s+", NUMBER.sub(" ", bare).strip(" .,`*"))
    if len(pieces) > MAX_PLIES:
        raise UnreadableError("longer than any line")
    return tuple(said(board, piece) for piece in pieces)


def said(board: Board, text: str) -> Said:
    """Read one move; raise UnreadableError for anything else."""
    match = _MOVE.fullmatch(" ".join(text.strip(" \n.!*`\"'").split()))
    if not match:
        raise UnreadableError("no move")
    start, end = (-1 if part is None else square(board, part) for part in (match["start"], match["end"]))
    piece, becomes = (_WORD.get((part or "").lower(), part or "") for part in (match["piece"], match["becomes"]))
    return Said(piece, start, end, becomes)


def resolve(board: Board, position: Position, meant: Said) -> Move | None:
    """Return the one legal move that is meant; a square alone is a pawn's, where there is one."""
    pawn = "P" if not meant.piece and meant.start == -1 and position.white and position.piece == "P" else meant.piece
    fitting = [
        move
        for move in endings.legal(board, position)
        if move.end == meant.end
        and pawn in ("", move.piece)
        and meant.start in (-1, move.start)
        and meant.becomes == move.becomes
    ]
    return fitting[0] if len(fitting) == 1 else None
