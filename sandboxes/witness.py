"""What the host sees of a program while it runs: its processes, by the name that they carry, and when all are gone.

    with watching(name, cpu=1.0) as sight:
        sandbox.run(job)          # a job whose program begins with `prelude(name)`
    sight.most, sight.memory, sight.last

Reads the host's /proc, so it does not see into another machine (`sight.seen` is False there). A process that renames
itself is still known by its number, or by its pid namespace where the caller may read that.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.008
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_UTIME, _STIME, _THREADS, _STARTED = 11, 12, 17, 19  # fields of /proc/PID/stat after the command name


Key = tuple[int, int]  # a pid and its start: pids come again


class Process(NamedTuple):
    """One process of ours as the host sees it."""

    pid: int
    started: int
    cpu: float
    threads: int
    memory: int


@dataclass(slots=True)
class Sight:
    """What was seen so far; times are of `time.monotonic`."""

    most: int = 0
    memory: int = 0
    shared: int = 0
    cpu: float = 0.0
    over: float = 0.0
    last: float = 0.0
    known: dict[Key, float] = field(default_factory=dict)
    spaces: dict[int, int] = field(default_factory=dict)  # number of a pid namespace -> a descriptor of it

    @property
    def seen(self) -> bool:
        """Whether the program was visible from here at all."""
        return bool(self.known)


def prelude(name: str) -> str:
    """Text that makes a program, and all that it forks, visible under this name (15 letters at most)."""
    return f"__import__('ctypes').CDLL(None).prctl(15, {name.encode()!r}, 0, 0, 0)  # PR_SET_NAME\n"


@contextmanager
def watching(name: str, *, cpu: float, ignored: frozenset[int] = frozenset()) -> Iterator[Sight]:
    """Watch the processes of this name until the block ends; `cpu` is the limit whose crossing is noted."""
    sight = Sight()
    before = _shared_memory()
    stop = threading.Event()

    def look_on() -> None:
        while not stop.wait(_EVERY):
            if note(sight, name, cpu, ignored):
                sight.shared = max(sight.shared, _shared_memory() - before)

    thread = threading.Thread(target=look_on, daemon=True)
    thread.start()
    try:
        try:
            yield sight
        finally:
            stop.set()
            thread.join()
    except BaseException:
        _release(sight)  # nobody will await its end
        raise


def note(sight: Sight, name: str, cpu: float, ignored: frozenset[int] = frozenset()) -> list[Process]:
    """Look once, and add what is there to a sight."""
    there = [one for one in processes(name, sight.spaces, sight.known) if one.pid not in ignored]
    if not there:
        return there
    now = time.monotonic()
    if not sight.spaces:
        for one in there:
            _hold_space(one.pid, sight.spaces)
    sight.known |= {(one.pid, one.started): one.cpu for one in there}
    sight.cpu = sum(sight.known.values())
    sight.most = max(sight.most, sum(one.threads for one in there))
    sight.memory = max(sight.memory, sum(one.memory for one in there))
    sight.last = now
    if not sight.over and sight.cpu > cpu:
        sight.over = now
    return there


def await_end(sight: Sight, name: str, ignored: frozenset[int] = frozenset(), patience: float = 1.0) -> list[Process]:
    """Wait until none of the processes is left; return those that stay."""
    deadline = time.monotonic() + patience
    while (there := note(sight, name, float("inf"), ignored)) and time.monotonic() < deadline:
        time.sleep(_EVERY)
    _release(sight)
    return there


def processes(name: str, spaces: Container[int] = (), known: Container[Key] = ()) -> list[Process]:
    """The host's processes of this name, those in these pid namespaces, and those that are known already."""
    found = (_read(int(entry), name, spaces, known) for entry in os.listdir("/proc") if entry.isdigit())  # noqa: PTH208
    return [process for process in found if process]


def descendants(pid: int) -> int:
    """How many processes descend from this one, itself included."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text(encoding="latin-1").rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {pid}
    while grown := {child for child, parent in parents.items() if parent in family and child not in family}:
        family |= grown
    return len(family)


def _read(pid: int, name: str, spaces: Container[int], known: Container[Key]) -> Process | None:
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:  # noqa: PTH123  # hundreds of times a second
            head, _, tail = file.read().rpartition(")")
        fields = tail.split()
        key = (pid, int(fields[_STARTED]))
        if head.partition("(")[2] != name and key not in known and not (spaces and _space(pid) in spaces):
            return None
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123
            _, resident, shared, *_ = (int(word) for word in file.read().split())
    except (OSError, ValueError):  # gone meanwhile
        return None
    cpu = (int(fields[_UTIME]) + int(fields[_STIME])) / _TICK
    return Process(*key, cpu, int(fields[_THREADS]), max(0, resident - shared) * _PAGE)


def _shared_memory() -> int:
    """Bytes of shared memory and tmpfs on the whole machine: also what no page table shows."""
    with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123
        return next((int(line.split()[1]) << 10 for line in file if line.startswith("Shmem:")), 0)


def _space(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/ns/pid").st_ino  # noqa: PTH116
    except OSError:
        return 0


def _hold_space(pid: int, spaces: dict[int, int]) -> None:
    """Note the pid namespace of a process, unless it is ours, and keep it: the next namespace would get its number."""
    try:
        held = os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # gone, or none that we may look at
        return
    number = os.fstat(held).st_ino
    if number in spaces or number == _space(os.getpid()):
        os.close(held)
    else:
        spaces[number] = held


def _release(sight: Sight) -> None:
    while sight.spaces:
        os.close(sight.spaces.popitem()[1])
