"""A pool of verifiers that any number of threads may ask at once.

One thread owns the pool: workers die with the thread that started them, and a caller's may end at any time.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue

from verisieve.errors import VerisieveError
from verisieve.records import Completion
from verisieve.sandboxes import spec
from verisieve.workers import ROW_SECONDS, Line, Pool, encode

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
        asked: list[_Asked] = [(encode(completion), Future()) for completion in completions]
        with self._door:
            if self._ended:
                raise VerisieveError(self._ended)
            for each in asked:
                self._inbox.put(each)
            self._ring()
        return [future.result() for _, future in asked]

    def close(self) -> None:
        """End the workers; who still waits is told so."""
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
        ended = "the verifier was closed"
        try:
            self._answer(Pool(self._options[0], sandbox=self._options[1], row_seconds=self._options[2]), waiting)
        except (VerisieveError, OSError) as error:
            ended = str(error)
        finally:
            with self._door:
                self._ended = ended
            left = [*waiting.values(), *(future for _, future in self._taken())]
            for future in left:
                future.set_exception(VerisieveError(ended))

    def _answer(self, pool: Pool, waiting: dict[int, Future[Line]]) -> None:
        numbers = count()
        try:
            while not self._closing:
                for body, future in self._taken():
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
