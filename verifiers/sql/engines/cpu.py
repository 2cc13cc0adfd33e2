"""How much CPU time another process has used: the measure by which foreign queries are stopped."""

from __future__ import annotations

import time


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process of this machine, read from the kernel's clock of it; 0 once it is gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0
