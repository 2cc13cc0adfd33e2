"""How a chess ending is played on, move by move: what self-play asks of the family `ending`.

A spec here is a position alone; `raw` asks for the best that its mover can do, so that what is best is what is right.
"""

from __future__ import annotations

from collections.abc import Hashable
from random import Random
from typing import Any

from verisieve.domains.reasoning.families import ending
from verisieve.domains.reasoning.families.ending import Spec
from verisieve.verifiers.reasoning import endings
from verisieve.verifiers.reasoning.endings import Move, Position
from verisieve.verifiers.reasoning.notation import Said

MOST_PLIES = 100  # fifty moves of each side without a capture or a push are a draw; FIDE laws of chess, 9.3
_BEYOND = endings.MAX_DEPTH + 1


def parse(raw: Any) -> Spec:
    """Return the position of a raw spec, whatever is asked about it."""
    return _at(*ending.placed(raw))


def values(spec: Spec) -> dict[Move, int]:
    """Return what each move is worth to its mover: 0 a draw, and a sooner mate more; none where the piece is gone."""
    board, position = spec.board, spec.position
    side = 1 if position.white else -1
    after = {move: endings.distance(board, endings.play(position, move)) for move in _moves(spec)}
    return {move: 0 if left is None else side * (_BEYOND - left) for move, left in after.items()}


def after(spec: Spec, move: Move) -> Spec:
    """Return the position after a legal move."""
    return _at(spec.board, endings.play(spec.position, move))


def lost(spec: Spec) -> bool:
    """Say whether a position without moves is mate."""
    return endings.checked(spec.board, spec.position)


def raw(spec: Spec) -> dict[str, Any]:
    """Return the position as a raw spec that asks for what is best there."""
    worth = list(values(spec).values())
    left, best = [_BEYOND - abs(value) for value in worth if value], max(worth, default=0)
    within = max(1, _BEYOND - abs(best) + (1 if best > 0 else -1) if best else max(left, default=1))
    return ending.placing(spec.board, spec.position) | {"ask": "move", "within": within}


def read(spec: Spec, text: str) -> Hashable:
    """Return the legal move that a text means, or what it says where it means none."""
    return ending.same(spec, ending.read(spec, text))


def write(spec: Spec, move: Move, rng: Random) -> str:
    """Return a move in one of several notations."""
    return ending.write(spec, Said(*move), rng)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question for what is best in a position; raise TruthError where all moves are alike."""
    return ending.ask(ending.parse(raw(spec)), rng)


def scene(spec: Spec, rng: Random) -> tuple[str, dict[str, Any]]:
    """Return which texts ask for a move in any position, and their parts."""
    return "white" if spec.position.white else "black", {"g": ending.scene(spec, rng), "n": MOST_PLIES // 2}


def _moves(spec: Spec) -> list[Move]:
    return endings.legal(spec.board, spec.position) if spec.position.piece else []


def _at(board: endings.Board, position: Position) -> Spec:
    return Spec(board, position, "move", 0, None)
