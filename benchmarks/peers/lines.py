"""The helper's end of a benchmark: one JSON request a line in, one JSON answer a line out. Standard library only.

A way of running a test is a long-lived helper process, ours and the peers' alike, so that no import is ever timed and
all are timed by the same code. Peers import this file by its plain name, in environments of their own.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Action = Callable[..., dict[str, Any]]


def timed(once: Callable[[], None]) -> dict[str, Action]:
    """Actions around one run, which raises when its result is wrong: run it once, or for some seconds on end."""

    def one() -> dict[str, Any]:
        started = time.perf_counter()
        once()
        return {"seconds": time.perf_counter() - started}

    def many(seconds: float) -> dict[str, Any]:
        started, runs = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            once()
            runs += 1
        return {"seconds": time.perf_counter() - started, "runs": runs}

    return {"one": one, "many": many}


def serve(make: Callable[[], tuple[dict[str, Any], dict[str, Action]]]) -> None:
    """Make ready, say so, and answer until the input ends; whatever is printed meanwhile goes to standard error."""
    # High up, where no program that writes to every low descriptor spoils the answers.
    answers = os.fdopen(fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 900), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(act: Callable[[], dict[str, Any]]) -> None:
        try:
            body = act()
        except Exception as error:  # noqa: BLE001  # told to the benchmark, which stops
            body = {"error": f"{type(error).__name__}: {error}"[:500]}
        answers.write(json.dumps(body) + "\n")
        answers.flush()

    actions: dict[str, Action] = {}

    def ready() -> dict[str, Any]:
        facts, made = make()
        actions.update(made)
        return facts

    answer(ready)
    for line in sys.stdin:
        request = json.loads(line)
        answer(lambda request=request: actions[request.pop("do")](**request))
