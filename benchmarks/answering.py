"""The server of `benchmarks.orchestration`: answers the problems of math at once, in a process of its own.

As quick as a server in Python can be, so that it is not what is measured. Prints its address, answers until its
standard input closes, and prints the CPU seconds that answering took.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httptools
import uvloop
from tests.endpoint import answer, body

from verisieve import domains
from verisieve.records import Problem
from verisieve.rendering import render

FAMILIES = ("average_speed", "clock_angle", "mixture")
SAMPLES = 20  # replies to a problem


def problems(samples: int) -> list[Problem]:
    """The problems that so many samples are asked for."""
    return list(domains.load("math").problems(0, samples // SAMPLES, families=FAMILIES))


class _Answering(asyncio.Protocol):
    """One connection."""

    _transport: asyncio.Transport

    def __init__(self, replies: dict[tuple[str, int], bytes]) -> None:
        self._replies = replies
        self._parser = httptools.HttpRequestParser(self)
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        asked = json.loads(self._body)
        self._body = b""
        self._transport.write(self._replies[asked["messages"][-1]["content"], asked.get("seed", 0) % SAMPLES])


def _reply(problem: Problem, seed: int) -> bytes:
    said = body(answer(problem, seed).text)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(said) + said


async def _serve(samples: int) -> None:
    loop = asyncio.get_running_loop()
    replies = {
        (render(problem), seed): _reply(problem, seed) for problem in problems(samples) for seed in range(SAMPLES)
    }
    server = await loop.create_server(lambda: _Answering(replies), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    started = time.process_time()
    await loop.run_in_executor(None, sys.stdin.read)
    print(time.process_time() - started)


@contextmanager
def answering(samples: int) -> Iterator[tuple[str, list[float]]]:
    """Answer in another process; give its address, and the CPU seconds that it took once the block has ended."""
    command = [sys.executable, "-m", "benchmarks.answering", str(samples)]
    took: list[float] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip(), took
        took.append(float(server.communicate()[0]))


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
