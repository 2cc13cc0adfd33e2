"""How much work a problem is: the lines of Python that a family's solver runs to open and solve it, counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from math import factorial
from types import FrameType
from typing import Any

from verisieve.domains.reasoning.families import load
from verisieve.verifiers.reasoning import games

BY_PROOF = ("logic_grid", "knights_knaves", "cheapest_path")  # solved by SAT, by bits, and with an early stop


def _entries(spec: Any) -> int:
    """Return the entries of a table of all sorts of things, true or false of each statement."""
    return int((len(spec.premises) + 1) * 2 ** len(spec.terms))


def _seatings(spec: Any) -> int:
    """Return how often a search through every seating looks at a rule."""
    return len(spec.rules) * factorial(len(spec.people) - spec.around)


def _states(spec: Any) -> int:
    """Return the positions that a full search of the game looks at."""
    return games.explored(spec.board, spec.state)[1]


COUNTED: Mapping[str, Callable[[Any], int]] = {  # lines would tell less: a formula, bits, or an early end
    "nim_move": lambda spec: sum(spec.heaps),  # the moves that a search would try first
    "hanoi": lambda spec: len(load("hanoi").solve(spec)),  # the moves
    "line_game": _states,
    "seating": _seatings,
    "syllogism": _entries,
}


def work(name: str, raw: Any) -> int:
    """Return how many lines are run to open and solve a problem, nothing kept from before.

    For BY_PROOF those of the second solver count as well.
    """
    family = load(name)
    _forget()
    if name in COUNTED:
        return COUNTED[name](family.parse(raw))
    lines = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        spec = family.parse(raw)
        answer = family.solve(spec)
        if name in BY_PROOF:
            family.prove(spec, answer)
    finally:
        sys.settrace(before)
    return lines


def _forget() -> None:
    """Drop what the functions of the domain keep from one problem to the next, but for the families themselves."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("verisieve.domains.reasoning.families.", "verisieve.verifiers.reasoning.")):
            for kept in vars(module).values():
                getattr(kept, "cache_clear", int)()
