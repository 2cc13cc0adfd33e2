"""`verisieve serve` under load on loopback: verdicts per CPU second and latency, and what trouble costs.

    python -m benchmarks.serve [--rows 20000] [--workers 1] [--connections 32]
    python -m benchmarks.serve --trouble [--slow 1000] [--rows 20000]

Math rows whose verdicts are known by construction; every answer is compared with it. A verdict's CPU time is that of
the server and its workers together, from /proc; the client runs beside them and is not counted. First nothing is
cached, then the same rows are asked for again. `--trouble` holds slow clients open (a byte a second), and kills a
worker every other second; a row that meets two kills ends in `error`, and is asked for again.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.stream import family, rows

TICK = os.sysconf("SC_CLK_TCK")
BATCH = 256
LATER = (b"429", b"503")  # statuses that ask us to come again


class Load(NamedTuple):
    """Requests, and the outcome of each row in each."""

    name: str
    requests: list[bytes]
    wanted: list[list[bytes]]


class Result(NamedTuple):
    """What came of a load."""

    verdicts: int
    wrong: int
    again: int  # refused, cut, or without a verdict: asked once more
    cpu: float
    wall: float
    seconds: list[float]  # of each request

    def line(self, name: str) -> str:
        """A row of the table."""
        ranked = sorted(self.seconds)
        p50, p99 = ranked[len(ranked) // 2] * 1e3, ranked[min(len(ranked) - 1, len(ranked) * 99 // 100)] * 1e3
        return (
            f"{name:28} {self.verdicts / self.cpu:9,.0f} {self.cpu / self.verdicts * 1e6:8.0f} "
            f"{self.verdicts / self.wall:9,.0f} {p50:8.2f} {p99:8.2f} {self.wrong:6} {self.again:8}"
        )


TITLES = f"{'':28} {'per CPU s':>9} {'CPU us':>8} {'per s':>9} {'p50 ms':>8} {'p99 ms':>8} {'wrong':>6} {'again':>8}"


def post(path: str, kind: str, body: bytes) -> bytes:
    """A request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def loads(count: int) -> Iterator[Load]:
    """The same number of rows in three shapes, no row in two of them."""
    every = [(json.dumps(row).encode(), b"pass" if row["label"] == "pass" else b"fail") for row in rows(3 * count)]
    singles, arrays, lines = (every[part * count : (part + 1) * count] for part in range(3))
    yield Load(
        "one row a request",
        [post("/verify", "application/json", body) for body, _ in singles],
        [[w] for _, w in singles],
    )
    for name, kind, part, join in (
        (f"arrays of {BATCH}", "application/json", arrays, lambda bodies: b"[%s]" % b",".join(bodies)),
        (f"lines, {BATCH} a request", "application/x-ndjson", lines, b"\n".join),
    ):
        batches = [part[at : at + BATCH] for at in range(0, count, BATCH)]
        requests = [post("/verify/batch", kind, join([body for body, _ in batch])) for batch in batches]
        yield Load(name, requests, [[wanted for _, wanted in batch] for batch in batches])


class Client:
    """One connection that sends its next request when the last is answered."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.got = bytearray()
        self.number = -1
        self.since = 0.0

    def send(self, number: int, request: bytes) -> None:
        """Send a request."""
        self.number, self.since = number, time.perf_counter()
        self.got.clear()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what came; the whole answer when it is there, nothing when the connection was cut."""
        data = self.socket.recv(1 << 20)
        if not data:
            return b""
        self.got += data
        head, blank, body = bytes(self.got).partition(b"\r\n\r\n")
        if not blank:
            return None
        if b"chunked" in head:
            return bytes(self.got) if body.endswith(b"0\r\n\r\n") else None
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return bytes(self.got) if len(body) >= length else None


def drive(port: int, load: Load, connections: int, pid: int, between: Callable[[], None] = lambda: None) -> Result:
    """Send all requests over keep-alive connections, and again what was refused, cut, or ended in `error`."""
    chosen = selectors.DefaultSelector()
    todo = list(range(len(load.requests)))[::-1]
    seconds: list[float] = []
    verdicts = wrong = again = 0
    cpu, started = used(pid), time.perf_counter()

    def give(client: Client) -> None:
        if todo:
            number = todo.pop()
            client.send(number, load.requests[number])
        else:
            chosen.unregister(client.socket)
            client.socket.close()

    for _ in range(min(connections, len(todo))):
        client = Client(port)
        chosen.register(client.socket, selectors.EVENT_READ, client)
        give(client)
    while chosen.get_map():
        between()
        for key, _ in chosen.select(0.2):
            client = key.data
            answer = client.receive()
            if answer is None:
                continue
            outcomes = [part.partition(b'"')[0] for part in answer.split(b'"sample":0,"outcome":"')[1:]]
            if not answer or answer[9:12] in LATER or b"error" in outcomes:
                again += 1
                todo.insert(0, client.number)
            else:
                seconds.append(time.perf_counter() - client.since)
                verdicts += len(outcomes)
                wanted = load.wanted[client.number]
                wrong += sum(a != b for a, b in zip(outcomes, wanted, strict=False)) + abs(len(outcomes) - len(wanted))
            give(client)
    return Result(verdicts, wrong, again, used(pid) - cpu, time.perf_counter() - started, seconds)


_dead = 0.0


def used(pid: int) -> float:
    """CPU seconds of a process and its children, those that ended too."""
    total = 0.0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:13])) / TICK
        if each == pid:
            total += sum(map(int, fields[13:15])) / TICK
    return total


@contextmanager
def serving(workers: int, *more: str) -> Iterator[tuple[int, int]]:
    """A server; its port and its pid."""
    command = [sys.executable, "-m", "verisieve", "serve", "--port", "0", "--workers", str(workers), *more]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        port = int(process.stderr.readline().rpartition(":")[2])
        first = post("/verify", "application/json", json.dumps(next(rows(1))).encode())
        warm = Load("", [first] * 4 * workers, [[]] * 4 * workers)
        drive(port, warm, 4 * workers, process.pid)
        yield port, process.pid
        process.send_signal(signal.SIGTERM)
        print(f"told to stop: exit code {process.wait(60)}")
    finally:
        process.kill()


def measure(options: argparse.Namespace) -> int:
    """Rates and latencies by shape, fresh and cached."""
    wrong = 0
    with serving(options.workers) as (port, pid):
        print(TITLES)
        for load in loads(options.rows):
            for name in ("fresh", "cached"):
                result = drive(port, load, options.connections if len(load.wanted[0]) == 1 else 4, pid)
                print(result.line(f"{load.name}, {name}"), flush=True)
                wrong += result.wrong
    return wrong


class Trouble:
    """Slow clients, and workers that are killed, while a load goes on."""

    def __init__(self, port: int, pid: int, slow: int) -> None:
        self.port, self.pid = port, pid
        self.held = [self.connect() for _ in range(slow)]
        self.cut = self.kills = self.beats = 0
        self.due = time.monotonic() + 1

    def connect(self) -> socket.socket:
        """A client that has sent the beginning of a request."""
        sock = socket.create_connection(("127.0.0.1", self.port))
        sock.setblocking(False)
        sock.send(b"POST /verify HTTP/1.1\r\nHost: ")
        return sock

    def working(self) -> bool:
        """Whether a worker has started."""
        with socket.create_connection(("127.0.0.1", self.port)) as sock:
            sock.sendall(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in sock.recv(1000)

    def __call__(self) -> None:
        """Once a second, let each slow client send a byte, and every other second kill a worker."""
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + 1
        for index, sock in enumerate(self.held):
            try:
                sock.send(b"x")
            except OSError:
                self.cut += 1
                sock.close()
                self.held[index] = self.connect()
        self.beats += 1
        if self.beats % 2 or not self.working():
            return  # the last one that was killed may not be back yet
        victim = family(self.pid)[1 + self.kills % (len(family(self.pid)) - 1)]
        os.kill(victim, signal.SIGKILL)
        self.kills += 1


def trouble(options: argparse.Namespace) -> int:
    """The same load with and without slow clients and kills."""
    wrong = 0
    with serving(options.workers, "--read-timeout", "5") as (port, pid):
        print(TITLES)
        quiet = next(loads(options.rows))
        loud = quiet._replace(requests=[request.replace(b"Add.", b"Add!") for request in quiet.requests])
        result = drive(port, quiet, options.connections, pid)
        print(result.line("quiet"), flush=True)
        disturbance = Trouble(port, pid, options.slow)
        troubled = drive(port, loud, options.connections, pid, disturbance)
        print(troubled.line("slow clients and kills"))
        wrong += result.wrong + troubled.wrong
        print(f"{options.slow} slow clients ({disturbance.cut} cut off and back), {disturbance.kills} workers killed")
        for sock in disturbance.held:
            sock.close()
    return wrong


def main() -> None:
    """Measure, and say whether any verdict was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--trouble", action="store_true")
    parser.add_argument("--slow", type=int, default=1000)
    options = parser.parse_args()
    sys.exit(1 if (trouble if options.trouble else measure)(options) else 0)


if __name__ == "__main__":
    main()
