"""The docker back end: the same facts as embedded, and an engine's faults that are never a verdict."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Limits, Program, Status, engine
from verisieve.sandboxes.conformance import check_sandbox
from verisieve.sandboxes.container import ContainerSandbox
from verisieve.sandboxes.opening import open_sandbox

HELLO = Job(candidate=Program(harness="print('hello')"))
LOOP = Job(candidate=Program(harness="while True: pass", limits=Limits(cpu=0.2)))


@pytest.fixture(scope="module")
def image() -> None:
    """The engine and our image, or a skip that says what is missing."""
    reason = engine.missing()
    if reason:
        pytest.skip(reason)


def _works(sandbox: ContainerSandbox) -> bool:
    return sandbox.run(HELLO).candidate.stdout == b"hello\n"


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_every_fact_of_conformance_holds_in_a_container() -> None:
    """Attacked from inside, a container's boxes let nothing out and lose nothing."""
    assert [fact for fact in check_sandbox(ContainerSandbox) if not fact.ok] == []


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_a_killed_container_is_an_error_of_ours_and_is_replaced() -> None:
    """A container that goes away in the middle loses that run only."""
    sandbox = ContainerSandbox()
    assert sandbox._attached is not None
    sandbox._attached.container.kill()
    with pytest.raises(SandboxError, match="container"):
        sandbox.run(HELLO)
    assert _works(sandbox)
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_a_container_is_replaced_after_a_kill_and_after_its_runs() -> None:
    """What a killed program may have left behind goes with its container."""
    sandbox = ContainerSandbox(runs=2)
    seen = [sandbox._attached]
    assert sandbox.run(LOOP).candidate.status is Status.TIMEOUT_CPU
    for _ in range(3):
        assert _works(sandbox)
        seen.append(sandbox._attached)
    assert sandbox._attached is not None
    assert len({id(one) for one in seen if one}) == 3
    sandbox.close()


@pytest.mark.engine
@pytest.mark.usefixtures("image")
def test_no_container_outlives_its_owner() -> None:
    """A worker that is killed in a run takes its container along."""
    code = (
        "from verisieve.sandboxes import *; from verisieve.sandboxes.container import ContainerSandbox\n"
        "s = ContainerSandbox(); print(s._attached.container.id, flush=True)\n"
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
    assert "engine does not work" in engine.missing()
    with pytest.raises(SandboxError, match="engine does not work"):
        ContainerSandbox()
    sandbox = open_sandbox("auto")
    assert sandbox.name == "embedded"
    sandbox.close()


def test_the_image_is_built_from_the_file_that_people_see() -> None:
    """docker/python/Dockerfile, which a wheel does not hold, is the text that `build` uses."""
    file = Path(__file__).parents[2] / "docker/python/Dockerfile"
    assert file.read_text(encoding="utf-8") == engine.DOCKERFILE
