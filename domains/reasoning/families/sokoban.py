"""Push boxes onto goals in a walled grid; any list of steps that does it counts.

Rows of # (wall), space or . (goal), $ (box), * (box on a goal), @ (player), + (player on a goal). Steps are up, down,
left, right; a step into a box pushes it if the cell beyond is free.
Solved by breadth-first search over sets of places; proved by playing the steps on the drawn rows.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable, Iterable
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any, NamedTuple

from verisieve.domains.reasoning import banks, writing
from verisieve.errors import TruthError
from verisieve.verifiers.reasoning import lexing, specs
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

MODE = "answer"
MAX_SIZE, MAX_BOXES, MAX_STATES, MAX_STEPS = 20, 12, 60_000, 2_000
STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
_SHORT = {"u": "up", "d": "down", "l": "left", "r": "right"}
_ARROWS = str.maketrans(
    {"↑": " up ", "↓": " down ", "←": " left ", "⬆": " up ", "⬇": " down ", "⬅": " left ", "⮕": " right "}
)
_TOTAL = re.compile(r"\s*[(\[]?(?:in )?\d{1,4} (?:steps|moves)(?: in total)?[)\]]?$", re.IGNORECASE)
_JOINT = re.compile(r"(?:[\s,;]|->|=>|\band\b|\bthen\b)*", re.IGNORECASE)
_STEP = re.compile(r"(?:(?:move|go|step|push)[ ]+)?(up|down|left|right|[udlr])(?![a-z])", re.IGNORECASE)

Place = tuple[int, int]


class Spec(NamedTuple):
    """The floor, the goals, the boxes, the player, and the rows as they are drawn."""

    floor: frozenset[Place]
    goals: frozenset[Place]
    boxes: frozenset[Place]
    player: Place
    rows: tuple[str, ...]


def parse(raw: Any) -> Spec:
    """Return the typed spec; what is outside the rows is wall."""
    listed = specs.sized(specs.part(raw, "grid"), "grid", 1, MAX_SIZE)
    for k, row in enumerate(listed):
        good = isinstance(row, str) and len(row) <= MAX_SIZE and set(row) <= set("# .$*@+")
        specs.need(good, f"grid[{k}]", f"must be at most {MAX_SIZE} of # . $ * @ + and spaces")
    marks = {(r, c): mark for r, row in enumerate(listed) for c, mark in enumerate(row) if mark != "#"}
    boxes, goals, players = ([at for at, mark in marks.items() if mark in kind] for kind in ("$*", ".*+", "@+"))
    specs.need(len(players) == 1, "grid", "must hold one player")
    specs.need(1 <= len(boxes) <= MAX_BOXES and len(boxes) == len(goals), "grid", "must hold as many boxes as goals")
    return Spec(frozenset(marks), frozenset(goals), frozenset(boxes), players[0], tuple(listed))


def make(rng: Random, level: int) -> dict[str, Any]:
    """Return a raw spec whose search sees as many states as the level asks."""
    fewest, most = ((20, 60), (61, 130), (131, 260), (261, 700), (701, 1_500))[level - 1]
    high, wide, count = 4 + (level > 2), 4 + (level > 1), 1 + (level > 3)
    while True:
        cells = [(r, c) for r in range(1, high + 1) for c in range(1, wide + 1)]
        walls = rng.sample(cells, rng.randint(2, 4))
        free = [cell for cell in cells if cell not in walls]
        inner = [(r, c) for r, c in free if 1 < r < high and 1 < c < wide]  # a box in a corner never moves
        if len(inner) < count + 1:
            continue
        boxes = rng.sample(inner, count)
        rest = rng.sample([cell for cell in free if cell not in boxes], count + 1)
        marks = {**dict.fromkeys(free, " "), **dict.fromkeys(boxes, "$"), **dict.fromkeys(rest[1:], "."), rest[0]: "@"}
        rows = ["".join(marks.get((r, c), "#") for c in range(wide + 2)) for r in range(high + 2)]
        spec = parse({"grid": rows})
        plan = None if _hopeless(spec) else _searched(spec).plan(most)
        if plan and len(plan) > 3 and len(_searched(spec).came) >= fewest:
            return {"grid": rows}


def canonical(spec: Spec) -> Hashable:
    """Return what is the same for levels that are turned or mirrored."""
    parts = (spec.floor, spec.goals, spec.boxes, (spec.player,))
    return min(_turned(parts, *way) for way in product((1, -1), (1, -1), (1, -1)))


def _turned(parts: Iterable[Iterable[Place]], down: int, right: int, way: int) -> tuple[tuple[Place, ...], ...]:
    """Return the floor and what is on it turned or mirrored, with the floor's corner at (0, 0)."""
    moved = [[(y * down, x * right)[::way] for y, x in part] for part in parts]
    top, left = (min(place[k] for place in moved[0]) for k in (0, 1))
    return tuple(tuple(sorted((y - top, x - left) for y, x in part)) for part in moved)


def ask(spec: Spec, rng: Random) -> str:
    """Return the question in words."""
    return banks.question("sokoban", rng, g="\n".join(spec.rows))


class _Search:
    """A breadth-first search that may be stopped and goes on; a state is one number: boxes as bits, and the player."""

    def __init__(self, spec: Spec) -> None:
        self._places = sorted(spec.floor)
        number = {place: k for k, place in enumerate(self._places)}
        self._steps, self._goal = _steps(spec, number), sum(1 << number[place] for place in spec.goals)
        start = sum(1 << number[place] for place in spec.boxes) * len(number) + number[spec.player]
        self._todo = deque([start])
        self.came = {start: -1}  # from which state each that was seen was reached first
        self._end = -1

    def plan(self, most: int) -> list[str] | None:
        """Return a shortest list of steps, if up to `most` states show one."""
        count, came, todo, steps = len(self._places), self.came, self._todo, self._steps
        while todo and len(came) < most and self._end < 0:
            state = todo.popleft()
            before, player = divmod(state, count)
            for to, pushed, beyond in steps[player]:
                boxes = before
                if boxes & pushed:
                    if not beyond or boxes & beyond:
                        continue
                    boxes ^= pushed | beyond
                after = boxes * count + to
                if after not in came:
                    came[after] = state
                    if boxes == self._goal:
                        self._end = after
                        break
                    todo.append(after)
        return self._back(self._end) if self._end >= 0 else None

    def _back(self, state: int) -> list[str]:
        """Return the steps that led to a state."""
        names, plan = {way: name for name, way in STEPS.items()}, []
        while self.came[state] >= 0:
            before = self.came[state]
            (r, c), (row, column) = (self._places[one % len(self._places)] for one in (before, state))
            plan.append(names[row - r, column - c])
            state = before
        return plan[::-1]


@lru_cache(maxsize=4)
def _searched(spec: Spec) -> _Search:
    """Return the search of a level, as far as it went before."""
    return _Search(spec)


def _steps(spec: Spec, number: dict[Place, int]) -> list[list[tuple[int, int, int]]]:
    """Return the steps from each place: where to, its bit, and the bit of where a box then goes, 0 for nowhere."""
    stuck, found = _corners(spec), list[list[tuple[int, int, int]]]()
    for r, c in number:
        found.append([])
        for dr, dc in STEPS.values():
            to, beyond = number.get((r + dr, c + dc)), (r + 2 * dr, c + 2 * dc)
            if to is not None:
                free = 1 << number[beyond] if beyond in number and beyond not in stuck else 0
                found[-1].append((to, 1 << to, free))
    return found


def _corners(spec: Spec) -> frozenset[Place]:
    """Return the places, no goals, from which no box can be moved again."""
    return frozenset(
        (r, c)
        for r, c in spec.floor - spec.goals
        if not {(r - 1, c), (r + 1, c)} <= spec.floor and not {(r, c - 1), (r, c + 1)} <= spec.floor
    )


def _hopeless(spec: Spec) -> bool:
    """Say whether some box, alone on the floor, could be pushed to no goal."""
    reached, todo = set(spec.goals), list(spec.goals)
    for r, c in todo:  # boxes are pulled from the goals
        for dr, dc in STEPS.values():
            before, player = (r - dr, c - dc), (r - 2 * dr, c - 2 * dc)
            if before in spec.floor and player in spec.floor and before not in reached:
                reached.add(before)
                todo.append(before)
    return not spec.boxes <= reached


def solve(spec: Spec) -> list[str]:
    """Return a shortest list of steps; raise TruthError where there is none."""
    if spec.boxes == spec.goals:
        raise TruthError("spec.grid", "is solved already")
    plan = _searched(spec).plan(MAX_STATES)
    if plan is None:
        raise TruthError("spec.grid", "cannot be solved, or only after too long a search")
    return plan


def prove(spec: Spec, answer: list[str]) -> bool:
    """Show that the steps work by playing them on the rows as text."""
    wide = max(map(len, spec.rows)) + 2
    text = list("#" * wide + "".join(f"#{row}".ljust(wide, "#") for row in spec.rows) + "#" * wide)
    for name in answer:
        at = next(k for k, mark in enumerate(text) if mark in "@+")
        to = at + {"up": -wide, "down": wide, "left": -1, "right": 1}[name]
        beyond = 2 * to - at
        if text[to] in "$*":
            if text[beyond] not in " .":
                return False
            text[beyond] = "*" if text[beyond] == "." else "$"
            text[to] = "." if text[to] == "*" else " "
        if text[to] not in " .":
            return False
        text[to] = "+" if text[to] == "." else "@"
        text[at] = "." if text[at] == "+" else " "
    return "$" not in text


def read(spec: Spec, text: str) -> list[str]:
    """Return the steps: words, letters or arrows, one by one or as one word of letters."""
    data = lexing.json_value(text)
    if isinstance(data, dict) and len(data) == 1:
        data = next(iter(data.values()))
    if isinstance(data, list):
        text = ", ".join(str(item) for item in data)
    elif isinstance(data, str):
        text = data
    bare = _TOTAL.sub("", lexing.unbulleted(_arrows(text)).strip(" \n.\"'[]()"))
    if re.fullmatch(r"[UDLR]{1,2000}|[udlr]{2,2000}", bare):
        return [_SHORT[letter] for letter in bare.lower()]
    if re.fullmatch(r"[UDLR]+(?:\s+[UDLR]+)+", bare) and re.search("[UDLR]{2}", bare):
        raise UnreadableError("more than one list of steps", Reason.HEDGED)
    found: list[str] = []
    joints, at = set[str](), 0
    while at < len(bare):
        match = _STEP.match(bare, at)
        if not match or len(found) >= MAX_STEPS:
            raise UnreadableError(f"no step: {bare[at : at + 20]!r}")
        found.append(_SHORT.get(match[1].lower(), match[1].lower()))
        joint = _JOINT.match(bare, match.end())
        at = joint.end() if joint else match.end()
        if at < len(bare):
            joints.add(
                re.sub(r"\s+", lambda gap: "\n" if "\n" in gap[0] else " ", bare[match.end() : at]).strip(" ") or " "
            )
    if len(joints) > 1:  # two lists, or one that is broken in an odd way
        raise UnreadableError("steps that are not joined alike", Reason.HEDGED)
    return found


def _arrows(text: str) -> str:
    """Turn arrows into words; -> is a step to the right only among other arrows."""
    if not re.search("[↑↓←⬆⬇⬅]", text):
        return text
    return text.replace("->", " right ").translate(_ARROWS)


def judge(spec: Spec, answer: list[str]) -> Finding:
    """Every step is possible, and at the end every box is on a goal."""
    player, boxes = spec.player, set(spec.boxes)
    for k, name in enumerate(answer, 1):
        dr, dc = STEPS[name]
        to = (player[0] + dr, player[1] + dc)
        beyond = (to[0] + dr, to[1] + dc)
        if to not in spec.floor or (to in boxes and (beyond in boxes or beyond not in spec.floor)):
            return wrong("a step is blocked", step=k, move=name)
        if to in boxes:
            boxes ^= {to, beyond}
        player = to
    return RIGHT if boxes == spec.goals else incomplete("a box is not on a goal", off=len(boxes - spec.goals))


def write(spec: Spec, answer: list[str], rng: Random) -> str:
    """Return the steps as words, letters or JSON."""
    if rng.random() < 0.3:
        return "".join(name[0].upper() for name in answer)
    return writing.sequence(answer, rng, joiners=(", ", " -> ", "; "))


def spoil(spec: Spec, answer: list[str], rng: Random) -> list[str]:
    """Return the steps without the last of a shortest list, or with a run into a wall."""
    if rng.random() < 0.3:
        return answer[:-1]
    k = rng.randrange(len(answer))
    return [*answer[:k], *[rng.choice(list(STEPS))] * max(len(spec.rows), *map(len, spec.rows)), *answer[k:]]
