"""The run store keeps what was committed and belongs to one run at a time."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from verisieve.errors import StoreError
from verisieve.store import Store, digest


def test_a_body_is_found_again(tmp_path: Path) -> None:
    """A body put under a key is there when the store is opened again."""
    with Store(tmp_path / "s") as store:
        store.put(digest("a"), b"body")
    with Store(tmp_path / "s") as store:
        assert store.get(digest("a")) == b"body"
        assert store.get(digest("b")) is None


def test_a_fresh_store_is_empty(tmp_path: Path) -> None:
    """`fresh` forgets what the store held."""
    with Store(tmp_path / "s") as store:
        store.put(digest("a"), b"body")
    with Store(tmp_path / "s", fresh=True) as store:
        assert len(store) == 0


def test_committed_bodies_survive_a_kill(tmp_path: Path) -> None:
    """A process that is killed loses what it had not committed, and nothing else."""
    code = (
        "import os, sys; from verisieve.store import Store, digest; s = Store(sys.argv[1]);"
        "s.put(digest('a'), b'kept'); s.commit(); s.put(digest('b'), b'lost'); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "s")], check=False, env=environment)
    with Store(tmp_path / "s") as store:
        assert (store.get(digest("a")), store.get(digest("b"))) == (b"kept", None)


def test_identities_are_of_one_run(tmp_path: Path) -> None:
    """An identity is new once in a run, and new again in the next."""
    with Store(tmp_path / "s") as store:
        assert store.first_sight(b"x")
        assert not store.first_sight(b"x")
    with Store(tmp_path / "s") as store:
        assert store.first_sight(b"x")


def test_many_identities_are_told_apart(tmp_path: Path) -> None:
    """Each is new once, whether it lies in memory, in SQLite, or shares the mark of another."""
    names = [index.to_bytes(4, "little") + bytes([tail]) for index in range(1500) for tail in (0, 1)]
    with Store(tmp_path / "s") as store:
        assert all(map(store.first_sight, names))
        assert not any(map(store.first_sight, names))


@pytest.mark.parametrize("fresh", [True, False], ids=["emptied", "opened"])
def test_bodies_are_found_before_and_after_they_are_written(tmp_path: Path, fresh: bool) -> None:
    """A body is found as soon as it is put, and the last one put under a key counts, in full stores and empty ones."""
    path = tmp_path / "s"
    with Store(path) as store:
        store.put(digest("old"), b"old")
    with Store(path, fresh=fresh) as store:
        for index in range(1500):
            store.put(digest(str(index)), b"first")
            store.put(digest(str(index)), b"%d" % index)
        assert all(store.get(digest(str(index))) == b"%d" % index for index in range(1500))
        assert store.get(digest("old")) == (None if fresh else b"old")
        assert len(store) == 1500 + (not fresh)
    with Store(path) as store:
        assert store.get(digest("1499")) == b"1499"


def test_a_store_has_one_user(tmp_path: Path) -> None:
    """A second run on the same store is refused with a clear message."""
    with Store(tmp_path / "s"), pytest.raises(StoreError, match="another run"):
        Store(tmp_path / "s")


def test_a_damaged_store_says_what_to_do(tmp_path: Path) -> None:
    """A file that is no store is refused."""
    (tmp_path / "s").write_bytes(b"no database" * 100)

    with pytest.raises(StoreError, match="delete it"):
        Store(tmp_path / "s")


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A store of another version is never guessed at."""
    database = sqlite3.connect(tmp_path / "s")
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(StoreError, match="version 99"):
        Store(tmp_path / "s")
