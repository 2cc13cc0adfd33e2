"""Our side of one warm interpreter: start it, give it orders, end it.

Does not restart it: a host that raised is closed and replaced by its owner.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from functools import lru_cache

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Limits, Program, Run, Status
from verisieve.sandboxes.inside import wire
from verisieve.sandboxes.pump import REPORT_LIMIT, Capture, Channels, pump

START_TIMEOUT = 30.0
HANG_TIMEOUT = 10.0  # beyond the longest wall limit: then the runner itself has stopped
CODES_KEPT = 64
_ROUND = 1 << 20
ADVICE = (
    "the embedded sandbox needs Linux 5.9+ and either root or user namespaces (sysctl user.max_user_namespaces > 0, "
    "kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0; inside Docker: --privileged); "
    "or use --sandbox docker"
)


class Host:
    """A warm interpreter as its owner sees it; `layers` is what it says is active.

    `packages` is a folder of installed packages that its boxes may import, if any.
    """

    def __init__(self, program: str, packages: str = "") -> None:
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.diagnostics = os.memfd_create("diagnostics", os.MFD_CLOEXEC)
        self.codes: OrderedDict[str, None] = OrderedDict()
        self.starter = self._start(theirs, program, packages)
        theirs.close()
        self.layers = self._await_ready()

    def run(self, job: Job) -> Run:
        """Run one job; after any exception this host is of no more use."""
        programs = [job.candidate] if job.tester is None else [job.candidate, job.tester]
        digests = [self._teach(program) for program in programs]
        report = Capture(REPORT_LIMIT) if job.tester else None
        with _channels(programs, report) as boxes:
            order = _order(*(_wants(*one) for one in zip(programs, digests, boxes, strict=True)))
            self._tell(order, [fd for box in boxes for fd in box.theirs])
            for box in boxes:
                box.release()
            most = wire.MOST_WALL * max(one.limits.wall for one in programs)
            ends = self._follow(boxes, time.monotonic() + HANG_TIMEOUT + most)
        exits = [_exit(end, box) for end, box in zip(ends, boxes, strict=True)]
        return Run(candidate=exits[0], tester=exits[1] if job.tester else None, report=report.text() if report else b"")

    def close(self) -> None:
        """Hang up, and wait until the interpreter and its boxes are gone."""
        with suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)  # a process that was forked meanwhile may hold a copy
        self.link.close()
        with suppress(OSError):
            os.close(self.diagnostics)
        try:
            self.starter.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.starter.kill()
            self.starter.wait()

    def _start(self, control: socket.socket, program: str, packages: str) -> subprocess.Popen[bytes]:
        config = json.dumps({"control": control.fileno(), "owner": os.getpid(), "packages": packages})
        source = _in_memory("source", program)
        try:
            return subprocess.Popen(
                [_interpreter(), "-s", "-S", "-P", "-B", "-c", f"exec(open({source}).read())", config],
                env={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.diagnostics,
                pass_fds=(control.fileno(), source),
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(f"cannot start {_interpreter()}: {error}") from error
        finally:
            os.close(source)

    def _await_ready(self) -> tuple[str, ...]:
        self.link.settimeout(START_TIMEOUT)
        try:
            message = wire.receive(self.link)
        except TimeoutError:
            message = None
        self.link.settimeout(None)
        body = json.loads(message.data) if message else {"op": "gone", "message": self._last_words()}
        if body["op"] == "ready":
            return tuple(body["layers"])
        self.close()
        raise SandboxError(f"{body['message']}: {ADVICE}")

    def _teach(self, program: Program) -> str:
        """Make the runner know the harness of a program and its definitions; return their name there."""
        digest = _digest(program.definitions, program.harness)
        if digest in self.codes:
            self.codes.move_to_end(digest)
            return digest
        forget = self.codes.popitem(last=False)[0] if len(self.codes) >= CODES_KEPT else ""
        texts = [_in_memory("definitions", program.definitions), _in_memory("harness", program.harness)]
        try:
            self._tell(json.dumps({"op": "learn", "digest": digest, "forget": forget}).encode(), texts)
        finally:
            for text in texts:
                os.close(text)
        self.codes[digest] = None
        return digest

    def _tell(self, data: bytes, fds: list[int]) -> None:
        try:
            wire.send(self.link, data, fds)
        except OSError as error:
            raise SandboxError(f"the sandbox's interpreter is gone ({error}): {self._last_words()}") from error

    def _follow(self, boxes: list[Channels], deadline: float) -> list[wire.End]:
        """Move bytes until the runner says how the boxes ended."""
        answers: list[bytes] = []

        def answer() -> None:
            message = wire.receive(self.link)
            if message is None:
                raise SandboxError(f"the sandbox's interpreter died in a run: {self._last_words()}")
            answers.append(message.data)

        def remaining() -> float:
            left = deadline - time.monotonic()
            if left <= 0:
                raise SandboxError("the sandbox's interpreter does not answer")
            return left

        pump(boxes, self.link.fileno(), answer, remaining)
        ends, fault = wire.unpack_ends(answers[0])
        if fault:
            raise SandboxError(f"a box could not be set up: {fault}")
        return ends

    def _last_words(self) -> str:
        size = os.fstat(self.diagnostics).st_size
        text = os.pread(self.diagnostics, 2000, max(0, size - 2000)).decode("utf-8", "replace").strip()
        return text or "it left no message"


@contextmanager
def _channels(programs: list[Program], report: Capture | None) -> Iterator[list[Channels]]:
    """Open the pipes of each box, and the socket between two; close all at the end."""
    between = socket.socketpair() if report is not None else ()
    boxes: list[Channels] = []
    try:
        for number, program in enumerate(programs):
            extra = (between[number].detach(),) if between else ()
            boxes.append(Channels(program, extra, report if number == 1 else None))
        yield boxes
    finally:
        for box in boxes:
            box.close()


def _in_memory(name: str, text: str) -> int:
    """Put a text into a nameless file in memory; return its descriptor, at the start."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    with open(fd, "wb", closefd=False) as file:
        file.write(text.encode())
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


@lru_cache(maxsize=CODES_KEPT)
def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _wants(program: Program, digest: str, box: Channels) -> tuple[str, int, Limits, int, int]:
    """What the runner must know of a program, rounded so that most runs fit a box opened in advance.

    What we put into a box ourselves does not count against its program's disk and files.
    """
    size = sum(map(len, program.files.values()))
    count = sum(1 + name.count("/") for name in program.files)
    return digest, len(box.theirs), program.limits, -(-size // _ROUND) * _ROUND, -(-count // 64) * 64


@lru_cache(maxsize=64)
def _order(*boxes: tuple[str, int, Limits, int, int]) -> bytes:
    """The message that orders a run."""
    orders = []
    for harness, fds, limits, size, files in boxes:
        widened = replace(limits, disk=limits.disk + size, files=limits.files + files)
        orders.append({"harness": harness, "fds": fds, "limits": asdict(widened)})
    return json.dumps({"op": "run", "boxes": orders}).encode()


def _exit(end: wire.End, box: Channels) -> Exit:
    return Exit(
        status=Status(wire.STATUSES[end.status]),
        code=end.code,
        stdout=box.stdout.text(),
        stderr=box.stderr.text(),
        stdout_bytes=box.stdout.size,
        stderr_bytes=box.stderr.size,
        cpu=end.cpu,
        wall=end.wall,
        delay=end.delay,
        memory=end.memory,
    )


def _interpreter() -> str:
    """The interpreter behind a virtual environment, or this one: boxes see neither's packages."""
    base: str = getattr(sys, "_base_executable", "") or sys.executable
    return base
