"""Move bytes between us and the boxes: files and standard input in, outputs and report out.

Always drains, and keeps the head and the tail of what is too long: a full pipe would stall the box, or us. A flood is
not read to its end: its pipe breaks, at the same byte on any machine.
"""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from verisieve.sandboxes import Program

REPORT_LIMIT = 4 << 20
FLOOD = 64 << 20  # bytes of one stream, after which nobody reads it any more
_CHUNK = 1 << 16


@dataclass(slots=True)
class Capture:
    """Keeps the first and the last half of `limit` bytes of a stream.

    >>> kept = Capture(limit=6)
    >>> for piece in (b"abc", b"def", b"ghi"): kept.feed(piece)
    >>> kept.text(), kept.size
    (b'abc\\n[... 3 bytes left out ...]\\nghi', 9)
    """

    limit: int
    size: int = 0
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self.size += len(data)
        room = self.limit // 2 - len(self.head)
        self.head += data[:room]
        self.tail += data[max(0, room) :]
        excess = len(self.tail) - (self.limit - self.limit // 2)
        if excess > 0:
            del self.tail[:excess]

    def text(self) -> bytes:
        """Return the stream, or its head, a note on what is left out, and its tail."""
        left_out = self.size - len(self.head) - len(self.tail)
        note = b"\n[... %d bytes left out ...]\n" % left_out if left_out else b""
        return bytes(self.head) + note + bytes(self.tail)


class Channels:
    """Our ends of the pipes of one box; `theirs` are the ends that the box gets, payload first."""

    def __init__(self, program: Program, extra: tuple[int, ...], report: Capture | None) -> None:
        self.stdout = Capture(program.limits.output)
        self.stderr = Capture(program.limits.output)
        self.sources: dict[int, Capture] = {}
        self.pending = memoryview(program.stdin)
        self.sink = -1
        self.theirs = [_payload(program), self._feeding(), self._reading(self.stdout), self._reading(self.stderr)]
        self.theirs += extra
        if report is not None:
            self.theirs.append(self._reading(report))

    def release(self) -> None:
        """Close the ends that the box has got by now."""
        while self.theirs:
            os.close(self.theirs.pop())

    def close(self) -> None:
        """Close everything."""
        self.release()
        self.stop_feeding()
        while self.sources:
            os.close(self.sources.popitem()[0])

    def feed(self) -> None:
        """Write as much standard input as the box takes now."""
        try:
            while self.pending:
                self.pending = self.pending[os.write(self.sink, self.pending[:_CHUNK]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.pending = memoryview(b"")
        self.stop_feeding()

    def stop_feeding(self) -> None:
        """Give the box the end of its standard input."""
        if self.sink >= 0:
            os.close(self.sink)
            self.sink = -1

    def drain(self, fd: int) -> bool:
        """Read what is there; return False at the end of the stream, or when it has become a flood."""
        capture = self.sources[fd]
        data = os.read(fd, _CHUNK)
        capture.feed(data)
        goes_on = bool(data) and capture.size < FLOOD
        if not goes_on:
            del self.sources[fd]
            os.close(fd)
        return goes_on

    def _feeding(self) -> int:
        theirs, self.sink = os.pipe()
        os.set_blocking(self.sink, False)
        self.feed()
        return theirs

    def _reading(self, capture: Capture) -> int:
        ours, theirs = os.pipe()
        self.sources[ours] = capture
        return theirs


def pump(boxes: list[Channels], control: int, answer: Callable[[], None], deadline: Callable[[], float]) -> None:
    """Move bytes until `control` has something to say, then call `answer` and take what is left.

    By then every process of the boxes is gone, so what they wrote is there. The end of a stream is not waited for: a
    pipe may stay open without any process, in flight between sockets that hold each other.
    """
    poll = select.poll()
    poll.register(control, select.POLLIN)
    owners = {fd: box for box in boxes for fd in box.sources}
    feeding = {box.sink: box for box in boxes if box.sink >= 0}
    for fd in owners:
        poll.register(fd, select.POLLIN)
    for fd in feeding:
        poll.register(fd, select.POLLOUT)
    answered = False
    while not answered:
        for fd, _ in poll.poll(deadline() * 1000):
            if fd == control:
                answered = True
            elif fd in owners:
                if not owners[fd].drain(fd):
                    poll.unregister(fd)
                    del owners[fd]
            elif feeding[fd].sink >= 0:
                feeding[fd].feed()
                if feeding[fd].sink < 0:
                    poll.unregister(fd)
    answer()
    _take_the_rest(owners)


def _take_the_rest(owners: dict[int, Channels]) -> None:
    """Read what is there, and no more."""
    poll = select.poll()
    for fd in owners:
        poll.register(fd, select.POLLIN)
    while ready := poll.poll(0):
        for fd, _ in ready:
            if not owners[fd].drain(fd):
                poll.unregister(fd)


def _payload(program: Program) -> int:
    """Write the files of a program into memory that only its box will map."""
    fd = os.memfd_create("payload", os.MFD_CLOEXEC)
    parts = [struct.pack("<I", len(program.files))]
    for name, content in program.files.items():
        encoded = name.encode()
        parts += [struct.pack("<IQ", len(encoded), len(content)), encoded, content]
    data = memoryview(b"".join(parts))
    while data:
        data = data[os.write(fd, data) :]
    return fd
