"""Tic-tac-toe and connect-k: a move that keeps the best result which full search finds; any such move counts.

`rows` are drawn with X, O and dots from the top; `mover` is to move. With `gravity` a move is a column. Where the mover
has no win, a best move is one that does not lose. Solved by search over bit sets with symmetry; proved by a plain
search over the drawn rows.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import games, lexing, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, UnreadableError, wrong
from verisieve.verifiers.reasoning.games import Board, State

MODE = "answer"
MAX_PLAIN = 10  # free cells up to which the plain search is made
_LEAD = (
    r"(?:[XO]\s+(?=pl|put|drop|move|mark))?"
    r"(?:(?:play|place|put|drop|move|mark)s?\s+)?(?:(?:an?\s+|the\s+)?(?:[XO]|stone|mark|piece)\s+)?"
    r"(?:in(?:to)?|at|on|to)?\s*(?:the\s+)?(?:(?:cell|square)\s+)?"
)
_CELL = re.compile(
    _LEAD + r"(?:\(?r(?:ow)?\s*(?P<row>\d{1,2})\s*,?\s*(?:and\s+)?c(?:ol(?:umn)?)?\s*(?P<column>\d{1,2})\)?"
    r"|c(?:ol(?:umn)?)\s*(?P<column2>\d{1,2})\s*,?\s*(?:and\s+)?r(?:ow)\s*(?P<row2>\d{1,2})"
    r"|[(\[]\s*(?P<row3>\d{1,2})\s*,\s*(?P<column3>\d{1,2})\s*[)\]])",
    re.IGNORECASE,
)
_COLUMN = re.compile(_LEAD + r"(?:c(?:ol(?:umn)?)?\s*(?:number\s*)?#?)?(?P<column>\d{1,2})", re.IGNORECASE)

# width, height, run, gravity, fewest and most free cells of made positions
_SMALL, _DROP, _FOUR = (3, 3, 3, False), (4, 3, 3, True), (4, 4, 4, False)
_SHAPES = (
    ((*_SMALL, 4, 5), (*_DROP, 5, 7), (4, 4, 4, True, 4, 4), (5, 4, 4, True, 4, 5), (4, 4, 3, False, 7, 8)),
    ((*_SMALL, 5, 5), (*_DROP, 6, 8), (4, 4, 4, True, 4, 5), (5, 4, 4, True, 4, 6), (*_FOUR, 4, 5)),
    ((*_SMALL, 5, 6), (*_DROP, 7, 8), (4, 4, 4, True, 5, 6), (5, 4, 4, True, 5, 6), (*_FOUR, 5, 5)),
    ((*_SMALL, 6, 6), (*_DROP, 8, 9), (4, 4, 4, True, 6, 6), (5, 4, 4, True, 6, 7), (*_FOUR, 5, 6)),
    ((*_SMALL, 6, 7), (*_DROP, 9, 9), (4, 4, 4, True, 7, 7), (5, 4, 4, True, 7, 8), (*_FOUR, 6, 6)),
)
_STATES = ((2, 6), (7, 13), (14, 27), (28, 55), (56, 110))  # fewest and most that are searched, by level


class Spec(NamedTuple):
    """The rules, the rows, who is to move, and the state."""

    board: Board
    rows: tuple[str, ...]
    mover: str
    state: State


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    rows = specs.sized(specs.part(raw, "rows"), "rows", 1, 10)
    width = len(rows[0]) if isinstance(rows[0], str) else 0
    for k, row in enumerate(rows):
        specs.need(
            isinstance(row, str) and len(row) == width > 0 and set(row) <= set("XO."),
            f"rows[{k}]",
            "must be equally many of X, O and .",
        )
    specs.need(width * len(rows) <= games.MAX_CELLS, "rows", f"must have at most {games.MAX_CELLS} cells")
    run = specs.integer(specs.part(raw, "run"), "run", 2, max(width, len(rows)))
    gravity, mover = raw.get("gravity", False), specs.member(specs.part(raw, "mover"), "mover", ("X", "O"))
    specs.need(isinstance(gravity, bool), "gravity", "must be true or false")
    text = "".join(rows)
    specs.need(0 <= text.count("XO"[mover == "X"]) - text.count(mover) <= 1, "rows", "do not fit the player to move")
    stones = [sum(1 << k for k, mark in enumerate(text) if mark == one) for one in (mover, "XO"[mover == "X"])]
    spec = Spec(Board(width, len(rows), run, bool(gravity)), tuple(rows), mover, State(*stones))
    over = games.lost(spec.board, spec.state) or games.lost(spec.board, State(spec.state.other, spec.state.own))
    specs.need(not over and "." in text, "rows", "show a game that is over")
    hanging = any(a != "." and b == "." for k, row in enumerate(rows[1:]) for a, b in zip(rows[k], row, strict=True))
    specs.need(not (gravity and hanging), "rows", "have a stone in the air")
    return spec


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec reached by random play, in which some moves are best and others are not."""
    fewest, most = _STATES[level - 1]
    while True:
        width, height, run, gravity, *free = rng.choice(_SHAPES[level - 1])
        board, state, count = Board(width, height, run, gravity), games.START, 0
        while width * height - count > rng.randint(*free):
            cells = list(games.moves(board, state))
            if not cells:
                break
            state, count = games.play(state, rng.choice(cells)), count + 1
        found, states = games.explored(board, state, most)
        highest = max(found.values(), default=-1)
        best = [cell for cell, value in found.items() if value == highest]
        if fewest <= states <= most and highest >= 0 and len(best) * 2 <= len(found):
            mover = "XO"[count % 2]
            rows = drawn(board, state, mover)
            return {"rows": rows, "run": run, "gravity": gravity, "mover": mover}


def drawn(board: Board, state: State, mover: str) -> list[str]:
    """Return the rows of a state, X and O by who is to move."""
    other = "XO"[mover == "X"]
    marks = [
        mover if state.own >> k & 1 else other if state.other >> k & 1 else "."
        for k in range(board.width * board.height)
    ]
    return ["".join(marks[k : k + board.width]) for k in range(0, len(marks), board.width)]


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for positions that are mirrored or turned, whoever is to move."""
    return spec.board, games.canonical(spec.board, spec.state)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    words = banks.bank("line_game")
    move, form = (words["drop"] if spec.board.gravity else words["put"])[0].split("; ")
    best = games.value(spec.board, spec.state)
    aim = rng.choice(words["win" if best == 1 else "hold"]).format(m=spec.mover)
    move = move.format(w=spec.board.width)
    rows = "\n".join(spec.rows)
    return banks.question("line_game", rng, g=rows, k=spec.board.run, m=spec.mover, r=move, f=form, a=aim)


def solve(spec: Spec) -> int:
    """Return the cell of a best move; raise TruthError where every move loses."""
    found = games.values(spec.board, spec.state)
    best = max(found.values())
    if best < 0:
        raise specs.InfeasibleError("spec.rows", "are lost for the player to move")
    return next(cell for cell, value in found.items() if value == best)


def prove(spec: Spec, answer: int) -> bool:
    """Show by a plain search over rows of marks that no move does better."""
    text = "".join(spec.rows)
    if text.count(".") > MAX_PLAIN:
        return judge(spec, answer).right
    known: dict[str, int] = {}
    other = "XO"[spec.mover == "X"]
    found = {cell: -_plain(spec, after, cell, other, known) for cell, after in _after(spec, text, spec.mover)}
    return found.get(answer) == max(found.values())


def _after(spec: Spec, text: str, mover: str) -> Iterator[tuple[int, str]]:
    """Yield the free cells, and the rows with a stone on them."""
    wide = spec.board.width
    for k, mark in enumerate(text):
        if mark == "." and not (spec.board.gravity and text[k + wide : k + wide + 1] == "."):
            yield k, text[:k] + mover + text[k + 1 :]


def _plain(spec: Spec, text: str, last: int, mover: str, known: dict[str, int]) -> int:
    """Return the value after a stone on a cell, by its row, column and diagonals of marks, without symmetry."""
    if text not in known:
        other = "XO"[mover == "X"]
        won = other * spec.board.run
        if any(won in text[line] for line in _straight(spec.board)[last]):
            known[text] = -1
        else:
            best = 0 if "." not in text else -1
            for cell, after in _after(spec, text, mover):
                best = max(best, -_plain(spec, after, cell, other, known))
                if best == 1:
                    break
            known[text] = best
    return known[text]


@lru_cache(maxsize=64)
def _straight(board: Board) -> tuple[tuple[slice, ...], ...]:
    """Return the rows, columns and long enough diagonals through each cell, as slices of the board's text."""
    wide, high = board.width, board.height
    found = [(r * wide, 1, wide) for r in range(high)] + [(c, wide, high) for c in range(wide)]
    for start in (*range(wide), *range(wide, wide * high, wide), *range(2 * wide - 1, wide * high, wide)):
        row, column = divmod(start, wide)
        found += [(start, wide + 1, min(high - row, wide - column)), (start, wide - 1, min(high - row, column + 1))]
    kept = dict.fromkeys(one for one in found if one[2] >= board.run)
    rows = [range(start, start + step * (length - 1) + 1, step) for start, step, length in kept]
    return tuple(
        tuple(slice(row.start, row.stop, row.step) for row in rows if cell in row) for cell in range(wide * high)
    )


def read(spec: Spec, text: str) -> int:
    """Return the cell of the move; one that is not on the board is -1, a full column its top cell."""
    data = lexing.json_value(text)
    bare = " ".join(text.strip(" \n.!\"'").split())
    if isinstance(data, dict):
        numbers = {str(key).lower(): value for key, value in data.items()}
        if not all(type(value) is int for value in numbers.values()) or set(numbers) - {"row", "column"}:
            raise UnreadableError("no move")
        bare = ", ".join(f"{key} {numbers[key]}" for key in ("row", "column") if key in numbers)
    if any(mark != spec.mover for mark in re.findall(r"(?<!\w)[XO](?!\w)", bare.upper())):
        raise UnreadableError("a move of the other player")
    cell = _CELL.fullmatch(bare)
    if cell:
        row = int(cell["row"] or cell["row2"] or cell["row3"])
        column = int(cell["column"] or cell["column2"] or cell["column3"])
        inside = 1 <= row <= spec.board.height and 1 <= column <= spec.board.width
        return (row - 1) * spec.board.width + column - 1 if inside else -1
    drop = _COLUMN.fullmatch(bare) if spec.board.gravity else None
    if not drop:
        raise UnreadableError("no move")
    column = int(drop["column"]) - 1
    free = [cell for cell in games.moves(spec.board, spec.state) if cell % spec.board.width == column]
    return free[0] if free else column if column < spec.board.width else -1


def judge(spec: Spec, answer: int) -> Finding:
    """The move is legal, and no other does better."""
    found = games.values(spec.board, spec.state)
    if answer not in found:
        return wrong("not a legal move")
    best = max(found.values())
    if found[answer] == best:
        return RIGHT
    reply = games.play(spec.state, answer)
    refuted = next((cell for cell, value in games.values(spec.board, reply).items() if value == -found[answer]), None)
    return wrong("another move does better", best=best, value=found[answer], refuted_by=_place(spec, refuted))


def _place(spec: Spec, cell: int | None) -> list[int] | None:
    return None if cell is None else [cell // spec.board.width + 1, cell % spec.board.width + 1]


def write(spec: Spec, answer: int, rng: Random) -> str:
    """Return the move as a column, or as row and column."""
    row, column = answer // spec.board.width + 1, answer % spec.board.width + 1
    if answer < 0:
        row, column = spec.board.height + 1, spec.board.width + 1
    if spec.board.gravity:
        return rng.choice(("column {c}", "drop in column {c}", "{c}", '{{"column": {c}}}', "Column {c}.")).format(
            c=column
        )
    form = rng.choice(
        ("row {r}, column {c}", "r{r}c{c}", "({r}, {c})", "row {r}, col {c}", '{{"row": {r}, "column": {c}}}')
    )
    return form.format(r=row, c=column)


def spoil(spec: Spec, answer: int, rng: Random) -> int:
    """Return a move that does worse, or a full cell or column; where neither is, one that is not on the board."""
    found = games.values(spec.board, spec.state)
    worse = [cell for cell, value in found.items() if value < found[answer]]
    full = [k for k, mark in enumerate(spec.rows[0] if spec.board.gravity else "".join(spec.rows)) if mark != "."]
    return rng.choice([*worse, *worse, *full[:1]]) if worse or full else -1
