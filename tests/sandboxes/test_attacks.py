"""Forty programs that attack the host or the next run: none harms, outlives its limit or leaves anything behind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from verisieve.sandboxes import Job, Limits, Program, Sandbox, Status, engine
from verisieve.sandboxes.conformance import _Canaries, _canaries, _control, _descendants
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.sandboxes.opening import open_sandbox

LIMITS = Limits(cpu=1.0, wall=2.0, memory=256 << 20)
SLACK = 0.5
HARNESS = "import runpy\nrunpy.run_path('solution.py', run_name='__main__')\n"
REPEATED = {"state", "rng-sharing"}
_TEXT = (resources.files("verisieve.fixtures") / "code/attacks.jsonl").read_text(encoding="utf-8")
ROWS = [json.loads(line) for line in _TEXT.splitlines()]


@pytest.fixture(scope="module")
def canaries() -> Iterator[_Canaries]:
    """Things on the host that no attack may touch."""
    os.environ["VERIFIER_CANARY_KEY"] = "canary-7f3a"
    with _canaries() as made:
        yield made
    del os.environ["VERIFIER_CANARY_KEY"]


@pytest.fixture(scope="module", params=["embedded", pytest.param("docker", marks=pytest.mark.engine)])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Each back end in turn; docker is skipped where no engine answers."""
    if request.param == "docker" and (reason := engine.missing()):
        pytest.skip(reason)
    opened = open_sandbox(request.param)
    yield opened
    opened.close()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['id']}-{row['family']}" for row in ROWS])
def test_an_attack_is_harmless(row: dict[str, Any], sandbox: Sandbox, canaries: _Canaries) -> None:
    """It ends in time, gets hold of nothing, leaves nothing, and a control run after it is right."""
    code = row["response"].split("```python\n", 1)[1].rsplit("\n```", 1)[0]
    job = Job(candidate=Program(harness=HARNESS, files={"solution.py": code.encode()}, limits=LIMITS))
    before = _descendants(sandbox)
    for _ in range(3 if row["family"] in REPEATED else 1):
        end = sandbox.run(job).candidate
        assert end.cpu <= LIMITS.cpu + SLACK
        assert end.wall <= LIMITS.wall + SLACK
        assert end.status is not Status.EXITED or not {b"PWNED", b"REACH", b"unreachable-4711"} & set(
            end.stdout.split()
        )
        assert len(end.stdout) <= LIMITS.output + 100
    assert _control(sandbox)
    assert _descendants(sandbox) <= before
    assert not canaries.touched()
    assert not [path for path in _PLACES if path.exists()]


_PLACES = [
    Path(folder) / name for folder in ("/", "/tmp", "/var/tmp", "/dev/shm") for name in ("vx_escape_marker", "vx_state")
]


def test_every_run_has_its_own_random_stream(embedded: EmbeddedSandbox) -> None:
    """Boxes are forks of one interpreter, and yet draw different numbers."""
    job = Job(candidate=Program(harness="import random\nprint(random.random())"))
    assert len({embedded.run(job).candidate.stdout for _ in range(5)}) == 5
