"""The report's server: every row, on demand, for those alone who were told its address."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from run_folder import row, write
from test_report import EVIL, HOSTILE, Page, words

from verisieve import browsing, sources
from verisieve.browsing import Site

ROWS = [
    row(f"p{n}", "pass" if n % 3 else "fail", f"reply {n} needle{n % 7}", model=model, sample=0)
    for n in range(150)
    for model in ("strong", "weak" if n % 2 else "other")
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site over 300 rows and a hostile one."""
    folder = write(tmp_path_factory.mktemp("site") / "run", [*ROWS, HOSTILE])
    with sources.opened([str(folder)]) as source, browsing.opened(source) as found:
        yield found


def get(site: Site, path: str, **asked: str) -> str:
    """A page's body."""
    reply = site.answer(path, asked)
    assert reply.status == 200, reply
    return reply.body


def test_lists_are_paged_and_filtered(site: Site) -> None:
    """Every row comes once over the pages; a filter and words leave those that fit."""
    found = [re.findall(r'data-from="row/(\d+)"', get(site, "rows", start=str(at))) for at in range(0, 301, 50)]

    assert [int(line) for page in found for line in page] == list(range(1, 302))
    assert "100 rows" in words(get(site, "rows", outcome="fail", domain="math"))
    assert "21 rows with these words" in words(get(site, "rows", words="NEEDLE3", model="strong"))
    assert "7 rows with these words" in words(get(site, "rows", words="needle3 reply", outcome="fail", model="strong"))
    assert "150 rows with these words" in words(get(site, "rows", words="needl", model="strong"))


@pytest.mark.parametrize(
    "text", ['"', "NEAR(", "a OR b", "needle* ^x", "text:x", "'; DROP TABLE rows; --", "\u202e\x00", "(", EVIL, "-"]
)
def test_no_search_is_syntax(site: Site, text: str) -> None:
    """What people type is words, for the index and for the page."""
    page = Page(get(site, "rows", words=text, outcome=text, start=text, reason=text))

    assert page.count("script") == 1
    assert page.count("h1") == 1


def test_a_row_shows_all_and_leads_to_other_replies(site: Site) -> None:
    """Prompt, response, checks, what became of it; links to the same problem's replies and to both side by side."""
    text = get(site, "row/1")

    assert "What is the answer to p0?" in text
    assert "reply 0 needle0" in text
    assert "fate: fail" in text
    assert 'href="../pair/1/2"' in text
    assert "reply 0 needle0" in get(site, "pair/1/2")


def test_two_models_are_compared_where_both_replied(site: Site) -> None:
    """The problems of both; the filter leaves those where one alone passed."""
    assert "75 problems" in words(get(site, "compare", first="strong", second="weak", show="all"))
    assert "0 problems" in words(get(site, "compare", first="strong", second="weak"))
    assert "25 problems" in words(get(site, "compare", first="strong", second="weak", show="neither"))


@pytest.mark.parametrize(
    "path", ["x", "row/0", "row/999", "row/-1", "row/1/2", "pair/1/x", "../etc", "row/1e3", "rows/"]
)
def test_there_are_no_other_pages(site: Site, path: str) -> None:
    """Nothing but the rows of the run can be asked for."""
    assert site.answer(path, {}).status == 404


def test_hostile_rows_are_as_harmless_here(site: Site) -> None:
    """No element, no attribute and no hidden character of theirs."""
    for body in (get(site, "row/301"), get(site, "rows", start="300"), get(site, "pair/301/1"), get(site, "")):
        page = Page(body)
        assert (page.count("script"), page.count("img"), page.count("h1")) == (1, 0, 1)
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800]", body)


def test_an_index_is_used_again_until_the_rows_change(tmp_path: Path) -> None:
    """It lies beside them, and is made anew when they do, or when it is broken."""
    folder = write(tmp_path / "run", [row()])
    index = folder / browsing.INDEX

    def stamp() -> int:
        with sources.opened([str(folder)]) as source, browsing.opened(source) as site:
            assert site.base == index
        return index.stat().st_ino

    first = stamp()
    assert stamp() == first
    write(folder, [row(), row("b")])
    second = stamp()
    assert second != first
    index.write_bytes(b"no index")
    assert stamp() != second


@contextmanager
def served(site: Site) -> Iterator[browsing.Server]:
    """The site behind a port."""
    with browsing.Server(site, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(server: browsing.Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of one request."""
    link = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    link.request(method, path, headers=headers)
    reply = link.getresponse()
    body = reply.read().decode()
    link.close()
    return reply.status, dict(reply.getheaders()), body


def test_the_server_answers_those_who_know_its_address(site: Site) -> None:
    """The token is needed, and a name that somebody pointed here is refused; nothing is written or listed."""
    with served(site) as server:
        path, port = f"/{server.token}/", server.server_address[1]
        cases: list[tuple[int, str, str, dict[str, str]]] = [
            (200, path, "GET", {}),
            (200, f"{path}rows?words=needle3", "GET", {"Host": f"localhost:{port}"}),
            (200, path, "GET", {"Host": f"[::1]:{port}"}),
            (403, path, "GET", {"Host": f"evil.example:{port}"}),
            (403, path, "GET", {"Host": ""}),
            (403, path, "GET", {"Host": "[::1"}),
            (403, "/", "GET", {}),
            (403, "/wrong/rows", "GET", {}),
            (403, "/%F0%9F/rows", "GET", {}),
            (404, f"{path}../../etc/passwd", "GET", {}),
            (501, path, "POST", {}),
        ]
        for status, address, method, headers in cases:
            assert ask(server, address, method, **headers)[0] == status, (address, method, headers)
        _, headers, body = ask(server, path, "HEAD")
        assert body == ""
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_choices_are_those_of_the_rows(site: Site) -> None:
    """A filter offers what there is, most first."""
    options: Any = json.loads(browsing.Survey(site.base).note("choices"))

    assert options["model"][0] == ["strong", 150]
