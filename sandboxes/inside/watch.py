"""What the processes of each box use in total, read from outside in /proc.

Processes are told apart by descent: a box's program and its children, and whatever was orphaned to the box's init.
CPU of a process that nobody waited for would vanish with it, so a fall of the sum is kept as `lost`. What a process
waits for a core is read as well: on a busy machine it is no fault of the program's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PPID, _UTIME, _CSTIME, _RSS = 1, 11, 14, 21  # fields after the command name


class Use(NamedTuple):
    """CPU in seconds and resident bytes of one box, all processes together."""

    cpu: float
    memory: int


class Process(NamedTuple):
    """Lines of /proc: parent, CPU in seconds (waited-for children included), resident bytes, seconds without a core."""

    parent: int
    cpu: float
    memory: int
    waited: float = 0.0


def processes() -> dict[int, Process]:
    """Read every process in this pid namespace but the caller."""
    found = {int(name): _read(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208  # names only
    return {pid: process for pid, process in found.items() if process and pid != os.getpid()}


def totals(table: dict[int, Process], roots: dict[int, int], base: int) -> dict[int, Use]:
    """Sum a process table by box; `roots` names the box of each first process, `base` the pages that all share.

    >>> table = {5: Process(1, 1.0, 30), 6: Process(5, 0.5, 25), 7: Process(1, 0.25, 21)}
    >>> totals(table, {5: 0, 7: 1}, base=20)
    {0: Use(cpu=1.5, memory=35), 1: Use(cpu=0.25, memory=21)}
    """
    sums = {box: Use(0.0, 0) for box in roots.values()}
    for pid, process in table.items():
        box = _box_of(pid, table, roots)
        if box is not None:
            own = sums[box]
            sums[box] = Use(own.cpu + process.cpu, own.memory + max(0, process.memory - base))
    return {box: Use(use.cpu, use.memory + base) for box, use in sums.items()}


def delay(table: dict[int, Process], before: dict[int, Process], roots: dict[int, int]) -> float:
    """Return the most seconds that one process of the boxes has waited for a core since the table before.

    >>> delay({5: Process(1, 1.0, 30, 0.75)}, {5: Process(1, 0.9, 30, 0.25)}, {5: 0})
    0.5
    """
    waits = [
        process.waited - (before[pid].waited if pid in before else 0.0)
        for pid, process in table.items()
        if _box_of(pid, table, roots) is not None
    ]
    return max(waits, default=0.0)


def spread(pids: Iterable[int]) -> None:
    """Let processes run wherever the caller may: those that took turns on one core may work for long now."""
    cores = os.sched_getaffinity(0)
    for pid in pids:
        with suppress(OSError):  # gone meanwhile
            os.sched_setaffinity(pid, cores)


def _box_of(pid: int, table: dict[int, Process], roots: dict[int, int]) -> int | None:
    for _ in range(len(table) + 1):
        if pid in roots:
            return roots[pid]
        if pid not in table:
            return None
        pid = table[pid].parent
    return None


def _read(pid: str) -> Process | None:
    stat = _file(f"/proc/{pid}/stat")
    if stat is None:
        return None
    fields = stat.rpartition(b")")[2].split()
    ticks = sum(int(field) for field in fields[_UTIME : _CSTIME + 1])
    times = (_file(f"/proc/{pid}/schedstat") or b"").split()  # not every kernel has it
    waited = int(times[1]) / 1e9 if len(times) > 1 else 0.0
    return Process(int(fields[_PPID]), ticks / _TICK, int(fields[_RSS]) * _PAGE, waited)


def _file(path: str) -> bytes | None:
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:  # gone meanwhile
        return None
    try:
        return os.read(file, 1024)
    except OSError:
        return None
    finally:
        os.close(file)
