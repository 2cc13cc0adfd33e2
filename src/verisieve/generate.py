"""Ask models for completions: a bounded number at once, results in order, every reply durable before it is used.

Knows nothing of verdicts.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from verisieve import quickjson
from verisieve.errors import ModelError, NotAskedError, StoreError
from verisieve.limits import Budget, Spent
from verisieve.models import Model
from verisieve.records import Completion, Json, Problem, Usage
from verisieve.store import Store, digest

WINDOW = 1024  # requests between the oldest without a reply and the newest that was begun
WINDOW_BYTES = 16 << 20
SPENT = digest("spent")  # the key of what all runs on a store have spent so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that brought no usable reply, and why; `asked` is False for one that was not sent."""

    problem: Problem
    model: str
    sample: int
    message: str
    asked: bool = True

    def row(self) -> dict[str, Json]:
        """Return it as a row of the file of failures."""
        return {
            "id": self.problem.id,
            "domain": self.problem.domain,
            "model": self.model,
            "sample": self.sample,
            "asked": self.asked,
            "message": self.message,
        }


Request = tuple[Problem, Model, int]


def requests(problems: Iterable[Problem], models: Iterable[Model], samples: int) -> Iterator[Request]:
    """Every model is asked `samples` times for every problem, problem by problem."""
    models = tuple(models)
    for problem in problems:
        for model in models:
            for sample in range(samples):
                yield problem, model, sample


async def generate(
    asked: Iterable[Request], store: Store, budget: Budget | None = None
) -> AsyncIterator[Completion | Failure]:
    """Yield one completion or failure per request, in order; a reply in the store is not asked for again.

    Requests are begun in order, up to WINDOW ahead of the oldest that is not done, so that one that hangs stops nobody.
    """
    ledger = _Ledger(store, budget or Budget())
    desk = _Desk(ledger)
    slots: deque[_Slot] = deque()
    source = iter(asked)
    try:
        while True:
            while len(slots) < WINDOW and ledger.held < WINDOW_BYTES and (request := next(source, None)):
                slots.append(desk.begin(*request))
            if not slots:
                return
            slot = slots.popleft()
            result = slot.result or await desk.result(slot)
            ledger.held -= slot.size
            yield result
    finally:
        await desk.stop()
        ledger.commit()


@dataclass(slots=True)
class _Slot:
    """One request's place in the output."""

    problem: Problem
    sample: int
    result: Completion | Failure | None = None
    size: int = 0  # bytes of a reply


@dataclass(slots=True)
class _Lane:
    """The requests that wait for a model, and the tasks that ask it: as many as may be under way at once."""

    model: Model
    queue: deque[_Slot] = field(default_factory=deque)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class _Desk:
    """Has each model asked by tasks of its own, and tells when the request that is waited for is done."""

    def __init__(self, ledger: _Ledger) -> None:
        self._ledger = ledger
        self._lanes: dict[int, _Lane] = {}
        self._awaited: _Slot | None = None
        self._done: asyncio.Future[None] | None = None
        self._fault: BaseException | None = None

    def begin(self, problem: Problem, model: Model, sample: int) -> _Slot:
        """Queue a request."""
        lane = self._lanes.get(id(model)) or self._lanes.setdefault(id(model), _Lane(model))
        slot = _Slot(problem, sample)
        lane.queue.append(slot)
        if len(lane.tasks) < model.concurrency:
            task = asyncio.ensure_future(self._work(lane))
            lane.tasks.add(task)
            task.add_done_callback(lane.tasks.discard)
            task.add_done_callback(self._ended)
        return slot

    async def result(self, slot: _Slot) -> Completion | Failure:
        """Wait until a request is done; raise what ended a task."""
        if self._fault is None:
            self._awaited, self._done = slot, asyncio.get_running_loop().create_future()
            await self._done
        if self._fault is not None:
            raise self._fault
        assert slot.result is not None
        return slot.result

    async def stop(self) -> None:
        """End all that is under way."""
        tasks = [task for lane in self._lanes.values() for task in lane.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, lane: _Lane) -> None:
        try:
            while lane.queue:
                slot = lane.queue.popleft()
                slot.result, slot.size = await _one(slot.problem, lane.model, slot.sample, self._ledger)
                if slot is self._awaited:
                    self._wake()
        finally:
            # at once: replies from the store come without a pause, and a done task still listed would be waited for
            lane.tasks.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()):
            self._fault = self._fault or fault
            self._wake()

    def _wake(self) -> None:
        if self._done and not self._done.done():
            self._done.set_result(None)


class _Ledger:
    """Keeps replies in the store; those of one turn of the event loop are committed together, with what was spent."""

    def __init__(self, store: Store, budget: Budget) -> None:
        self._store = store
        self._budget = budget
        self._commit: asyncio.Future[None] | None = None
        self.held = 0  # bytes of replies that are done and wait for one before them
        body = store.get(SPENT)
        self._saved = budget.spent = Spent(*json.loads(body)) if body else Spent()

    def get(self, key: bytes) -> bytes | None:
        """Return the reply under a key, if there is one."""
        return self._store.get(key)

    async def keep(self, key: bytes, body: bytes) -> None:
        """Return once the reply is durable."""
        self._store.put(key, body)
        if self._commit is None:
            loop = asyncio.get_running_loop()
            self._commit = loop.create_future()
            loop.call_soon(self._settle, self._commit)
        await self._commit

    def commit(self) -> None:
        """Make everything durable."""
        if self._budget.spent != self._saved:
            self._saved = self._budget.spent
            self._store.put(SPENT, json.dumps(self._saved).encode())
        self._store.commit()

    def _settle(self, done: asyncio.Future[None]) -> None:
        self._commit = None
        try:
            self.commit()
        except sqlite3.Error as error:
            done.set_exception(StoreError(f"{self._store.path}: {error}"))
            return
        if not done.done():  # it is, when the run was interrupted
            done.set_result(None)


async def _one(problem: Problem, model: Model, sample: int, ledger: _Ledger) -> tuple[Completion | Failure, int]:
    """Return what came of a request once that is durable, and its size: no more are lost with us than are under way."""
    key = model.key(problem, sample)
    body = ledger.get(key)
    if body is not None:
        ledger.held += len(body)
        return _unpack(problem, model.name, sample, body), len(body)
    try:
        completion = await model.complete(problem, sample)
    except ModelError as error:
        asked = not isinstance(error, NotAskedError)
        return Failure(problem=problem, model=model.name, sample=sample, message=str(error), asked=asked), 0
    body = _pack(completion)
    await ledger.keep(key, body)
    ledger.held += len(body)
    return completion, len(body)


def _pack(completion: Completion) -> bytes:
    usage = completion.usage
    fields = [
        completion.text,
        [usage.prompt_tokens, usage.completion_tokens] if usage else None,
        completion.cost,
        completion.finish_reason,
        dict(completion.extra),
    ]
    return quickjson.encode(fields)


def _unpack(problem: Problem, model: str, sample: int, body: bytes) -> Completion:
    text, usage, cost, finish_reason, extra = quickjson.decode(body)
    return Completion(
        problem=problem,
        text=text,
        model=model,
        sample=sample,
        usage=Usage(prompt_tokens=usage[0], completion_tokens=usage[1]) if usage else None,
        cost=cost,
        finish_reason=finish_reason,
        extra=extra,
    )
