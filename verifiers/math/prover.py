"""SymPy as the last tier, in a worker process with a hard stop; it is sent our trees and never a text.

One worker for each process and user of this module, started on the first question, one question at a time. A
question that takes too long costs the worker its life; the next one starts another.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verisieve.verifiers.math.nodes import Apply, Node, Num, Sym, symbols

if TYPE_CHECKING:
    import subprocess

START_SECONDS = 20.0
QUESTION_SECONDS = 1.0  # of CPU, so that a busy machine decides the same
WALL_SECONDS = 10.0  # the outer stop
_SCRIPT = Path(__file__).with_name("worker.py")
_HEADS = frozenset(
    str.split(
        "add mul neg div pow sqrt root ln log logb fact fact2 binom abs floor ceil conj re im min max gcd lcm "
        "sign sum prod int lim sin cos tan cot sec csc sinh cosh tanh coth sech csch arcsin arccos arctan "
        "arccot arcsec arccsc arsinh arcosh artanh"
    )
)


class UnsendableError(Exception):  # reads as a verdict
    """The tree holds something that the worker does not know."""


@dataclass
class Worker:
    """A handle on one worker process of this process; `ask` and `send` may be called from any thread."""

    script: Path = _SCRIPT
    process: subprocess.Popen[bytes] | None = None
    owner: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, left: Node, right: Node) -> dict[str, Any]:
        """Return the worker's answer, with `same` None where it gave none in time; raise UnsendableError."""
        names = sorted(symbols(left) | symbols(right))
        return self.send([encoded(left), encoded(right), names])

    def send(self, question: list[Any]) -> dict[str, Any]:
        """Send a question as one line of JSON and return the answer, `{"same": None}` where none came in time."""
        line = json.dumps(question).encode() + b"\n"
        with self.lock:
            if self.owner != os.getpid():  # a forked child must not talk to its parent's worker
                self.process, self.owner = None, os.getpid()
            if self.process is not None and self.process.poll() is not None:
                self.stop()
            if self.process is None:
                self.process = _started(self.script)
            if self.process is None:
                return {"same": None, "note": "the worker does not start"}
            answer = _exchange(self.process, line, WALL_SECONDS)
            if answer is None:
                self.stop()
                return {"same": None, "note": f"no answer in {QUESTION_SECONDS:g} s of CPU"}
        found: dict[str, Any] = json.loads(answer)
        return found

    def stop(self) -> None:
        """Kill the worker, if it is ours."""
        if self.process is not None and self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
        self.process = None


def _started(script: Path) -> subprocess.Popen[bytes] | None:
    import subprocess  # loaded on use

    process = subprocess.Popen(  # our own script
        [sys.executable, "-P", str(script), str(QUESTION_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )
    if _exchange(process, b"", START_SECONDS) != b"ready\n":
        process.kill()
        process.wait()
        return None
    return process


def _exchange(process: subprocess.Popen[bytes], question: bytes, seconds: float) -> bytes | None:
    """Write a question, read one line; None where none came in time."""
    import selectors  # loaded on use

    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(question)
    except BrokenPipeError:
        return None
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(seconds):
                return None
            part = process.stdout.read(65536)
            if not part:
                return None
            line += part
    return line


def encoded(node: Node) -> list[Any]:
    """Return a tree as lists; raise UnsendableError."""
    if isinstance(node, Num):
        return ["num", str(node.value.numerator), str(node.value.denominator)]
    if isinstance(node, Sym):
        return ["sym", node.name]
    if isinstance(node, Apply) and node.head in _HEADS:
        return ["app", node.head, [encoded(arg) for arg in node.args]]
    raise UnsendableError(str(node)[:100])


_WORKER = Worker()


def ask(left: Node, right: Node) -> dict[str, Any]:
    """Ask this process's worker; the worker ends with the process."""
    if _WORKER.process is None:
        import atexit  # loaded on use

        atexit.register(_WORKER.stop)
    return _WORKER.ask(left, right)
