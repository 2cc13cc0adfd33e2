"""A pool of worker processes that judge rows: any of them may die or hang at any time, no row is lost.

Theory of operation. Each worker is a fresh interpreter joined to us by one socket. It reads a task (a line of JSON),
judges it, and answers with a finished output row (two lines, see Line.pack). The task it works on is always the oldest
that it has not answered, so a worker that dies or overstays names its own culprit: that row is tried once more on
another worker and then ends as `error`; the rows behind it go back to the queue. What is done with a task is the pool's
`Work`: judging it, or what `audit` and `engineer` do.

Nothing here can deadlock on a full socket: a worker with nothing to do is reading, so we may send it a row of any
size; a worker that is busy is sent more only while all that is under way to it fits into the socket's buffer.
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from verisieve import quickjson
from verisieve.errors import VerisieveError
from verisieve.records import Check, Completion, Json, Outcome, Problem, Reason, Verdict
from verisieve.rows import BadRow, bad_output_row, dump, output_row

if TYPE_CHECKING:
    from verisieve.judge import UsedSandbox

TRIES = 2
START_TRIES = 2
IN_FLIGHT = 32  # rows under way to one worker
IN_FLIGHT_BYTES = 32 << 10  # well below a socket's buffer
READ = 256 << 10
GARBAGE = 7000  # objects more than before; ten times Python's own
ROW_SECONDS = 1200.0  # a row that takes longer than this has hung its checker
_CODE = "from verisieve.workers import serve; serve({fd}, {sandbox!r}, {place!r}, {options!r})"


class Line(NamedTuple):
    """One finished output row: its JSON line, and what is counted of it."""

    body: bytes
    domain: str
    outcome: str
    reason: str
    label: str = ""
    seconds: float = 0.0

    def pack(self) -> bytes:
        """Encode for the wire and the store: a line of what is counted, then the body."""
        return quickjson.encode(self[1:]) + b"\n" + self.body

    @classmethod
    def unpack(cls, data: bytes) -> Line:
        """Decode what `pack` encoded."""
        head, _, body = data.partition(b"\n")
        return cls(body, *quickjson.decode(head))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What workers do with a task: `place` is `module:function`, called with a task, a sandbox and the options."""

    place: str
    failed: Callable[[bytes, str, str], Line]  # the line of a task that none could finish, why, and a message
    options: Mapping[str, Json] = field(default_factory=dict)
    in_flight: int = IN_FLIGHT


@dataclass(slots=True)
class _Task:
    number: int
    body: bytes
    tries: int = 0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    socket: socket.socket
    ready: bool = False
    tasks: deque[_Task] = field(default_factory=deque)
    size: int = 0  # bytes of the tasks
    received: bytearray = field(default_factory=bytearray)
    since: float = 0.0


class Pool:
    """Worker processes that do tasks; results come back in any order, each exactly once."""

    def __init__(
        self, count: int, *, sandbox: str = "auto", row_seconds: float = ROW_SECONDS, work: Work | None = None
    ) -> None:
        self._work = work or Work(place="verisieve.workers:judged", failed=failed)
        self.in_flight = self._work.in_flight  # rows under way to one worker
        self._sandbox = sandbox
        self._row_seconds = row_seconds
        self._failed_starts = 0  # in a row: one may have been killed, many will never start
        self.replaced = 0  # workers that died or hung
        self._queue: deque[_Task] = deque()
        self._selector = selectors.DefaultSelector()
        self._workers = [self._start() for _ in range(count)]

    def fileno(self) -> int:
        """Return the descriptor that is readable when `collect` would not wait, for event loops."""
        return self._selector.fileno()  # type: ignore[no-any-return,attr-defined,unused-ignore]

    @property
    def ready(self) -> int:
        """How many workers have started."""
        return sum(worker.ready for worker in self._workers)

    def submit(self, number: int, body: bytes) -> None:
        """Queue one task (see `encode`) until the next `collect`; `number` names its result."""
        self._queue.append(_Task(number, body))

    def collect(self, timeout: float | None = 1.0, *bells: socket.socket) -> list[tuple[int, Line]]:
        """Hand out new work, wait up to `timeout` seconds for results or a bell, and mend what died or hung."""
        self._feed()
        done: list[tuple[int, Line]] = []
        for bell in bells:
            if bell not in self._selector.get_map():
                self._selector.register(bell, selectors.EVENT_READ)
        ready = {key.fileobj for key, _ in self._selector.select(timeout)}
        for index, worker in enumerate(self._workers):
            if worker.socket in ready and not self._receive(worker, done):
                done += self._replace(index, Reason.WORKER_DIED)
            elif worker.tasks and time.monotonic() - worker.since > self._row_seconds:
                done += self._replace(index, Reason.WORKER_HUNG)
        self._feed()
        return done

    def close(self) -> None:
        """End all workers; unfinished tasks are dropped."""
        for worker in self._workers:
            worker.socket.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()
        self._selector.close()

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            asked = {
                "sandbox": self._sandbox,
                "place": self._work.place,
                "options": quickjson.encode(self._work.options).decode(),
            }
            process = subprocess.Popen(
                [sys.executable, "-c", _CODE.format(fd=fd, **asked)],
                stdin=subprocess.DEVNULL,
                stdout=2,  # whatever a checker prints must not mix with our output
                pass_fds=[fd],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            self._selector.register(ours, selectors.EVENT_READ)
            return _Worker(process, ours)

    def _feed(self) -> None:
        frames: dict[int, list[bytes]] = {}
        while self._queue:
            index, worker = min(enumerate(self._workers), key=lambda pair: (len(pair[1].tasks), not pair[1].ready))
            size = len(self._queue[0].body)
            if size > IN_FLIGHT_BYTES and not worker.ready:
                break  # it does not read yet, and we would wait for it
            if worker.tasks and (len(worker.tasks) >= self.in_flight or worker.size + size > IN_FLIGHT_BYTES):
                break
            task = self._queue.popleft()
            if not worker.tasks:
                worker.since = time.monotonic()
            worker.tasks.append(task)
            worker.size += size
            frames.setdefault(index, []).append(task.body)
        for index, bodies in frames.items():
            with suppress(OSError):  # it died: collect() sees the closed socket and hands its tasks on
                self._workers[index].socket.sendall(b"\n".join([*bodies, b""]))

    def _receive(self, worker: _Worker, done: list[tuple[int, Line]]) -> bool:
        """Take all results that are there; return whether the worker is still alive."""
        try:
            data = worker.socket.recv(READ)
        except OSError:
            return False
        worker.received += data
        if b"\n" not in data:
            return bool(data)
        lines = bytes(worker.received).split(b"\n")
        whole = (len(lines) - 1) // 2 * 2  # a result is two lines, and the last one here is not complete
        worker.received = bytearray(b"\n".join(lines[whole:]))
        for head, body in zip(lines[:whole:2], lines[1:whole:2], strict=True):
            worker.since = time.monotonic()
            if not worker.ready:
                worker.ready = True
                continue
            task = worker.tasks.popleft()
            worker.size -= len(task.body)
            done.append((task.number, Line(body + b"\n", *quickjson.decode(head))))
        return True

    def _replace(self, index: int, reason: Reason) -> list[tuple[int, Line]]:
        """Start another worker; the row that the old one was at is tried again or ends as an error."""
        worker = self._workers[index]
        self._selector.unregister(worker.socket)
        worker.socket.close()
        worker.process.kill()
        code = worker.process.wait()
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        if self._failed_starts > START_TRIES * len(self._workers):
            raise VerisieveError(f"a worker process could not start (exit code {code}); its message is above")
        self._workers[index] = self._start()
        self.replaced += 1
        lost: list[tuple[int, Line]] = []
        if worker.tasks and worker.ready:
            culprit = worker.tasks.popleft()
            culprit.tries += 1
            if culprit.tries < TRIES and reason is Reason.WORKER_DIED:
                worker.tasks.appendleft(culprit)
            else:
                lost.append((culprit.number, self._work.failed(culprit.body, reason, f"exit code {code}")))
        self._queue.extendleft(reversed(worker.tasks))
        return lost


def encode(completion: Completion) -> bytes:
    """Encode a completion as a task; equal completions give equal bytes. What `verify` reads has no meta."""
    problem = completion.problem
    fields = [
        problem.domain,
        problem.id,
        completion.sample,
        completion.model,
        problem.prompt,
        problem.truth,
        completion.text,
        completion.extra,
    ]
    return quickjson.encode([*fields, problem.meta] if problem.meta else fields)


def failed(body: bytes, reason: str, message: str) -> Line:
    """Return the output line of a task that no worker could finish."""
    return finished(unfinished(decode(body), reason, message))


def unfinished(completion: Completion, reason: str, message: str) -> Verdict:
    """Return the verdict on what no worker could finish."""
    check = Check(name="worker", outcome=Outcome.ERROR, reason=reason, evidence={"message": message})
    return Verdict(completion=completion, checks=(check,), verifier="verisieve")


def finished(verdict: Verdict) -> Line:
    """Encode a verdict as an output line."""
    domain, label = verdict.completion.problem.domain, _label(verdict.completion.extra)
    return Line(dump(output_row(verdict)), domain, verdict.outcome.value, verdict.reason, label, verdict.seconds)


def bad_line(bad: BadRow) -> Line:
    """Encode a bad row as an output line."""
    return Line(dump(bad_output_row(bad)), bad.domain or "", Outcome.ERROR.value, bad.reason)


def _label(extra: Mapping[str, Json]) -> str:
    """Return the vouched label that a row carries: `label` (pass or reject), or `recorded` (true or false)."""
    label = extra.get("label", extra.get("recorded"))
    if isinstance(label, bool):
        return "pass" if label else "reject"
    return label if label in ("pass", "reject") else ""


def judged(task: bytes, sandbox: UsedSandbox) -> Line:
    """Judge a completion."""
    from verisieve.judge import judge

    return finished(judge(decode(task), sandbox))


def serve(fd: int, sandbox: str, place: str, options: str) -> None:
    """Be a worker: answer each task on the socket with its line until the socket closes."""
    from verisieve.sandboxes.opening import LazySandbox

    _settle()
    module, _, name = place.partition(":")
    work = partial(getattr(import_module(module), name), **quickjson.decode(options))
    box = LazySandbox(sandbox)
    try:
        with socket.socket(fileno=fd) as connection, connection.makefile("rb") as tasks:
            connection.sendall(b"ready\n\n")
            for task in tasks:
                connection.sendall(work(task, box).pack())
    except ConnectionError:
        pass  # our parent is done with us, or gone
    finally:
        box.close()


def _settle() -> None:
    """Leave Ctrl-C to the parent, die with it, and look for cycles of garbage a tenth as often."""
    import ctypes
    import gc
    import signal

    gc.set_threshold(GARBAGE, 20, 20)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def decode(body: bytes) -> Completion:
    """Read what `encode` wrote."""
    fields: list[Json] = quickjson.decode(body)
    domain, identity, sample, model, prompt, truth, text, extra, *meta = fields
    problem = Problem(domain=domain, id=identity, prompt=prompt, truth=truth, meta=meta[0] if meta else {})
    return Completion(problem=problem, text=text, model=model, sample=sample, extra=extra)
