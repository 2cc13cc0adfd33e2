"""One serving process: an event loop, its connections and its workers, from the socket to a clean end."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import time
from email.utils import formatdate
from pathlib import Path
from types import ModuleType

from verisieve.commands import quick_loop
from verisieve.errors import MissingExtraError
from verisieve.serve import metrics
from verisieve.serve.connection import Connection
from verisieve.serve.desk import Desk
from verisieve.serve.routes import Routes
from verisieve.serve.settings import Settings

BACKLOG = 2048
SPARE_FILES = 256  # descriptors beside those of clients
FLUSH = 0.05  # seconds between looks at what is still to be sent


def run(settings: Settings, listener: socket.socket, folder: Path, name: str) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. `folder` holds the figures of all processes."""
    httptools = parser()
    _allow_files(settings.max_connections + SPARE_FILES)
    with asyncio.Runner(loop_factory=quick_loop()) as runner:
        return runner.run(_Front(settings, folder, name, httptools).serve(listener))


def parser() -> ModuleType:
    """Return the module that parses HTTP; raise MissingExtraError where it is not installed."""
    try:
        import httptools
    except ImportError as error:
        raise MissingExtraError("serve", "serve") from error
    return httptools


class _Front:
    def __init__(self, settings: Settings, folder: Path, name: str, httptools: ModuleType) -> None:
        self._settings = settings
        self._folder = folder
        self._name = name
        self._httptools = httptools
        self._live: set[Connection] = set()

    async def serve(self, listener: socket.socket) -> int:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        self._desk = Desk(self._settings)
        self._routes = Routes(self._settings, self._desk, self._figures)
        self._tick()
        ticks = loop.create_task(self._ticks(stop))
        server = await loop.create_server(self._connection, sock=listener, backlog=BACKLOG)
        await stop.wait()
        finished = await self._finish()
        server.close()
        ticks.cancel()
        self._leave(metrics.counted(self._values()))
        self._desk.close()
        for connection in list(self._live):
            connection.hang_up()
        await asyncio.sleep(FLUSH)
        return 0 if finished and not self._failure else 2

    async def _finish(self) -> bool:
        """Refuse what is new and wait for what is under way; whether it came to an end in time."""
        self._routes.stopping = True
        self._failure = self._desk.failure
        until = time.monotonic() + self._settings.grace_seconds
        for connection in list(self._live):
            connection.hang_up()
        while any(not connection.idle for connection in self._live) or self._desk.waiting:
            if time.monotonic() > until:
                return False
            await asyncio.sleep(FLUSH)
        return True

    def _connection(self) -> Connection:
        return Connection(self._routes, self._settings, self._live, self._httptools)

    async def _ticks(self, stop: asyncio.Event) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._tick()
            if self._desk.failure:
                stop.set()

    def _tick(self) -> None:
        self._routes.date = f"Date: {formatdate(usegmt=True)}\r\n".encode()
        now = time.monotonic()
        for connection in list(self._live):
            connection.sweep(now)
        if self._settings.processes > 1:
            self._leave(self._values())

    def _leave(self, values: metrics.Values) -> None:
        if self._settings.processes > 1:
            metrics.write(self._folder, self._name, values)

    def _figures(self) -> list[metrics.Values]:
        return [self._values(), *metrics.others(self._folder, self._name)]

    def _values(self) -> metrics.Values:
        desk = self._desk
        return {
            **self._routes.requests.values(),
            **{
                f'verdicts_total{{domain="{_label(domain)}",outcome="{outcome}"}}': count
                for (domain, outcome), count in desk.outcomes.items()
            },
            "cache_hits_total": desk.cache.hits,
            "cache_misses_total": desk.cache.misses,
            "cache_entries": len(desk.cache),
            "cache_bytes": desk.cache.size,
            "rows_waiting": desk.waiting,
            "connections": len(self._live),
            "workers_ready": 0 if desk.failure else desk.pool.ready,
            "workers_replaced_total": desk.pool.replaced,
        }


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
