"""One embedded sandbox for the tests of this folder, and an ordinary user to be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import verisieve
from verisieve.sandboxes.embedded import EmbeddedSandbox

AsUser = Callable[..., str]
_BECOME = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture(scope="session")
def embedded() -> Iterator[EmbeddedSandbox]:
    """A warm sandbox; tests that break it open their own."""
    sandbox = EmbeddedSandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def as_user(tmp_path_factory: pytest.TempPathFactory) -> AsUser:
    """Runs Python as user 65534 over a copy of the package; what it wrote. Files may be put beside the package."""
    python = _interpreter_for_all()
    folder = tmp_path_factory.mktemp("user")
    shutil.copytree(Path(verisieve.__file__).parent, folder / "verisieve", ignore=shutil.ignore_patterns("*.pyc"))
    for path in (folder, *folder.parents):
        if path.owner() == "root" and path.is_relative_to("/tmp") and path != Path("/tmp"):
            path.chmod(0o755)

    def run(*arguments: str, beside: Path | None = None) -> str:
        if beside:
            shutil.copy(beside, folder)
        command = [*_BECOME, python, "-B", *arguments]
        done = subprocess.run(command, env={"PYTHONPATH": str(folder)}, cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return run


def _interpreter_for_all() -> str:
    """An interpreter that user 65534 can start."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("becoming another user needs root and setpriv")
    test = 'exec "$0" -c "import sys; sys.exit(sys.version_info < (3, 11))"'
    for python in (sys._base_executable, "/usr/bin/python3", "/usr/local/bin/python3"):  # type: ignore[attr-defined]
        command = [*_BECOME, "sh", "-c", test, python]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return str(python)
    pytest.skip("no Python 3.11+ that other users can read")
