"""What an engine's faults mean in plain words, without an engine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import engine

GONE, OURS = engine.EngineGoneError, SandboxError


@pytest.mark.parametrize(
    ("status", "words", "kind", "message"),
    [
        (500, "mkdir /var/lib/docker/overlay2/x: no space left on device", OURS, "disk is full"),
        (500, "write /x: Disk quota exceeded", OURS, "disk is full"),
        (400, "Unknown runtime specified runsc", OURS, "lacks that runtime"),  # up to 20.10
        (400, "unknown or invalid runtime name: runsc", OURS, "lacks that runtime"),  # since 23.0
        (400, "OCI runtime start failed: no network: unknown", OURS, "cannot make a container"),
        (
            400,
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
            OURS,
            "cannot make a container",
        ),
        (500, "transport is closing: unavailable", GONE, "is not whole"),  # containerd died before its engine
        (503, "", GONE, "is not whole"),
    ],
)
def test_a_refusal_is_explained(status: int, words: str, kind: type[SandboxError], message: str) -> None:
    """Only what waiting may mend counts as an outage; the engine's own words are kept."""
    error = engine._refusal(status, words)
    assert type(error) is kind
    assert message in str(error)
    assert words in str(error)


@pytest.mark.parametrize(
    ("host", "kind", "message"),
    [
        ("unix:///nonesuch.sock", GONE, r"no Docker engine answers at unix:///nonesuch.sock \(No such file"),
        ("tcp://127.0.0.1:1", GONE, "no Docker engine answers at tcp://127.0.0.1:1"),
        ("https://127.0.0.1:1", GONE, "no Docker engine answers"),
        ("garbage", OURS, "cannot use DOCKER_HOST=garbage: Invalid bind address format"),
        ("ftp://x", OURS, "cannot use DOCKER_HOST=ftp://x"),
        ("tcp://[::1", OURS, "cannot use DOCKER_HOST=.*Invalid IPv6 URL"),
        ("npipe:////./pipe/docker", OURS, "only supported on Windows"),
    ],
)
def test_an_address_where_no_engine_is(
    monkeypatch: pytest.MonkeyPatch, host: str, kind: type[SandboxError], message: str
) -> None:
    """Whatever DOCKER_HOST says, the fault is one line that repeats it."""
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(kind, match=message) as caught:
        engine.connect()
    assert type(caught.value) is kind
    assert "\n" not in engine.missing()
    assert not engine.ready()


@contextmanager
def _answering(folder: Path, words: bytes | None) -> Iterator[str]:
    """A Unix socket where something that is no engine answers with these words, or keeps silent."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/socket")
        server.listen()

        def serve() -> None:
            link, _ = server.accept()
            with link:
                link.recv(1000)
                if words is None:
                    link.recv(1000)
                else:
                    link.sendall(words)

        serving = threading.Thread(target=serve)
        serving.start()
        yield f"unix://{folder}/socket"
        serving.join()


@pytest.mark.parametrize(("words", "message"), [(None, "does not answer in time"), (b"", "no Docker engine answers")])
def test_an_engine_that_says_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: bytes | None, message: str
) -> None:
    """One that hangs is told from one that hangs up, and neither keeps us for long."""
    with _answering(tmp_path, words) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        with pytest.raises(GONE, match=message):
            engine.connect(0.2)
