"""The private server: shared by processes, and gone with the last of them, however that ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from verisieve.verifiers.sql.engines import postgres, postgres_server

CODE = """
import sys, time
from verisieve.verifiers.sql.engines import postgres_server
print(postgres_server.hold(), flush=True)
sys.stdin.read()
"""


def user(folder: Path) -> subprocess.Popen[str]:
    """A process that holds on to a server below a folder of its own."""
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        [sys.executable, "-c", CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": path},
    )


def gone(folder: Path) -> bool:
    """Wait until no server's files are left."""
    for _ in range(600):
        if not list(folder.glob("*/data-*")) and not list(folder.glob("*/address")):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def folder() -> Path:
    """A folder for sockets, which must have short names, and which the server's user may enter."""
    pytest.importorskip("psycopg")
    if os.environ.get(postgres.VARIABLE) or postgres_server.binaries() is None:
        pytest.skip("no PostgreSQL server is installed here")
    made = Path("/tmp") / f"vs{os.getpid()}"
    made.mkdir(mode=0o711)
    return made


def test_processes_share_a_server_that_ends_with_the_last(folder: Path) -> None:
    """Two processes get one address; one killed without notice and the other ended leave nothing."""
    with user(folder) as first, user(folder) as second:
        assert first.stdout
        assert second.stdout
        addresses = {first.stdout.readline(), second.stdout.readline()}
        assert len(addresses) == 1
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert list(folder.glob("*/address"))
        second.communicate("")
    assert gone(folder)
    for left in (*folder.glob("*/*"), *folder.glob("*"), folder):
        left.rmdir() if left.is_dir() else left.unlink()
