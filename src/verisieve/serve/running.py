"""The server as a whole: one listening socket, one or more serving processes, one clean end.

Theory of operation. With several processes, the parent binds the socket and forks; all children accept from it, so
that connections which wait there outlive any of them. (With SO_REUSEPORT each process has a queue of its own, which
dies with it.) Who is idle accepts first. A child that dies is started again; each has its own workers and cache.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click

from verisieve import domains
from verisieve.errors import UsageError
from verisieve.judge import load
from verisieve.serve import front
from verisieve.serve.settings import Settings

MOST_DEATHS = 5  # in a row, each within SHORT seconds of its start
SHORT = 5.0


def run(settings: Settings) -> int:
    """Serve until told to stop; the exit code."""
    settings.check()
    front.parser()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    for name in domains.names():
        with suppress(UsageError):  # a broken package: rows of its domain say so
            load(name)  # now, not when the first row of it waits
    listener = _bound(settings)
    host, port = listener.getsockname()[:2]
    click.echo(f"verisieve serves http://{f'[{host}]' if ':' in host else host}:{port}", err=True)
    with listener, tempfile.TemporaryDirectory(prefix="verisieve-serve-") as folder:
        if settings.processes == 1:
            return front.run(settings, listener, Path(folder), "0.json")
        return _Parent(settings, listener, Path(folder)).run()


def _bound(settings: Settings) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=front.BACKLOG)
    except OSError as error:
        raise UsageError(f"{settings.host}:{settings.port}: {error.strerror or error}") from error


def _leave(number: int, frame: FrameType | None) -> None:
    """End a process that has accepted nothing yet."""
    os._exit(0)


class _Parent:
    def __init__(self, settings: Settings, listener: socket.socket, folder: Path) -> None:
        self._settings = settings
        self._listener = listener
        self._folder = folder
        self._children: dict[int, float] = {}  # when each started
        self._stopping = False
        self._deaths = 0
        self._code = 0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for _ in range(self._settings.processes):
            self._start()
        while self._children:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                break
            self._ended(pid, os.waitstatus_to_exitcode(status))
        return self._code

    def _start(self) -> None:
        pid = os.fork()
        if not pid:
            os._exit(self._serve())
        self._children[pid] = time.monotonic()
        if self._stopping:
            os.kill(pid, signal.SIGTERM)

    def _serve(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: not without our parent
        code = front.run(self._settings, self._listener, self._folder, f"{os.getpid()}.json")
        sys.stderr.flush()
        return code

    def _ended(self, pid: int, code: int) -> None:
        started = self._children.pop(pid)
        if self._stopping:
            self._code = max(self._code, abs(code))
            return
        self._deaths = self._deaths + 1 if time.monotonic() - started < SHORT else 0
        click.echo(f"verisieve: a serving process ended with code {code}", err=True)
        if self._deaths >= MOST_DEATHS:
            self._code = 2
            self._stop(signal.SIGTERM, None)
        else:
            self._start()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)
