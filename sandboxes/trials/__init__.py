"""Small hostile programs, each with the fact that must hold of how it ends: the tables behind `conformance`.

A program prints "REACH ..." for anything it got hold of that it should not have. It finds `canary.json`, which says
where the host's canaries are. Our own texts, in the words of well-known attacks; never run one outside a sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from verisieve.sandboxes import MIB, Limits, Run, Status

QUICK = Limits(cpu=1.0, wall=5.0, memory=128 * MIB, processes=16, output=4096, disk=4 * MIB, files=64)
SLACK = 0.5

# What most programs begin with: canary, libc, and ways to try a thing that must be refused.
PRELUDE = """
import ctypes, json, os, signal, socket, sys, time
canary = json.load(open("canary.json"))
libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
def reach(*what):
    print("REACH", *what, flush=True)
def attempt(name, act):
    try:
        got = act()
    except (OSError, ValueError, OverflowError, MemoryError):
        return
    reach(name, got)
def refused(name, number, *arguments, errors=(1, 38)):
    ctypes.set_errno(0)
    if X86 and (libc.syscall(number, *arguments) >= 0 or ctypes.get_errno() not in errors):
        reach(name, ctypes.get_errno())
def fork(child):
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid == 0:
        try:
            child()
        finally:
            os._exit(0)
    return pid
"""

Holds = Callable[[Run], bool]


class Trial(NamedTuple):
    """A program, what holds when the sandbox does, and how its end shows that.

    It is run `times` times over, each time in a fresh box. With a `tester`, the two are joined by descriptor 3.
    """

    fact: str
    program: str
    holds: Holds
    limits: Limits = QUICK
    times: int = 1
    tester: str = ""


def done(run: Run) -> bool:
    """The program ran to its end and got hold of nothing."""
    end = run.candidate
    return end.status is Status.EXITED and end.code == 0 and end.stdout.strip() == b"done"


def in_time(run: Run) -> bool:
    """It ended of itself, with nothing that it left behind to be waited for until its wall limit."""
    return run.candidate.wall < QUICK.wall - SLACK


def ends_as(*statuses: Status) -> Holds:
    """The program ended in one of these ways; whether it was late is the host's to see."""

    def holds(run: Run) -> bool:
        return run.candidate.status in statuses and b"REACH" not in run.candidate.stdout

    return holds


def any_end(run: Run) -> bool:
    """However it ended, it got hold of nothing; what matters is what the host saw."""
    return b"REACH" not in run.candidate.stdout


def reported_done(run: Run) -> bool:
    """The tester, which is ours, came to its end and saw nothing that it should not."""
    return run.tester is not None and run.tester.code == 0 and run.report == b"done"


def tables() -> tuple[Trial, ...]:
    """Every trial, those that must find a fresh run first."""
    from verisieve.sandboxes.trials import channels, descriptors, interpreter, kernel, limits, memory, processes, reach

    groups = (reach, limits, processes, memory, descriptors, channels, kernel, interpreter)
    return tuple(trial for group in groups for trial in group.TRIALS)
