"""Sums over a process table: which box a process belongs to, and what is counted."""

from __future__ import annotations

import os
import subprocess

from verisieve.sandboxes.inside.watch import Process, Use, processes, spread, totals

TABLE = {
    10: Process(1, 1.0, 100),  # program of box 0
    11: Process(10, 0.5, 90),  # its child
    12: Process(11, 0.25, 85),  # its grandchild
    20: Process(1, 0.0, 5),  # init of box 0
    21: Process(20, 2.0, 80),  # orphaned to it
    30: Process(1, 4.0, 70),  # program of box 1
    40: Process(1, 9.0, 999),  # of no box
}


def test_descendants_and_orphans_count_for_their_box() -> None:
    """A process belongs to the box whose program or init it descends from."""
    sums = totals(TABLE, {10: 0, 20: 0, 30: 1}, base=0)
    assert sums == {0: Use(3.75, 360), 1: Use(4.0, 70)}


def test_pages_shared_with_the_runner_count_once() -> None:
    """What every fork shares is counted once for a box, not once for each of its processes."""
    assert totals(TABLE, {10: 0}, base=80)[0].memory == 80 + 20 + 10 + 5


def test_a_table_with_a_cycle_ends() -> None:
    """A pid that was used again while we read makes no endless loop."""
    assert totals({5: Process(6, 1.0, 1), 6: Process(5, 1.0, 1)}, {7: 0}, base=0) == {0: Use(0.0, 0)}


def test_the_real_table_is_read() -> None:
    """Our parent is in the real process table, and we are not."""
    table = processes()
    assert os.getpid() not in table
    assert table[os.getppid()].memory > 0


def test_a_process_that_kept_to_one_core_is_spread() -> None:
    """It may run wherever we may; a process that is gone meanwhile is no matter."""
    cores = os.sched_getaffinity(0)
    with subprocess.Popen(["sleep", "60"]) as process:
        os.sched_setaffinity(process.pid, {min(cores)})
        spread([process.pid, 1 << 22])
        assert os.sched_getaffinity(process.pid) == cores
        process.kill()
