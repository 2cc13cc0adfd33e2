"""The stream: rows in, verdicts out in input order, in bounded memory, resumable.

Reads no files and prints nothing; `judge` holds the boundary for faults, `workers` the processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from verisieve.errors import UsageError
from verisieve.judge import load, verifier_of
from verisieve.records import Completion, Reason
from verisieve.rows import BadRow, Row
from verisieve.store import Store, digest
from verisieve.workers import ROW_SECONDS, Line, Pool, bad_line, encode

WINDOW = 1024  # rows between the oldest that is not finished and the newest that was read
WINDOW_BYTES = 64 << 20
Item = TypeVar("Item")
BATCH = 32  # rows read before results are looked for


@dataclass(slots=True)
class Slot:
    """One row's place in the output."""

    key: bytes = b""
    size: int = 0
    line: Line | None = None


def verify(
    items: Iterable[Row | BadRow],
    store: Store,
    *,
    workers: int = 1,
    sandbox: str = "auto",
    row_seconds: float = ROW_SECONDS,
) -> Iterator[Line]:
    """Judge every row and yield its output line, in input order; a bad row yields an `error` line.

    What the store already holds is not judged again; what ends in `error` is not stored, so that the next
    run tries it again. Memory is bounded by WINDOW rows or WINDOW_BYTES of them.
    """
    pool = Pool(workers, sandbox=sandbox, row_seconds=row_seconds)
    try:
        yield from in_order(items, pool, partial(_admit, store=store, sandbox=sandbox), partial(_keep, store))
    finally:
        pool.close()
        store.commit()


def in_order(
    items: Iterable[Item],
    pool: Pool,
    admit: Callable[[Item], tuple[Slot, bytes]],
    keep: Callable[[list[tuple[Slot, Line]]], None],
) -> Iterator[Line]:
    """Have a pool do what `admit` makes of items, and yield the lines in their order; `keep` sees them as they come."""
    rows = iter(items)
    slots: deque[Slot] = deque()
    first = 0  # the number of slots[0]
    size = 0  # bytes of the rows under way
    more = True
    while more or slots:
        for _ in range(BATCH):
            if not more or len(slots) >= WINDOW or size >= WINDOW_BYTES:
                break
            item = next(rows, None)
            if item is None:
                more = False
                break
            slot, task = admit(item)
            if task:
                pool.submit(first + len(slots), task)
            slot.size = len(task)
            size += slot.size
            slots.append(slot)
        room = more and len(slots) < WINDOW and size < WINDOW_BYTES
        done = [
            (slots[number - first], line)
            for number, line in pool.collect(0.0 if room or (slots and slots[0].line) else 1.0)
        ]
        for slot, line in done:
            slot.line = line
            size -= slot.size
        keep(done)
        while slots and slots[0].line:
            yield slots.popleft().line  # type: ignore[misc]  # narrowed by the condition
            first += 1


def _keep(store: Store, done: list[tuple[Slot, Line]]) -> None:
    for slot, line in done:
        if line.outcome != "error":
            store.put(slot.key, line.pack())
    store.commit()


def _admit(item: Row | BadRow, *, store: Store, sandbox: str) -> tuple[Slot, bytes]:
    """Return the row's slot, and the task for the pool unless its line is known at once."""
    if isinstance(item, BadRow):
        return Slot(line=bad_line(item)), b""
    completion = item.completion
    problem = completion.problem
    identity = digest(problem.domain, problem.id, completion.model, str(completion.sample))
    if not store.first_sight(identity):
        message = f"id {problem.id!r}, sample {completion.sample} was seen before"
        return Slot(line=bad_line(refused(item, Reason.DUPLICATE_ID, message, "id"))), b""
    verifier = known(item)
    if isinstance(verifier, BadRow):
        return Slot(line=bad_line(verifier)), b""
    task = encode(completion)
    key = digest(verifier, sandbox, task)
    body = store.get(key)
    if body is not None:
        return Slot(line=Line.unpack(body)), b""
    return Slot(key=key), task


def known(row: Row) -> str | BadRow:
    """Return the name and version of the verifier of a row, or the row as a bad one."""
    try:
        return verifier_of(load(row.completion.problem.domain))
    except UsageError as error:
        return refused(row, Reason.UNKNOWN_DOMAIN, str(error), "domain")


def refused(row: Row, reason: str, message: str, field: str) -> BadRow:
    """Return a good row as a bad one."""
    completion: Completion = row.completion
    return BadRow(
        place=row.place,
        reason=reason,
        message=message,
        field=field,
        id=completion.problem.id,
        domain=completion.problem.domain,
        sample=completion.sample,
        extra={**({"model": completion.model} if completion.model else {}), **completion.extra},
    )
