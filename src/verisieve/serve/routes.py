"""What each address of the server does with a request."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial

from verisieve import __version__, quickjson
from verisieve.errors import InputError, VerisieveError
from verisieve.rows import BadRow, Row
from verisieve.serve import metrics, pages, shapes
from verisieve.serve.desk import Answer as Verdict
from verisieve.serve.desk import Asked, Desk, FullError
from verisieve.serve.messages import JSON, Answer, Body, Head, Route, Writer, refusal
from verisieve.serve.settings import Settings, loopback
from verisieve.workers import bad_line

LINES = "application/x-ndjson"
WINDOW = 256  # rows of a stream between the oldest without a verdict and the newest that was read
OPEN = ("/", "/health", "/ready", "/openapi.json")  # without a token
Found = Answer | asyncio.Future[Answer]


class Routes:
    """The server's addresses; `stopping` refuses what is new."""

    def __init__(self, settings: Settings, desk: Desk, figures: Callable[[], Iterable[metrics.Values]]) -> None:
        self.requests = metrics.Requests()
        self.date = b""
        self.stopping = False
        self._settings = settings
        self._desk = desk
        self._figures = figures
        self._loop = asyncio.get_running_loop()
        self._expected = f"Bearer {settings.token}".encode()
        self._gets: Mapping[str, Callable[[], Answer]] = {
            "/": partial(Answer, 200, pages.page(), "text/html; charset=utf-8", pages.HEADERS),
            "/openapi.json": partial(Answer, 200, pages.openapi()),
            "/health": partial(Answer, 200, quickjson.encode({"status": "ok", "version": __version__})),
            "/ready": self._ready,
            "/metrics": self._metrics,
        }
        self._posts: Mapping[str, Mapping[str, Route]] = {
            "/verify": {JSON: Route(whole=self._verify)},
            "/verify/batch": {JSON: Route(whole=self._batch), LINES: Route(streaming=self._lines, kind=LINES)},
        }

    def admit(self, head: Head) -> Answer | Route:
        """Refuse a request by its head, or say how it is answered."""
        if not self._settings.token and not _names_loopback(head.headers.get("host", "")):
            # A page of another site may have its own name point here (DNS rebinding); a token would keep it out.
            return refusal(421, "wrong_host", "without a token only loopback names are answered", field="Host")
        path = head.path.partition("?")[0]
        allowed = "GET, HEAD" if path in self._gets else "POST" if path in self._posts else ""
        if not allowed:
            return refusal(404, "no_such_path", f"there is no {path[:100]}; see /openapi.json")
        if head.method not in allowed.split(", "):
            return refusal(405, "method_not_allowed", f"{path} takes {allowed}", Allow=allowed)
        if path not in OPEN and not self._known(head):
            return refusal(
                401, "no_token", "the token is missing or wrong", field="Authorization", WWW_Authenticate="Bearer"
            )
        if path in self._gets:
            return Route(whole=lambda head, body: self._gets[path]())
        return self._post(path, head)

    def answered(self, head: Head, status: int, seconds: float) -> None:
        """Count a request."""
        path = head.path.partition("?")[0]
        self.requests.count(path if path in self._gets or path in self._posts else "other", status, seconds)

    def _known(self, head: Head) -> bool:
        told = head.headers.get("authorization", "").encode("latin-1")
        return not self._settings.token or hmac.compare_digest(told, self._expected)

    def _post(self, path: str, head: Head) -> Answer | Route:
        route = self._posts[path].get(head.kind)
        if route is None:
            wanted = " or ".join(self._posts[path])
            return refusal(415, "unsupported_media_type", f"must be {wanted}", field="Content-Type")
        if head.headers.get("content-encoding", "identity").lower() != "identity":
            return refusal(415, "unsupported_encoding", "bodies are not compressed", field="Content-Encoding")
        if self.stopping:
            return refusal(503, "stopping", "the server is stopping", Retry_After="5")
        return route

    def _ready(self) -> Answer:
        ready = self._desk.pool.ready
        told = {"ready": bool(ready) and not self.stopping and not self._desk.failure, "workers": ready}
        return Answer(200 if told["ready"] else 503, quickjson.encode(told))

    def _metrics(self) -> Answer:
        return Answer(200, metrics.text(self._figures()), "text/plain; version=0.0.4; charset=utf-8")

    def _verify(self, head: Head, body: bytes) -> Found:
        try:
            value = shapes.decoded(body)
        except InputError as error:
            return refusal(400, error.reason, str(error), field="body")
        gym = shapes.is_gym(value)
        row = shapes.gym(value) if gym else shapes.one(value)
        asked = self._asked([row])
        if isinstance(asked, Answer):
            return asked
        (found,) = asked
        if isinstance(found, BadRow):
            return refusal(422, found.reason, found.message, field=found.field)
        return self._later(asked, lambda bodies: shapes.gym_answer(value, bodies[0]) if gym else bodies[0])

    def _batch(self, head: Head, body: bytes) -> Found:
        try:
            rows = shapes.many(shapes.decoded(body), self._settings.max_rows)
        except InputError as error:
            status = 413 if error.reason == shapes.TOO_MANY else 422 if error.field else 400
            return refusal(status, error.reason, str(error), field="body")
        asked = self._asked(rows)
        if isinstance(asked, Answer):
            return asked
        return self._later(asked, lambda bodies: b"[%s]" % b",".join(bodies))

    def _asked(self, rows: list[Row | BadRow]) -> list[Asked | BadRow] | Answer:
        """Have rows judged, all or none."""
        try:
            self._desk.room(sum(isinstance(row, Row) for row in rows))
        except FullError as error:
            return refusal(429, "queue_full", str(error), Retry_After=str(error.seconds))
        except VerisieveError as error:
            return refusal(503, "no_workers", str(error), Retry_After="5")
        return [row if isinstance(row, BadRow) else self._desk.ask(row) for row in rows]

    def _later(self, asked: list[Asked | BadRow], encoded: Callable[[list[bytes]], bytes]) -> Found:
        """Answer when all rows have their verdicts: now, or later."""
        bodies = [bad_line(each).body[:-1] if isinstance(each, BadRow) else each.body for each in asked]
        missing = [(index, each.later) for index, each in enumerate(asked) if isinstance(each, Asked) and each.later]
        if not missing:
            return Answer(200, encoded(bodies))
        answer: asyncio.Future[Answer] = self._loop.create_future()
        left = len(missing)

        def done(index: int, verdict: Verdict) -> None:
            nonlocal left
            left -= 1
            if answer.done():
                return
            if error := verdict.exception():
                answer.set_result(refusal(503, "no_workers", str(error), Retry_After="5"))
                return
            bodies[index] = verdict.result()
            if not left:
                answer.set_result(Answer(200, encoded(bodies)))

        for index, verdict in missing:
            verdict.add_done_callback(partial(done, index))
        return answer

    async def _lines(self, head: Head, body: Body, out: Writer) -> None:
        """Judge lines as they come and answer in their order."""
        waiting: asyncio.Queue[Asked | BadRow | None] = asyncio.Queue(WINDOW)
        reading = self._loop.create_task(self._read(body, waiting))
        try:
            ready: list[bytes] = []
            while (asked := await waiting.get()) is not None:
                later = asked.later if isinstance(asked, Asked) else None
                if later and not later.done():
                    await _written(out, ready)
                    out.busy = True
                    await asyncio.wait([later])
                    out.busy = False
                ready += _line(asked)
                if waiting.empty() or len(ready) >= WINDOW:
                    await _written(out, ready)
            await _written(out, ready)
            await reading
        finally:
            reading.cancel()

    async def _read(self, body: Body, waiting: asyncio.Queue[Asked | BadRow | None]) -> None:
        try:
            async for row in _rows(body, self._settings.max_body):
                if isinstance(row, Row):
                    await self._desk.half_free()
                await waiting.put(row if isinstance(row, BadRow) else self._desk.ask(row))
        finally:
            await waiting.put(None)


def _names_loopback(host: str) -> bool:
    """Whether a Host header names this machine alone; one that is missing comes from no browser.

    >>> _names_loopback("localhost:8333"), _names_loopback("[::1]:80"), _names_loopback("evil.example:8333")
    (True, True, False)
    """
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return not host or loopback(name.lower())


def _line(asked: Asked | BadRow) -> tuple[bytes, ...]:
    if isinstance(asked, BadRow):
        return (bad_line(asked).body,)
    return (asked.later.result() if asked.later else asked.body, b"\n")


async def _written(out: Writer, ready: list[bytes]) -> None:
    if ready:
        await out.write(b"".join(ready))
        ready.clear()


async def _rows(body: Body, most: int) -> AsyncIterator[Row | BadRow]:
    """Read a row from each line that is not blank; an overlong line ends the stream as a bad row."""
    number = 0
    rest = bytearray()
    async for part in body.parts():
        *whole, last = part.split(b"\n")
        for end in whole:
            number += 1
            raw = bytes(rest) + end
            rest.clear()
            if raw.strip():
                for row in shapes.line(raw, number):
                    yield row
        rest += last
        if len(rest) > most:
            break
    if rest.strip():
        for row in shapes.line(bytes(rest), number + 1) if len(rest) <= most else shapes.too_long(number + 1, most):
            yield row
