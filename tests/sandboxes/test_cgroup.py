"""Control groups on made-up hierarchies: which folder is taken, which files are used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from verisieve.sandboxes.inside import cgroup

DEAD = "verisieve-4194305"  # above the kernel's largest pid


def _hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str, membership: str) -> None:
    (tmp_path / "mounts").write_text(mounts.replace("@", str(tmp_path)), encoding="utf-8")
    (tmp_path / "membership").write_text(membership, encoding="utf-8")
    monkeypatch.setattr(cgroup, "_MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(cgroup, "_MEMBERSHIP", tmp_path / "membership")


def test_version_1_takes_a_folder_in_each_hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory and pids are hierarchies of their own in version 1."""
    mounts = "1 0 0:1 / @/{0} rw - cgroup cgroup rw,{0}\n"
    text = "".join(mounts.format(name) for name in ("memory", "pids", "freezer"))
    _hierarchy(tmp_path, monkeypatch, text, "3:memory:/a\n2:pids:/\n1:freezer:/\n")
    assert cgroup._legacy_places() == [tmp_path / "memory/a", tmp_path / "pids"]


def test_version_2_looks_at_its_group_and_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group with processes cannot give its children limits, so those above it are tried next."""
    _hierarchy(tmp_path, monkeypatch, "1 0 0:1 / @/cg rw - cgroup2 cgroup2 rw\n", "0::/user/session\n")
    assert cgroup._unified_places() == [tmp_path / "cg/user/session", tmp_path / "cg/user", tmp_path / "cg"]


def test_a_part_of_a_hierarchy_is_no_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that sees its own group only has nothing to make groups in."""
    _hierarchy(tmp_path, monkeypatch, "1 0 0:1 /docker/x @/cg ro - cgroup2 cgroup2 rw\n", "0::/\n")
    assert cgroup._unified_places() == []
    assert cgroup.make("verisieve-1") is None


def test_groups_of_dead_runners_are_swept(tmp_path: Path) -> None:
    """A runner that was killed with its starter leaves an empty group; the next start removes it."""
    (tmp_path / DEAD).mkdir()
    (tmp_path / f"verisieve-{os.getpid()}").mkdir()
    assert cgroup._claim(tmp_path, "verisieve-1", version=1) == tmp_path / "verisieve-1"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["verisieve-1", f"verisieve-{os.getpid()}"])


@pytest.mark.parametrize(
    ("version", "cpu", "events"),
    [
        (1, "1500000000\n", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"),
        (2, "usage_usec 1500000\n", "max 7\noom_kill 2\n"),
    ],
)
def test_counters_are_read(tmp_path: Path, version: int, cpu: str, events: str) -> None:
    """CPU comes in seconds and kills as a count, whatever the version calls them."""
    (tmp_path / "cpu").write_text(cpu, encoding="ascii")
    (tmp_path / "events").write_text(events, encoding="ascii")
    files = {name: os.open(tmp_path / name, os.O_RDONLY) for name in ("cpu", "events")}
    group = cgroup.Group(version, (), files)
    assert (group.cpu(), group.kills()) == (1.5, 2)
    for file in files.values():
        os.close(file)
