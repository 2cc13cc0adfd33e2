"""Walk on a grid with turns: where does it end, seen from the start, and which way is faced? One right answer.

Steps: ["turn", left|right|around], ["face", north|east|south|west], ["walk", n], ["back", n] (backwards).
Solved by a fold over places; proved with complex numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.findings import (
    RIGHT,
    Finding,
    Reason,
    UnexpectedError,
    UnreadableError,
    incomplete,
    wrong,
)

MODE = "answer"
MAX_STEPS, MAX_LENGTH = 200, 10**6
WINDS = ("north", "east", "south", "west")
_MOVES = {"north": (0, 1), "east": (1, 0), "south": (0, -1), "west": (-1, 0)}
_SHORT = {"n": "north", "e": "east", "s": "south", "w": "west"}
_TURNS = {"left": 3, "right": 1, "around": 2}
_UNITS = "m|metres?|meters?|steps?|units?|km|blocks?|paces?"
_OFFSET = re.compile(
    rf"([+-]?\d{{1,9}})\s*(?:{_UNITS})?\s*(?:to\s+the\s+|due\s+)?(north|east|south|west|[nesw])\b", re.IGNORECASE
)
_NAMED = re.compile(rf"\b(north|east|south|west)\"?\s*[:=|]\s*(\d{{1,9}})(?!\d)\s*(?:(?:{_UNITS})\b)?", re.IGNORECASE)
_FACING = re.compile(
    r"\b(?:facing|faces?|looking|looks?|direction|heading)\"?\s*(?:is|[:=|])?\s*(?:due\s+)?\"?(north|east|south|west|[nesw])\b\"?",
    re.IGNORECASE,
)
_ORIGIN = re.compile(
    r"\b(?:back )?(?:at|in) the (?:start(?:ing (?:point|place))?|origin)\b|\bsame (?:place|spot)\b", re.IGNORECASE
)
_NOWHERE = re.compile(  # 0 m east/west
    rf"(?<![\d.])0\s*(?:{_UNITS})?\s*(?:to\s+the\s+)?(?:north\s*(?:/|or)\s*south|south\s*(?:/|or)\s*north|east\s*(?:/|or)\s*west|west\s*(?:/|or)\s*east)\b",
    re.IGNORECASE,
)
_FILLERS = lexing.FILLERS | lexing.words(
    "of start from starting point you end ends now walker robot position place offset net m metres "
    "still there signpost base its it"
)

Answer = tuple[int, int, str]  # east, north, facing


class Spec(NamedTuple):
    """Which way is faced at first, and the steps."""

    facing: str
    steps: tuple[tuple[str, str | int], ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec."""
    facing = specs.member(specs.part(raw, "facing"), "facing", WINDS)
    steps: list[tuple[str, str | int]] = []
    for k, step in enumerate(specs.sized(specs.part(raw, "steps"), "steps", 1, MAX_STEPS)):
        kind, what = specs.sized(step, f"steps[{k}]", 2, 2)
        specs.member(kind, f"steps[{k}]", ("turn", "face", "walk", "back"))
        if kind in ("walk", "back"):
            steps.append((kind, specs.integer(what, f"steps[{k}]", 0, MAX_LENGTH)))
        else:
            steps.append((kind, specs.member(what, f"steps[{k}]", tuple(_TURNS) if kind == "turn" else WINDS)))
    return Spec(facing, tuple(steps))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec of 3 + 2 * level steps that does not end where it began."""
    while True:
        steps: list[list[Any]] = []
        while len(steps) < 3 + 2 * level:
            if (steps and steps[-1][0] in ("turn", "face")) or rng.random() < 0.5:
                steps.append(["back" if level > 2 and rng.random() < 0.25 else "walk", rng.randint(1, 9 + 4 * level)])
            else:
                steps.append(["face", rng.choice(WINDS)] if rng.random() < 0.15 else ["turn", rng.choice(list(_TURNS))])
        raw = {"facing": rng.choice(WINDS), "steps": steps}
        if any(solve(parse(raw))[:2]):
            return raw


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for specs that are turned as a whole."""
    first = WINDS.index(spec.facing)
    return tuple(
        (kind, (WINDS.index(str(what)) - first) % len(WINDS)) if kind == "face" else (kind, what)
        for kind, what in spec.steps
    )


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    words = banks.bank("directions")
    turn, walk = rng.choice(words["turn"]).split("; "), rng.choice(words["walk"]).split("; ")
    said = []
    for kind, what in spec.steps:
        if kind == "turn":
            said.append(turn[1].format(what) if what == "around" else turn[0].format(what))
        else:
            said.append({"walk": walk[0], "back": walk[1], "face": "turn to face {}"}[kind].format(what))
    return banks.question("directions", rng, f=spec.facing, s=", ".join(said))


def solve(spec: Spec) -> Answer:
    """Return the place, east and north of the start, and the wind that is faced."""
    east = north = 0
    wind = WINDS.index(spec.facing)
    for kind, what in spec.steps:
        if kind == "turn":
            wind = (wind + _TURNS[str(what)]) % 4
        elif kind == "face":
            wind = WINDS.index(str(what))
        else:
            dx, dy = _MOVES[WINDS[wind]]
            length = int(what) if kind == "walk" else -int(what)
            east, north = east + dx * length, north + dy * length
    return east, north, WINDS[wind]


def prove(spec: Spec, answer: Answer) -> bool:
    """Show the same with complex numbers: north is i, a left turn a factor of i."""
    compass = {"east": 1 + 0j, "north": 1j, "west": -1 + 0j, "south": -1j}
    factor = {"left": 1j, "right": -1j, "around": -1 + 0j}
    at, ahead = 0j, compass[spec.facing]
    for kind, what in spec.steps:
        if isinstance(what, int):
            at += ahead * (what if kind == "walk" else -what)
        else:
            ahead = ahead * factor[what] if kind == "turn" else compass[what]
    return at == complex(answer[0], answer[1]) and compass[answer[2]] == ahead


def read(spec: Spec, text: str) -> tuple[int, int, str | None]:
    """Return the offsets and the wind that is faced; an offset of 0 may be left out."""
    text = _NOWHERE.sub(" ", text)
    facing = [_wind(match) for match in _FACING.findall(text)]
    rest = _FACING.sub(" ", text)
    offsets = [(_wind(wind), int(length)) for length, wind in _OFFSET.findall(rest)]
    rest = _OFFSET.sub(" ", rest)
    offsets += [(_wind(wind), int(length)) for wind, length in _NAMED.findall(rest)]
    rest = _NAMED.sub(" ", rest)
    home = bool(_ORIGIN.search(rest)) and not offsets
    for kind, word in lexing.tokens(_ORIGIN.sub(" ", rest) if home else rest, ()):
        if kind == "int" or (kind == "word" and word.lower() not in _FILLERS):
            raise UnexpectedError(word)
    axes = ["ns" if wind in ("north", "south") else "ew" for wind, _ in offsets]
    if len(set(axes)) < len(axes) or len(facing) > 1:
        raise UnreadableError("two offsets on one axis", Reason.HEDGED)
    if not offsets and not home:
        raise UnreadableError("no place")
    east = sum(length * _MOVES[wind][0] for wind, length in offsets)
    north = sum(length * _MOVES[wind][1] for wind, length in offsets)
    return east, north, facing[0] if facing else None


def _wind(text: str) -> str:
    return _SHORT.get(text.lower(), text.lower())


def judge(spec: Spec, answer: tuple[int, int, str | None]) -> Finding:
    """Place and wind are right."""
    east, north, facing = answer
    expected = solve(spec)
    if (east, north) != expected[:2]:
        return wrong("another place", expected=list(expected[:2]), got=[east, north])
    if facing is None:
        return incomplete("which way is faced is not said")
    return RIGHT if facing == expected[2] else wrong("another wind", expected=expected[2], got=facing)


def write(spec: Spec, answer: Answer, rng: Random) -> str:
    """Return the place and the wind in words or as JSON."""
    east, north, facing = answer
    offsets = [(abs(east), "east" if east > 0 else "west"), (abs(north), "north" if north > 0 else "south")]
    if rng.random() < 0.2:
        return json.dumps({**{wind: length for length, wind in offsets if length}, "facing": facing})
    kept = [(length, wind) for length, wind in offsets if length or rng.random() < 0.3]
    rng.shuffle(kept)
    form = rng.choice(("{} {}", "{} metres {}", "{} m to the {}"))
    joined = rng.choice((", ", " and ")).join(form.format(length, wind) for length, wind in kept) or "at the start"
    return f"{joined}{rng.choice((', facing ', '; facing ', ' and facing '))}{facing}"


def spoil(spec: Spec, answer: Answer, rng: Random) -> Answer:
    """Return a place a little off, mirrored, or another wind."""
    east, north, facing = answer
    kind = rng.randrange(3)
    if kind == 0:
        return east, north, WINDS[(WINDS.index(facing) + rng.randint(1, 3)) % 4]
    if kind == 1:
        return -east, -north, facing
    return east + rng.choice((-2, -1, 1, 2)), north, facing
