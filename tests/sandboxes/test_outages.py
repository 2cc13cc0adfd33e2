"""Outages of a Docker engine: stopped, killed, hung, full, without our image. Never a verdict, and the run goes on.

They happen to an engine of the tests' own, with everything it has in one folder.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Limits, Program, connection, container, engine, hardened
from verisieve.sandboxes.container import ContainerSandbox

pytestmark = pytest.mark.engine
HELLO = Job(candidate=Program(harness="print('hello')"))
SLEEP = Job(candidate=Program(harness="import time; time.sleep(1000)", limits=Limits(wall=60)))
ROOM = 900 << 20  # for the image, and little more


class PrivateEngine:
    """A dockerd with its data in a small file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = f"unix://{folder}/docker.sock"
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()  # starting waits for the end of stopping

    def start(self) -> None:
        """Start it, and wait until it answers."""
        places = {"data-root": "data", "exec-root": "exec", "pidfile": "pid"}
        with self.lock, (self.folder / "log").open("ab") as log:
            (self.folder / "pid").unlink(missing_ok=True)  # of one that was killed
            self.process = subprocess.Popen(
                [
                    "dockerd",
                    *(f"--{option}={self.folder / name}" for option, name in places.items()),
                    *("-H", self.host, "--bridge=none", "--iptables=false", "--storage-driver=overlay2"),
                ],
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            if self.docker("version", check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text(encoding="utf-8")[-2000:])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has."""
        assert self.process is not None
        with self.lock:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None
            self._end_helper()

    def _end_helper(self) -> None:
        """A killed engine's containerd dies with it, but the next engine takes its zombie for alive."""
        file = self.folder / "exec/containerd/containerd.pid"
        if file.exists():
            with suppress(ProcessLookupError):
                os.kill(int(file.read_text(encoding="ascii")), signal.SIGKILL)
            file.unlink()

    def end(self) -> None:
        """Leave nothing behind: an engine that was killed leaves its containers to the one after it."""
        try:
            if self.process is None:
                self.start()
            self.docker("kill", *self.containers(), check=False)
        finally:
            self.stop()
            for path in Path("/proc").glob("[0-9]*/cmdline"):  # shims of containers that died with an engine
                with suppress(OSError):
                    if str(self.folder).encode() in path.read_bytes():
                        os.kill(int(path.parent.name), signal.SIGKILL)

    def docker(self, *words: str, check: bool = True, **more: object) -> subprocess.CompletedProcess[bytes]:
        """Run a docker command against it."""
        command = ["docker", "-H", self.host, *words]
        return subprocess.run(command, capture_output=True, check=check, timeout=60, **more)  # type: ignore[call-overload,no-any-return]

    def containers(self) -> set[str]:
        """The ids of all of its containers: one it was killed removing may stay listed, though it has it no more."""
        listed = self.docker("ps", "--all", "--quiet", "--no-trunc").stdout.decode().split()
        return {one for one in listed if self.docker("inspect", one, check=False).returncode == 0}

    @contextmanager
    def full(self) -> Iterator[None]:
        """No byte is free on its disk meanwhile."""
        filling = self.folder / "data/filling"
        with filling.open("wb") as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        os.write(file.fileno(), bytes(size))
                except OSError:
                    pass
        yield
        filling.unlink()


@pytest.fixture(scope="session")
def daemon() -> Iterator[PrivateEngine]:
    """A private engine with our image, or a skip that says what is missing."""
    if os.geteuid() != 0 or not shutil.which("dockerd"):
        pytest.skip("a private Docker engine needs root and dockerd")
    if reason := engine.missing():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="vs-", ignore_cleanup_errors=True) as name:
        data = Path(name) / "data"
        data.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", data], check=True)
        private = PrivateEngine(Path(name))
        try:
            private.start()
            _bring_image(private)
            yield private
        finally:
            private.end()
            subprocess.run(["umount", "--lazy", data], check=True)


def _bring_image(private: PrivateEngine) -> None:
    with subprocess.Popen(["docker", "save", engine.IMAGE], stdout=subprocess.PIPE) as saved:
        private.docker("load", stdin=saved.stdout)


@pytest.fixture
def private(daemon: PrivateEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateEngine]:
    """The private engine, running, as the one that the environment names; a test leaves no container there."""
    monkeypatch.setenv("DOCKER_HOST", daemon.host)
    yield daemon
    for timer in threading.enumerate():
        if isinstance(timer, threading.Timer):
            timer.join()
    if daemon.process is None:
        daemon.start()
    assert _settles(daemon, set())


def _settles(private: PrivateEngine, wanted: set[str]) -> bool:
    """Whether these containers are what is left, soon; an engine that was killed may hang over what it was at."""
    for _ in range(600):
        try:
            if private.containers() == wanted:
                return True
        except subprocess.TimeoutExpired:
            private.stop(signal.SIGKILL)
            private.start()
        time.sleep(0.1)
    return False


def _works(sandbox: ContainerSandbox) -> bool:
    return sandbox.run(HELLO).candidate.stdout == b"hello\n"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_engine_that_goes_in_the_middle_of_a_run(private: PrivateEngine, how: signal.Signals) -> None:
    """The run is an error that names the engine; the next one waits for its return, and holds nothing more open."""
    sandbox = ContainerSandbox()
    assert _works(sandbox)
    before = _held()
    threading.Timer(0.5, private.stop, (how,)).start()
    with pytest.raises(SandboxError, match=f"no Docker engine answers at {private.host}"):
        sandbox.run(SLEEP)
    starting = threading.Timer(1.0, private.start)
    starting.start()
    assert _works(sandbox)
    starting.join()
    assert _held() <= before
    sandbox.close()


def _held() -> tuple[int, int]:
    """How many threads and descriptors this process has."""
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def test_an_engine_that_restarts_between_runs_costs_none(private: PrivateEngine) -> None:
    """A container that went with its engine is noticed before it is given a job."""
    sandbox = ContainerSandbox()
    private.stop(signal.SIGKILL)
    starting = threading.Timer(0.5, private.start)
    starting.start()
    assert _works(sandbox)
    starting.join()
    assert len(private.containers()) == 1
    sandbox.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that anybody makes."""
    made: list[float] = []
    sleep = time.sleep

    def pause(seconds: float) -> None:
        made.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", pause)
    return made


def test_patience_is_spent_once_an_outage(private: PrivateEngine, pauses: list[float]) -> None:
    """The first job waits, a hundred after it do not, and the first after the return runs."""
    sandbox = ContainerSandbox(patience=1.5)
    private.stop()
    pauses.clear()
    waited = []
    for _ in range(101):
        with pytest.raises(SandboxError, match="no Docker engine answers"):
            sandbox.run(HELLO)
        waited.append(len(pauses))
    assert waited == [waited[0] or 1] * 101
    private.start()
    time.sleep(connection._KNOCK_EVERY)
    assert _works(sandbox)
    sandbox.close()


def test_an_engine_that_hangs_is_given_up_in_time(
    private: PrivateEngine, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """A frozen engine keeps nobody for long, neither in a run nor before one, and its containers are swept later."""
    monkeypatch.setattr(container, "HANG_TIMEOUT", 1.0)
    sandbox = ContainerSandbox(patience=1.0)
    assert private.process is not None
    os.kill(private.process.pid, signal.SIGSTOP)
    waited = []
    for _ in range(4):
        pauses.clear()
        with pytest.raises(SandboxError, match="does not answer in time"):
            sandbox.run(Job(candidate=Program(harness="pass", limits=Limits(wall=1))))
        waited.append(sum(pauses))
    assert max(waited) <= 1.0  # the patience, spent by the second at the latest
    assert waited[2:] == [0, 0]
    os.kill(private.process.pid, signal.SIGCONT)
    time.sleep(connection._KNOCK_EVERY)
    assert _works(sandbox)
    assert _settles(private, {sandbox._warm["python"].container})
    sandbox.close()


def test_a_full_disk_is_said_to_be_full(private: PrivateEngine) -> None:
    """No space for a container is told from an engine that is gone; with space again, runs work again."""
    sandbox = ContainerSandbox(runs=1)
    with private.full(), pytest.raises(SandboxError, match=r"disk is full .*no space left on device"):
        sandbox.run(HELLO)
    assert _works(sandbox)
    sandbox.close()


def test_an_image_that_is_removed_meanwhile_is_asked_for(private: PrivateEngine) -> None:
    """Without its image no container is made, and the message says how to build it, in a run and at the start."""
    sandbox = ContainerSandbox(runs=1)
    private.docker("tag", engine.IMAGE, "kept:1")
    private.docker("rmi", engine.IMAGE)
    with pytest.raises(SandboxError, match=r"no image verisieve-python:1: run `verisieve sandbox build`$"):
        sandbox.run(HELLO)
    with pytest.raises(SandboxError, match=r"no image verisieve-native:1: run `verisieve sandbox build native`$"):
        sandbox.run(Job(candidate=HELLO.candidate, toolchain="native"))
    with pytest.raises(SandboxError, match="no image"):
        ContainerSandbox()
    private.docker("tag", "kept:1", engine.IMAGE)
    private.docker("rmi", "kept:1")
    assert _works(sandbox)
    sandbox.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK's, of a failed connect
def test_kills_at_any_moment_leave_no_container(private: PrivateEngine) -> None:
    """An engine that is killed while it makes, uses and removes containers leaves none when it is back and swept."""

    def disturb() -> None:
        for number in range(6):
            time.sleep(0.3 + 0.07 * number)
            private.stop(signal.SIGKILL)
            private.start()

    sandbox = ContainerSandbox(runs=1)
    disturbing = threading.Thread(target=disturb)
    disturbing.start()
    while disturbing.is_alive():
        with suppress(SandboxError):
            assert _works(sandbox)
    assert _works(sandbox)
    assert _settles(private, set())
    sandbox.close()


def test_what_the_dead_left_is_swept_and_what_the_living_own_is_not(private: PrivateEngine) -> None:
    """A sandbox that opens removes containers whose process is gone, and no others."""
    with subprocess.Popen(["sleep", "100"]) as living, subprocess.Popen(["true"]) as dead:
        scope = hardened._scope()
        owners = {
            "living": f"{scope} {living.pid} {hardened._started(living.pid)}",
            "dead": f"{scope} {dead.pid} 1",
            "reused": f"{scope} {living.pid} 1",  # its pid is somebody else's by now
            "elsewhere": f"other {dead.pid} 1",  # young, so its owner may be about to start it
        }
        dead.wait()
        for name, owner in owners.items():
            labels = ("--label", f"{hardened.SANDBOX}=x", "--label", f"{hardened.OWNER}={owner}")
            private.docker("create", "--name", name, *labels, engine.IMAGE, "true")
        private.docker("create", "--name", "stranger", engine.IMAGE, "true")
        ContainerSandbox().close()
        left = private.docker("ps", "--all", "--format", "{{.Names}}").stdout.decode().split()
        private.docker("rm", *left)
        living.kill()
    assert sorted(left) == ["elsewhere", "living", "stranger"]


@pytest.mark.parametrize(
    ("state", "age", "orphan"), [("exited", 4000.0, True), ("exited", 60.0, False), ("running", 4000.0, False)]
)
def test_what_another_machine_owns_is_left_alone_for_long(state: str, age: float, orphan: bool) -> None:
    """Of a process out of our sight only what has stopped long ago counts as left behind."""
    assert hardened.is_orphan("other-boot/pid:[1] 1 1", state, age) is orphan
    assert hardened.is_orphan("", state, age) is orphan  # of a version before the label


def test_verify_goes_through_an_outage(private: PrivateEngine, tmp_path: Path) -> None:
    """Rows judged while the engine dies and returns pass, fail, or are errors that --resume makes good."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps(_row(number)) + "\n" for number in range(60)), encoding="utf-8")
    command = [sys.executable, "-m", "verisieve", "verify", str(rows), "--out", str(tmp_path / "out.jsonl")]
    command += ["--sandbox", "docker", "--workers", "2"]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as verifying:
        for _ in range(200):
            if len(private.containers()) == 2:
                break
            time.sleep(0.1)
        time.sleep(1.0)
        private.stop(signal.SIGKILL)
        time.sleep(1.0)
        private.start()
        assert verifying.wait(120) in (0, 1)
    outcomes = _outcomes(tmp_path / "out.jsonl")
    assert len(outcomes) == 60
    assert all(seen in (wanted, "error") for seen, wanted in outcomes)
    subprocess.run([*command, "--resume"], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=True)
    assert all(seen == wanted for seen, wanted in _outcomes(tmp_path / "out.jsonl"))


def _row(number: int) -> dict[str, object]:
    """A row that takes a while; every third is wrong."""
    body = f"    import time; time.sleep(0.1)\n    return x + {1 if number % 3 else 2}"
    tests = [{"args": [1], "kwargs": {}, "expected": 2}]
    truth = {"language": "python", "style": "calls", "entry_point": "f", "tests": tests}
    row = {
        "id": f"r{number}",
        "domain": "code",
        "prompt": "",
        "truth": truth,
        "wanted": "pass" if number % 3 else "fail",
    }
    return {**row, "response": f"```python\ndef f(x):\n{body}\n```"}


def _outcomes(path: Path) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line["outcome"], line["wanted"]) for line in lines]
