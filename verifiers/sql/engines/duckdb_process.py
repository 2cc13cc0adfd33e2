"""Speaks to the process that runs DuckDB: asks, counts its CPU time, stops it, kills it, starts it anew.

One process serves all databases of a thread. Judges nothing.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

from verisieve.errors import MissingExtraError
from verisieve.verifiers.sql.engine import EngineLostError, EngineMissingError, Fault
from verisieve.verifiers.sql.engines.cpu import cpu_seconds

GRACE = 0.1  # CPU seconds between the request to stop and the kill
WALL = 60.0  # a process that neither works nor answers is lost
_TICK_MS = 20
_CODE = "from verisieve.verifiers.sql.engines.duckdb_host import main; main()"
_NUMBERS = itertools.count(1)


class Process:
    """One DuckDB process; `number` changes whenever it had to be started anew, and what it held is gone then."""

    def __init__(self) -> None:
        self.number = 0
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request and wait for its answer; one that takes more CPU time than `seconds` ends in a limit."""
        process = self.started()
        assert process.stdin
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            return self._answer(process, seconds)
        except (OSError, ValueError) as error:
            self.kill()
            raise EngineLostError(f"the DuckDB process went away: {error}") from error

    def _answer(self, process: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
        assert process.stdin
        assert process.stdout
        poll = select.poll()
        poll.register(process.stdout, select.POLLIN)
        begin, wall, asked = cpu_seconds(process.pid), time.monotonic(), False
        while not poll.poll(_TICK_MS):
            used = cpu_seconds(process.pid) - begin
            if used > seconds + GRACE or time.monotonic() - wall > WALL:
                self.kill()
                return {"fault": Fault.LIMIT, "message": "the query used up its time and could not be stopped"}
            if used > seconds and not asked:
                asked = True
                process.stdin.write(b'{"do": "stop"}\n')
                process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            ended = process.wait()
            self.kill()
            if ended == -signal.SIGKILL:
                raise EngineLostError("the DuckDB process was killed from outside")
            return {"fault": Fault.LIMIT, "message": "the query ended the engine: out of memory or time"}
        answer: dict[str, Any] = json.loads(line)
        return {**answer, "message": "the query used up its time"} if asked and "fault" in answer else answer

    def started(self) -> subprocess.Popen[bytes]:
        """Return the process, started if need be; raise EngineMissingError without the extra."""
        if self._process is None:
            from importlib import util

            if util.find_spec("duckdb") is None:
                raise EngineMissingError(str(MissingExtraError("judging DuckDB queries", "duckdb")))
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"},
            )
            weakref.finalize(self, _end, self._process)
            self.number = next(_NUMBERS)
            if self._answered_hello():
                return self._process
            self.kill()
            raise EngineMissingError("DuckDB cannot be started here")
        return self._process

    def _answered_hello(self) -> bool:
        assert self._process
        assert self._process.stdout
        return self._process.stdout.readline() == b"{}\n"

    def kill(self) -> None:
        """End the process now."""
        if self._process:
            _end(self._process)
        self._process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            try:
                pipe.close()
            except OSError:
                pass
    process.kill()
    process.wait()


class _Local(threading.local):
    def __init__(self) -> None:
        self.process = Process()


_LOCAL = _Local()


def of_this_thread() -> Process:
    """Return the process that serves the calling thread."""
    return _LOCAL.process
