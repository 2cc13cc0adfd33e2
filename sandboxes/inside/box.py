"""The first steps of a forked box: from the runner's child to a program under every layer.

The order matters: mounts need capabilities, files must belong to the box's uid, and the filter comes last because it
refuses all of the former. Nothing here may run in the runner itself, only in its children.
"""

from __future__ import annotations

import atexit
import builtins
import os
import resource
import struct
import sys
import threading
from types import ModuleType
from typing import Any, NamedTuple

from verisieve.sandboxes.inside import kernel, landlock, root, seccomp

_SCORE, LINK, FIRST_SPARE_FD = 9, 10, 11  # descriptors of a waiting box; the runner keeps these numbers free
STARTED = b"+"  # a box's last word on its link; without it, whatever happened was not the program's doing
_OPEN_FILES = 256
_RLIMIT_SIGPENDING = 11
_STACK = 64 << 20
_COUNT, _SIZES = struct.Struct("<I"), struct.Struct("<IQ")
_UNLIMITED = resource.RLIM_INFINITY


class Walls(NamedTuple):
    """What the runner prepared once for all of its boxes."""

    own_uids: bool
    uid: int
    filter_program: bytes
    rules: int | None
    base_size: int


class Harness:
    """A program of ours as far as it runs ahead: a main module with its definitions, and the code to run there."""

    def __init__(self, definitions: str, harness: str) -> None:
        self.module = ModuleType("__main__")
        self.module.__dict__["__builtins__"] = builtins
        self.code = compile(harness, "<harness>", "exec", dont_inherit=True)
        before, sys.modules["__main__"] = sys.modules["__main__"], self.module
        try:
            exec(compile(definitions, "<harness>", "exec", dont_inherit=True), self.module.__dict__)  # noqa: S102
        finally:
            sys.modules["__main__"] = before


def open_standard_streams() -> None:
    """In the runner: give `sys` streams as of a fresh interpreter in a UTF-8 locale, on descriptors 0 to 2.

    Only once for all boxes, each of which puts pipes of its own there; so they must be pipes here too, for the streams
    remember whether they can seek.
    """
    ends = os.pipe()
    for number, end in enumerate((*ends, ends[1])):
        os.dup2(end, number)
    for end in ends:
        os.close(end)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # type: ignore[misc]  # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )


def enclosure(walls: Walls, limits: dict[str, Any], uid: int, others: int) -> list[kernel.Call]:
    """Prepare what puts a fresh child under every layer; of its descriptors only LINK and those below remain.

    `others` counts the processes of the same user that are none of the box's own.
    """
    return [
        kernel.prepare("setsid"),
        *_offering_to_the_oom_killer(),
        *root.opening_home(limits["disk"], limits["files"], uid),
        *_becoming(walls, uid),
        *_limiting(walls, limits, others),
        *([] if walls.rules is None else [landlock.restricting(walls.rules)]),
        kernel.closing(FIRST_SPARE_FD),
        seccomp.loading(walls.filter_program),
    ]


def furnish(payload: int, channels: list[int]) -> None:
    """Unpack the run's files, and leave the program no descriptor but its channels, numbered from 0."""
    _unpack(payload)
    os.write(LINK, STARTED)
    for number, fd in enumerate(channels):
        os.dup2(fd, number, inheritable=True)
    os.closerange(len(channels), 1 << 20)


def run(harness: Harness) -> int:
    """Run our harness as `__main__` of a clean interpreter; return its exit code."""
    sys.modules["__main__"] = harness.module
    try:
        exec(harness.code, harness.module.__dict__)  # noqa: S102  # our own harness, inside the box
    except SystemExit as stop:
        status = _exit_code(stop.code)
    except BaseException as error:  # noqa: BLE001  # what the interpreter itself does at top level
        trace = error.__traceback__.tb_next if error.__traceback__ else None
        sys.excepthook(type(error), error, trace)
        status = 1
    else:
        status = 0
    return _leave(status)


def _offering_to_the_oom_killer() -> list[kernel.Call]:
    """Where memory runs out after all, a box must go before the runner or anything of the host."""
    return [
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1),  # else the file is root's
        kernel.prepare("close", _SCORE),  # so that the number is free
        kernel.prepare("open", "/proc/self/oom_score_adj", os.O_WRONLY, name="open oom_score_adj"),
        kernel.prepare("write", _SCORE, "1000", 4, name="write oom_score_adj"),
        kernel.prepare("close", _SCORE),
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0),
    ]


def _becoming(walls: Walls, uid: int) -> list[kernel.Call]:
    """Drop to the box's own uid, without capabilities or a way to regain any."""
    own = [kernel.prepare("setgroups", 0, None), kernel.prepare("setresgid", uid, uid, uid)]
    own.append(kernel.prepare("setresuid", uid, uid, uid))
    return [
        *(own if walls.own_uids else []),
        kernel.drop_capabilities(),
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1),
    ]


def _limiting(walls: Walls, limits: dict[str, Any], others: int) -> list[kernel.Call]:
    """Limits per process: a second fence behind the runner, which watches the totals.

    That of CPU counts whole ticks, on a busy machine a fifth too many: it stands where it never decides.
    """
    cpu = 2 * int(limits["cpu"]) + 2
    space = limits["address_space"] or walls.base_size + 2 * limits["memory"]
    processes = limits["processes"] + (0 if walls.own_uids else others)
    fences = {
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_AS: space,
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 1,  # too little for a file, and the one value at which none is piped to a helper
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        _RLIMIT_SIGPENDING: 1024,
        resource.RLIMIT_STACK: _STACK,
    }
    calls = []
    for name, fence in fences.items():
        ceiling = resource.getrlimit(name)[1]
        value = fence if ceiling == _UNLIMITED else min(fence, ceiling)
        calls.append(kernel.limit(name, value, value))
    return calls


def _unpack(payload: int) -> None:
    """Write the files of the run: count, then name and content, each with its length."""
    size = os.fstat(payload).st_size
    data = memoryview(os.pread(payload, size, 0))
    if len(data) < size:
        raise OSError(f"files of {size} bytes are too much")
    (count,), at = _COUNT.unpack_from(data), _COUNT.size
    for _ in range(count):
        name_size, size = _SIZES.unpack_from(data, at)
        start = at + _SIZES.size + name_size
        name, at = bytes(data[start - name_size : start]), start + size
        if b"/" in name:
            os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120  # pathlib costs an import per fork
        _write(name, data[start:at])


def _write(name: bytes, content: memoryview) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    while content:
        content = content[os.write(file, content) :]
    os.close(file)


def _exit_code(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    sys.stderr.write(f"{code}\n")
    return 1


def _leave(status: int) -> int:
    """What the interpreter does at its end: wait for threads, run exit functions, flush."""
    threading._shutdown()  # type: ignore[attr-defined]  # as Py_FinalizeEx does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed or replaced by the program
            status = status or 120
    return status
