"""Run one of our processes and read its lines of JSON, until it ends, falls silent or takes too much memory."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from verisieve.records import Json

LOOK_EVERY = 0.2  # seconds between two looks at a process's memory
MOST_MEMORY = 2 << 30


class StoppedError(Exception):
    """A process that did not come to its end, and why."""


def lines(
    arguments: list[str], *, patience: float, memory: int = MOST_MEMORY, environment: dict[str, str] | None = None
) -> Iterator[Json]:
    """Yield what `python -m ARGUMENTS` says; raise StoppedError where it is silent for `patience` seconds, or dies."""
    path = os.pathsep.join(filter(None, sys.path))
    env = {**os.environ, "PYTHONPATH": path, **(environment or {})}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stderr=errors, env=env, start_new_session=True
        )
        try:
            assert process.stdout
            yield from _read(process, process.stdout, patience, memory)
            if process.wait():
                raise StoppedError(f"its process ended with {process.returncode}: {_last(errors)}")
        finally:
            _end(process)


def gathered(
    arguments: list[str],
    *,
    patience: float,
    environment: dict[str, str] | None = None,
    told: Callable[[Json], None] | None = None,
) -> tuple[list[Json], str]:
    """Return all that it says, and why it was stopped if it was; `told` is called with each line as it comes."""
    found: list[Json] = []
    try:
        for line in lines(arguments, patience=patience, environment=environment):
            found.append(line)
            if told:
                told(line)
    except StoppedError as error:
        return found, str(error)
    return found, ""


def _read(process: subprocess.Popen[bytes], out: IO[bytes], patience: float, memory: int) -> Iterator[Json]:
    pending, silent_since = b"", time.monotonic()
    while True:
        ready, _, _ = select.select([out], [], [], LOOK_EVERY)
        if _resident(process.pid) > memory:
            raise StoppedError(f"its process took more than {memory >> 20} MiB")
        if not ready:
            if time.monotonic() - silent_since > patience:
                raise StoppedError(f"no verdict within {patience:g} s")
            continue
        chunk = os.read(out.fileno(), 1 << 16)
        if not chunk:
            return
        *whole, pending = (pending + chunk).split(b"\n")
        for line in whole:
            yield json.loads(line)
        silent_since = time.monotonic()


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):  # it has ended, or there is no /proc
        return 0


def _last(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()[-300:]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: it leads a session of its own."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()
    if process.stdout:
        process.stdout.close()
