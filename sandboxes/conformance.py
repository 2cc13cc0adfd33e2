"""What every back end must hold, as an importable function: attack it, and observe the facts.

    facts = check_sandbox(EmbeddedSandbox)
    assert all(fact.ok for fact in facts), facts

Looks from inside (what a program could reach) and from the host (canaries untouched, no process left). Does not
prove that a kernel has no holes.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from verisieve.sandboxes import Exit, Job, Limits, Program, Run, Sandbox, Status
from verisieve.sandboxes.trials import QUICK, limits, reach

_STILL = 6  # readings in a row that must agree
_SECRET = "VERISIEVE_CANARY"  # noqa: S105  # a name
_CONTROL = "print(open('in/number').read(), input())"
_DIGESTS = """
import hashlib, sys
for data in (sys.stdin.buffer.read(), open("a/b/c", "rb").read()):
    print(hashlib.sha256(data).hexdigest())
"""
_LAST_WORDS = "import atexit, sys\natexit.register(print, 'last')\nsys.stderr.write('words')\nprint('first')"
_ECHO = "import socket\nlink = socket.socket(fileno=3)\nwhile data := link.recv(100): link.sendall(data * 2)\n"


class Fact(NamedTuple):
    """One thing that was looked at, whether it held, and what was observed."""

    name: str
    ok: bool
    observed: str


def check_sandbox(make: Callable[[], Sandbox]) -> list[Fact]:
    """Attack a back end with every trial, and return the facts that were observed."""
    with _canaries() as canaries:
        sandbox = make()
        try:
            return list(_facts(sandbox, canaries))
        finally:
            sandbox.close()


def speed(sandbox: Sandbox, runs: int = 50) -> str:
    """Say what one run of a small program takes."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        _control(sandbox)
        taken.append((time.perf_counter() - start) * 1e3)
    cuts = statistics.quantiles(taken, n=20)
    return f"{statistics.median(taken):.1f} ms a run (p50 of {runs}; fastest {min(taken):.1f}, p95 {cuts[-1]:.1f})"


class _Canaries(NamedTuple):
    """Things on the host that no run may touch."""

    listener: socket.socket
    unix: socket.socket
    file: Path

    def describe(self) -> bytes:
        places = {"file": str(self.file), "folder": str(self.file.parent), "home": str(Path.home()), "pid": os.getpid()}
        places |= {"port": self.listener.getsockname()[1], "socket": self.unix.getsockname()[1:].decode()}
        return json.dumps(places).encode()

    def touched(self) -> list[str]:
        found = [name for name, one in (("tcp", self.listener), ("unix", self.unix)) if _has_caller(one)]
        return found + (["file"] if self.file.read_text(encoding="ascii") != _SECRET else [])


@contextmanager
def _canaries() -> Iterator[_Canaries]:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(f"\0{_SECRET}-{os.getpid()}")
        unix.listen()
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "canary"
        file.write_text(_SECRET, encoding="ascii")
        before = os.environ.get(_SECRET)
        os.environ[_SECRET] = "1"
        try:
            yield _Canaries(listener, unix, file)
        finally:
            os.environ.pop(_SECRET)
            if before is not None:
                os.environ[_SECRET] = before


def _has_caller(server: socket.socket) -> bool:
    server.setblocking(False)
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _facts(sandbox: Sandbox, canaries: _Canaries) -> Iterator[Fact]:
    yield Fact("layers are named", bool(sandbox.layers), " ".join(sandbox.layers))
    before = _descendants(sandbox)
    unsound = []
    for trial in (*limits.TRIALS, *reach.TRIALS):
        files = {"canary.json": canaries.describe()}
        end = sandbox.run(Job(candidate=Program(harness=trial.program, files=files, limits=trial.limits))).candidate
        yield Fact(trial.fact, trial.holds(end), _observed(end))
        if not _control(sandbox):
            unsound.append(trial.fact)
    yield Fact("a control run after each attack is right", not unsound, "; ".join(unsound))
    yield Fact("no canary of the host was touched", not canaries.touched(), " ".join(canaries.touched()))
    after = _descendants(sandbox)
    yield Fact("no process is left", after <= before, f"{before} before, {after} after")
    for look in (_exits, _inputs, _talk):
        yield from look(sandbox)


def _exits(sandbox: Sandbox) -> Iterator[Fact]:
    """How a program ends is told as it was."""
    cases: tuple[tuple[str, Status, int], ...] = (
        ("pass", Status.EXITED, 0),
        ("raise SystemExit(3)", Status.EXITED, 3),
        ("import sys; sys.exit('words')", Status.EXITED, 1),
        ("import os; os._exit(255)", Status.EXITED, 255),
        ("1 / 0", Status.EXITED, 1),
        ("import os; os.kill(os.getpid(), 9)", Status.SIGNALED, 9),
        ("import os; os.kill(os.getpid(), 15)", Status.SIGNALED, 15),
        ("import os; os.abort()", Status.SIGNALED, 6),
    )
    for program, status, code in cases:
        end = _run(sandbox, program).candidate
        yield Fact(f"{program!r} is {status} {code}", (end.status, end.code) == (status, code), _observed(end))


def _inputs(sandbox: Sandbox) -> Iterator[Fact]:
    """Files and standard input arrive whole, and need not be read."""
    big = os.urandom(1 << 20)
    end = sandbox.run(Job(candidate=Program(harness=_DIGESTS, files={"a/b/c": big}, stdin=big))).candidate
    yield Fact("files and input arrive whole", len(set(end.stdout.split())) == 1 and end.code == 0, _observed(end))
    end = sandbox.run(Job(candidate=Program(harness="print('done')", stdin=big))).candidate
    yield Fact("input need not be read", end.stdout == b"done\n" and end.code == 0, _observed(end))
    end = _run(
        sandbox, "import atexit, sys\natexit.register(print, 'last')\nsys.stderr.write('words')\nprint('first')"
    ).candidate
    yield Fact("buffered output is not lost", (end.stdout, end.stderr) == (b"first\nlast\n", b"words"), _observed(end))


def _talk(sandbox: Sandbox) -> Iterator[Fact]:
    """Tester and candidate talk over one socket, and only the tester reports."""
    ask = "import os, socket\nlink = socket.socket(fileno=3)\nlink.sendall(b'ab')\nos.write(4, link.recv(100))\n"
    run = _run(sandbox, _ECHO, ask)
    yield Fact("tester and candidate talk, the tester reports", run.report == b"abab", str(run.report))
    yield Fact("a candidate ends with its tester", run.candidate.status is Status.EXITED, _observed(run.candidate))
    run = _run(sandbox, "import os\nos.write(4, b'forged')", ask)
    yield Fact("a candidate cannot report", run.candidate.code == 1 and b"forged" not in run.report, str(run.report))
    run = _run(sandbox, "pass", "import os, socket\nos.write(4, str(socket.socket(fileno=3).recv(9)).encode())")
    yield Fact("a candidate that is gone is an end of the stream", run.report == b"b''", str(run.report))
    run = _run(sandbox, "import time\ntime.sleep(1000)", "pass")
    stuck = run.candidate.wall < QUICK.wall and run.tester is not None and run.tester.code == 0
    yield Fact("a candidate that stays is taken down after its tester", stuck, _observed(run.candidate))
    codes = [_run(sandbox, "pass", tester).candidate.code for _ in range(20) for tester in (None, "pass")]
    yield Fact("runs with and without a tester alternate", not any(codes), str(codes))
    run = _run(sandbox, _ECHO, "import os\nfor _ in range(200): os.write(4, b'x' * 65536)")
    yield Fact("a flood of report is capped", 0 < len(run.report) < 8 << 20, f"{len(run.report)} bytes")


def _run(sandbox: Sandbox, candidate: str, tester: str | None = None) -> Run:
    second = Program(harness=tester, limits=QUICK) if tester else None
    return sandbox.run(Job(candidate=Program(harness=candidate, limits=QUICK), tester=second))


def _control(sandbox: Sandbox) -> bool:
    """Whether a harmless program still runs as it should."""
    program = Program(harness=_CONTROL, files={"in/number": b"42"}, stdin=b"words\n", limits=Limits())
    end = sandbox.run(Job(candidate=program)).candidate
    return end.status is Status.EXITED and end.code == 0 and end.stdout == b"42 words\n"


def _descendants(sandbox: Sandbox) -> int:
    """How many processes descend from this one, once a back end at rest has tidied up."""
    counts = [-1] * _STILL
    deadline = time.monotonic() + 5.0
    _control(sandbox)
    while len(set(counts[-_STILL:])) > 1 or counts[-1] < 0:
        counts.append(_count_descendants())
        if time.monotonic() > deadline:
            break
        time.sleep(0.005)
    return counts[-1]


def _count_descendants() -> int:
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text(encoding="latin-1").rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {os.getpid()}
    while grown := {pid for pid, parent in parents.items() if parent in family and pid not in family}:
        family |= grown
    return len(family)


def _observed(end: Exit) -> str:
    words = (end.stdout[-120:] + end.stderr[-120:]).decode("utf-8", "backslashreplace").replace("\n", " | ")
    return (
        f"{end.status} {end.code}, cpu {end.cpu:.2f} s, wall {end.wall:.2f} s, {end.memory >> 20} MiB; {words}".strip(
            "; "
        )
    )
