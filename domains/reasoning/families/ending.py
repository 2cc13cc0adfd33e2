"""Chess endings of king and queen, rook or pawn against king, searched to the end: a move, a distance, or a refutation.

`white` has K and one of Q, R, P, `black` has K; squares are like `b3`; `board` is files and ranks. `ask` is `move` (any
move counts after which White mates within `within` moves; for Black, any that avoids that), `distance` (moves to mate)
or `line` (`played` is Black's losing move: lines that answer every defence and mate within `within` moves).
Solved by searching backwards over bit sets; proved by searching forwards, move by move.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import endings, lexing, notation, specs, variations
from verisieve.verifiers.reasoning.endings import Board, Move, Position
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, wrong
from verisieve.verifiers.reasoning.notation import Said

MODE = "answer"
SIDES = (3, 8)
ASKS = ("move", "distance", "line")
MAX_WITHIN = 60
NAMES = {"K": "king", "Q": "queen", "R": "rook", "P": "pawn"}
_COUNT = re.compile(
    r"(?:(?:white\s+)?mates?\s+in\s+)?(\d{1,3})(?:\s+(?:more\s+)?(?:moves?|turns?)(?:\s+of\s+white)?)?", re.IGNORECASE
)
# files, ranks, pieces, and the distances of made positions
_SHAPES = (
    ((4, 4, "QR", 1, 2),),
    ((5, 4, "QR", 1, 2), (4, 5, "QR", 1, 2)),
    ((5, 5, "QRP", 2, 3),),
    ((6, 5, "QRP", 2, 3), (5, 6, "QR", 2, 3)),
    ((6, 6, "QRP", 3, 3), (6, 6, "QR", 3, 3)),
)


class Spec(NamedTuple):
    """The board, the position, what is asked, within how many moves, and Black's move that is to be refuted."""

    board: Board
    position: Position
    ask: str
    within: int
    played: Move | None


Answer = int | Said | tuple[tuple[Said, ...], ...]


def placed(raw: Any) -> tuple[Board, Position]:
    """Return board and position; the pieces must be able to stand so, and the mover must have a move."""
    wide, high = (specs.integer(side, "board", *SIDES) for side in specs.sized(specs.part(raw, "board"), "board", 2, 2))
    board = Board(wide, high)
    white, black = (
        specs.table(specs.part(raw, "white"), "white", 2, 2),
        specs.table(specs.part(raw, "black"), "black", 1, 1),
    )
    specs.need(
        set(black) == {"K"} and "K" in white and set(white) - {"K"} <= set(endings.PIECES),
        "white",
        "must have K and one of Q, R, P against K",
    )
    piece = next(name for name in white if name != "K")
    squares = [_square(board, place, "white") for place in (white["K"], white[piece], black["K"])]
    mover = specs.member(specs.part(raw, "mover"), "mover", ("white", "black"))
    position = Position(squares[0], piece, squares[1], squares[2], mover == "white")
    specs.need(endings.possible(board, position), "white", "stand where they cannot")
    specs.need(bool(endings.legal(board, position)), "mover", "has no move")
    return board, position


def parse(raw: Any) -> Spec:
    """Return the typed spec; what is asked must have an answer."""
    board, position = placed(raw)
    ask = specs.member(specs.part(raw, "ask"), "ask", ASKS)
    within = 0 if ask == "distance" else specs.integer(specs.part(raw, "within"), "within", 1, MAX_WITHIN)
    spec = Spec(board, position, ask, within, None)
    if ask == "distance":
        specs.need(endings.distance(board, position) is not None, "ask", "is no win")
        return spec
    if ask == "move":
        specs.need(any(_good(spec, move) for move in endings.legal(board, position)), "within", "leaves no such move")
        return spec
    specs.need(not position.white, "mover", "must be black")
    played = notation.resolve(spec.board, position, notation.said(board, str(specs.part(raw, "played"))))
    specs.need(
        played is not None and bool(endings.distance(board, endings.play(position, played), within)),
        "played",
        "does not lose so fast",
    )
    return spec._replace(played=played)


def _square(board: Board, name: Any, field: str) -> int:
    good = isinstance(name, str) and re.fullmatch("[a-h][1-8]", name)
    specs.need(bool(good), field, "must be squares like b3")
    column, row = "abcdefgh".index(name[0]), int(name[1]) - 1
    specs.need(column < board.wide and row < board.high, field, "is beyond the board")
    return row * board.wide + column


def _good(spec: Spec, move: Move) -> bool:
    """Say whether a move does what is asked."""
    after = endings.play(spec.position, move)
    if spec.position.white:
        return endings.distance(spec.board, after, spec.within - 1) is not None
    return endings.distance(spec.board, after, spec.within) is None


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec whose mate is as far away as the level asks."""
    wide, high, pieces, least, most = rng.choice(_SHAPES[level - 1])
    board, ask = Board(wide, high), rng.choice(ASKS)
    while True:
        king, at, bare = rng.sample(range(wide * high), 3)
        white = (ask == "distance" and rng.random() < 0.5) or (ask == "move" and rng.random() < 0.7)
        position = Position(king, rng.choice(pieces), at, bare, white)
        if endings.possible(board, position):
            raw = _asked(board, position, ask, least, most)
            if raw:
                return raw


def _asked(board: Board, position: Position, ask: str, least: int, most: int) -> dict[str, Any] | None:
    """Return a raw spec that asks about a position, or None where there is little to ask."""
    moves = endings.legal(board, position)
    after = {move: endings.distance(board, endings.play(position, move), most) for move in moves}
    far = endings.distance(board, position, most)
    raw = placing(board, position) | {"ask": ask}
    if ask == "distance":
        return raw if moves and far is not None and least <= far <= most else None
    if ask == "move" and position.white:
        good = [move for move, left in after.items() if left is not None and far is not None and left < far]
        fits = far is not None and least <= far <= most and len(good) * 3 <= len(moves)
        return raw | {"within": far} if fits else None
    losing = {move: left for move, left in after.items() if left is not None and least <= left <= most}
    move, left = max(losing.items(), key=lambda pair: (pair[1], pair[0]), default=(None, 0))
    if move is None or all(other is not None and other <= left for other in after.values()):
        return None
    if ask == "move":
        return raw | {"within": left}
    lines = list(islice(variations.lines(board, endings.play(position, move)), 9))
    return raw | {"played": notation.say(board, move), "within": left} if len(lines) <= 8 else None


def placing(board: Board, position: Position) -> dict[str, Any]:
    """Return board and position as parts of a raw spec."""
    king, at, bare = (notation.name(board, square) for square in (position.king, position.at, position.bare))
    mover = "white" if position.white else "black"
    return {"board": list(board), "white": {"K": king, position.piece: at}, "black": {"K": bare}, "mover": mover}


def canonical(spec: Spec) -> Hashable:
    """Return the least of what mirrors, and without pawns turns, make of the position."""
    board, position = spec.board, spec.position
    wide, high = board

    def forms() -> Iterator[Hashable]:
        for turn in range(8 if position.piece != "P" and wide == high else 4 if position.piece != "P" else 2):
            places = []
            for square in (
                position.king,
                position.at,
                position.bare,
                spec.played.end if spec.played else position.bare,
            ):
                row, column = divmod(square, wide)
                column = wide - 1 - column if turn & 1 else column
                row = high - 1 - row if turn & 2 else row
                places.append((column, row) if turn & 4 else (row, column))
            yield tuple(places)

    return board, position.piece, position.white, spec.ask, spec.within, min(forms())  # type: ignore[type-var]


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    board, position = spec.board, spec.position
    words = banks.bank("ending")
    kind = spec.ask if spec.ask != "move" else "win" if position.white else "hold"
    more = {"n": spec.within, "p": notation.say(board, spec.played) if spec.played else ""}
    return " ".join(
        (
            scene(spec, rng),
            rng.choice(words[kind]).format(**more),
            rng.choice(words[f"close_{spec.ask}"]),
        )
    )


def scene(spec: Spec, rng: Random) -> str:
    """Return the position in words, with the rules that hold."""
    board, position = spec.board, spec.position
    raw, words = placing(board, position), banks.bank("ending")
    sides = {side: ", ".join(f"{NAMES[piece]} {at}" for piece, at in raw[side].items()) for side in ("white", "black")}
    told, rules = rng.choice(words["ask"]), rng.choice(words["rules_pawn" if position.piece == "P" else "rules"])
    return told.format(
        w=board.wide, h=board.high, f="abcdefgh"[board.wide - 1], g="\n".join(drawn(board, position)),
        mover=raw["mover"].title(), rules=rules.format(h=board.high), **sides,
    )  # fmt: skip


def drawn(board: Board, position: Position) -> list[str]:
    """Return the rows of the board, the last rank first."""
    marks = {position.king: "K", position.bare: "k", position.at: position.piece}
    squares = [marks.get(square, ".") for square in range(board.wide * board.high)]
    return ["".join(squares[row * board.wide : (row + 1) * board.wide]) for row in reversed(range(board.high))]


def solve(spec: Spec) -> Answer:
    """Return a move that does it, the distance, or a line for each defence; raise TruthError where there is none."""
    board, position = spec.board, spec.position
    if spec.ask == "distance":
        found = endings.distance(board, position)
        if found is None:
            raise TruthError("spec.ask", "is no win")
        return found
    if spec.ask == "line" and spec.played:
        return tuple(
            tuple(map(Said._make, line)) for line in variations.lines(board, endings.play(position, spec.played))
        )
    return Said._make(next(move for move in sorted(endings.legal(board, position)) if _good(spec, move)))


def prove(spec: Spec, answer: Answer) -> bool:
    """Show by a search forwards that the mate is forced, and no sooner where a distance is asked for."""
    board, position = spec.board, spec.position
    if isinstance(answer, int):
        forced = endings.mates if position.white else endings.mated
        return forced(board, position, answer) and not (answer and forced(board, position, answer - 1))
    if spec.ask == "line":
        return judge(spec, answer).right
    move = notation.resolve(spec.board, position, answer) if isinstance(answer, Said) else None
    if move is None:
        return False
    after = endings.play(position, move)
    return (
        endings.mated(board, after, spec.within - 1) if position.white else not endings.mates(board, after, spec.within)
    )


def read(spec: Spec, text: str) -> Answer:
    """Return a number, a move or lines, as they are asked for."""
    if spec.ask == "distance":
        data = lexing.json_value(text)
        bare = str(next(iter(data.values()))) if isinstance(data, dict) and len(data) == 1 else text
        match = _COUNT.fullmatch(" ".join(bare.strip(" \n.!*").split()))
        if not match:
            raise UnreadableError("not one number")
        return int(match[1])
    if spec.ask == "move":
        return notation.said(spec.board, notation.NUMBER.sub(" ", lexing.unwrapped(text.strip(" \n.*\"'"))))
    lines = [notation.line(spec.board, line) for line in re.split(r"[\n;]", text) if line.strip(" -*`.")]
    if not 1 <= len(lines) <= notation.MAX_LINES:
        raise UnreadableError("no lines of play")
    return tuple(lines)


def same(spec: Spec, answer: Answer) -> Hashable:
    """Return the move that is meant, however it is written."""
    return (notation.resolve(spec.board, spec.position, answer) or answer) if isinstance(answer, Said) else answer


def judge(spec: Spec, answer: Answer) -> Finding:
    """The number is the distance; the move is legal and does what is asked; the lines leave no defence out."""
    if isinstance(answer, int):
        right = answer == endings.distance(spec.board, spec.position)
        return RIGHT if right else wrong("not the distance", distance=endings.distance(spec.board, spec.position))
    if not isinstance(answer, Said) and spec.played:
        return variations.judge(spec.board, endings.play(spec.position, spec.played), answer, spec.within)
    move = notation.resolve(spec.board, spec.position, answer) if isinstance(answer, Said) else None
    if move is None:
        return wrong("not a legal move")
    after = endings.play(spec.position, move)
    left = endings.distance(spec.board, after)
    if _good(spec, move):
        return RIGHT
    reply = notation.say(spec.board, variations.best(spec.board, after)) if endings.legal(spec.board, after) else None
    return wrong("misses what is asked", mate_in=left, refuted_by=reply)


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the number, the move in one of several notations, or the lines."""
    if isinstance(answer, int):
        return rng.choice(("{}", "{} moves", "mate in {}", "White mates in {} moves")).format(answer)
    if isinstance(answer, Said):
        move = notation.resolve(spec.board, spec.position, answer) or answer
        long = (
            f"{notation.name(spec.board, move.start)}-{notation.name(spec.board, move.end)}"
            if move.start >= 0
            else notation.say(spec.board, answer)
        )
        long += f"={move.becomes}" if move.start >= 0 and move.becomes else ""
        return rng.choice(
            (notation.say(spec.board, answer), long, long.replace("-", ""), f"{notation.say(spec.board, answer)}!")
        )
    numbered = rng.random() < 0.5
    return "\n" * (len(answer) > 1) + "\n".join(_written(spec, line, numbered=numbered) for line in answer)


def _written(spec: Spec, line: tuple[Said, ...], *, numbered: bool) -> str:
    said = [notation.say(spec.board, move) for move in line]
    if not numbered:
        return " ".join(said) + "#"
    return " ".join(f"{k // 2 + 1}. {move}" if k % 2 == 0 else move for k, move in enumerate(said)) + "#"


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return another number, a move that misses, or lines without a defence or without the end of one."""
    if isinstance(answer, int):
        return max(0, answer + rng.choice((-1, 1))) if answer else 1
    if isinstance(answer, Said):
        worse = [Said._make(move) for move in endings.legal(spec.board, spec.position) if not _good(spec, move)]
        return rng.choice(worse) if worse else answer._replace(end=spec.position.king)
    k = rng.randrange(len(answer))
    if len(answer) > 1 and rng.random() < 0.5:
        return (*answer[:k], *answer[k + 1 :])
    cut = answer[k][:-2] or answer[k][:-1]
    return (*answer[:k], cut, *answer[k + 1 :]) if cut else ((answer[k][0]._replace(end=spec.position.king),),)
