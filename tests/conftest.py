"""Shared fixtures: where the labelled corpora and public data sets lie, if they are here."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from verisieve.sandboxes import Sandbox, engine, images
from verisieve.sandboxes.opening import open_sandbox

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # how fast it is must not decide a test

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and tests send it

ABSENT = "data sets are not part of the project"
SHARED = Path(os.environ.get("VERISIEVE_SHARED", Path(__file__).parents[2] / "shared"))


LONGEST = "tests/trainers/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, or all would wait for it in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{ABSENT}: no {name} at {folder}; set VERISIEVE_SHARED to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The folder of labelled corpora; the test is skipped where it is absent."""
    return _folder("corpora")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets; the test is skipped where it is absent."""
    return _folder("data")


@pytest.fixture(scope="module")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One sandbox for the module: the one that its SANDBOX names, else `embedded`, which is there in a moment.

    TOOLCHAIN names the image it needs.
    """
    toolchain = getattr(request.module, "TOOLCHAIN", None)
    if toolchain and (reason := engine.missing(images.tag(toolchain))):
        pytest.skip(reason)
    opened = open_sandbox(getattr(request.module, "SANDBOX", "embedded"))
    yield opened
    opened.close()


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    """Install the toy domain, whose checker obeys the reply; the value is its name."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "toy"))
    return "toy"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must be there (VERISIEVE_NO_SKIPS=1, as in CI), a skipped test is a failed one.

    Data sets beside the checkout are the exception: nothing can bring them up.
    """
    report = yield
    strict = os.environ.get("VERISIEVE_NO_SKIPS") and not hasattr(report, "wasxfail")
    if report.skipped and strict and ABSENT not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be left out here: {report.longrepr}"
    return report
