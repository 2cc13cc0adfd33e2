"""Self-play: whole games of nim, lines of stones and chess endings, every move read, checked and valued by search.

A game is a generator: it yields the position and takes the text of whoever is to move, so that players of any kind can
be asked. A text that commits to no legal move loses the game, with the reason. Positions become ordinary problems of
`nim_move`, `line_game` and `ending`; one in HELD of them, the same ones everywhere, is held back and never leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, endgames
from verisieve.domains.reasoning.families import ending, line_game, nim_move
from verisieve.verifiers.reasoning import answers, games, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, wrong

MAX_HEAP = 10_000  # every move of a heap is listed
HELD = 10  # one position in this many is held back


class Rules(NamedTuple):
    """What self-play needs to know of a family; specs, moves and raw specs are the family's own."""

    name: str
    parse: Callable[[Any], Any]  # of any position, also of one that is lost
    read: Callable[[Any, str], Any]
    write: Callable[[Any, Any, Random], str]
    ask: Callable[[Any, Random], str]
    values: Callable[[Any], dict[Any, int]]  # what each legal move is worth to who makes it
    after: Callable[[Any, Any], Any]
    lost: Callable[[Any], bool]  # whether a position without moves is lost for the player to move
    raw: Callable[[Any], dict[str, Any]]
    canonical: Callable[[Any], Any]
    scene: Callable[
        [Any, Random], tuple[str, dict[str, Any]]
    ]  # which texts ask for a move in any position, and their parts
    plies: int = 1_000  # after which a game is a draw


def _nim_parse(raw: Any) -> nim_move.Spec:
    heaps = specs.sized(specs.part(raw, "heaps"), "heaps", 1, nim_move.MAX_HEAPS)
    return nim_move.Spec(tuple(specs.integer(heap, f"heaps[{k}]", 0, MAX_HEAP) for k, heap in enumerate(heaps)))


def _nim_values(spec: nim_move.Spec) -> dict[nim_move.Move, int]:
    return {move: -games.nim_value(games.nim_play(spec.heaps, move)) for move in games.nim_moves(spec.heaps)}


def _line_after(spec: line_game.Spec, cell: int) -> line_game.Spec:
    state, mover = games.play(spec.state, cell), "XO"[spec.mover == "X"]
    return line_game.Spec(spec.board, tuple(line_game.drawn(spec.board, state, mover)), mover, state)


def _line_raw(spec: line_game.Spec) -> dict[str, Any]:
    return {"rows": list(spec.rows), "run": spec.board.run, "gravity": spec.board.gravity, "mover": spec.mover}


def _line_scene(spec: line_game.Spec, _: Random) -> tuple[str, dict[str, Any]]:
    parts = {"k": spec.board.run, "g": "\n".join(spec.rows), "m": spec.mover, "w": spec.board.width}
    return "drop" if spec.board.gravity else "put", parts


def _nim_scene(spec: nim_move.Spec, _: Random) -> tuple[str, dict[str, Any]]:
    return "nim", {"h": ", ".join(f"heap {k}: {heap}" for k, heap in enumerate(spec.heaps, 1))}


RULES = {
    "nim_move": Rules(
        "nim_move",
        _nim_parse,
        nim_move.read,
        nim_move.write,
        nim_move.ask,
        _nim_values,
        lambda spec, move: nim_move.Spec(games.nim_play(spec.heaps, move)),
        lambda _: True,
        lambda spec: {"heaps": list(spec.heaps)},
        lambda spec: tuple(sorted(heap for heap in spec.heaps if heap)),
        _nim_scene,
    ),
    "line_game": Rules(
        "line_game",
        line_game.parse,
        line_game.read,
        line_game.write,
        line_game.ask,
        lambda spec: games.values(spec.board, spec.state),
        _line_after,
        lambda spec: games.lost(spec.board, spec.state),
        _line_raw,
        lambda spec: (spec.board, games.canonical(spec.board, spec.state)),
        _line_scene,
    ),
    "ending": Rules(
        "ending",
        endgames.parse,
        endgames.read,
        endgames.write,
        endgames.ask,
        endgames.values,
        endgames.after,
        endgames.lost,
        endgames.raw,
        ending.canonical,
        endgames.scene,
        endgames.MOST_PLIES,
    ),
}


class Turn(NamedTuple):
    """One move: the position before it, the text, the move, what it is worth and what the best one is; or why none."""

    spec: Any
    text: str
    move: Any
    value: int | None
    best: int
    choices: int  # how many of the legal moves are not best
    finding: Finding


class Record(NamedTuple):
    """A game that was played: its turns, who won (0 moves first, None is a draw), and how it ended."""

    turns: tuple[Turn, ...]
    winner: int | None
    end: str  # "won", "draw", or the reason for which a text was no legal move


def game(rules: Rules, spec: Any) -> Generator[Any, str, Record]:
    """Play from a position: yield it, take the mover's text, until the game is over.

    >>> play = game(RULES["nim_move"], nim_move.Spec((2, 1)))
    >>> next(play).heaps, play.send("Answer: remove 1 from heap 1").heaps, play.send("Answer: all from heap 2").heaps
    ((2, 1), (1, 1), (1, 0))
    """
    turns: list[Turn] = []
    while (values := rules.values(spec)) and len(turns) < rules.plies:
        text = yield spec
        turn = _turn(rules, spec, values, text)
        turns.append(turn)
        if turn.value is None:
            return Record(tuple(turns), len(turns) % 2, str(turn.finding.reason))
        spec = rules.after(spec, turn.move)
    if values or not rules.lost(spec):
        return Record(tuple(turns), None, "draw")
    return Record(tuple(turns), 1 - len(turns) % 2, "won")


def _turn(rules: Rules, spec: Any, values: dict[Any, int], text: str) -> Turn:
    """Read one move as the checker of the domain does, and value it."""
    judged: list[Any] = []

    def legal(move: Any) -> Finding:
        judged.append(move)
        return RIGHT if move in values else wrong("not a legal move")

    finding = answers.settle(text, lambda stretch: rules.read(spec, stretch), legal)
    best = max(values.values())
    worse = sum(value < best for value in values.values())
    if not finding.right:
        return Turn(spec, text, None, None, best, worse, finding)
    return Turn(spec, text, judged[0], values[judged[0]], best, worse, finding)


def question(rules: Rules, spec: Any, rng: Random) -> str:
    """Return what a player is asked: a move, whether or not the position can be won."""
    section, parts = rules.scene(spec, rng)
    return rng.choice(banks.bank("self_play")[section]).format(**parts)


def choose(rules: Rules, spec: Any, rng: Random, error_rate: float) -> str:
    """Return the text of a builtin player: a best move, or at the error rate any legal one."""
    values = rules.values(spec)
    best = max(values.values())
    moves = [move for move, value in values.items() if value == best]
    move = rng.choice(list(values) if rng.random() < error_rate else moves)
    return f"Answer: {rules.write(spec, move, rng)}"


def played(rules: Rules, spec: Any, rng: Random, rates: tuple[float, float]) -> Record:
    """Return a game of two builtin players with these error rates."""
    play = game(rules, spec)
    position, mover = next(play), 0
    while True:
        try:
            position = play.send(choose(rules, position, rng, rates[mover]))
        except StopIteration as stop:
            record: Record = stop.value
            return record
        mover = 1 - mover


def held_back(rules: Rules, spec: Any) -> bool:
    """Say whether a position, in any of its symmetric forms, is one of those that are kept for tests."""
    return int(position_key(rules, spec), 16) % HELD == 0


def position_key(rules: Rules, spec: Any) -> str:
    """Return a name for a position that its symmetric forms share."""
    return blake2b(repr((rules.name, rules.canonical(spec))).encode(), digest_size=6).hexdigest()


def lessons(rules: Rules, record: Record) -> Iterator[Turn]:
    """Yield the turns to learn from: a best move where others lose something, in a position that is not held back."""
    for turn in record.turns:
        if turn.value == turn.best and turn.choices and not held_back(rules, turn.spec):
            yield turn
