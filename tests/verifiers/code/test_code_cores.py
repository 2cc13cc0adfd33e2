"""Two processes that take turns quickly share a core, and leave it now and then."""

from __future__ import annotations

import os

import pytest

from verisieve.verifiers.code.harness import cores
from verisieve.verifiers.code.harness.cores import FREE, QUICK, TOGETHER, Cores

ALL = [0, 1, 2]


def moves(monkeypatch: pytest.MonkeyPatch, turns: int, *, seconds: float, own: list[int] = ALL) -> list[list[int]]:
    """What the other end is told in so many turns of so many seconds each."""
    clock = [0.0]
    monkeypatch.setattr(cores.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(cores.os, "sched_getaffinity", lambda pid: set(own))
    monkeypatch.setattr(cores, "stay", lambda wanted: True)
    monkeypatch.setattr(cores, "_current", lambda: 1)
    told: list[list[int]] = []
    both = Cores(told.append)
    for _ in range(turns):
        clock[0] += seconds
        both.turn()
    return told


def test_quick_turns_share_a_core_and_leave_it_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few turns on one core, after many free again, and so on."""
    assert moves(monkeypatch, FREE - 1, seconds=QUICK / 2) == []
    assert moves(monkeypatch, 2 * (FREE + TOGETHER), seconds=QUICK / 2) == [[1], ALL, [1], ALL]


def test_slow_turns_stay_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who works for long gains nothing by company; nor does anybody on a machine with one core."""
    assert moves(monkeypatch, 500, seconds=2 * QUICK) == []
    assert moves(monkeypatch, 500, seconds=QUICK / 2, own=[0]) == []


def test_the_core_is_one_that_we_may_use() -> None:
    """What the kernel says of this process is understood; a core that is none is refused."""
    assert cores._current() in os.sched_getaffinity(0)
    assert not cores.stay([1 << 20])
