"""Clients that are broken, hostile, slow or gone: each costs only itself, and is told what is wrong."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Server, row, serving

pytest.importorskip("httptools")

BODY = json.dumps(row()).encode()
HEAD = b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GOOD = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
LAST = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with little patience."""
    with serving("--read-timeout", "1", "--max-body", "100000", "--max-connections", "40") as running:
        yield running


@pytest.fixture(autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """Whatever a client did, the next one is answered."""
    yield
    assert server.verify("1").json["outcome"] == "pass"
    assert server.process.poll() is None


STATUSES: list[tuple[bytes, str]] = [
    (LAST, "200"),
    (GOOD + LAST, "200 200"),  # pipelined
    (GET * 300 + LAST, " ".join(["200"] * 301)),
    (GOOD.replace(b"/verify", b"/nope") + LAST, "404 200"),  # a refused body is skipped
    (LAST.replace(b"Connection: close", b"Connection: close, Upgrade\r\nUpgrade: h2c"), "400"),
    (GET.replace(b"Host: localhost", b"Connection: Upgrade\r\nUpgrade: h2c") + LAST, "200 200"),
    (LAST.replace(b"HTTP/1.1", b"HTTP/1.0"), "200"),
    (GOOD.replace(b"localhost", b"evil.example:8333") + LAST, "421 200"),  # DNS rebinding
    (GOOD.replace(b"localhost", b"[::1]:8333") + LAST, "200 200"),
    (LAST.replace(b"/verify", b"http://x/verify"), "404"),
    (b"hello\r\n\r\n", "400"),
    (b"\x16\x03\x01\x02\x00\x01\x00", "400"),  # TLS
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"),
    (b"GET /health HTTP/9.9\r\n\r\n", "400"),
    (b"GET /health HTTP/1.1\r\nBad Header: x\r\n\r\n", "400"),
    (b"GET /health HTTP/1.1\r\nA: \x00\r\n\r\n", "400"),
    (HEAD + b"Content-Length: x\r\n\r\n", "400"),
    (HEAD + b"Content-Length: -1\r\n\r\n", "400"),
    (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"),
    (HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", "400"),  # smuggling
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
    (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", "400"),
    (HEAD + b"Content-Length: 999999999\r\n\r\n{", "413"),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"8000\r\n" * 1 + b"x" * 0x8000 + b"\r\n" * 1, "408"),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 4, "413"),
    (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n", "431"),
    (b"GET /health HTTP/1.1\r\nA: " + b"x" * 200_000 + b"\r\n\r\n", "431"),
    (b"GET /health HTTP/1.1\r\n" + b"A: x\r\n" * 5000 + b"\r\n", "431"),
    (b"GET /health HTTP/1.1\r\n" + b"".join(b"A%d: x\r\n" % n for n in range(200)) + b"\r\n", "431"),
    (GOOD + b"garbage\r\n\r\n", "200 400"),  # what came before is answered
    (b"GET /health HTTP/1.1\r\n", "408"),
    (HEAD + b"Content-Length: 10\r\n\r\n{", "408"),
]


@pytest.mark.parametrize(("sent", "statuses"), STATUSES)
def test_each_request_gets_its_status(server: Server, sent: bytes, statuses: str) -> None:
    """And the connection is closed after the last, so that the client can read why."""
    got = server.raw(sent)
    assert [part[:3] for part in (b" " + got).split(b"HTTP/1.1 ")[1:]] == [each.encode() for each in statuses.split()]


def test_a_body_that_comes_in_pieces_is_one_body(server: Server) -> None:
    """Byte by byte, plain and chunked."""
    pieces = [LAST[index : index + 1] for index in range(len(LAST))]
    assert b'"pass"' in server.raw(pieces)
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
    head = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b'"pass"' in server.raw([head, *(chunks[index : index + 7] for index in range(0, len(chunks), 7))])


def test_who_asks_first_is_told_to_go_on(server: Server) -> None:
    """Expect: 100-continue is answered, or refused before anything is sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        sock.sendall(HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(BODY)
        assert sock.recv(20).startswith(b"HTTP/1.1 200")
    refused = server.raw(HEAD + b"Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413")


def test_a_client_that_stops_sending_is_heard_out(server: Server) -> None:
    """It may close its side and still get its answer; one that leaves in the middle gets none."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        sock.sendall(GOOD)
        sock.shutdown(socket.SHUT_WR)
        assert b'"pass"' in b"".join(iter(lambda: sock.recv(65536), b""))
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        sock.sendall(GOOD[:-5])
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(100) == b""


def test_a_stream_may_wait_for_its_verdict(server: Server, tmp_path: Path) -> None:
    """A client that sends nothing because it waits for us is not cut off, however long it takes."""
    head = HEAD.replace(b"/verify", b"/verify/batch").replace(b"application/json", b"application/x-ndjson")
    line = json.dumps(row(f"wait:{tmp_path}/gate")).encode() + b"\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        sock.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(line), line))
        time.sleep(3)
        (tmp_path / "gate").touch()
        got = b""
        while b'"pass"' not in got:
            got += sock.recv(65536)
        sock.sendall(b"0\r\n\r\n")
        while not got.endswith(b"\r\n0\r\n\r\n"):
            got += sock.recv(65536)


def test_who_trickles_is_cut_off(server: Server) -> None:
    """A header that grows by a byte now and then does not hold its connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        sock.settimeout(0.1)
        got = b""
        for _ in range(600):
            try:
                sock.sendall(b"G")
                got += sock.recv(100)
            except TimeoutError:
                continue
            except OSError:
                break
            if got:
                break
    assert got.startswith(b"HTTP/1.1 4")


def test_too_many_connections_are_told_so(server: Server) -> None:
    """Those that are there stay."""
    held = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(40)]
    try:
        time.sleep(0.1)
        assert server.raw(GET).startswith(b"HTTP/1.1 503")
        held[0].sendall(GOOD)
        assert held[0].recv(20).startswith(b"HTTP/1.1 200")
    finally:
        for sock in held:
            sock.close()


def test_a_stream_that_is_cut_has_no_end(server: Server) -> None:
    """The client sees that its answer is not whole; a client that never reads is left behind."""
    head = HEAD.replace(b"/verify", b"/verify/batch").replace(b"application/json", b"application/x-ndjson")
    got = server.raw(head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\n\r\n" % (len(BODY) + 1, BODY))
    assert got.startswith(b"HTTP/1.1 200")
    assert not got.endswith(b"0\r\n\r\n")
    old = head.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    assert server.raw(old).endswith(b"}\n")  # it knows no chunks
    long = b'{"x": "' + b"y" * 110_000
    ended = server.raw(head + b"Content-Length: 120000\r\n\r\n" + long)
    assert b"a line of more than 100000 bytes" in ended
