"""How the warm interpreter comes up: environment, namespaces, control group, new root, then the runner.

    starter (stays outside, waits, cleans up) ── fork ── runner

The starter outlives the runner and watches the process that owns the sandbox, so that nothing survives either.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from verisieve.sandboxes.inside import box, cgroup, kernel, landlock, root, runner, seccomp, wire

_FIRST_UID = 0x70000000  # above what distributions, containers and systemd hand out
_POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_PRELOAD = (
    "abc bisect collections contextlib copy dataclasses datetime enum functools heapq io itertools json linecache math "
    "operator random re string threading time traceback types typing"
)


def main(config: dict[str, Any]) -> None:
    """Bring up a runner for the process `owner`, talking over the socket `control`."""
    kernel.forget_environment()
    link = _settle(config["control"])
    try:
        owner = os.pidfd_open(config["owner"])
        own_uids = _leave_pids()
        group = cgroup.make(f"verisieve-{os.getpid()}")
    except OSError as error:
        _tell(link, op="refused", message=str(error))
        return
    uid = _FIRST_UID + runner.SLOTS * os.getpid() if own_uids else root.UID
    child = os.fork()
    if child == 0:
        os.close(owner)
        _be_runner(link, uid, own_uids, group, config["packages"])
    link.close()
    _outlive(owner, child)
    if group:
        group.remove()


def _tell(link: socket.socket, **body: Any) -> None:
    wire.send(link, json.dumps(body).encode())


def _settle(control: int) -> socket.socket:
    """Move the socket out of the way of the numbers that boxes use, and block those."""
    link = socket.socket(fileno=fcntl.fcntl(control, fcntl.F_DUPFD_CLOEXEC, box.FIRST_SPARE_FD))
    quiet = fcntl.fcntl(os.open("/dev/null", os.O_RDWR), fcntl.F_DUPFD_CLOEXEC, box.FIRST_SPARE_FD)
    for number in range(box.FIRST_SPARE_FD):
        if number != 2:  # complaints go to the owner
            os.dup2(quiet, number, inheritable=False)
    return link


def _leave_pids() -> bool:
    """Make the next child pid 1 of a new namespace; return whether boxes can have uids of their own."""
    if os.geteuid() == 0:
        with suppress(PermissionError):
            kernel.unshare(kernel.CLONE_NEWPID)
            return True
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(kernel.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{root.UID} {gid} 1", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{root.UID} {uid} 1", encoding="ascii")
    kernel.unshare(kernel.CLONE_NEWPID)
    return False


def _be_runner(link: socket.socket, uid: int, own_uids: bool, group: cgroup.Group | None, packages: str) -> None:
    """In the child: leave the host, warm up, serve; never return."""
    try:
        kernel.perform([kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)])
        group = group if group and group.join() else None
        spaces = kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
        kernel.unshare(spaces | kernel.CLONE_NEWCGROUP)
        socket.sethostname("box")
        root.change([uid + slot for slot in range(runner.SLOTS)] if own_uids else [uid], packages)
        walls = _walls(uid, own_uids)
        for name in _PRELOAD.split():
            importlib.import_module(name)
        if packages:
            _offer_packages()
        last_words = fcntl.fcntl(2, fcntl.F_DUPFD_CLOEXEC, box.FIRST_SPARE_FD)
        box.open_standard_streams()
        one = runner.warm_up(link, walls, group)
        _tell(link, op="ready", layers=[group.layer()] if group else [])
    except OSError as error:
        _tell(link, op="refused", message=str(error))
        os._exit(1)
    try:
        one.serve()
    except BaseException:  # noqa: BLE001  # said where the owner looks, then the end
        os.write(last_words, traceback.format_exc().encode())
    finally:
        os._exit(0)


def _offer_packages() -> None:
    """Let boxes import what is mounted for them; nothing of it runs here. Its pools of threads would not fit a box."""
    sys.path.append(root.PACKAGES)
    os.environ.update(dict.fromkeys(_POOLS, "1"))


def _walls(uid: int, own_uids: bool) -> box.Walls:
    filter_program = seccomp.program(os.uname().machine)
    if not filter_program:
        raise OSError(f"seccomp: no table of system calls for {os.uname().machine}")
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return box.Walls(own_uids, uid, filter_program, landlock.ruleset(root.PLACE), size)


def _outlive(owner: int, child: int) -> None:
    """Wait until the runner or its owner has ended; then make sure that the runner is gone."""
    waiting = select.poll()
    waiting.register(owner, select.POLLIN)
    waiting.register(os.pidfd_open(child), select.POLLIN)
    waiting.poll()
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    sys.stderr.write(f"runner ended with status {status}\n")
