"""The stream: rows in, verdicts out in input order, in bounded memory, resumable.

Reads no files and prints nothing; `judge` holds the boundary for faults, `workers` the processes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from verisieve import quickjson
from verisieve.errors import UsageError
from verisieve.judge import load, verifier_of
from verisieve.records import Completion, Reason
from verisieve.rows import BadRow, Place, Row, bad_output_row, dump, loads
from verisieve.store import Store, digest
from verisieve.workers import ROW_SECONDS, Line, Pool, bad_line, encode

WINDOW = 1024  # rows between the oldest that is not finished and the newest that was read
WINDOW_BYTES = 64 << 20
Item = TypeVar("Item")
BATCH = 32  # rows read before results are looked for
NAP = 0.004  # seconds in which results gather while workers have enough to do
GATHERED = 64  # verdicts that are committed together, or as many as come
PATIENCE = 0.05  # in so many seconds


@dataclass(slots=True)
class Slot:
    """One row's place in the output."""

    identity: bytes = b""  # of the row: domain, id, model and sample; none for a bad row
    key: bytes = b""  # of what is judged, and by which verifier; none where nothing is
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
    done: list[tuple[Slot, Line]] = []  # and not yet kept
    kept = time.monotonic()
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
        busy = not room and len(slots) > BATCH + len(done)
        if busy:
            time.sleep(NAP)
        ready = room or done or not slots or slots[0].line
        done += [(slots[number - first], line) for number, line in pool.collect(0.0 if ready else 1.0)]
        if done and (len(done) >= GATHERED or not (busy or room) or time.monotonic() - kept >= PATIENCE):
            keep(done)
            for slot, line in done:
                slot.line = line
                size -= slot.size
            done, kept = [], time.monotonic()
        while slots and slots[0].line:
            yield slots.popleft().line  # type: ignore[misc]  # narrowed by the condition
            first += 1


def _keep(store: Store, done: list[tuple[Slot, Line]]) -> None:
    fresh = [(slot, line) for slot, line in done if line.outcome != "error"]
    for slot, line in fresh:
        store.put(slot.key, line.pack())
    if fresh:
        store.commit()


def prepare(item: Row | BadRow, sandbox: str) -> tuple[Slot, bytes]:
    """Return the row's slot, and its task unless its line is known at once."""
    if isinstance(item, BadRow):
        return Slot(line=bad_line(item)), b""
    problem = item.completion.problem
    identity = digest(quickjson.encode([problem.domain, problem.id, item.completion.model, item.completion.sample]))
    verifier = known(item)
    if isinstance(verifier, BadRow):
        return Slot(identity=identity, line=bad_line(verifier)), b""
    task = encode(item.completion)
    return Slot(identity=identity, key=digest(verifier, sandbox, task)), task


def repeated(line: Line, place: Place) -> Line:
    """Return the line of a row whose id came before, made from the line that it would have had."""
    row = loads(line.body)
    bad = BadRow(
        place=place,
        reason=Reason.DUPLICATE_ID,
        message=_seen(row["id"], row["sample"]),
        field="id",
        id=row["id"],
        domain=row["domain"],
        sample=row["sample"],
    )
    return bad_line(bad)._replace(body=dump({**row, **bad_output_row(bad)}))


def _admit(item: Row | BadRow, *, store: Store, sandbox: str) -> tuple[Slot, bytes]:
    """Return the row's slot, and the task for the pool unless its line is known at once."""
    slot, task = prepare(item, sandbox)
    if isinstance(item, Row) and not store.first_sight(slot.identity):
        message = _seen(item.completion.problem.id, item.completion.sample)
        return Slot(line=bad_line(refused(item, Reason.DUPLICATE_ID, message, "id"))), b""
    body = store.get(slot.key) if task else None
    if body is not None:
        return Slot(line=Line.unpack(body)), b""
    return slot, task


def _seen(identity: str, sample: int) -> str:
    return f"id {identity!r}, sample {sample} was seen before"


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
