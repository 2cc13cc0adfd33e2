"""One HTTP/1.1 connection over llhttp: keep-alive, pipelining, streams, and limits on all that a client can send.

Theory of operation. The parser calls the `on_...` methods, which only write down what they saw; `_advance` acts once
the bytes that came are parsed. Requests are answered one at a time and in order; while many wait, nothing is read. A
refusal in the middle of a body ends the connection, but only after the client had time to read why: what it still
sends is dropped meanwhile. Time is kept by `sweep`, once a second for all connections, and not by a timer for each.
"""

from __future__ import annotations

import asyncio
import time
from types import ModuleType
from typing import Protocol

from verisieve.errors import VerisieveError
from verisieve.serve.incoming import Incoming, Message, WrongError
from verisieve.serve.messages import Answer, Body, CutError, Head, Route, refusal
from verisieve.serve.settings import Settings

PIPELINED = 8  # requests that wait their turn before nothing more is read
WRITE_ROOM = 256 << 10  # bytes of an answer that wait for a client to read
LINGER = 2.0  # seconds in which a refused client may read why
NEVER = float("inf")
NO_HEAD = Head("-", "-", {})


class App(Protocol):
    """What answers requests."""

    date: bytes

    def admit(self, head: Head) -> Answer | Route:
        """Refuse a request by its head, or say how it is answered."""

    def answered(self, head: Head, status: int, seconds: float) -> None:
        """Count a request."""


class Connection(asyncio.Protocol):
    """The protocol of one client."""

    _transport: asyncio.Transport

    def __init__(self, app: App, settings: Settings, live: set[Connection], httptools: ModuleType) -> None:
        self._app = app
        self._settings = settings
        self._live = live
        self._in = Incoming(settings, httptools, app.admit, self._settle)
        self._loop = asyncio.get_running_loop()
        self._at: Message | None = None  # the one that is answered
        self._task: asyncio.Task[None] | None = None
        self._out: _Chunks | None = None  # of a stream
        self._closing = False  # nothing is answered any more
        self._deaf = False  # nothing is read any more
        self._reading = True
        self._drained: asyncio.Event = asyncio.Event()
        self._drained.set()
        self._stuck = NEVER  # when a client that does not read is given up
        self._deadline = NEVER

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._at and not self._in.queue and not self._in.partial

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's
        self._transport.set_write_buffer_limits(WRITE_ROOM)
        self._live.add(self)
        self._deadline = time.monotonic() + self._settings.idle_seconds
        if len(self._live) > self._settings.max_connections:
            self._refuse(refusal(503, "too_many_connections", "all connections are taken", Retry_After="1"))

    def connection_lost(self, error: Exception | None) -> None:
        self._live.discard(self)
        self._closing = True
        self._drained.set()
        for message in (self._in.partial, self._at):
            if message and message.body:
                message.body.end(cut=not message.complete)
        if self._task:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        now = time.monotonic()
        if (self.idle and not self._in.begun) or (self._at and self._at.body):
            self._deadline = now + self._settings.read_seconds
        try:
            self._in.feed(data)
        except WrongError as error:
            self._refuse(error.answer)
            return
        self._tell_to_go_on()
        self._advance()

    def eof_received(self) -> bool:
        self._in.end(cut=True)
        if self.idle:
            return False
        if self._in.partial and not self._at:
            return False
        self._settle_after(keep=False)
        return True

    def pause_writing(self) -> None:
        self._drained.clear()
        self._stuck = time.monotonic() + self._settings.read_seconds

    def resume_writing(self) -> None:
        self._drained.set()
        self._stuck = NEVER

    def _tell_to_go_on(self) -> None:
        """Answer `Expect: 100-continue` where nothing is in its way."""
        partial = self._in.partial
        if partial and partial.expects and not self._at and (not self._in.queue or self._in.queue[0] is partial):
            partial.expects = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _advance(self) -> None:
        while self._in.queue and not self._at and not self._closing:
            message = self._in.queue.popleft()
            self._at = message
            if message.answer:
                self._send(message, message.answer)
            elif message.body:
                self._deadline = time.monotonic() + self._settings.read_seconds
                self._task = self._loop.create_task(self._stream(message, message.body))
            else:
                self._serve(message)
        self._settle()

    def _serve(self, message: Message) -> None:
        assert message.route
        assert message.route.whole
        found = message.route.whole(message.head, b"".join(message.parts))
        if isinstance(found, Answer):
            self._send(message, found)
            return
        self._deadline = NEVER
        found.add_done_callback(lambda done: self._send_later(message, done.result()))

    def _send_later(self, message: Message, answer: Answer) -> None:
        if not self._closing:
            self._send(message, answer)
            self._advance()

    def _send(self, message: Message, answer: Answer) -> None:
        keep = message.keep and message.complete
        self._transport.write(answer.pack(self._app.date, keep=keep, bare=message.head.method == "HEAD"))
        self._finish(message, answer.status, keep=keep)

    def _finish(self, message: Message, status: int, *, keep: bool) -> None:
        now = time.monotonic()
        self._app.answered(message.head, status, now - message.since)
        self._at = None
        self._deadline = now + self._settings.idle_seconds
        if self._in.begun:
            self._deadline = now + self._settings.read_seconds
        if not keep:
            self._linger()

    async def _stream(self, message: Message, body: Body) -> None:
        route = message.route
        assert route
        assert route.streaming
        out = self._out = _Chunks(self, modern=message.modern)
        head = [
            "HTTP/1.1 200 OK",
            f"Content-Type: {route.kind}",
            *(["Transfer-Encoding: chunked"] if message.modern else []),
            *([] if message.modern and message.keep else ["Connection: close"]),
        ]
        self._transport.write("\r\n".join(head).encode() + b"\r\n" + self._app.date + b"\r\n")
        try:
            await route.streaming(message.head, body, out)
        except (CutError, VerisieveError):
            self._transport.abort()  # no last chunk: the client sees that it is not whole
            self._app.answered(message.head, 499, time.monotonic() - message.since)
            return
        if message.modern:
            self._transport.write(b"0\r\n\r\n")
        self._task = None
        self._finish(message, 200, keep=message.keep and message.modern and message.complete)
        self._advance()

    async def write(self, part: bytes) -> None:
        """Send bytes; wait while the client does not read."""
        if self._closing:
            raise CutError("the client is gone")
        self._transport.write(part)
        self._deadline = time.monotonic() + self._settings.read_seconds
        if not self._drained.is_set():
            await self._drained.wait()

    def _settle(self) -> None:
        """Read on, or not: while many requests wait, or a stream has more than it can take."""
        stream = self._in.partial.body if self._in.partial else None
        wants = len(self._in.queue) < PIPELINED and not (stream and stream.full)
        if wants is self._reading or self._closing:
            return
        self._reading = wants
        (self._transport.resume_reading if wants else self._transport.pause_reading)()
        if stream:
            self._deadline = time.monotonic() + self._settings.read_seconds

    def _refuse(self, answer: Answer) -> None:
        """Say what is wrong, after what is under way, and end the connection."""
        partial, self._in.partial = self._in.partial, None
        head = partial.head if partial else NO_HEAD
        if partial and partial.body:
            partial.body.end(cut=True)
        self._deaf = True
        self._in.queue.append(Message(head, keep=False, modern=True, since=time.monotonic(), answer=answer))
        self._advance()

    def _linger(self) -> None:
        """Read on and drop it for a while: closing with unread bytes would take our answer back."""
        self._deaf = self._closing = True
        if not self._reading:
            self._transport.resume_reading()
        if not self._transport.is_closing():
            self._transport.write_eof()
        self._deadline = time.monotonic() + LINGER

    def _settle_after(self, *, keep: bool) -> None:
        for message in (self._at, *self._in.queue):
            if message:
                message.keep = keep

    def sweep(self, now: float) -> None:
        """End what has taken too long."""
        if now > self._stuck or (self._closing and now > self._deadline):
            self._transport.abort()
        elif now > self._deadline:
            if self._at and self._at.body:
                self._sweep_stream(self._at, self._at.body)
            elif self._in.begun:
                seconds = f"{self._settings.read_seconds:g}"
                self._refuse(refusal(408, "too_slow", f"the request did not come within {seconds} s"))
            else:
                self._transport.abort()

    def _sweep_stream(self, message: Message, body: Body) -> None:
        """End a stream whose client sends nothing though it waits for nothing."""
        if self._reading and not message.complete and not (self._out and self._out.busy):
            body.end(cut=True)

    def hang_up(self) -> None:
        """End a connection between requests."""
        if self.idle:
            self._transport.close()
        else:
            self._settle_after(keep=False)


class _Chunks:
    """The parts of a streamed answer, each a chunk."""

    def __init__(self, connection: Connection, *, modern: bool) -> None:
        self.busy = False
        self._connection = connection
        self._modern = modern

    async def write(self, part: bytes) -> None:
        await self._connection.write(b"%x\r\n%s\r\n" % (len(part), part) if self._modern else part)
