"""The first steps of a forked box: from the runner's child to a program under every layer.

The order matters: mounts need capabilities, files must belong to the box's uid, and the filter comes last because it
refuses all of the former. Nothing here may run in the runner itself, only in its children.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import os
import random
import resource
import struct
import sys
import threading
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from verisieve.sandboxes.inside import kernel, landlock, root, seccomp

_SCORE, LINK, FIRST_SPARE_FD = 9, 10, 11  # descriptors of a waiting box; the runner keeps these numbers free
STARTED = b"+"  # a box's last word on its link; without it, whatever happened was not the program's doing
_OPEN_FILES = 256
_RLIMIT_SIGPENDING = 11
_STACK = 64 << 20
_UNLIMITED = resource.RLIM_INFINITY


class Walls(NamedTuple):
    """What the runner prepared once for all of its boxes."""

    own_uids: bool
    uid: int
    filter_program: bytes
    rules: int | None
    base_size: int


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


def freshen() -> None:
    """Give this fork what no two may share, or what the runner has switched off."""
    gc.enable()
    random.seed()


def furnish(payload: int, channels: list[int]) -> None:
    """Unpack the run's files, and leave the program no descriptor but its channels, numbered from 0."""
    _unpack(payload)
    os.write(LINK, STARTED)
    for number, fd in enumerate(channels):
        os.dup2(fd, number, inheritable=True)
    os.closerange(len(channels), 1 << 20)


def run(code: CodeType) -> int:
    """Run our harness as `__main__` of a clean interpreter; return its exit code."""
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    sys.modules["__main__"] = main
    try:
        exec(code, main.__dict__)  # noqa: S102  # our own harness, inside the box
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
    """Limits per process: a second fence behind the runner, which watches the totals."""
    cpu = int(limits["cpu"]) + 2
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
    view = memoryview(_read_all(payload))
    (count,), at = struct.unpack_from("<I", view), 4
    for _ in range(count):
        name_size, size = struct.unpack_from("<IQ", view, at)
        at += 12
        name, at = bytes(view[at : at + name_size]), at + name_size
        _write(name, view[at : at + size])
        at += size


def _read_all(fd: int) -> bytes:
    size = os.fstat(fd).st_size
    parts: list[bytes] = []
    at = 0
    while at < size:
        part = os.pread(fd, size - at, at)
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def _write(name: bytes, content: memoryview) -> None:
    folder = os.path.dirname(name)  # noqa: PTH120  # bytes, and on the path of every run
    if folder:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
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
