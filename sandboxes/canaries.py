"""Things on the host that no run may touch, and a look at whether one was.

    with canaries() as canaries:
        ...                       # hand a program `canaries.describe()`: it says where they are, not what they hold
        canaries.touched()        # ["udp", "process"]; each is told once

Does not find out which program it was: look after each.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from verisieve.sandboxes import Exit, Run

VARIABLE = "VERISIEVE_CANARY"
MARKER_PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/usr", "/usr/lib")  # noqa: S108  # looked at
_CLOCK_TOLERANCE = 2.0
_ANSWER_TIMEOUT = 5.0

# A process that holds every signal back, so that it can tell of those that came; it answers each line with its state.
_VICTIM = """
import json, os, resource, signal, sys, zlib
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
memory = bytearray(range(256)) * 4096
for line in sys.stdin:
    state = [sorted(signal.sigpending()), zlib.crc32(memory), os.getpriority(os.PRIO_PROCESS, 0)]
    state += [os.sched_getscheduler(0), sorted(os.sched_getaffinity(0)), os.getcwd(), sys.argv, os.umask(0o22)]
    state += [resource.getrlimit(number) for number in range(16)]
    state += [open(f"/proc/self/{name}").read() for name in ("oom_score_adj", "comm", "timerslack_ns")]
    print(json.dumps(state), flush=True)
"""


class _Outside(NamedTuple):
    """What the machine is set to; `clock` is wall time minus time since boot."""

    names: tuple[str, str]
    clock: float
    ipc: frozenset[str]


@dataclass(slots=True)
class Canaries:
    """The canaries while they live; `secret` is what the file and the environment hold."""

    tcp: socket.socket
    udp: socket.socket
    unix: socket.socket
    file: Path
    secret: str
    marker: str
    process: Victim
    outside: _Outside = field(init=False)

    def __post_init__(self) -> None:
        self.outside = _outside()

    def describe(self) -> bytes:
        """Say as JSON where they are, without the secret."""
        return json.dumps(
            {
                "port": self.tcp.getsockname()[1],
                "udp": self.udp.getsockname()[1],
                "socket": self.unix.getsockname()[1:].decode(),
                "file": str(self.file),
                "folder": str(self.file.parent),
                "home": str(Path.home()),
                "pid": os.getpid(),
                "victim": self.process.pid,
                "marker": self.marker,
                "variable": VARIABLE,
            }
        ).encode()

    def touched(self) -> list[str]:
        """Name what was touched since the last look."""
        looks = {
            "tcp": _has_caller(self.tcp),
            "udp": _has_caller(self.udp),
            "unix socket": _has_caller(self.unix),
            "file": self._file_changed(),
            "marker": self._take_markers(),
            "process": self.process.disturbed(),
        }
        now, before = _outside(), self.outside
        looks["hostname"] = now.names != before.names
        looks["clock"] = abs(now.clock - before.clock) > _CLOCK_TOLERANCE
        looks["ipc"] = not now.ipc <= before.ipc
        self.outside = now
        return [name for name, touched in looks.items() if touched]

    def told(self, run: Run) -> bool:
        """Whether a program knew the secret."""
        ends = [end for end in (run.candidate, run.tester) if end]
        return any(self.secret.encode() in text for end in ends for text in _texts(end)) or (
            self.secret.encode() in run.report
        )

    def _file_changed(self) -> bool:
        try:
            changed = (
                self.file.read_text(encoding="latin-1") != self.secret or self.file.stat().st_mode & 0o777 != 0o600
            )
            changed = changed or len(list(self.file.parent.iterdir())) != 1
        except OSError:
            changed = True
        if changed:
            for path in self.file.parent.iterdir():
                path.unlink()
            _write_secret(self.file, self.secret)
        return changed

    def _take_markers(self) -> bool:
        """Whether a file of the marker's name lies anywhere; it is removed."""
        found = False
        for place in {*MARKER_PLACES, str(Path.home()), str(Path.cwd()), str(self.file.parent)}:
            path = Path(place) / self.marker
            if os.path.lexists(path):
                found = True
                with suppress(OSError):
                    path.unlink()
        return found


class Victim:
    """A child process that must stay alive and as it is."""

    def __init__(self) -> None:
        self._start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def disturbed(self) -> bool:
        """Whether it died, was stopped, got a signal, or was changed; it is replaced then."""
        same = self._state() == self._calm
        if not same:
            self.end()
            self._start()
        return not same

    def end(self) -> None:
        """Take it down."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _start(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _VICTIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/"
        )
        self._calm = self._state(first=True)

    def _state(self, *, first: bool = False) -> bytes:
        """What it says of itself; empty for a dead or stopped one."""
        question, answer = self._child.stdin, self._child.stdout
        assert question
        assert answer
        try:
            question.write(b"\n")
            question.flush()
            ready, _, _ = select.select([answer], [], [], _ANSWER_TIMEOUT * (10 if first else 1))
            return answer.readline() if ready else b""
        except OSError:
            return b""


@contextmanager
def canaries() -> Iterator[Canaries]:
    """Put the canaries out; take them in at the end."""
    secret = f"secret-{secrets.token_hex(8)}"
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(f"\0{VARIABLE}-{secrets.token_hex(4)}")
        unix.listen()
        file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="canary-"))) / "file"
        _write_secret(file, secret)
        process = Victim()
        stack.callback(process.end)
        stack.enter_context(_variable(secret))
        yield Canaries(tcp, udp, unix, file, secret, f"marker-{secrets.token_hex(4)}", process)


@contextmanager
def _variable(secret: str) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = secret
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def _write_secret(file: Path, secret: str) -> None:
    file.write_text(secret, encoding="ascii")
    file.chmod(0o600)


def _has_caller(server: socket.socket) -> bool:
    """Whether somebody connected or sent something; all of it is taken away."""
    called = False
    while select.select([server], [], [], 0)[0]:
        called = True
        if server.type == socket.SOCK_DGRAM:
            server.recv(1)
        else:
            server.accept()[0].close()
    return called


def _texts(end: Exit) -> tuple[bytes, bytes]:
    return end.stdout, end.stderr


def _outside() -> _Outside:
    name = ctypes.create_string_buffer(256)
    ctypes.CDLL(None).getdomainname(name, 256)
    clock = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return _Outside((socket.gethostname(), name.value.decode("latin-1")), clock, _ipc_objects())


def _ipc_objects() -> frozenset[str]:
    """Shared memory, semaphores and queues of System V, but for memory whose maker lives: a box's would be dead."""
    found: set[str] = set()
    for kind in ("shm", "sem", "msg"):
        with suppress(OSError):
            rows = [line.split() for line in Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]]
            found |= {f"{kind} {row[1]}" for row in rows if kind != "shm" or not _lives(row[4])}
    return frozenset(found)


def _lives(pid: str) -> bool:
    return Path("/proc", pid).exists()
