"""The Sandbox protocol: one Job in, one Run out. A Run says what happened and judges nothing.

A job holds one or two programs. The **candidate** is foreign code. The optional **tester** is our
test driver with foreign tests, contained as well; it lives in a box of its own and talks to the
candidate over one socket only. Each program finds:

- its `files` in the current folder, a private tmpfs that vanishes with the run;
- standard input, output and error as pipes (drained always, kept head and tail up to `Limits.output`);
- file descriptor 3: a stream socket to the other program (only where a job has a tester);
- file descriptor 4, tester only: a pipe to us. Its bytes, capped, come back as `Run.report`;
- an empty environment, no network, no other process in sight, no descriptor beyond these.

`Program.harness` and `Program.definitions` are source text of **our own**, the same for many jobs; foreign text only
ever travels in `files` and `stdin`. The definitions, which import and define and do nothing else, run before the
harness in its namespace: a back end may run them once for many programs.

Times are in seconds, sizes in bytes. CPU time decides; wall time is a generous outer stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

MIB = 1 << 20


class Status(StrEnum):
    """How a program ended; a fault of the sandbox itself is a SandboxError, never a status."""

    EXITED = "exited"
    SIGNALED = "signaled"
    TIMEOUT_CPU = "timeout_cpu"
    TIMEOUT_WALL = "timeout_wall"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one program may use in total, its descendants included.

    `memory` counts resident pages. `address_space` bounds the virtual memory of each process; it is twice the memory
    where None is given, too little for runtimes that reserve more than they use (JVM, Node, Go).
    """

    cpu: float = 10.0
    wall: float = 60.0
    memory: int = 512 * MIB
    address_space: int | None = None
    processes: int = 32
    output: int = 64 * 1024
    disk: int = 32 * MIB
    files: int = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What one box runs: our harness, foreign files, standard input, and limits."""

    harness: str = field(repr=False)
    definitions: str = field(default="", repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    stdin: bytes = field(default=b"", repr=False)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A candidate, and the tester that calls it if there is one.

    `toolchain` names the group of tools that the candidate needs: python, native (C, C++, Go, Rust), jvm, node or coq.
    The docker back end has an image for each; the embedded one offers what the machine has in /usr/bin.
    """

    candidate: Program
    tester: Program | None = None
    toolchain: str = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How one program ended and what it used; `code` is the exit code or the signal number.

    `delay` is the part of `wall` in which the machine was too busy to run it; it does not count towards the limit.
    """

    status: Status
    code: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    delay: float = 0.0
    memory: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What happened: the candidate's end, the tester's end, and the bytes that the tester reported."""

    candidate: Exit
    tester: Exit | None = None
    report: bytes = b""


class Sandbox(Protocol):
    """A place to run jobs; `layers` names the isolation layers that are really active."""

    @property
    def name(self) -> str: ...

    @property
    def layers(self) -> tuple[str, ...]: ...

    def run(self, job: Job) -> Run:
        """Run the job to its end; raise SandboxError when the sandbox itself failed."""
        ...

    def close(self) -> None:
        """Give back everything; a closed sandbox may not be used again."""
        ...
