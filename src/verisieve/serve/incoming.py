"""What one client sends: bytes parsed by llhttp into messages, within limits on heads and bodies.

The parser calls the `on_...` methods, which write down what they saw; nothing is answered here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType

from verisieve.errors import VerisieveError
from verisieve.serve.messages import Answer, Body, Head, Route, refusal
from verisieve.serve.settings import Settings

MAX_HEADERS = 100


class WrongError(VerisieveError):
    """What came is no HTTP, or more of a head than may be; `answer` says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("refused")
        self.answer = answer


@dataclass(slots=True)
class Message:
    """A request: its head, and as much of its body as came."""

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
    expects: bool = False  # it waits to be told to go on


class Incoming:
    """The messages of a connection, in order: whole ones, streams from their head on, and refused ones."""

    def __init__(
        self,
        settings: Settings,
        httptools: ModuleType,
        admit: Callable[[Head], Answer | Route],
        read_on: Callable[[], None],
    ) -> None:
        self.queue: deque[Message] = deque()
        self.partial: Message | None = None  # the one whose body comes
        self.began = 0.0  # when the head that comes began; 0 between requests
        self._settings = settings
        self._admit = admit
        self._read_on = read_on
        self._parser = httptools.HttpRequestParser(self)
        self._bad = httptools.HttpParserError
        self._upgrade = httptools.HttpParserUpgrade
        self._url = b""
        self._headers: dict[str, str] = {}
        self._head_size = 0
        self._count = 0  # of headers
        self._loose = 0  # bytes that the parser keeps to itself

    @property
    def begun(self) -> bool:
        """Whether a request has begun and is not whole."""
        return bool(self.began or self.partial)

    def feed(self, data: bytes) -> None:
        """Parse what came; raise WrongError for what nothing can follow."""
        self._loose += len(data)
        try:
            self._parse(data)
        except self._bad as error:
            raise WrongError(refusal(400, "bad_http", f"bad HTTP: {error}"[:200])) from error
        if not self.partial and max(self._loose, self._head_size) > self._settings.max_head:
            raise WrongError(_head_too_large(self._settings.max_head))

    def end(self, *, cut: bool) -> None:
        """Nothing more comes."""
        if self.partial and self.partial.body:
            self.partial.body.end(cut=cut)

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers = {}
        self._head_size = self._loose = self._count = 0
        self.began = time.monotonic()

    def on_url(self, part: bytes) -> None:
        self._url += part
        self._grow(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.partial is None:  # else a trailer
            self._grow(len(name) + len(value))
            self._count += 1
            if self._count <= MAX_HEADERS:
                self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._loose = 0
        parser, headers = self._parser, self._headers
        head = Head(parser.get_method().decode("latin-1"), self._url.decode("latin-1"), headers)
        message = Message(head, parser.should_keep_alive(), parser.get_http_version() == "1.1", self.began)
        self.partial = message
        found = self._judged(head)
        if isinstance(found, Answer):
            message.answer = found
            message.keep = message.keep and found.status not in (400, 431)
        else:
            message.route = found
            if found.streaming:
                message.body = Body(self._read_on)
            message.expects = headers.get("expect", "").lower() == "100-continue"
        if message.answer or message.body:
            self.queue.append(message)

    def on_body(self, part: bytes) -> None:
        message = self.partial
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
            self.queue.append(message)

    def on_message_complete(self) -> None:
        message, self.partial = self.partial, None
        self._loose = 0
        self.began = 0.0
        if message is None:
            return
        message.complete = True
        if message.body:
            message.body.end()
        elif not message.answer:
            self.queue.append(message)

    def _parse(self, data: bytes) -> None:
        """Parse bytes; a client that asks for another protocol is answered in this one."""
        while data:
            try:
                self._parser.feed_data(data)
                data = b""
            except self._upgrade as upgrade:
                data = data[upgrade.args[0] :]
                if self.partial or not self.queue:
                    raise self._bad("no other protocol is spoken here") from upgrade

    def _grow(self, size: int) -> None:
        self._head_size += size
        self._loose = 0

    def _judged(self, head: Head) -> Answer | Route:
        if self._head_size > self._settings.max_head:
            return _head_too_large(self._settings.max_head)
        if self._count > MAX_HEADERS:
            return refusal(431, "too_many_headers", f"more than {MAX_HEADERS} headers")
        if "upgrade" in head.headers and head.method != "GET":  # the parser stops before its body
            return refusal(400, "bad_http", "no other protocol is spoken here", field="Upgrade")
        length = int(head.headers.get("content-length", "0")[:20])  # digits: the parser has seen to it
        found = self._admit(head)
        if isinstance(found, Route) and found.whole and length > self._settings.max_body:
            return _too_large(self._settings.max_body)
        return found


def _too_large(most: int) -> Answer:
    return refusal(413, "too_large", f"a body may have {most} bytes at most", field="body")


def _head_too_large(most: int) -> Answer:
    return refusal(431, "head_too_large", f"the head of a request may have {most} bytes at most")
