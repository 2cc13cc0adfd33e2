"""The page of a run with all of its rows, on demand: lists, searches and single rows as pages of a small local server.

Reads only, and answers GET alone. Who asks has to know the address, which holds a token, and to have called the
server by an address or by its own name, so that no page elsewhere can have a browser ask (DNS rebinding).
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from verisieve import __version__, gathering, pages, plaintext, report, showing
from verisieve.errors import UsageError, VerisieveError
from verisieve.folder import COMPLETIONS, DOUBTS, VERDICTS, fetch, pairs, replacing
from verisieve.select import select
from verisieve.showing import Shown
from verisieve.sources import LEADERBOARD, Source
from verisieve.steering import RECORD
from verisieve.survey import Query, Survey

INDEX = "report.index"  # beside the rows; made anew when they change
PAGE = 50  # rows of one list
MAX_VALUE = 200  # characters of one field of a query
MAX_START = 1 << 40
IDLE = 30  # seconds after which a silent connection is closed
SHOWN = {
    "differ": "where they differ",
    "first": "only the first passes",
    "second": "only the second passes",
    "both": "both pass",
    "neither": "neither passes",
    "all": "all",
}
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"{pages.policy(served=True)}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Reply(NamedTuple):
    """What a request is answered with."""

    status: int
    body: str


class Site(NamedTuple):
    """Everything that requests are answered from: the rows, and the index beside them."""

    source: Source
    base: Path

    def answer(self, path: str, asked: Mapping[str, str]) -> Reply:
        """Answer a request for a page, by its path without a slash before it."""
        with closing(Survey(self.base)) as survey:
            match path.split("/"):
                case [""]:
                    return Reply(200, survey.note("page"))
                case ["rows"]:
                    return self._rows(survey, asked)
                case ["compare"]:
                    return self._compare(survey, asked)
                case ["row", line] if found := self._shown(survey, [line]):
                    return self._page("row.html", row=found[0], others=survey.others(found[0].line))
                case ["pair", one, two] if found := self._shown(survey, [one, two]):
                    return self._page("pair.html", one=found[0], two=found[1])
        return Reply(404, "there is no such page")

    def _rows(self, survey: Survey, asked: Mapping[str, str]) -> Reply:
        query = Query(**{name: _text(asked, name) for name in Query._fields})
        start = _start(asked)
        return self._page(
            "rows.html",
            query=query._asdict(),
            choices=json.loads(survey.note("choices")),
            count=survey.count(query),
            lines=survey.lines(query, start=start, limit=PAGE),
            start=start,
            limit=PAGE,
        )

    def _compare(self, survey: Survey, asked: Mapping[str, str]) -> Reply:
        models = json.loads(survey.note("choices"))["model"]
        names = [name for name, _ in models] * 2
        if not names:
            return Reply(404, "there are no models")
        show = asked.get("show", "")
        query = {
            "first": _text(asked, "first") or names[0],
            "second": _text(asked, "second") or names[1],
            "show": show if show in SHOWN else "differ",
        }
        start = _start(asked)
        return self._page(
            "compare.html",
            query=query,
            models=models,
            shown=SHOWN,
            count=survey.met(query["first"], query["second"], query["show"]),
            duels=survey.duels(query["first"], query["second"], query["show"], start=start, limit=PAGE),
            start=start,
            limit=PAGE,
        )

    def _shown(self, survey: Survey, numbers: Sequence[str]) -> list[Shown]:
        """Read rows by their lines; nothing where one of them is no line of the run."""
        lines = [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 16]
        if len(lines) != len(numbers) or not all(survey.line(line) for line in lines):
            return []
        fates = survey.fates(lines)
        found = fetch(self.source.folder, survey.places(lines))
        return [showing.row(pair, fate=fate) for pair, fate in zip(found, fates, strict=True)]

    def _page(self, template: str, **values: object) -> Reply:
        return Reply(200, pages.render(template, served=True, title=plaintext.name(self.source.title), **values))


@contextmanager
def opened(source: Source) -> Iterator[Site]:
    """Give a site over a source; its index is taken from beside the rows, or made there, or in a temporary folder."""
    with TemporaryDirectory(prefix="verisieve-report-") as made:
        index = (source.folder if os.access(source.folder, os.W_OK) else Path(made)) / INDEX
        if not _is_current(index, source):
            _build(source, index)
        yield Site(source, index)


def _is_current(index: Path, source: Source) -> bool:
    if not index.is_file():
        return False
    try:
        with closing(Survey(index)) as survey:
            return survey.note("made of") == _made_of(source)
    except gathering.DatabaseError:  # of another version, or cut off
        return False


def _made_of(source: Source) -> str:
    """Return what an index depends on: the files of the source, and how we read and show them."""
    files = [source.folder / name for name in (COMPLETIONS, VERDICTS, DOUBTS, LEADERBOARD, RECORD)]
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.exists()]
    return json.dumps([__version__, pages.digest(), source.title, source.run, stats])


def _build(source: Source, index: Path) -> None:
    """Read the rows once, or twice where some of them are chosen as training data, and keep the first page too."""
    made_of = _made_of(source)
    with replacing(index) as part:
        part.unlink(missing_ok=True)
        gathering.gather(pairs(source.folder), part, words=True)
        with closing(Survey(part)) as survey:
            selection = select(pairs(source.folder)) if source.run else None
            if selection:
                survey.keep_fates(selection.fates)
            survey.note("choices", json.dumps({name: survey.choices(name) for name in gathering.FILTERS}))
            survey.note("page", report.page_of(source, survey, selection, samples=0, served=True))
            survey.note("made of", made_of)


def _text(asked: Mapping[str, str], name: str) -> str:
    """Return a field as text that can be compared and searched for."""
    return asked.get(name, "")[:MAX_VALUE].encode("utf-8", "replace").decode()


def _start(asked: Mapping[str, str]) -> int:
    text = asked.get("start", "")
    return min(int(text), MAX_START) if text.isascii() and text.isdigit() and len(text) < 16 else 0


class Server(ThreadingHTTPServer):
    """A server of one site below /TOKEN/; `url` is where to look."""

    daemon_threads = True

    def __init__(self, site: Site, host: str, port: int) -> None:
        self.site, self.host, self.token = site, host, secrets.token_urlsafe(16)
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise UsageError(f"{host}:{port}: {error.strerror}") from error

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{self.host}:{self.server_address[1]}/{self.token}/"

    def welcomes(self, host: str) -> bool:
        """Whether a browser that calls us so cannot have been led here by somebody's name for our address."""
        name, colon, port = host.rpartition(":")
        name = name.strip("[]") if colon and port.isdigit() else host
        try:
            return bool(ip_address(name))
        except ValueError:
            return name in ("localhost", self.host)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that hang up; the base class shows everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    timeout = IDLE
    server_version, sys_version = "verisieve", ""
    server: Server

    def do_GET(self) -> None:
        self._send(self._reply())

    do_HEAD = do_GET  # noqa: N815  # the same without a body

    def _reply(self) -> Reply:
        if not self.server.welcomes(self.headers.get("Host", "")):
            return Reply(403, "call this server by its address")
        parts = urlsplit(self.path)
        token, _, path = unquote(parts.path, errors="replace").removeprefix("/").partition("/")
        if not secrets.compare_digest(token.encode(), self.server.token.encode()):
            return Reply(403, "the address lacks its token; use the one that was printed")
        asked = {name: values[0] for name, values in parse_qs(parts.query, errors="replace").items()}
        try:
            return self.server.site.answer(path, asked)
        except VerisieveError as error:  # the rows are no longer what they were
            return Reply(500, str(error))

    def _send(self, reply: Reply) -> None:
        body = reply.body.encode("utf-8", "replace")
        self.send_response(reply.status)
        for name, value in HEADERS.items():
            self.send_header(name, value if reply.status == 200 or name != "Content-Type" else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the base class has
        """Say nothing: addresses hold the token."""
