"""The Python door: rows in, verdict rows out, by warm worker processes; the same rows as `verisieve verify` takes.

A row that is bad or cannot be judged gives a verdict row with outcome `error`, as on the command line; only a broken
installation or a wrong call raises. Nothing starts before the first row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import chain, islice
from types import TracebackType
from typing import Self, TypedDict

from verisieve import quickjson
from verisieve.errors import InputError, UsageError
from verisieve.pipeline import known
from verisieve.records import Json, Outcome
from verisieve.rows import BadRow, Place, Row, parse, plain
from verisieve.scoring import Scorer, shared
from verisieve.workers import ROW_SECONDS, Line, bad_line

WINDOW = 1024  # rows between the oldest that is not finished and the newest that was read
BATCH = 32  # rows handed to the workers at once


class CheckRow(TypedDict):
    """One check of a verdict row."""

    name: str
    outcome: str
    evidence: dict[str, Json]


class VerdictRow(TypedDict):
    """One output row, as docs/formats.md has it; `model` and the keys carried from the input row follow."""

    id: str | None
    domain: str | None
    sample: int
    outcome: str
    reason: str
    answer: str | None
    checks: list[CheckRow]
    verifier: str | None
    sandbox: str | None
    seconds: float


class Verifier:
    """Warm worker processes of one's own: `with Verifier(workers=4) as verifier: verifier.verify(row)`.

    Any number of threads and tasks may ask at once. Waiting for a worker costs a row nothing: what it may use is
    counted from when its check starts.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        sandbox: str = "auto",
        row_seconds: float = ROW_SECONDS,
        domain: str | None = None,
    ) -> None:
        self._scorer = Scorer(workers=workers, sandbox=sandbox, row_seconds=row_seconds)
        self._domain = domain

    def verify(self, row: Mapping[str, Json]) -> VerdictRow:
        """Judge one row of one reply; raise UsageError for one of several (`responses`)."""
        return _decoded(_result(self._one(row)))

    def verify_many(self, rows: Iterable[Mapping[str, Json]]) -> Iterator[VerdictRow]:
        """Judge rows as they are read and yield their verdicts in order, one a reply, in bounded memory."""
        return _many(self._scorer, rows, self._domain)

    async def averify(self, row: Mapping[str, Json]) -> VerdictRow:
        """Judge one row without blocking the event loop; cancelling it drops a row that no worker has yet."""
        return _decoded(await _awaited(self._one(row)))

    async def averify_many(self, rows: Iterable[Mapping[str, Json]]) -> AsyncIterator[VerdictRow]:
        """Judge rows as `verify_many` does, without blocking the event loop."""
        async for verdict in _amany(self._scorer, rows, self._domain):
            yield verdict

    def close(self) -> None:
        """End the workers; who still waits gets VerisieveError. A second call does nothing."""
        self._scorer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _one(self, row: Mapping[str, Json]) -> _Asked:
        return _asked(self._scorer, row, self._domain)


_Asked = Future[Line] | Line  # under way, or known at once


def verify(row: Mapping[str, Json]) -> VerdictRow:
    """Judge one row of one reply by the workers that this process shares (see `Verifier` for one's own).

    >>> verify({"id": "m-1", "domain": "math", "prompt": "1+1?", "truth": {"answer": "2"}, "response": "2"})["outcome"]
    'pass'
    """
    return _decoded(_result(_asked(shared(), row, None)))


def verify_many(rows: Iterable[Mapping[str, Json]]) -> Iterator[VerdictRow]:
    """Judge rows as they are read and yield their verdicts in order, one a reply, in bounded memory."""
    return _many(shared(), rows, None)


async def averify(row: Mapping[str, Json]) -> VerdictRow:
    """Judge one row without blocking the event loop; cancelling it drops a row that no worker has yet."""
    return _decoded(await _awaited(_asked(shared(), row, None)))


async def averify_many(rows: Iterable[Mapping[str, Json]]) -> AsyncIterator[VerdictRow]:
    """Judge rows as `verify_many` does, without blocking the event loop."""
    async for verdict in _amany(shared(), rows, None):
        yield verdict


def score(verdict: VerdictRow) -> float | None:
    """Return what a verdict is worth as a reward: 1 for a pass, 0 for the rest, None for an `error`."""
    return Outcome(verdict["outcome"]).score


def _asked(scorer: Scorer, row: Mapping[str, Json], domain: str | None) -> _Asked:
    if "responses" in row:
        raise UsageError("verify takes a row with one `response`; verify_many takes `responses`")
    (found,) = _rows(row, 1, domain)
    return bad_line(found) if isinstance(found, BadRow) else scorer.submit([found.completion])[0]


def _many(scorer: Scorer, rows: Iterable[Mapping[str, Json]], domain: str | None) -> Iterator[VerdictRow]:
    waiting: deque[_Asked] = deque()
    try:
        for batch in _batches(rows, domain):
            waiting.extend(_submitted(scorer, batch))
            while waiting and (len(waiting) > WINDOW or _known(waiting[0])):
                yield _decoded(_result(waiting.popleft()))
        while waiting:
            yield _decoded(_result(waiting.popleft()))
    finally:
        _drop(waiting)


async def _amany(scorer: Scorer, rows: Iterable[Mapping[str, Json]], domain: str | None) -> AsyncIterator[VerdictRow]:
    waiting: deque[_Asked] = deque()
    try:
        for batch in _batches(rows, domain):
            waiting.extend(_submitted(scorer, batch))
            while waiting and (len(waiting) > WINDOW or _known(waiting[0])):
                yield _decoded(await _awaited(waiting.popleft()))
        while waiting:
            yield _decoded(await _awaited(waiting.popleft()))
    finally:
        _drop(waiting)


def _batches(rows: Iterable[Mapping[str, Json]], domain: str | None) -> Iterator[list[Row | BadRow]]:
    found = chain.from_iterable(_rows(row, number, domain) for number, row in enumerate(rows, 1))
    while batch := list(islice(found, BATCH)):
        yield batch


def _rows(row: Mapping[str, Json], number: int, domain: str | None) -> Iterator[Row | BadRow]:
    place = Place("row", number)
    value = dict(row) if isinstance(row, Mapping) else row
    try:
        plain(value)
    except InputError as error:
        return iter([BadRow(place=place, reason=error.reason, message=str(error), field=error.field)])
    return map(_admitted, parse(value, place, domain=domain))


def _admitted(row: Row | BadRow) -> Row | BadRow:
    verifier = known(row) if isinstance(row, Row) else row
    return verifier if isinstance(verifier, BadRow) else row


def _submitted(scorer: Scorer, batch: Sequence[Row | BadRow]) -> list[_Asked]:
    futures = iter(scorer.submit([row.completion for row in batch if isinstance(row, Row)]))
    return [bad_line(row) if isinstance(row, BadRow) else next(futures) for row in batch]


def _known(asked: _Asked) -> bool:
    return isinstance(asked, Line) or asked.done()


def _result(asked: _Asked) -> Line:
    return asked if isinstance(asked, Line) else asked.result()


async def _awaited(asked: _Asked) -> Line:
    import asyncio

    return asked if isinstance(asked, Line) else await asyncio.wrap_future(asked)


def _drop(waiting: Iterable[_Asked]) -> None:
    for asked in waiting:
        if isinstance(asked, Future):
            asked.cancel()


def _decoded(line: Line) -> VerdictRow:
    verdict: VerdictRow = quickjson.decode(line.body)
    return verdict
