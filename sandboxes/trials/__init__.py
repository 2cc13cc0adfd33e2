"""Small hostile programs, each with the fact that must hold of how it ends: the tables behind `conformance`.

A program prints "REACH ..." for anything it got hold of that it should not have. It finds `canary.json`, which says
where the host's canaries are. Our own texts, in the words of well-known attacks; never run one outside a sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from verisieve.sandboxes import MIB, Exit, Limits, Status

QUICK = Limits(cpu=1.0, wall=5.0, memory=128 * MIB, processes=16, output=4096, disk=4 * MIB, files=64)
SLACK = 0.5


class Trial(NamedTuple):
    """A program, what holds when the sandbox does, and how its end shows that."""

    fact: str
    program: str
    holds: Callable[[Exit], bool]
    limits: Limits = QUICK


def done(end: Exit) -> bool:
    """The program ran to its end and got hold of nothing."""
    return end.status is Status.EXITED and end.code == 0 and end.stdout.strip() == b"done"


def ends_as(*statuses: Status, limits: Limits = QUICK) -> Callable[[Exit], bool]:
    """The program ended in one of these ways, no later than its limits and some slack."""

    def holds(end: Exit) -> bool:
        return end.status in statuses and end.cpu <= limits.cpu + SLACK and end.wall <= limits.wall + SLACK

    return holds
