"""Lines of play in small endings: White's fastest with every defence, and whether given lines leave no defence out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verisieve.verifiers.reasoning import endings, notation
from verisieve.verifiers.reasoning.endings import MAX_DEPTH, Board, Move, Position
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, incomplete, wrong
from verisieve.verifiers.reasoning.notation import Said


def best(board: Board, position: Position) -> Move:
    """Return White's fastest move to mate, or Black's longest defence; of equal ones the least."""
    moves = sorted(endings.legal(board, position))
    far = endings.distance(board, position) if position.white else None
    if far:
        return next(
            move for move in moves if endings.distance(board, endings.play(position, move), far - 1) is not None
        )
    left = {move: endings.distance(board, endings.play(position, move)) for move in moves}
    return max(moves, key=lambda move: MAX_DEPTH + 1 if left[move] is None else left[move] or 0)


def lines(board: Board, position: Position) -> Iterator[tuple[Move, ...]]:
    """Yield White's fastest replies with every defence, up to mate."""
    fastest = best(board, position)
    after = endings.play(position, fastest)
    defences = endings.legal(board, after)
    if not defences:
        yield (fastest,)
    for defence in defences:
        for rest in lines(board, endings.play(after, defence)):
            yield (fastest, defence, *rest)


def judge(board: Board, start: Position, given: Sequence[tuple[Said, ...]], within: int) -> Finding:
    """Replay lines: White's replies are the same in the same case, each ends in mate, and each defence is there."""
    replies: dict[tuple[Move, ...], Move] = {}
    defences: dict[tuple[Move, ...], tuple[Position, set[Move]]] = {}
    for number, said in enumerate(given, 1):
        position, past = start, tuple[Move, ...]()
        for one in said:
            move = notation.resolve(board, position, one)
            if move is None:
                return wrong("not a legal move", line=number, ply=len(past) + 1)
            if position.white and replies.setdefault(past, move) != move:
                return wrong("two replies to one defence", line=number, ply=len(past) + 1)
            if not position.white:
                defences.setdefault(past, (position, set()))[1].add(move)
            position, past = endings.play(position, move), (*past, move)
        if position.white or endings.distance(board, position) != 0:
            return incomplete("a line does not end in mate", line=number)
        if (len(past) + 1) // 2 > within:
            return wrong("a line is too long", line=number, within=within)
    for past, (position, met) in defences.items():
        missing = [move for move in endings.legal(board, position) if move not in met]
        if missing:
            return incomplete("a defence is left out", defence=notation.say(board, missing[0]), ply=len(past) + 1)
    return RIGHT
