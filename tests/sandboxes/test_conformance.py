"""The suite itself: its facts can fail, its canaries notice, and it takes back ends of other people."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from verisieve.cli import main
from verisieve.errors import SandboxError, UsageError
from verisieve.sandboxes import Job, Program, Run, conformance, witness
from verisieve.sandboxes.canaries import Canaries, canaries
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.sandboxes.foreign import import_factory
from verisieve.sandboxes.trials import Trial, done, tables

MUST_FAIL = (  # last those that leave so much behind that the jail is full
    "no network",
    "no file of the host",
    "no environment of the host",
    "no process of the host",
    "no write outside its folder",
    "nothing is left for the next run",
    "a loop ends at its CPU limit",
    "a sleeper ends at its wall limit",
    "a memory bomb ends at its limit",
    "a full disk is an error of the program",
    "signals reach nobody else",
    "no better class of scheduling",
    "a daemon does not outlive its run",
    "programs that it started go with the run",
    "no namespace to enter or make",
    "a fork bomb stays within its processes",
)


def test_a_back_end_that_isolates_nothing_fails(as_user: Callable[..., str]) -> None:
    """Plain processes, attacked in a jail: escapes, limits and leftovers are all noticed."""
    facts = json.loads(as_user("bare.py", *MUST_FAIL, beside=Path(__file__).with_name("bare.py")))
    failed = {name: observed for name, ok, observed in facts if not ok}
    assert set(MUST_FAIL) <= set(failed)
    assert "touched: tcp, udp, unix socket" in failed["no network"]
    assert "touched: file" in failed["no file of the host"]
    assert "knew the secret" in failed["no environment of the host"]
    assert "marker" in failed["no write outside its folder"]
    assert "touched: process" in failed["signals reach nobody else"]
    assert "processes left" in failed["a daemon does not outlive its run"]
    assert "no process is left" in failed


def test_every_fact_has_a_name_of_its_own() -> None:
    """A line of the output names one trial; there are a hundred."""
    names = [trial.fact for trial in tables()]
    assert len(names) == len(set(names)) >= 90


@pytest.fixture(scope="module")
def out() -> Iterator[Canaries]:
    """Canaries that only these tests touch."""
    with canaries() as made:
        yield made


def _connect(out: Canaries) -> None:
    socket.create_connection(out.tcp.getsockname()).close()


def _send(out: Canaries) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"x", out.udp.getsockname())


def _call(out: Canaries) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(out.unix.getsockname())


def _mark(out: Canaries) -> None:
    Path("/dev/shm", out.marker).symlink_to("/nowhere")


TOUCHES: list[tuple[str, Callable[[Canaries], object]]] = [
    ("tcp", _connect),
    ("udp", _send),
    ("unix socket", _call),
    ("file", lambda out: out.file.write_text("x")),
    ("file", lambda out: out.file.chmod(0o666)),
    ("file", lambda out: out.file.unlink()),
    ("file", lambda out: out.file.with_name("beside").touch()),
    ("marker", _mark),
    ("process", lambda out: os.kill(out.process.pid, signal.SIGTERM)),
    ("process", lambda out: os.kill(out.process.pid, signal.SIGKILL)),
    ("process", lambda out: os.setpriority(os.PRIO_PROCESS, out.process.pid, 5)),
    ("process", lambda out: os.sched_setaffinity(out.process.pid, {min(os.sched_getaffinity(0))})),
]


@pytest.mark.parametrize(("name", "touch"), TOUCHES)
def test_a_canary_notices_and_tells_once(name: str, touch: Callable[[Canaries], object], out: Canaries) -> None:
    """Whatever is done to a thing of the host is seen at the next look, and it is put right."""
    if touch is TOUCHES[-1][1] and len(os.sched_getaffinity(0)) == 1:
        pytest.skip("one core: nothing to change")
    touch(out)
    assert out.touched() == [name]
    assert out.touched() == []
    out.file.with_name("beside").unlink(missing_ok=True)


def _segment(maker: str) -> str:
    """Text of a program that makes a segment of shared memory, tells its number, and goes on as `maker` says."""
    return f"import ctypes; print(ctypes.CDLL(None).shmget(0, 4096, 0o1600), flush=True); {maker}"


def _remove(segment: bytes) -> None:
    ctypes.CDLL(None).shmctl(int(segment), 0, None)  # IPC_RMID


def test_shared_memory_that_outlives_its_maker_is_noticed(out: Canaries) -> None:
    """A box leaves such a segment behind; one of a server that lives, made at the same time, is not the box's."""
    command = [sys.executable, "-c", _segment("input()")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        number = server.stdout.readline()
        assert out.touched() == []
        _remove(number)
        server.communicate(b"\n")
    left = subprocess.run([sys.executable, "-c", _segment("pass")], stdout=subprocess.PIPE, check=True).stdout
    assert out.touched() == ["ipc"]
    _remove(left)
    assert out.touched() == []


def test_a_program_that_knows_the_secret_is_found_out(out: Canaries, embedded: EmbeddedSandbox) -> None:
    """Only the host knows what the file and the variable hold; where a program prints it, it got out."""
    attack = conformance.Attack(embedded, out)
    trial = Trial("guess", f"print('done', {out.secret!r})", lambda run: run.candidate.code == 0)
    assert attack.observe(trial).observed.startswith("knew the secret of the host")


def test_the_host_sees_processes_by_name_and_by_number() -> None:
    """A process is seen under its name, and still when it has taken another one."""
    text = witness.prelude("seen-by-host") + "import os, time\ntime.sleep(0.3)\nos.execv('/bin/sleep', ['s', '0.3'])"
    with witness.watching("seen-by-host", cpu=9.0) as sight, subprocess.Popen([sys.executable, "-c", text]) as child:
        child.wait()
    (seen,) = sight.known
    assert seen[0] == child.pid
    assert 0 < time.monotonic() - sight.last < 0.25
    assert (sight.most, sight.over) == (1, 0.0)


def test_a_namespace_that_was_seen_keeps_its_number(embedded: EmbeddedSandbox) -> None:
    """Boxes opened after a run are not taken for what the run has left."""
    slow = Program(harness=witness.prelude("held") + "import time; time.sleep(0.3)")
    where = Program(harness="import os; print(os.stat('/proc/self/ns/pid').st_ino)")
    with witness.watching("held", cpu=9.0) as sight:
        embedded.run(Job(candidate=slow))
    (number,) = sight.spaces
    assert number not in {int(embedded.run(Job(candidate=where)).candidate.stdout) for _ in range(12)}
    assert witness.await_end(sight, "held") == []
    assert not sight.spaces


class Failing:
    """A back end whose every run fails."""

    name, layers = "failing", ("none",)

    def run(self, job: Job) -> Run:
        raise SandboxError("out of order")

    def close(self) -> None:
        pass


def test_a_back_end_that_fails_is_a_list_of_facts() -> None:
    """A sandbox that cannot run anything does not end the suite; it fails it."""
    facts = conformance.check_sandbox(Failing, [Trial("nothing happens", "print('done')", done)])
    wrong = {fact.name: fact.observed for fact in facts if not fact.ok}
    assert wrong["nothing happens"] == "the sandbox failed: out of order"
    assert {"exits: the sandbox works", "talk: the sandbox works"} <= set(wrong)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nonsense", "is named PACKAGE.MODULE:FACTORY, not 'nonsense'"),
        (":make", "is named PACKAGE.MODULE:FACTORY"),
        ("no.such.module:make", "cannot import 'no.such.module'"),
        ("json:no_such_name", "'json' has no 'no_such_name'"),
        ("json:__name__", "json:__name__ is no function without arguments"),
        ("json:dumps", "json:dumps is no function without arguments"),
        ("platform:uname", "returned has no name, layers, run, close"),
    ],
)
def test_a_bad_back_end_is_said_in_one_line(name: str, message: str) -> None:
    """What is wrong with the name of somebody's back end is told, with exit code 2."""
    with pytest.raises(UsageError, match=message):
        import_factory(name)()
    done = CliRunner().invoke(main, ["sandbox", "check", "--backend", name])
    assert done.exit_code == 2
    assert message in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_two_back_ends_at_once_are_refused() -> None:
    """--sandbox and --backend name two different things to check."""
    done = CliRunner().invoke(main, ["sandbox", "check", "--backend", "a:b", "--sandbox", "docker"])
    assert done.exit_code == 2
    assert "give one of them" in done.output


def test_a_foreign_back_end_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--backend attacks what the function returns, prints its facts, and ends with 1 when one fails."""
    lines = ["from verisieve.errors import SandboxError", "class Off:", "    name, layers = 'off', ()"]
    lines += ["    def run(self, job): raise SandboxError('off')", "    def close(self): pass"]
    (tmp_path / "mine.py").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(conformance, "tables", lambda: ())
    done = CliRunner().invoke(main, ["sandbox", "check", "--backend", "mine:Off"])
    assert done.exit_code == 1
    assert "FAIL  layers are named" in done.output
    assert "do not" in done.output
