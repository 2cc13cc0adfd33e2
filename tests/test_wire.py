"""The wire: what servers may send, what they may not, and connections that are kept, cut, secured or too late."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from verisieve.clients import AiohttpClient, PlainClient, open_client
from verisieve.endpoints import Endpoint
from verisieve.wire import Answer, CutError, Wire

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Server:
    """Plays an answer for each request, and counts connections; an answer that ends in nothing cuts."""

    def __init__(self, answers: Sequence[Sequence[bytes]]) -> None:
        self.answers = list(answers)
        self.connections = 0
        self.asked: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests."""
        self.connections += 1
        while self.answers:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            size = int(head.lower().partition(b"content-length: ")[2].split()[0])
            self.asked.append(head + await reader.readexactly(size))
            parts = self.answers.pop(0)
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.001)
            if parts[-1] == b"":
                break
        else:
            with suppress(ConnectionError):
                await reader.read()  # until the other side closes
        writer.close()


@asynccontextmanager
async def wired(
    *answers: Sequence[bytes], seconds: float = 5.0, context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Server, Wire]]:
    """A server that plays answers, and a wire to it."""
    server = Server(answers)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    wire = Wire(f"{'https' if context else 'http'}://localhost:{port}/v1/é?a=b c", {"X-Key": "k"}, seconds)
    try:
        yield server, wire
    finally:
        await wire.close()
        listening.close()
        await asyncio.sleep(0.01)


def posted(*answers: Sequence[bytes], times: int = 1, seconds: float = 5.0) -> tuple[list[Answer], Server]:
    """Post as often to a server that plays these answers."""

    async def run() -> tuple[list[Answer], Server]:
        async with wired(*answers, seconds=seconds) as (server, wire):
            return [(await wire.post(b"{}"), await asyncio.sleep(0.02))[0] for _ in range(times)], server

    return asyncio.run(run())


WHOLE = {
    "in one piece": [OK],
    "byte by byte": [bytes([byte]) for byte in OK],
    "chunked, with a trailer": [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n",
        b"1\r\ni\r\n0\r\nX: y\r\n\r\n",
    ],
    "after a 100": [b"HTTP/1.1 100 Continue\r\n\r\n", OK],
    "up to the end": [b"HTTP/1.1 200 OK\r\n\r\nh", b"i", b""],
    "HTTP/1.0": [b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", b""],
}


@pytest.mark.parametrize("parts", WHOLE.values(), ids=WHOLE)
def test_a_reply_is_read_whole(parts: list[bytes]) -> None:
    """However a body is framed and cut up on its way, it arrives."""
    ((answer,), _) = posted(parts)

    assert (answer.status, answer.body) == (200, b"hi")
    assert "x" not in answer.headers


BROKEN = {
    "cut body": [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", b""],
    "cut chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nh", b""],
    "cut head": [b"HTTP/1.1 200 OK\r\nContent", b""],
    "nothing": [b""],
    "no HTTP": [b"SSH-2.0-OpenSSH\r\n"],
    "two lengths": [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi"],
    "length and chunks": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nhi"],
    "compressed": [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi"],
    "another protocol": [b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc"],
    "too long": [b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000],
}


@pytest.mark.parametrize("parts", BROKEN.values(), ids=BROKEN)
def test_a_broken_reply_is_none(monkeypatch: pytest.MonkeyPatch, parts: list[bytes]) -> None:
    """A reply that is cut, malformed, compressed unasked or too long is a CutError, and its connection is not kept."""
    monkeypatch.setattr("verisieve.wire.LARGEST", 1000)
    with pytest.raises(CutError):
        posted(parts)


def test_a_connection_is_kept() -> None:
    """Requests in turn share a connection; one that the server closes, or talks on unasked, is not used again."""
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"

    assert posted([OK], [OK], [OK], times=3)[1].connections == 1
    assert posted([closing], [OK, b""], [OK], times=3)[1].connections == 3
    assert posted([OK + OK], [OK], times=2)[1].connections == 2


def test_silence_ends_in_time() -> None:
    """A server that says nothing, or only half, costs the given time."""
    with pytest.raises(CutError, match=r"no reply within 0\.05 s"):
        posted([b"HTTP/1.1 200 OK\r\nContent-Le"], seconds=0.05)


def test_a_request_says_what_it_must() -> None:
    """Target, host, headers and length are as HTTP wants them; redirects are handed back, not followed."""
    ((answer,), server) = posted([b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"])
    head, _, body = server.asked[0].partition(b"\r\n\r\n")

    assert answer.status == 307
    assert head.startswith(b"POST /v1/%C3%A9?a=b%20c HTTP/1.1\r\nHost: localhost:")
    assert b"\r\nX-Key: k\r\nContent-Length: 2" in head
    assert body == b"{}"


@pytest.mark.parametrize(
    "header", [("X", "a\r\nb: c"), ("X: y", "a"), ("Content-Length", "1"), ("X", "ключ"), ("", "")]
)
def test_a_header_cannot_smuggle(header: tuple[str, str]) -> None:
    """Headers that would end early, lie about the length or are no Latin-1 are refused before anything is sent."""
    with pytest.raises(ValueError, match=r"cannot be sent|latin-1"):
        Wire("http://127.0.0.1:1/", dict([header]), 1.0)


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_a_secured_server_must_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS works with a certificate that the system trusts, and ends the request with one that it does not."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", *kind, *names, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    async def once() -> bytes:
        async with wired([OK], context=context) as (_, wire):
            return (await wire.post(b"{}")).body

    with pytest.raises(CutError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(once())
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    assert asyncio.run(once()) == b"hi"


def test_a_proxy_is_aiohttps_business(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy for an address, aiohttp goes through it; else the wire goes straight."""
    far = Endpoint(model="m", base_url="http://far.example/v1")
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(open_client(far, 1)[0], PlainClient)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert isinstance(open_client(far, 1)[0], AiohttpClient)
