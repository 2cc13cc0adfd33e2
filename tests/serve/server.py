"""A server of the toy domain in a process of its own, and ways to talk to it, polite and otherwise."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

TOY = Path(__file__).parents[1] / "toy"
TOKEN = "a-token-of-enough-characters"
JSON = {"Content-Type": "application/json"}


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        """Why it was refused."""
        return self.json["error"]


class Server(NamedTuple):
    """A running `verisieve serve`."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Reply:
        """Send one request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def post(self, path: str, value: Any, **headers: str) -> Reply:
        """Post JSON."""
        return self.ask("POST", path, json.dumps(value), Content_Type="application/json", **headers)

    def verify(self, response: str, **more: Any) -> Reply:
        """Post a row of the toy domain whose right answer is 1."""
        return self.post("/verify", row(response, **more))

    def raw(self, data: bytes | Iterable[bytes], *, seconds: float = 60.0) -> bytes:
        """Send bytes as they are, and return all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as sock:
            for part in [data] if isinstance(data, bytes) else data:
                sock.sendall(part)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def metric(self, name: str) -> float:
        """Return a figure, 0 where there is none yet."""
        lines = self.ask("GET", "/metrics").body.decode().splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"verisieve_{name} ")), 0.0)

    def wait_for(self, name: str, value: float) -> None:
        """Wait until a figure is this large."""
        until(lambda: self.metric(name) >= value)

    def stop(self) -> int:
        """Tell it to stop and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def row(response: str = "1", **more: Any) -> dict[str, Any]:
    """A row of the toy domain whose right answer is 1."""
    return {"id": "t", "domain": "toy", "prompt": "", "truth": {"answer": 1}, "response": response, **more}


def until(there: Any) -> None:
    """Wait for something that must come."""
    for _ in range(6000):
        if there():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


@contextmanager
def serving(*options: str, token: str = "") -> Iterator[Server]:
    """Start a server on a free port and end it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TOY), *sys.path]), "VERISIEVE_TOKEN": token}
    command = [sys.executable, "-m", "verisieve", "serve", "--port", "0", "--workers", "1", *options]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        assert line.startswith("verisieve serves http://"), line + process.stderr.read()
        yield Server(process, int(line.rpartition(":")[2]))
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
