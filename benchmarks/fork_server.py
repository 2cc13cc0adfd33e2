"""A warm interpreter that forks a child for each test and isolates nothing: what isolation is measured against.

Made as well as ours: the same interpreter and flags, the same modules preloaded, the heap frozen; and nothing else.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from verisieve.sandboxes.inside import start

_STATUS = struct.Struct("i")
_LARGEST = 1 << 16


def serve(fd: int, modules: str) -> None:
    """Be the warm interpreter: fork a child for each text that comes, wait for it, answer with its status."""
    link = socket.socket(fileno=fd)
    for name in modules.split():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.disable()
    while True:
        text, fds, _, _ = socket.recv_fds(link, _LARGEST, 2)
        if not text:
            return
        pid = os.fork()
        if pid == 0:
            _be_child(text, fds)
        for end in fds:
            os.close(end)
        link.send(_STATUS.pack(os.waitpid(pid, 0)[1]))


def _be_child(text: bytes, fds: list[int]) -> None:
    status = 1
    try:
        for number, end in enumerate(fds, 1):
            os.dup2(end, number)
        gc.enable()
        exec(compile(text, "solution.py", "exec"), {"__name__": "__main__"})
        sys.stdout.flush()
        status = 0
    finally:
        os._exit(status)


class ForkServer:
    """Our end of it."""

    def __init__(self) -> None:
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            base: str = getattr(sys, "_base_executable", "") or sys.executable
            self.process = subprocess.Popen(
                [base, "-s", "-S", "-P", "-B", "-c", _program(theirs.fileno())],
                env={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def run(self, text: bytes) -> int:
        """Run a test; return its status."""
        self.link.send(text)
        status: int = _STATUS.unpack(self.link.recv(_STATUS.size))[0]
        return status

    def run_captured(self, text: bytes) -> tuple[int, list[bytes]]:
        """Run a test with pipes of its own, as a sandbox does; return its status and what it wrote to 1 and 2."""
        pipes = [os.pipe(), os.pipe()]
        socket.send_fds(self.link, [text], [theirs for _, theirs in pipes])
        poll, open_ends = select.poll(), {ours: b"" for ours, _ in pipes}
        for ours, theirs in pipes:
            os.close(theirs)
            poll.register(ours, select.POLLIN)
        ended = set[int]()
        while len(ended) < len(open_ends):
            for fd, _ in poll.poll():
                data = os.read(fd, _LARGEST)
                open_ends[fd] += data
                if not data:
                    poll.unregister(fd)
                    os.close(fd)
                    ended.add(fd)
        return _STATUS.unpack(self.link.recv(_STATUS.size))[0], list(open_ends.values())

    def close(self) -> None:
        """Hang up and wait."""
        self.link.close()
        self.process.wait()


def _program(fd: int) -> str:
    """This file as a program for an interpreter that sees nothing of ours."""
    import inspect

    parts: list[Callable[..., Any]] = [serve, _be_child]
    heads = ["import gc, importlib, os, socket, struct, sys", '_STATUS, _LARGEST = struct.Struct("i"), 1 << 16']
    return "\n".join([*heads, *map(inspect.getsource, parts), f"serve({fd}, {start._PRELOAD!r})"])
