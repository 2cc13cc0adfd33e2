"""Control groups on made-up hierarchies: which folder is taken, which files are used."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


UNIFIED = "1 0 0:1 / @/cg rw - cgroup2 cgroup2 rw\n"
FILES = ("memory.max", "memory.events", "cpu.stat", "pids.max", "memory.stat", "memory.swap.max")


def _kernel(monkeypatch: pytest.MonkeyPatch, shared: set[Path], busy: set[Path]) -> None:
    """Make folders come with files as in version 2: limits where the group above shares its controllers out."""
    made, written, removed = Path.mkdir, Path.write_text, Path.rmdir

    def mkdir(self: Path) -> None:
        made(self)
        for file in FILES if self.parent in shared else FILES[2:3]:
            written(self / file, "max")

    def write_text(self: Path, text: str, **options: str) -> int:
        if self.parent in busy:
            raise OSError(errno.EBUSY, "it has processes of its own")
        if self.name == "cgroup.subtree_control":
            shared.add(self.parent)
            for child in self.parent.glob("verisieve-*"):
                written(child / f"{text[1:]}.max", "max")
        return written(self, text, **options)

    def rmdir(self: Path) -> None:
        for file in self.iterdir():
            file.unlink()
        removed(self)

    for name, function in (("mkdir", mkdir), ("write_text", write_text), ("rmdir", rmdir)):
        monkeypatch.setattr(Path, name, function)


@contextmanager
def _made() -> Iterator[cgroup.Group]:
    group = cgroup.make("verisieve-1")
    assert group
    yield group
    for file in group.files.values():
        os.close(file)


def test_version_2_makes_one_group_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all places that would do, the nearest gets a group, and nothing is left in the others."""
    session = tmp_path / "cg/slice/session"
    session.mkdir(parents=True)
    _hierarchy(tmp_path, monkeypatch, UNIFIED, "0::/slice/session\n")
    _kernel(monkeypatch, shared={session.parent, tmp_path / "cg"}, busy={session})
    with _made() as group:
        assert list((tmp_path / "cg").glob("**/verisieve-*")) == [session.parent / "verisieve-1"]
        assert group.layer() == "cgroup-v2:cpu+memory+pids"


def test_version_2_switches_controllers_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without systemd nothing shares its controllers out until it is asked to."""
    (tmp_path / "cg").mkdir()
    _hierarchy(tmp_path, monkeypatch, UNIFIED, "0::/\n")
    _kernel(monkeypatch, shared=set(), busy=set())
    with _made() as group:
        assert group.folders == (tmp_path / "cg/verisieve-1",)


def test_a_group_that_cannot_share_is_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container, where processes are in the topmost group that is seen, there is none to be had."""
    (tmp_path / "cg").mkdir()
    _hierarchy(tmp_path, monkeypatch, UNIFIED, "0::/\n")
    _kernel(monkeypatch, shared=set(), busy={tmp_path / "cg"})
    assert cgroup.make("verisieve-1") is None
    assert list((tmp_path / "cg").iterdir()) == []


def test_a_group_does_not_swap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went out to the swap space would be out of the limit too."""
    (tmp_path / "cg").mkdir()
    _hierarchy(tmp_path, monkeypatch, UNIFIED, "0::/\n")
    _kernel(monkeypatch, shared={tmp_path / "cg"}, busy=set())
    with _made() as group:
        assert (group.folders[0] / "memory.swap.max").read_text(encoding="ascii") == "0"


def test_a_group_that_cannot_be_joined_is_no_fault(tmp_path: Path) -> None:
    """Making a folder is one right, moving there another."""
    (tmp_path / "cgroup.procs").mkdir()
    assert not cgroup.Group(2, (tmp_path,), {}).join()
    (tmp_path / "cgroup.procs").rmdir()
    assert cgroup.Group(2, (tmp_path,), {}).join()


@pytest.mark.parametrize(("held", "limit"), [(999, "1000"), (1000, "1000"), (1001, "max")])
def test_a_limit_does_not_fall_below_what_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, limit: str
) -> None:
    """Version 2 would kill the runner to get there; files in flight between sockets outlive their box for a while."""
    monkeypatch.setattr(cgroup, "_PATIENCE", 0.0)
    (tmp_path / "max").write_text("max", encoding="ascii")
    (tmp_path / "stat").write_text(f"anon 300\nfile 5000\nshmem {held - 300}\n", encoding="ascii")
    files = {"memory": os.open(tmp_path / "max", os.O_RDWR), "held": os.open(tmp_path / "stat", os.O_RDONLY)}
    cgroup.Group(2, (), files).limit("memory", 1000)
    assert (tmp_path / "max").read_text(encoding="ascii") == limit
    for file in files.values():
        os.close(file)


def test_a_limit_that_cannot_be_set_is_no_layer(tmp_path: Path) -> None:
    """What is listed was seen to work; a group may be visible and its limits out of reach."""
    (tmp_path / "file").touch()
    refused, allowed = os.open(tmp_path / "file", os.O_RDONLY), os.open(tmp_path / "file", os.O_RDWR)
    group = cgroup.Group(2, (), {"memory": refused, "pids": allowed, "cpu": refused})
    assert group.layer() == "cgroup-v2:cpu+pids"
    os.close(refused)
    os.close(allowed)
