"""The docker back end: the same facts as embedded, and an engine's faults that are never a verdict."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Limits, Program, Status, container, engine, hardened
from verisieve.sandboxes.conformance import check_sandbox
from verisieve.sandboxes.container import ContainerSandbox
from verisieve.sandboxes.opening import open_sandbox

HELLO = Job(candidate=Program(harness="print('hello')"))
SLEEP = Job(candidate=Program(harness="import time; time.sleep(1000)"))
LOOP = Job(candidate=Program(harness="while True: pass", limits=Limits(cpu=0.2)))


@pytest.fixture(scope="module")
def image() -> None:
    """The engine and our image, or a skip that says what is missing."""
    reason = engine.missing()
    if reason:
        pytest.skip(reason)


def _warm(sandbox: ContainerSandbox) -> str:
    """The warm container for Python."""
    return sandbox._warm["python"].container


def _docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout


def _works(sandbox: ContainerSandbox) -> bool:
    return sandbox.run(HELLO).candidate.stdout == b"hello\n"


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_every_fact_of_conformance_holds_in_a_container() -> None:
    """Attacked from inside, a container's boxes let nothing out and lose nothing.

    What failed without harm is attacked once more: an engine on a busy machine may stumble, a hole stays.
    """
    first = [fact for fact in check_sandbox(ContainerSandbox) if not fact.ok]
    harm = ("touched", "secret", "REACH", "left")
    assert [fact for fact in first if any(word in fact.observed for word in harm)] == []
    names = {fact.name for fact in first}
    again = check_sandbox(ContainerSandbox) if names else []
    assert [fact for fact in again if not fact.ok and fact.name in names] == []


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_a_container_that_is_killed_in_a_run_is_an_error_of_ours() -> None:
    """A container that goes away in the middle of a run loses that run only."""
    sandbox = ContainerSandbox()
    threading.Timer(0.5, _docker, ("kill", _warm(sandbox))).start()
    with pytest.raises(SandboxError, match="container has ended"):
        sandbox.run(SLEEP)
    assert _works(sandbox)
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_a_container_that_is_killed_at_rest_costs_no_run() -> None:
    """A container that went away between two runs is replaced before the next is given to it."""
    sandbox = ContainerSandbox()
    _docker("kill", _warm(sandbox))
    assert _works(sandbox)
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_a_paused_container_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's `docker pause` is told from a program that hangs, and the container is replaced."""
    monkeypatch.setattr(container, "HANG_TIMEOUT", 1.0)
    sandbox = ContainerSandbox()
    identity = _warm(sandbox)
    _docker("pause", identity)
    with pytest.raises(SandboxError, match="was paused by somebody"):
        sandbox.run(Job(candidate=Program(harness="pass", limits=Limits(wall=1))))
    assert _works(sandbox)
    sandbox.close()
    assert _gone(identity)


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_a_container_is_replaced_after_a_kill_and_after_its_runs() -> None:
    """What a killed program may have left behind goes with its container."""
    sandbox = ContainerSandbox(runs=2)
    seen = {_warm(sandbox)}
    assert sandbox.run(LOOP).candidate.status is Status.TIMEOUT_CPU
    assert not sandbox._warm
    for _ in range(3):
        assert _works(sandbox)
        seen |= {attached.container for attached in sandbox._warm.values()}
    assert len(seen) == 3
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_oneshot_gives_each_run_a_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """The container of a run is made for it, and gone when the run is over."""
    made: list[str] = []
    create = hardened.create
    sandbox = open_sandbox("docker:oneshot")
    assert sandbox.layers[0] == "container:oneshot"
    monkeypatch.setattr(hardened, "create", lambda *args, **more: made.append(create(*args, **more)) or made[-1])
    for runs in (1, 2, 3):
        assert sandbox.run(HELLO).candidate.stdout == b"hello\n"
        assert len(set(made)) == runs
        assert _gone(made[-1])
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_options_reach_the_container() -> None:
    """Memory and processors of the spec are the engine's limits."""
    sandbox = open_sandbox("docker:memory=256m,cpus=0.5")
    assert isinstance(sandbox, ContainerSandbox)
    facts = _docker("inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", _warm(sandbox))
    assert facts.split() == ["268435456", "500000000"]
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("docker:runtime=nonesuch", "lacks that runtime .*nonesuch"),
        ("docker:cpus=4096", "cannot make a container.*CPU"),
    ],
)
def test_what_the_engine_refuses_is_said(spec: str, message: str) -> None:
    """A runtime or a limit that this engine does not have is named in one line."""
    with pytest.raises(SandboxError, match=message) as caught:
        open_sandbox(spec)
    assert "\n" not in str(caught.value)


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_no_container_outlives_its_owner() -> None:
    """A worker that is killed in a run takes its container along."""
    code = (
        "from verisieve.sandboxes import *; from verisieve.sandboxes.container import ContainerSandbox\n"
        "s = ContainerSandbox(); print(s._warm['python'].container, flush=True)\n"
        "s.run(Job(candidate=Program(harness='import time; time.sleep(1000)')))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        identity = owner.stdout.readline().decode().strip()
        time.sleep(0.5)
        owner.kill()
    assert _gone(identity)


def _gone(identity: str) -> bool:
    client = engine.connect()
    try:
        for _ in range(200):
            if not client.containers.list(all=True, filters={"id": identity}):
                return True
            time.sleep(0.05)
    finally:
        client.close()
    return False


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_auto_takes_docker_where_its_image_is_built() -> None:
    """With an engine and the image, auto is docker, and its layers say so."""
    sandbox = open_sandbox("auto")
    assert (sandbox.name, sandbox.layers[0]) == ("docker", "container")
    sandbox.close()


def test_no_engine_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without an engine the back end says so; it does not crash, and auto goes on without."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert engine.missing() == (
        f"no Docker engine answers at unix://{tmp_path}/none.sock (No such file or directory): "
        "start it, set DOCKER_HOST, or use --sandbox embedded"
    )
    with pytest.raises(SandboxError, match="no Docker engine answers"):
        ContainerSandbox()
    sandbox = open_sandbox("auto")
    assert sandbox.name == "embedded"
    sandbox.close()
