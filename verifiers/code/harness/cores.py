"""One core for two processes that take turns: to wake another core takes longer than all else of a short call.

The tester chooses the core on which it runs, and the candidate follows it there. After some turns both are free for a
moment, so that the kernel may move them away from strangers. Slow turns gain nothing and are left alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

TOGETHER, FREE = 128, 8  # turns
QUICK = 0.0003  # seconds of a turn


class Cores:
    """Where the two ends run; `tell` lets the other one know."""

    def __init__(self, tell: Callable[[list[int]], None]) -> None:
        self.tell = tell
        self.all = os.sched_getaffinity(0)
        self.together = False
        self.turns = self.left = FREE
        self.since = time.perf_counter()

    def turn(self) -> None:
        """Count a turn, after so many of them choose anew."""
        self.left -= 1
        if not self.left:
            self._choose()

    def _choose(self) -> None:
        now = time.perf_counter()
        quick = now - self.since < QUICK * self.turns
        before, self.together = self.together, quick and not self.together and len(self.all) > 1
        if self.together != before:
            self._move([_current()] if self.together else sorted(self.all))
        self.turns = self.left = TOGETHER if self.together else FREE
        self.since = now

    def _move(self, cores: list[int]) -> None:
        if stay(cores):
            self.tell(cores)
        else:
            self.all = set()


def stay(cores: Iterable[int]) -> bool:
    """Run on these cores only, from now on; false where that is refused."""
    try:
        os.sched_setaffinity(0, cores)
    except (OSError, ValueError):
        return False
    return True


def _current() -> int:
    with open("/proc/self/stat", "rb", buffering=0) as file:  # noqa: PTH123  # pathlib costs a fork pages
        return int(file.read().rpartition(b")")[2].split()[36])
