"""Rows in, output lines out, in one event loop: a bounded queue, the cache, and the worker processes.

Theory of operation. The pool of `workers` waits on its own selector, whose file descriptor becomes readable when any
worker answers; so the event loop watches that one and needs no thread. Rows that came since the last turn are handed
out together, and verdicts are taken in together, a thousand times a second at most: waking up for each would cost more
than judging. How many rows are under way to a worker follows from how many it lately judged in a second. Equal rows
under way are judged once: who gave up waiting and asks again gets the same verdict.

A worker that dies is replaced and its rows are run again by the pool; a row that was accepted is always answered.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from itertools import count
from typing import NamedTuple

from verisieve import domains, quickjson
from verisieve.errors import VerisieveError
from verisieve.pipeline import known, refused
from verisieve.records import Completion, Outcome, Reason
from verisieve.rows import BadRow, Row, carry
from verisieve.serve.cache import Cache
from verisieve.serve.settings import Settings
from verisieve.store import digest
from verisieve.workers import IN_FLIGHT, Line, Pool, encode

AHEAD = 0.2  # seconds of work that are under way to one worker: what lies behind a slow row waits for it
LEAST_AHEAD = 2  # rows, so that none waits for us
FIRST_AHEAD = 16  # rows, before any was judged
PAUSE = 0.001  # seconds between turns: each takes in all that was judged meanwhile
LOOK = 1.0  # seconds between looks for a worker that hangs

Answer = asyncio.Future[bytes]


class FullError(VerisieveError):
    """The queue holds as many rows as it may; `seconds` is when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the queue is full; try again in {seconds} s")
        self.seconds = seconds


class Asked(NamedTuple):
    """A row that is answered at once, or later."""

    body: bytes = b""
    later: Answer | None = None


class Desk:
    """One process's workers and what they know; `failure` says why it can judge nothing more."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self.pool = Pool(settings.workers, sandbox=settings.sandbox, row_seconds=settings.row_seconds)
        self.pool.in_flight = FIRST_AHEAD
        self.cache = Cache(settings.cache_bytes)
        self.outcomes: Counter[tuple[str, str]] = Counter()  # by domain and outcome
        self.failure = ""
        self._domains = frozenset(domains.names())
        self._numbers = count()
        self._under_way: dict[int, tuple[bytes, Answer]] = {}
        self._by_key: dict[bytes, Answer] = {}
        self._patient: deque[asyncio.Future[None]] = deque()
        self._pausing = False
        self._rate = 1.0  # rows a second, lately
        self._done = 0
        self._loop.add_reader(self.pool.fileno(), self._turn_soon)
        self._ticks = self._loop.create_task(self._tick())

    @property
    def waiting(self) -> int:
        """Rows that were accepted and have no verdict yet."""
        return len(self._under_way)

    def room(self, rows: int) -> None:
        """Raise FullError where the queue cannot take so many rows more, VerisieveError where nothing can be judged."""
        if self.failure:
            raise VerisieveError(self.failure)
        if self.waiting + rows > self._settings.queue:
            raise FullError(min(60, 1 + int(self.waiting / max(self._rate, 1.0))))

    def ask(self, row: Row) -> Asked | BadRow:
        """Have a good row judged; there must be room for it. An unknown domain makes it a bad row."""
        name = row.completion.problem.domain
        if name not in self._domains:  # looking for a domain takes milliseconds, and whoever asks may ask often
            message = f"unknown domain {name[:100]!r}; known: {', '.join(sorted(self._domains))}"
            return refused(row, Reason.UNKNOWN_DOMAIN, message, "domain")
        found = known(row)
        if isinstance(found, BadRow):
            return found
        completion = row.completion
        bare = Completion(problem=completion.problem, text=completion.text)
        task = encode(bare)
        key = digest(found, task)
        body = self.cache.get(key)
        if body is not None:
            return Asked(_addressed(body, completion))
        if (shared := self._by_key.get(key)) is None:
            shared = self._submit(key, task)
        if not (completion.extra or completion.sample or completion.model):
            return Asked(later=shared)
        own: Answer = self._loop.create_future()
        shared.add_done_callback(lambda done: _hand_on(done, own, completion))
        return Asked(later=own)

    async def half_free(self) -> None:
        """Wait until half of the queue is free: streams leave the rest to those who cannot wait."""
        while self.waiting * 2 >= self._settings.queue and not self.failure:
            wakened: asyncio.Future[None] = self._loop.create_future()
            self._patient.append(wakened)
            await wakened
        if self.failure:
            raise VerisieveError(self.failure)

    def close(self) -> None:
        """End the workers; rows under way are told so."""
        self._ticks.cancel()
        self._fail("the server has stopped")

    def _submit(self, key: bytes, task: bytes) -> Answer:
        future: Answer = self._loop.create_future()
        number = next(self._numbers)
        self._under_way[number] = (key, future)
        self._by_key[key] = future
        self.pool.submit(number, task)
        self._turn_soon()
        return future

    def _turn_soon(self) -> None:
        """Have the next turn when the pause is over, and hear nothing of the workers until then."""
        if not self._pausing and not self.failure:
            self._pausing = True
            self._loop.remove_reader(self.pool.fileno())
            self._loop.call_later(PAUSE, self._turn)

    def _turn(self) -> None:
        """Hand out what came in and take in what is done."""
        if self.failure:
            return
        if self._pausing:
            self._pausing = False
            self._loop.add_reader(self.pool.fileno(), self._turn_soon)
        try:
            done = self.pool.collect(0.0)
        except (VerisieveError, OSError) as error:
            self._fail(str(error))
            return
        for number, line in done:
            self._finish(number, line)

    def _finish(self, number: int, line: Line) -> None:
        key, future = self._under_way.pop(number)
        del self._by_key[key]
        self._done += 1
        self.outcomes[line.domain, line.outcome] += 1
        body = line.body[:-1]
        if line.outcome != Outcome.ERROR:  # an error may be gone the next time
            self.cache.put(key, body)
        future.set_result(body)
        self._waken(1)

    def _waken(self, most: int) -> None:
        while self._patient and most:
            wakened = self._patient.popleft()
            if not wakened.done():  # else its stream was cut
                wakened.set_result(None)
                most -= 1

    def _fail(self, why: str) -> None:
        if self.failure:
            return
        self.failure = why
        self._loop.remove_reader(self.pool.fileno())
        self.pool.close()
        for _, future in self._under_way.values():
            future.set_exception(VerisieveError(why))
            future.exception()  # nobody may be waiting any more
        self._under_way.clear()
        self._by_key.clear()
        self._waken(len(self._patient))

    async def _tick(self) -> None:
        while not self.failure:
            await asyncio.sleep(LOOK)
            self._rate = (self._rate + self._done / LOOK) / 2
            if self.waiting:
                self._look_ahead()
            self._done = 0
            self._turn()

    def _look_ahead(self) -> None:
        ahead = int(self._rate * AHEAD / self._settings.workers)
        self.pool.in_flight = min(max(ahead, LEAST_AHEAD), IN_FLIGHT)


def _hand_on(shared: Answer, own: Answer, completion: Completion) -> None:
    if own.done():
        return
    if error := shared.exception():
        own.set_exception(error)
        own.exception()
    else:
        own.set_result(_addressed(shared.result(), completion))


def _addressed(body: bytes, completion: Completion) -> bytes:
    """Return a verdict of a bare row as that of this one: with its sample, its model and what it carries."""
    if not (completion.extra or completion.sample or completion.model):
        return body
    verdict = {**quickjson.decode(body), "sample": completion.sample}
    return quickjson.encode(carry(verdict, completion.extra, completion.model))
