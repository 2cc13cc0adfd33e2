"""How much work a problem is: the lines of Python that a family's solver runs to open and solve it, counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from verisieve.domains.reasoning.families import load

BY_PROOF = ("logic_grid", "knights_knaves", "cheapest_path")  # solved by SAT, by bits, and with an early stop
COUNTED: Mapping[str, Callable[[Any], int]] = {
    "nim_move": lambda spec: sum(spec.heaps),  # solved by a formula: the moves that one without it would try
}


def work(name: str, raw: Any) -> int:
    """Return how many lines are run to open and solve a problem, nothing kept from before.

    For BY_PROOF those of the second solver count as well.
    """
    family = load(name)
    for kept in vars(family).values():
        getattr(kept, "cache_clear", int)()
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
