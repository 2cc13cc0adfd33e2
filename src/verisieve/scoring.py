"""A pool of verifiers that any number of threads may ask at once.

One thread owns the pool: workers die with the thread that started them, and a caller's may end at any time.
"""

from __future__ import annotations

import os
import socket
import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue

from verisieve.errors import UsageError, VerisieveError
from verisieve.records import Completion
from verisieve.sandboxes import spec
from verisieve.workers import IN_FLIGHT, ROW_SECONDS, Line, Pool, encode

_Asked = tuple[bytes, "Future[Line]"]


class Scorer:
    """Worker processes that judge completions; as many wait as callers ask, and each is answered once."""

    def __init__(self, *, workers: int | None = None, sandbox: str = "auto", row_seconds: float = ROW_SECONDS) -> None:
        spec.parse(sandbox)
        self._options = (workers or len(os.sched_getaffinity(0)), sandbox, row_seconds)
        self._inbox: SimpleQueue[_Asked] = SimpleQueue()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._door = threading.Lock()
        self._ended: str = ""
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="verisieve scorer", daemon=True)
        self._thread.start()

    def judge(self, completions: Iterable[Completion]) -> list[Line]:
        """Judge completions and return their lines in order; raise VerisieveError where no worker can start."""
        return [future.result() for future in self.submit(completions)]

    def submit(self, completions: Iterable[Completion]) -> list[Future[Line]]:
        """Have completions judged; a future that is cancelled before a worker has its row costs nothing more."""
        asked: list[_Asked] = [(encode(completion), Future()) for completion in completions]
        with self._door:
            if self._ended:
                raise VerisieveError(self._ended)
            for each in asked:
                self._inbox.put(each)
            self._ring()
        return [future for _, future in asked]

    def close(self) -> None:
        """End the workers; who still waits is told so. A second call does nothing."""
        with self._door:
            if self._closing:
                return
            self._closing = True
            self._ring()
        self._thread.join()
        self._bell.close()
        self._ear.close()

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # full: it has not heard the last thousand rings
            self._bell.send(b"!")

    def _serve(self) -> None:
        waiting: dict[int, Future[Line]] = {}
        queue: deque[_Asked] = deque()
        ended = "the verifier was closed"
        try:
            pool = Pool(self._options[0], sandbox=self._options[1], row_seconds=self._options[2])
            self._answer(pool, waiting, queue)
        except (VerisieveError, OSError) as error:
            ended = str(error)
        finally:
            with self._door:
                self._ended = ended
            queue.extend(self._taken())
            left = [future for _, future in queue if future.set_running_or_notify_cancel()]
            for future in [*waiting.values(), *left]:
                future.set_exception(VerisieveError(ended))

    def _answer(self, pool: Pool, waiting: dict[int, Future[Line]], queue: deque[_Asked]) -> None:
        numbers = count()
        most = 2 * IN_FLIGHT * self._options[0]  # what waits here may still be cancelled
        try:
            while not self._closing:
                queue.extend(self._taken())
                while queue and len(waiting) < most:
                    body, future = queue.popleft()
                    if future.set_running_or_notify_cancel():
                        number = next(numbers)
                        waiting[number] = future
                        pool.submit(number, body)
                for number, line in pool.collect(1.0 if waiting else None, self._ear):
                    waiting.pop(number).set_result(line)
                with suppress(BlockingIOError):
                    self._ear.recv(4096)
        finally:
            pool.close()

    def _taken(self) -> Iterable[_Asked]:
        with suppress(Empty):
            while True:
                yield self._inbox.get_nowait()


_making = threading.Lock()  # many threads may ask first
_scorers: dict[int, Scorer] = {}  # by process: a fork has none of its parent's threads


def shared() -> Scorer:
    """The scorer of this process, with VERISIEVE_WORKERS processes and the sandbox VERISIEVE_SANDBOX."""
    with _making:
        return _scorers.get(os.getpid()) or _scorers.setdefault(os.getpid(), _configured())


def _configured() -> Scorer:
    workers = os.environ.get("VERISIEVE_WORKERS", "")
    if workers and not (workers.isdecimal() and int(workers)):
        raise UsageError(f"VERISIEVE_WORKERS must be a whole number from 1, not {workers!r}")
    return Scorer(workers=int(workers) if workers else None, sandbox=os.environ.get("VERISIEVE_SANDBOX", "auto"))
