"""A back end that isolates nothing: a first attempt at one. It must fail the facts, and never runs free.

`python bare.py` shuts itself into a jail (namespaces of its own, a tmpfs, few processes, little memory) before it lets
`conformance` attack it: only the jail's "host" is there to be harmed. As pid 1 of the jail it survives signals.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from verisieve.sandboxes import MIB, Exit, Job, Program, Run, Status

FEW_PROCESSES, LITTLE_MEMORY = 64, 400 * MIB
PATIENCE = 0.5  # seconds: it knows no other limit


class BareSandbox:
    """Runs each program as a plain process in a folder, and hopes."""

    name = "bare"
    layers = ("hope",)

    def run(self, job: Job) -> Run:
        """Run the tester beside the candidate, both as they are."""
        ours, theirs = socket.socketpair()
        reading, report = os.pipe()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ours, theirs:
            if job.tester is None:
                candidate = _run(job.candidate, folder, {})
                os.close(report)
                os.close(reading)
                return Run(candidate=candidate)
            child = _start(job.candidate, folder, {3: theirs.fileno()})
            theirs.close()
            tester = _run(job.tester, folder, {3: ours.fileno(), 4: report})
            os.close(report)
            child.kill()
            child.communicate()
            os.set_blocking(reading, False)
            told = os.read(reading, MIB)
            os.close(reading)
            return Run(candidate=Exit(status=Status.EXITED), tester=tester, report=told)

    def close(self) -> None:
        """Nothing to give back that anybody knows of."""


def make() -> BareSandbox:
    """What `--backend bare:make` names."""
    return BareSandbox()


def _run(program: Program, folder: str, fds: dict[int, int]) -> Exit:
    started = time.monotonic()
    child = _start(program, folder, fds)
    try:
        stdout, stderr = child.communicate(program.stdin, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        stdout, stderr = b"", b""
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                pipe.close()
        child.wait()
    code = child.returncode
    status = Status.EXITED if code >= 0 else Status.SIGNALED
    return Exit(status=status, code=abs(code), stdout=stdout, stderr=stderr, wall=time.monotonic() - started)


def _start(program: Program, folder: str, fds: dict[int, int]) -> subprocess.Popen[bytes]:
    for name, content in program.files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def place() -> None:
        for fd, source in fds.items():
            os.dup2(source, fd)

    return subprocess.Popen(
        [sys.executable, "-c", program.harness],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=place,  # noqa: PLW1509  # no thread of ours holds a lock that it needs
        pass_fds=tuple(fds),
    )


def _shut_in() -> None:
    """Put this process into a jail, as pid 1 of it: what it is then attacked with reaches no further."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(0x10000000 | 0x20000 | 0x40000000 | 0x8000000 | 0x4000000 | 0x20000000):  # all namespaces
        sys.exit("no user namespaces here")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1", encoding="ascii")
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    for name, most in (("NPROC", FEW_PROCESSES), ("AS", LITTLE_MEMORY), ("FSIZE", 16 * MIB), ("CORE", 0)):
        number = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(number, (most, most))
    libc.prctl(1, 9, 0, 0, 0)  # die with the one outside
    assert libc.mount(b"none", b"/", None, 0x44000, None) == 0  # private
    for place in (b"/tmp", b"/dev/shm"):
        assert libc.mount(b"none", place, b"tmpfs", 6, b"size=64m,nr_inodes=4000") == 0
    assert libc.mount(b"proc", b"/proc", b"proc", 14, None) == 0
    with socket.socket() as any_socket:  # loopback up, or its canaries could not be heard
        import fcntl

        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 1))


def main() -> NoReturn:
    """Attack the bare back end inside the jail; print its facts as JSON."""
    if os.geteuid() == 0:
        sys.exit("not as root: even a jail of root is no place for this")
    from verisieve.sandboxes.conformance import check_sandbox
    from verisieve.sandboxes.trials import tables

    trials = [trial for word in sys.argv[1:] for trial in tables() if word in trial.fact]
    _shut_in()  # after the imports: what lies in /tmp is gone in there
    sys.stdout.write(json.dumps(check_sandbox(make, trials)))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
