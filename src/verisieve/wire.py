"""Post a body to one address over kept HTTP/1.1 connections: asyncio's transports around llhttp, the parser of Node.js.

Follows no redirects, keeps no cookies, asks for no compression and knows no proxies; `clients` has others for those.
docs/decisions/0004 has the measurements behind it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from verisieve.errors import ModelError

LARGEST = 64 << 20  # bytes of a reply with its head
NEXT_ADDRESS = 0.25  # seconds before a host's next address is tried beside the one before


class Answer(NamedTuple):
    """What came back; names of headers in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class CutError(ModelError):
    """Nothing came back: no connection, a cut one, or silence."""


class Wire:
    """Posts bodies to one address; as many connections as posts under way, which are kept for the next ones."""

    def __init__(self, url: str, headers: Mapping[str, str], seconds: float) -> None:
        """Raise ImportError where httptools is missing, and ValueError for a header that cannot be sent."""
        import aiohappyeyeballs
        import httptools

        self._start_connection = aiohappyeyeballs.start_connection
        self._httptools = httptools
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = (parts.hostname or "").encode("idna").decode()
        self._port = parts.port or (443 if self._secure else 80)
        self._head = _head(parts.path + (f"?{parts.query}" if parts.query else ""), _named(url, self._host), headers)
        self._seconds = seconds
        self._context: ssl.SSLContext | None = None
        self._kept: list[_Connection] = []

    async def post(self, body: bytes) -> Answer:
        """Send one request; raise CutError when no whole reply comes in time."""
        connection = self._free() or await self._connect()
        answer = await connection.exchange(b"%s%d\r\n\r\n%s" % (self._head, len(body), body), self._seconds)
        if connection.usable:
            self._kept.append(connection)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        for connection in self._kept:
            connection.abort()
        self._kept.clear()
        await asyncio.sleep(0)  # they are closed in the next turn

    def _free(self) -> _Connection | None:
        while self._kept:
            connection = self._kept.pop()
            if connection.usable:
                return connection
        return None

    async def _connect(self) -> _Connection:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._connected()
        except TimeoutError as error:
            raise _silence(self._seconds) from error
        except OSError as error:
            raise CutError(f"connection failed: {type(error).__name__}: {error}") from error

    async def _connected(self) -> _Connection:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        sock = await self._start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS)
        secured: dict[str, Any] = {"ssl": self._trusted(), "server_hostname": self._host} if self._secure else {}
        return (await loop.create_connection(lambda: _Connection(self._httptools), sock=sock, **secured))[1]

    def _trusted(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = ssl.create_default_context()
            self._context.set_alpn_protocols(["http/1.1"])
        return self._context


class _Connection(asyncio.Protocol):
    """One connection with at most one exchange under way; whatever breaks the protocol ends it."""

    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle

    def __init__(self, httptools: ModuleType) -> None:
        self._wrong = (httptools.HttpParserError, httptools.HttpParserUpgrade)
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[Answer] | None = None
        self._reset()
        self.usable = True

    def _reset(self) -> None:
        self._received = 0
        self._headers: dict[str, str] = {}
        self._begun = False  # the body
        self._parts: list[bytes] = []

    async def exchange(self, request: bytes, seconds: float) -> Answer:
        """Send a request and return what comes back; raise CutError when it is cut short or late."""
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        self._timer = loop.call_later(seconds, self._late, seconds)
        self._transport.write(request)
        try:
            return await self._waiter
        except asyncio.CancelledError:
            self.abort()
            raise
        finally:
            self._timer.cancel()

    def abort(self) -> None:
        """Close at once."""
        self.usable = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._waiter is None:
            self._fail("a reply to nothing")
        elif self._received > LARGEST:
            self._fail(f"a reply of more than {LARGEST} bytes")
        else:
            try:
                self._parser.feed_data(data)
            except self._wrong as error:
                self._fail(f"bad HTTP: {error}")

    def eof_received(self) -> None:
        if self._begun and not self._headers.keys() & {"content-length", "transfer-encoding"}:
            self._complete()  # of unknown length: it ends with the connection
        self.usable = False

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(f"connection cut: {type(error).__name__}: {error}" if error else "connection closed by the server")

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._begun:  # else a trailer
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._begun = True

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:  # the reply is yet to come
            self._reset()
            return
        self.usable = self._parser.should_keep_alive() and not self._transport.get_write_buffer_size()
        self._complete()

    def _complete(self) -> None:
        if self._waiter is None:
            self._fail("a second reply")
            return
        coding = self._headers.get("content-encoding", "identity").lower()
        if coding != "identity":
            self._fail(f"the reply is compressed ({coding[:20]}), unasked")
            return
        if not self._waiter.done():
            self._waiter.set_result(Answer(self._parser.get_status_code(), self._headers, b"".join(self._parts)))
        self._waiter = None
        self._reset()
        if not self.usable:
            self._transport.abort()

    def _late(self, seconds: float) -> None:
        self._fail(_silence(seconds))

    def _fail(self, why: str | CutError) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter and not waiter.done():
            waiter.set_exception(why if isinstance(why, CutError) else CutError(f"connection failed: {why}"))
        self.abort()


def _silence(seconds: float) -> CutError:
    return CutError(f"no reply within {seconds:g} s")


def _named(url: str, host: str) -> str:
    """Return the Host header of an address."""
    port = urlsplit(url).port
    return (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")


def _head(target: str, host: str, headers: Mapping[str, str]) -> bytes:
    """Return a request up to the length of its body; raise ValueError for a header that would end early."""
    usual = {"Host": host, "Accept": "*/*", "Accept-Encoding": "identity"}
    taken = {name.lower() for name in headers}
    lines = [f"POST {quote(target, safe=_SAFE)} HTTP/1.1"]
    for name, value in (
        *((name, value) for name, value in usual.items() if name.lower() not in taken),
        *headers.items(),
    ):
        broken = any(c in name for c in " :\r\n\0") or any(c in value for c in "\r\n\0")
        if not name or broken or name.lower() in ("content-length", "transfer-encoding"):
            raise ValueError(f"header {name!r} cannot be sent")
        lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "Content-Length: "]).encode("latin-1")


_SAFE = "/:?#[]@!$&'()*+,;=%~"
