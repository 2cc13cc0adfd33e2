"""The embedded back end as a whole: every fact of conformance, faults of its own, and what it leaves behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Limits, Program, Status
from verisieve.sandboxes.conformance import check_sandbox
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.sandboxes.host import CODES_KEPT

HELLO = Job(candidate=Program(harness="print('hello')"))
SLEEP = Job(candidate=Program(harness="import time; time.sleep(1000)", limits=Limits(wall=30)))
FACTS_AS_JSON = (
    "import json; from verisieve.sandboxes.conformance import check_sandbox;"
    "from verisieve.sandboxes.embedded import EmbeddedSandbox; print(json.dumps(check_sandbox(EmbeddedSandbox)))"
)


def _works(sandbox: EmbeddedSandbox) -> bool:
    return sandbox.run(HELLO).candidate.stdout == b"hello\n"


def test_every_fact_of_conformance_holds() -> None:
    """Attacked from inside, the sandbox lets nothing out and loses nothing."""
    assert [fact for fact in check_sandbox(EmbeddedSandbox) if not fact.ok] == []


def test_every_fact_holds_for_an_ordinary_user(as_user: Callable[..., str]) -> None:
    """Unprivileged user namespaces are enough."""
    assert [fact for fact in json.loads(as_user("-c", FACTS_AS_JSON)) if not fact[1]] == []


def test_a_dead_interpreter_is_an_error_of_ours_and_is_replaced() -> None:
    """Killing the warm interpreter in a run loses that run only, and says so."""
    sandbox = EmbeddedSandbox()
    assert sandbox._host is not None
    threading.Timer(0.2, os.kill, (sandbox._host.starter.pid, signal.SIGKILL)).start()
    with pytest.raises(SandboxError, match="died in a run"):
        sandbox.run(SLEEP)
    assert _works(sandbox)
    sandbox.close()


def test_an_interrupted_run_does_not_leak_into_the_next() -> None:
    """After an exception in the middle of a run the next one gets an interpreter of its own."""
    sandbox = EmbeddedSandbox()
    threading.Timer(0.2, signal.pthread_kill, (threading.get_ident(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        sandbox.run(SLEEP)
    assert _works(sandbox)
    sandbox.close()


def test_memory_that_outlives_its_box_does_not_end_the_next_run() -> None:
    """A file in flight between sockets is freed when the kernel gets round to it; the limit of the next run waits."""
    hoard = (
        "import os, socket\nfile = open('x', 'wb')\nfor _ in range(200): file.write(b'x' * (1 << 20))\nfile.flush()\n"
        "a, b = socket.socketpair()\nfds = [a.fileno(), b.fileno(), file.fileno()]\n"
        "socket.send_fds(a, [b'x'], fds)\nsocket.send_fds(b, [b'x'], fds)\nos._exit(7)"
    )
    sandbox = EmbeddedSandbox()
    large, small = Limits(cpu=60, disk=300 << 20), Limits(memory=32 << 20, disk=1 << 20)
    assert sandbox.run(Job(candidate=Program(harness=hoard, limits=large))).candidate.code == 7
    assert sandbox.run(Job(candidate=Program(harness="print('hello')", limits=small))).candidate.stdout == b"hello\n"
    sandbox.close()


def test_a_closed_sandbox_refuses() -> None:
    """Running in a closed sandbox is an error, and closing twice is none."""
    sandbox = EmbeddedSandbox()
    sandbox.close()
    sandbox.close()
    with pytest.raises(SandboxError, match="closed"):
        sandbox.run(HELLO)


def test_nothing_outlives_its_owner(tmp_path: Path) -> None:
    """A worker that is killed in a run takes the interpreter, the boxes and the control groups along."""
    code = (
        "import sys; from verisieve.sandboxes import *; from verisieve.sandboxes.embedded import EmbeddedSandbox\n"
        "s = EmbeddedSandbox(); print(s._host.starter.pid, flush=True)\n"
        "s.run(Job(candidate=Program(harness='import os, time; os.fork(); time.sleep(1000)')))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        starter = int(owner.stdout.readline())
        group = _family(starter)
        owner.kill()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in (starter, *group)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in (starter, *group) if Path(f"/proc/{pid}").exists()]
    assert list(Path("/sys/fs/cgroup").glob(f"**/verisieve-{starter}")) == []


def _family(pid: int) -> list[int]:
    """The descendants of a process, once there are some."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        below = [int(word) for word in text.split()]
        family = below + [
            int(word) for one in below for word in Path(f"/proc/{one}/task/{one}/children").read_text().split()
        ]
        if len(family) >= 3:
            return family
        time.sleep(0.02)
    raise AssertionError("the run never started")


def test_many_runs_leave_no_descriptor() -> None:
    """Descriptors and processes are as many after a hundred runs as before."""
    sandbox = EmbeddedSandbox()
    pair = Job(candidate=Program(harness="pass"), tester=Program(harness="import os; os.write(4, b'x')"))
    assert sandbox.run(pair).report == b"x"
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert all(sandbox.run(pair).report == b"x" for _ in range(50))
    assert all(_works(sandbox) for _ in range(50))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    sandbox.close()


def test_more_harnesses_than_are_kept(embedded: EmbeddedSandbox) -> None:
    """A harness that was forgotten is taught again."""
    jobs = [Job(candidate=Program(harness=f"print({number})")) for number in range(CODES_KEPT + 5)]
    assert [int(embedded.run(job).candidate.stdout) for job in jobs] == list(range(CODES_KEPT + 5))
    assert int(embedded.run(jobs[0]).candidate.stdout) == 0


def test_sandboxes_side_by_side(embedded: EmbeddedSandbox) -> None:
    """Two sandboxes at once do not meet: processes of one do not count for the other."""
    other = EmbeddedSandbox()
    full = Job(
        candidate=Program(harness="import os, time\nwhile os.fork(): pass\ntime.sleep(1000)", limits=Limits(wall=1))
    )
    worker = threading.Thread(target=other.run, args=(full,))
    worker.start()
    assert all(_works(embedded) for _ in range(20))
    worker.join()
    other.close()


def test_a_worker_process_can_own_a_sandbox() -> None:
    """A sandbox works in a process that was forked by multiprocessing."""
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        assert pool.map(_in_worker, range(2)) == [True, True]


def _in_worker(_: int) -> bool:
    sandbox = EmbeddedSandbox()
    try:
        return _works(sandbox)
    finally:
        sandbox.close()


def test_files_do_not_count_against_the_programs_disk(embedded: EmbeddedSandbox) -> None:
    """What we put into a box does not use up what its program may write."""
    files = {f"data/{number}": b"x" * (1 << 16) for number in range(64)}
    program = Program(
        harness="open('out', 'wb').write(b'y' * 900000); print('ok')", files=files, limits=Limits(disk=1 << 20, files=8)
    )
    assert embedded.run(Job(candidate=program)).candidate.stdout == b"ok\n"


def test_a_bad_file_name_is_an_error_of_ours(embedded: EmbeddedSandbox) -> None:
    """A file outside the box's folder cannot be written, and that is no verdict on the program."""
    with pytest.raises(SandboxError, match="set up"):
        embedded.run(Job(candidate=Program(harness="pass", files={"/etc/passwd": b""})))
    assert _works(embedded)


def test_memory_error_inside_the_limit_is_the_programs_own(embedded: EmbeddedSandbox) -> None:
    """Asking for more than the address space is an exception, and the run goes on."""
    program = Program(harness="try: bytearray(1 << 40)\nexcept MemoryError: print('caught')")
    end = embedded.run(Job(candidate=program)).candidate
    assert (end.status, end.stdout) == (Status.EXITED, b"caught\n")


def test_a_forked_copy_does_not_delay_the_end() -> None:
    """Closing ends the interpreter at once, though a child of ours holds the same socket."""
    sandbox = EmbeddedSandbox()
    assert sandbox._host is not None
    starter = sandbox._host.starter
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    sandbox.close()
    assert starter.returncode == 0
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_runtime_that_reserves_may_have_address_space(embedded: EmbeddedSandbox) -> None:
    """Virtual memory is bounded at twice the memory, or where the job says; only pages in use count as memory."""
    harness = "import mmap\ntry: print(len(mmap.mmap(-1, 4 << 30, mmap.MAP_PRIVATE)))\nexcept OSError: print('refused')"
    ends = [
        embedded.run(Job(candidate=Program(harness=harness, limits=Limits(address_space=space)))).candidate
        for space in (None, 1 << 40)
    ]
    assert [(end.status, end.stdout) for end in ends] == [
        (Status.EXITED, b"refused\n"),
        (Status.EXITED, b"%d\n" % (4 << 30)),
    ]


def test_a_box_that_dies_while_it_waits_is_our_fault(embedded: EmbeddedSandbox) -> None:
    """Whatever kills a box before its program starts, the program is not blamed for it."""
    assert _works(embedded)
    assert embedded._host is not None
    names: dict[int, str] = {}
    deadline = time.monotonic() + 5
    while list(names.values()).count("init\n") < 2 and time.monotonic() < deadline:  # until two boxes wait
        time.sleep(0.05)
        family = _family(embedded._host.starter.pid)[1:]
        names = {pid: Path(f"/proc/{pid}/comm").read_text(encoding="ascii") for pid in family}
    for pid, name in names.items():
        if name != "init\n":
            os.kill(pid, signal.SIGKILL)
    with pytest.raises(SandboxError, match="died before its program started"):
        embedded.run(HELLO)
    assert _works(embedded)


def test_a_run_unlike_the_one_before_has_its_own_limits(embedded: EmbeddedSandbox) -> None:
    """Boxes that were opened for other limits are not used."""
    harness = "import resource; print(resource.getrlimit(resource.RLIMIT_NPROC)[0])"
    wanted = [8, 16, 16, 8, 8, 8, 64]
    jobs = [Job(candidate=Program(harness=harness, limits=Limits(processes=number))) for number in wanted]
    slack = 0 if "own-uid" in embedded.layers else int(embedded.run(jobs[0]).candidate.stdout) - wanted[0]
    assert [int(embedded.run(job).candidate.stdout) - slack for job in jobs] == wanted


def test_time_without_a_core_does_not_count_towards_the_wall_limit() -> None:
    """On a machine that is too busy, a program that only wants its CPU time gets it; a sleeper gets no more."""
    sandbox = EmbeddedSandbox()
    busy = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(4 * (os.cpu_count() or 1))]
    for process in busy:
        process.start()
    try:
        burner = "import time\nwhile time.process_time() < 0.5: pass"
        burnt = sandbox.run(Job(candidate=Program(harness=burner, limits=Limits(cpu=5, wall=0.8)))).candidate
        slept = sandbox.run(Job(candidate=Program(harness=SLEEP.candidate.harness, limits=Limits(wall=0.8)))).candidate
    finally:
        for process in busy:
            process.kill()
        sandbox.close()
    assert (burnt.status, burnt.code) == (Status.EXITED, 0)
    assert burnt.delay > 0
    assert burnt.wall > 0.8
    assert slept.status is Status.TIMEOUT_WALL
    assert slept.wall - slept.delay < 1.3


def _spin() -> None:
    os.setsid()  # a kernel may share its cores out by session
    while True:
        pass
