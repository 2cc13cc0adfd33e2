"""Work in forked children, a few at a time, each within limits of CPU time, memory and wall time.

Forks, so it belongs into a process that has one thread and does nothing else.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from verisieve.records import Json

MEMORY = 4 << 30  # address space of a child
AHEAD = 8  # results that wait for an earlier one, for each child
HOUR = 3600.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a child does, and what it may take."""

    do: Callable[[], Json]
    cpu: float | None = None
    wall: float = HOUR


class _Child:
    """A running child and what it has said so far."""

    def __init__(self, work: Work) -> None:
        self.reading, writing = os.pipe()
        self.stop = time.monotonic() + work.wall
        self.said, self.over = b"", False
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self.reading)
            _serve(work, writing)  # never returns
        os.close(writing)

    @property
    def result(self) -> Json:
        """What the work returned; None where it did not get there."""
        try:
            return json.loads(self.said)
        except ValueError:
            return None

    def read(self) -> None:
        """Take what it says; it is over when it closes its end."""
        chunk = os.read(self.reading, 1 << 16)
        self.said += chunk
        if not chunk:
            self.end()

    def end(self) -> None:
        """End it and what it left running: it leads a session of its own."""
        if self.over:
            return
        self.over = True
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self.reading)


def result(work: Work) -> Json:
    """Return what one work returns; None where it does not get there."""
    return next(results([work], 1))


def results(works: Iterable[Work], workers: int) -> Iterator[Json]:
    """Yield what each work returns, in their order; None where a child does not get there."""
    waiting, left = deque[_Child](), iter(works)
    try:
        while True:
            while len(_running(waiting)) < workers and len(waiting) < AHEAD * workers and (work := next(left, None)):
                waiting.append(_Child(work))
            if not waiting:
                return
            while waiting and waiting[0].over:
                yield waiting.popleft().result
            _attend(_running(waiting))
    finally:
        for child in waiting:
            child.end()


def _running(children: Iterable[_Child]) -> dict[int, _Child]:
    return {child.reading: child for child in children if not child.over}


def _attend(running: dict[int, _Child]) -> None:
    """Wait until one of them says something or its time is up."""
    if not running:
        return
    first = min(child.stop for child in running.values())
    for reading in select.select([*running], [], [], max(0.0, first - time.monotonic()))[0]:
        running[reading].read()
    for child in running.values():
        if child.stop <= time.monotonic():
            child.said = b""
            child.end()


def _serve(work: Work, writing: int) -> None:
    code = 1
    try:
        os.setsid()
        _quiet()
        _tied_to_parent()
        if work.cpu is not None:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (int(work.cpu) + 1, int(work.cpu) + 2))
        with os.fdopen(writing, "wb") as out:
            out.write(json.dumps(work.do()).encode())
        code = 0
    finally:
        os._exit(code)  # whatever was raised: the parent goes on alone


def _quiet() -> None:
    """What a mutant prints is nobody's business."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _tied_to_parent() -> None:
    """Have the kernel end this process when its parent ends, however that was; elsewhere than on Linux it lives on."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
