"""Programs that attack the host or the next run: none harms, outlives its limit or leaves anything behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus import ROWS, attack_with

from verisieve.sandboxes import Job, Program, Sandbox, engine
from verisieve.sandboxes.canaries import canaries
from verisieve.sandboxes.conformance import Attack, descendants
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.sandboxes.opening import open_sandbox


@pytest.fixture(scope="module", params=["embedded", pytest.param("docker", marks=pytest.mark.engine)])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Each back end in turn; docker is skipped where no engine answers."""
    if request.param == "docker" and (reason := engine.missing()):
        pytest.skip(reason)
    opened = open_sandbox(request.param)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def attack(sandbox: Sandbox) -> Iterator[Attack]:
    """Attacks on that back end, with canaries on the host."""
    with canaries() as put_out:
        yield Attack(sandbox, put_out)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['id']}-{row['family']}" for row in ROWS])
def test_an_attack_is_harmless(row: dict[str, Any], sandbox: Sandbox, attack: Attack) -> None:
    """It ends in time, gets hold of nothing, leaves nothing, and a control run after it is right."""
    before = descendants(sandbox)
    assert attack_with(row, attack) == []
    assert descendants(sandbox) <= before


def test_attacks_are_harmless_from_an_ordinary_user(as_user: Callable[..., str]) -> None:
    """All of them again, where user namespaces are all that there is."""
    assert json.loads(as_user("corpus.py", beside=Path(__file__).with_name("corpus.py"))) == {}


def test_the_corpus_is_in_the_input_format() -> None:
    """Every row names its family and what to look at, once."""
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 75
    assert all(row["observe"] and row["label"] == "reject" and row["kind"] == "attack" for row in ROWS)


def test_every_run_has_its_own_random_stream(embedded: EmbeddedSandbox) -> None:
    """Boxes are forks of one interpreter, and yet draw different numbers."""
    job = Job(candidate=Program(harness="import random\nprint(random.random())"))
    assert len({embedded.run(job).candidate.stdout for _ in range(5)}) == 5
