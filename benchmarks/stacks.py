"""What a request costs by the stack that takes it: our connection over llhttp beside uvicorn, starlette and granian.

    python -m benchmarks.stacks [--requests 20000] [--rounds 3]

All do the same with a request (see `peers/http_servers`), in turn, in a process of their own. The peers come from
PyPI on first use, pinned, in an environment outside the repository. CPU time is that of the serving processes.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.environments import SERVERS, cache, interpreter
from benchmarks.peers.http_servers import handle
from benchmarks.serve import Load, drive, loads

from verisieve.serve.connection import Connection
from verisieve.serve.front import parser
from verisieve.serve.messages import Answer, Head, Route
from verisieve.serve.settings import Settings

WAYS = ("ours", "uvicorn", "starlette", "granian")


class Stub:
    """What our connection asks, doing what the peers do."""

    date = b"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"

    def admit(self, head: Head) -> Route:
        """Take every request."""
        return Route(whole=lambda head, body: Answer(200, handle(body)))

    def answered(self, head: Head, status: int, seconds: float) -> None:
        """Count nothing."""


async def serve_ours(port: int) -> None:
    """Serve by our own connection."""
    live: set[Connection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(Stub(), Settings(), live, parser()), "127.0.0.1", port)
    await server.serve_forever()


@contextmanager
def serving(way: str) -> Iterator[tuple[int, int]]:
    """A server; its port and its pid."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = [sys.executable, "-m", "benchmarks.stacks", "--serve", str(port)]
    peer = [interpreter(SERVERS, cache()), str(SERVERS.helper), way, str(port)] if way != "ours" else []
    process = subprocess.Popen(peer or ours, cwd=None if way == "ours" else SERVERS.helper.parent)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Print CPU microseconds of a request, the median of rounds, and each round."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--requests", type=int, default=20_000)
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = made.parse_args()
    if options.serve:
        import uvloop

        asyncio.Runner(loop_factory=uvloop.new_event_loop).run(serve_ours(options.serve))
        return
    load: Load = next(loads(options.requests))._replace(wanted=[[]] * options.requests)
    costs: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            with serving(way) as (port, pid):
                drive(port, load._replace(requests=load.requests[:200]), 32, pid)
                costs[way].append(drive(port, load, 32, pid).cpu / options.requests * 1e6)
    for way, each in costs.items():
        print(f"{way:10} {median(each):6.0f} us a request  ({', '.join(f'{cost:.0f}' for cost in each)})")


if __name__ == "__main__":
    main()
