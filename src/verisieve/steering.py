"""What the record of a curriculum shows: rounds, how well pass rates were foreseen, what was asked. Draws nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from verisieve import plaintext
from verisieve.errors import UsageError
from verisieve.records import Json
from verisieve.stats import Interval, wilson

RECORD = "curriculum.json"
BINS = 10
LISTED = 60  # knobs of the table; the others are in the record


class Count(NamedTuple):
    """Problems asked, those in the band by their own replies, and the students' replies."""

    problems: int
    in_band: int
    passed: int
    scored: int
    expected: float  # mean over problems

    @property
    def rate(self) -> float:
        """The share of replies that passed."""
        return self.passed / self.scored if self.scored else 0.0

    @property
    def interval(self) -> Interval:
        """The rate's interval, replies taken as independent."""
        return wilson(self.passed, self.scored)


class Steering(NamedTuple):
    """Everything that is shown of a curriculum."""

    band: Sequence[float]
    students: Sequence[str]
    teachers: Sequence[str]
    rounds: Sequence[tuple[str, Count]]
    levels: Sequence[tuple[str, Sequence[int]]]  # problems by round
    bins: Sequence[Count]
    knobs: Sequence[tuple[str, Count]]
    all_knobs: int
    held_back: Count | None


def read(folder: Path) -> Steering | None:
    """Read the record of a run folder; None where there was no curriculum."""
    path = folder / RECORD
    if not path.is_file():
        return None
    try:
        return _shown(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: no record of a curriculum: {error}") from error


def _shown(record: Mapping[str, Json]) -> Steering:
    rounds = record["rounds"]
    turns = [turn for each in rounds for turn in each["knobs"]]
    by_knob = _grouped((_name(turn), turn) for turn in turns)
    by_level = _grouped((f"{turn['domain']} {_level(turn)}", turn) for turn in turns)
    bins = _grouped((str(min(BINS - 1, int(turn["expected"] * BINS))), turn) for turn in turns if turn["scored"])
    most = sorted(by_knob.items(), key=lambda item: (-_count(item[1]).problems, item[0]))[:LISTED]
    held = record["held_back"]
    return Steering(
        band=[float(end) for end in record["band"]],
        students=[plaintext.name(name) for name in record["students"]],
        teachers=[plaintext.name(name) for name in record["teachers"]],
        rounds=[(str(each["round"]), _count(each["knobs"])) for each in rounds],
        levels=[(plaintext.name(name), _by_round(found, rounds)) for name, found in sorted(by_level.items())],
        bins=[_count(found) for _, found in sorted(bins.items())],
        knobs=[(plaintext.name(name), _count(found)) for name, found in most],
        all_knobs=len(by_knob),
        held_back=Count(held["problems"], 0, held["passed"], held["scored"], 0.0) if held else None,
    )


def _grouped(named: Iterable[tuple[str, Json]]) -> dict[str, list[Json]]:
    groups: dict[str, list[Json]] = defaultdict(list)
    for name, turn in named:
        groups[name].append(turn)
    return groups


def _count(turns: Sequence[Json]) -> Count:
    problems, in_band, passed, scored = (
        sum(turn[key] for turn in turns) for key in ("problems", "in_band", "passed", "scored")
    )
    expected = sum(turn["expected"] * turn["problems"] for turn in turns) / problems if problems else 0.0
    return Count(problems, in_band, passed, scored, expected)


def _by_round(turns: Sequence[Json], rounds: Sequence[Json]) -> list[int]:
    mine = [id(turn) for turn in turns]
    return [sum(turn["problems"] for turn in each["knobs"] if id(turn) in mine) for each in rounds]


def _name(turn: Json) -> str:
    return " · ".join(part for part in (turn["domain"], turn["family"], _level(turn)) if part)


def _level(turn: Json) -> str:
    return "" if turn["difficulty"] is None else f"level {turn['difficulty']}"
