"""Requests and answers as values; nothing here touches a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import NamedTuple, Protocol

from verisieve import quickjson
from verisieve.errors import VerisieveError

JSON = "application/json"
ROOM = 256 << 10  # bytes of a streamed body that wait to be read


class Head(NamedTuple):
    """A request without its body; names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def kind(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    body: bytes
    kind: str = JSON
    headers: Mapping[str, str] = {}

    def pack(self, date: bytes, *, keep: bool, bare: bool = False) -> bytes:
        """Encode it for the wire; a bare one is without its body, as the answer to HEAD is."""
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Content-Type: {self.kind}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return b"%s\r\n%s%s\r\n%s" % (
            "\r\n".join(lines).encode("latin-1"),
            date,
            _CLOSE[keep],
            b"" if bare else self.body,
        )


_CLOSE = {True: b"", False: b"Connection: close\r\n"}


def refusal(status: int, reason: str, message: str, *, field: str = "", **headers: str) -> Answer:
    """Return a refusal that says why, and which field of the request is meant."""
    told = {"error": {"reason": reason, "field": field, "message": message}}
    return Answer(
        status, quickjson.encode(told), headers={key.replace("_", "-"): each for key, each in headers.items()}
    )


class CutError(VerisieveError):
    """The other end went away in the middle of a stream."""


class Writer(Protocol):
    """Where a streamed answer goes; `busy` says that the client waits for us, and not we for the client."""

    busy: bool

    async def write(self, part: bytes) -> None:
        """Send a part; wait while the other end does not read, raise CutError when it is gone."""


class Body:
    """A body that is read as it comes; while it is `full` no more should come, and `read` is called when it is not."""

    def __init__(self, read: Callable[[], None]) -> None:
        self._read = read
        self._parts: list[bytes] = []
        self._size = 0
        self._ended = False
        self._cut = False
        self._bell = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether as much waits as may."""
        return self._size > ROOM

    def feed(self, part: bytes) -> None:
        """Take a part that came."""
        self._parts.append(part)
        self._size += len(part)
        self._bell.set()

    def end(self, *, cut: bool = False) -> None:
        """Nothing more comes; `cut` says that something is missing."""
        self._ended = True
        self._cut = self._cut or cut
        self._bell.set()

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the parts; raise CutError where the body stops short."""
        while True:
            while not self._parts and not self._ended:
                self._bell.clear()
                await self._bell.wait()
            if self._cut:
                raise CutError("the request was cut short")
            if not self._parts:
                return
            part = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            self._read()
            yield part


Whole = Callable[[Head, bytes], "Answer | asyncio.Future[Answer]"]
Streaming = Callable[[Head, Body, Writer], Coroutine[None, None, None]]


class Route(NamedTuple):
    """How a request is answered: once it is whole, or while it comes."""

    whole: Whole | None = None
    streaming: Streaming | None = None
    kind: str = JSON  # of a streamed answer
