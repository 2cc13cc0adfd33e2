"""One HTTP/1.1 connection over llhttp: keep-alive, pipelining, streams, and limits on all that a client can send.

Theory of operation. The parser calls the `on_...` methods, which only write down what they saw; `_advance` acts once
the bytes that came are parsed. Requests are answered one at a time and in order; while many wait, nothing is read. A
refusal in the middle of a body ends the connection, but only after the client had time to read why: what it still
sends is dropped meanwhile. Time is kept by `sweep`, once a second for all connections, and not by a timer for each.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol

from verisieve.errors import VerisieveError
from verisieve.serve.messages import Answer, Body, CutError, Head, Route, refusal
from verisieve.serve.settings import Settings

PIPELINED = 8  # requests that wait their turn before nothing more is read
MAX_HEADERS = 100
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


@dataclass(slots=True)
class _Message:
    head: Head
    keep: bool
    modern: bool  # it understands chunked bodies
    since: float
    answer: Answer | None = None
    route: Route | None = None
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    body: Body | None = None
    complete: bool = False


class Connection(asyncio.Protocol):
    """The protocol of one client."""

    _transport: asyncio.Transport

    def __init__(self, app: App, settings: Settings, live: set[Connection], httptools: ModuleType) -> None:
        self._app = app
        self._settings = settings
        self._live = live
        self._wrong = (httptools.HttpParserError,)
        self._upgrade = httptools.HttpParserUpgrade
        self._parser = httptools.HttpRequestParser(self)
        self._loop = asyncio.get_running_loop()
        self._queue: deque[_Message] = deque()  # whole ones, streams, and refused ones
        self._parsed: _Message | None = None  # the one whose body comes
        self._at: _Message | None = None  # the one that is answered
        self._task: asyncio.Task[None] | None = None
        self._out: _Chunks | None = None  # of a stream
        self._url = b""
        self._headers: dict[str, str] = {}
        self._head_size = 0
        self._loose = 0  # bytes that the parser keeps to itself
        self._began = 0.0  # when the head began; 0 between requests
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
        return not self._at and not self._queue and not self._parsed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's
        self._transport.set_write_buffer_limits(WRITE_ROOM)
        self._live.add(self)
        self._deadline = self._loop.time() + self._settings.idle_seconds
        if len(self._live) > self._settings.max_connections:
            self._refuse(refusal(503, "too_many_connections", "all connections are taken", Retry_After="1"))

    def connection_lost(self, error: Exception | None) -> None:
        self._live.discard(self)
        self._closing = True
        self._drained.set()
        for message in (self._parsed, self._at):
            if message and message.body:
                message.body.end(cut=not message.complete)
        if self._task:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._loose += len(data)
        if self._at and self._at.body:
            self._deadline = self._loop.time() + self._settings.read_seconds
        try:
            self._feed(data)
        except self._wrong as error:
            self._refuse(refusal(400, "bad_http", f"bad HTTP: {error}"[:200]))
            return
        if not self._parsed and max(self._loose, self._head_size) > self._settings.max_head:
            self._refuse(_head_too_large(self._settings.max_head))
            return
        self._advance()

    def eof_received(self) -> bool:
        if self._parsed and self._parsed.body:
            self._parsed.body.end(cut=True)
        if self.idle:
            return False
        if self._parsed and not self._at:
            return False
        self._settle_after(keep=False)
        return True

    def pause_writing(self) -> None:
        self._drained.clear()
        self._stuck = self._loop.time() + self._settings.read_seconds

    def resume_writing(self) -> None:
        self._drained.set()
        self._stuck = NEVER

    # what the parser sees

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers = {}
        self._head_size = self._loose = 0
        self._began = self._loop.time()
        if self.idle:
            self._deadline = self._began + self._settings.read_seconds

    def on_url(self, part: bytes) -> None:
        self._url += part
        self._grow(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._parsed is None:  # else a trailer
            self._grow(len(name) + len(value))
            if len(self._headers) <= MAX_HEADERS:
                self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._loose = 0
        parser, headers = self._parser, self._headers
        head = Head(parser.get_method().decode("latin-1"), self._url.decode("latin-1"), headers)
        message = _Message(head, parser.should_keep_alive(), parser.get_http_version() == "1.1", self._began)
        self._parsed = message
        found = self._judged(head)
        if isinstance(found, Answer):
            message.answer = found
            message.keep = message.keep and found.status not in (400, 431)
        else:
            message.route = found
            if found.streaming:
                message.body = Body(self._settle)
        expects = headers.get("expect", "").lower() == "100-continue"
        if expects and not message.answer and not self._at and not self._queue:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if message.answer or message.body:
            self._queue.append(message)

    def on_body(self, part: bytes) -> None:
        message = self._parsed
        self._loose = 0
        if message is None or message.answer:
            return
        if message.body:
            message.body.feed(part)
            return
        message.parts.append(part)
        message.size += len(part)
        if message.size > self._settings.max_body:
            message.answer = _too_large(self._settings.max_body)
            message.parts.clear()
            self._queue.append(message)

    def on_message_complete(self) -> None:
        message, self._parsed = self._parsed, None
        self._loose = 0
        self._began = 0.0
        if message is None:
            return
        message.complete = True
        if message.body:
            message.body.end()
        elif not message.answer:
            self._queue.append(message)

    # what is done about it

    def _feed(self, data: bytes) -> None:
        """Parse bytes; a client that asks for another protocol is answered in this one."""
        while data:
            try:
                self._parser.feed_data(data)
                data = b""
            except self._upgrade as upgrade:
                data = data[upgrade.args[0] :]
                if self._parsed or not self._queue:
                    raise self._wrong[0]("no other protocol is spoken here") from upgrade

    def _grow(self, size: int) -> None:
        self._head_size += size
        self._loose = 0

    def _judged(self, head: Head) -> Answer | Route:
        if self._head_size > self._settings.max_head:
            return _head_too_large(self._settings.max_head)
        if len(self._headers) > MAX_HEADERS:
            return refusal(431, "too_many_headers", f"more than {MAX_HEADERS} headers")
        if "upgrade" in head.headers and head.method != "GET":  # the parser stops before its body
            return refusal(400, "bad_http", "no other protocol is spoken here", field="Upgrade")
        length = int(head.headers.get("content-length", "0")[:20])  # digits: the parser has seen to it
        found = self._app.admit(head)
        if isinstance(found, Route) and found.whole and length > self._settings.max_body:
            return _too_large(self._settings.max_body)
        return found

    def _advance(self) -> None:
        while self._queue and not self._at and not self._closing:
            message = self._queue.popleft()
            self._at = message
            if message.answer:
                self._send(message, message.answer)
            elif message.body:
                self._deadline = self._loop.time() + self._settings.read_seconds
                self._task = self._loop.create_task(self._stream(message, message.body))
            else:
                self._serve(message)
        self._settle()

    def _serve(self, message: _Message) -> None:
        assert message.route
        assert message.route.whole
        found = message.route.whole(message.head, b"".join(message.parts))
        if isinstance(found, Answer):
            self._send(message, found)
            return
        self._deadline = NEVER
        found.add_done_callback(lambda done: self._send_later(message, done.result()))

    def _send_later(self, message: _Message, answer: Answer) -> None:
        if not self._closing:
            self._send(message, answer)
            self._advance()

    def _send(self, message: _Message, answer: Answer) -> None:
        keep = message.keep and message.complete
        self._transport.write(answer.pack(self._app.date, keep=keep, bare=message.head.method == "HEAD"))
        self._finish(message, answer.status, keep=keep)

    def _finish(self, message: _Message, status: int, *, keep: bool) -> None:
        now = self._loop.time()
        self._app.answered(message.head, status, now - message.since)
        self._at = None
        self._deadline = now + self._settings.idle_seconds
        if self._parsed or self._began:
            self._deadline = now + self._settings.read_seconds
        if not keep:
            self._linger()

    async def _stream(self, message: _Message, body: Body) -> None:
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
            self._app.answered(message.head, 499, self._loop.time() - message.since)
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
        self._deadline = self._loop.time() + self._settings.read_seconds
        if not self._drained.is_set():
            await self._drained.wait()

    def _settle(self) -> None:
        """Read on, or not: while many requests wait, or a stream has more than it can take."""
        stream = self._parsed.body if self._parsed else None
        wants = len(self._queue) < PIPELINED and not (stream and stream.full)
        if wants is self._reading or self._closing:
            return
        self._reading = wants
        (self._transport.resume_reading if wants else self._transport.pause_reading)()
        if stream:
            self._deadline = self._loop.time() + self._settings.read_seconds

    def _refuse(self, answer: Answer) -> None:
        """Say what is wrong, after what is under way, and end the connection."""
        head = self._parsed.head if self._parsed else NO_HEAD
        if self._parsed and self._parsed.body:
            self._parsed.body.end(cut=True)
        self._parsed = None
        self._deaf = True
        self._queue.append(_Message(head, keep=False, modern=True, since=self._loop.time(), answer=answer))
        self._advance()

    def _linger(self) -> None:
        """Read on and drop it for a while: closing with unread bytes would take our answer back."""
        self._deaf = self._closing = True
        if not self._reading:
            self._transport.resume_reading()
        if not self._transport.is_closing():
            self._transport.write_eof()
        self._deadline = self._loop.time() + LINGER

    def _settle_after(self, *, keep: bool) -> None:
        for message in (self._at, *self._queue):
            if message:
                message.keep = keep

    def sweep(self, now: float) -> None:
        """End what has taken too long."""
        if now > self._stuck or (self._closing and now > self._deadline):
            self._transport.abort()
        elif now > self._deadline:
            if self._at and self._at.body:
                self._sweep_stream(self._at, self._at.body)
            elif self._began or self._parsed:
                seconds = f"{self._settings.read_seconds:g}"
                self._refuse(refusal(408, "too_slow", f"the request did not come within {seconds} s"))
            else:
                self._transport.abort()

    def _sweep_stream(self, message: _Message, body: Body) -> None:
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


def _too_large(most: int) -> Answer:
    return refusal(413, "too_large", f"a body may have {most} bytes at most", field="body")


def _head_too_large(most: int) -> Answer:
    return refusal(431, "head_too_large", f"the head of a request may have {most} bytes at most")
