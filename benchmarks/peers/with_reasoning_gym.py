"""reasoning-gym (PyPI): makes items of one of its data sets on request, and says how long that took.

    python with_reasoning_gym.py      (in an environment that has reasoning-gym; requests and answers as in lines.py)

Its scorers are never called: nine of them execute the text that they score.
"""

from __future__ import annotations

import time
from typing import Any

import lines
import reasoning_gym


def make(name: str, count: int, seed: int, config: dict[str, Any]) -> dict[str, Any]:
    """Make items of a data set, and time them as CPU time of this process."""
    started = time.process_time()
    data = reasoning_gym.create_dataset(name, seed=seed, size=count, **config)
    made = sum(1 for k in range(count) if data[k]["question"])
    return {"seconds": time.process_time() - started, "made": made}


lines.serve(lambda: ({"version": reasoning_gym.__version__}, {"make": make}))
