"""A control group around the runner and all of its boxes: a total that no fork can slip out of.

One group per runner, entered once, since moving a process costs more than forking it. So the group bounds the sum of a
run's boxes and keeps the true CPU total; telling the boxes apart is the business of `watch`.
Nothing of it may go to the swap space, where memory would be out of the limit's sight.
Source: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_MEMBERSHIP = Path("/proc/self/cgroup")
_NAMES = {
    1: {"memory": "memory.limit_in_bytes", "events": "memory.oom_control", "cpu": "cpuacct.usage", "pids": "pids.max"},
    2: {
        "memory": "memory.max",
        "events": "memory.events",
        "cpu": "cpu.stat",
        "pids": "pids.max",
        "held": "memory.stat",
    },
}
_WRITTEN = frozenset(("memory", "pids"))
_SWAP = {1: "memory.swappiness", 2: "memory.swap.max"}
_CONTROLLERS = ("memory", "pids", "cpuacct", "cpu")
_PATIENCE = 0.5  # seconds that the memory of boxes which are gone may take to be given back


@dataclass(frozen=True, slots=True)
class Group:
    """The folders of one group (several in version 1), and its control files, open since before the root changed."""

    version: int
    folders: tuple[Path, ...]
    files: dict[str, int]
    last: dict[str, int] = field(default_factory=dict)

    def join(self) -> bool:
        """Move the calling process in, and return whether it is; its children follow."""
        try:
            for folder in self.folders:
                (folder / "cgroup.procs").write_text("0", encoding="ascii")
        except OSError:  # a folder that we may make, in a part of the tree that we may not move to
            return False
        return True

    def limit(self, role: str, value: int) -> None:
        """Set the limit of `memory` (bytes) or `pids`, if it differs from what was set last.

        Where more than that stays in use, the old limit stays too.
        """
        if role in self.files and self.last.get(role) != value:
            deadline = time.monotonic() + _PATIENCE
            while not self._set(role, value) and time.monotonic() < deadline:
                time.sleep(0.01)

    def _set(self, role: str, value: int) -> bool:
        """Write a limit; return whether trying again is of no use."""
        if role == "memory" and self._held() > value:  # version 2 would kill the runner to get below
            return False
        try:
            os.pwrite(self.files[role], str(value).encode(), 0)
        except OSError as error:
            return error.errno != errno.EBUSY  # version 1, in the same case
        self.last[role] = value
        return True

    def _held(self) -> int:
        """Bytes of memory that cannot be had back while the group lives on; 0 where the kernel minds them itself."""
        if "held" not in self.files:
            return 0
        words = os.pread(self.files["held"], 4096, 0).split()
        return sum(int(words[words.index(name) + 1]) for name in (b"anon", b"shmem"))

    def cpu(self) -> float | None:
        """CPU seconds of all members so far, ended ones included; None where that is not counted."""
        if "cpu" not in self.files:
            return None
        words = os.pread(self.files["cpu"], 256, 0).split()
        return int(words[0]) / 1e9 if self.version == 1 else int(words[1]) / 1e6

    def kills(self) -> int:
        """How many members the kernel has killed for want of memory."""
        if "events" not in self.files:
            return 0
        words = os.pread(self.files["events"], 512, 0).split()
        return int(words[words.index(b"oom_kill") + 1]) if b"oom_kill" in words else 0

    def layer(self) -> str:
        """Name the group for people: version, and what it counts or limits."""
        roles = [role for role in ("cpu", "memory", "pids") if role in self.files and self._obeys(role)]
        return f"cgroup-v{self.version}:" + "+".join(roles)

    def _obeys(self, role: str) -> bool:
        """Whether a limit can be set from where we are now, seen by writing what is there already."""
        if role not in _WRITTEN:
            return True
        try:
            os.pwrite(self.files[role], os.pread(self.files[role], 64, 0), 0)
        except OSError:  # older kernels take a group's limits out of the reach of its own cgroup namespace
            return False
        return True

    def remove(self) -> None:
        """Remove the folders; the members are gone by now."""
        for folder in self.folders:
            with suppress(OSError):
                folder.rmdir()


def make(name: str) -> Group | None:
    """Make a group of this name where the host lets us; None where it does not."""
    for version, places in ((2, _unified_places()), (1, _legacy_places())):
        claimed = filter(None, (_claim(place, name, version) for place in places))
        folders = tuple(islice(claimed, 1 if version == 2 else None))
        files = dict(_open_files(folders, version))
        if "memory" in files:
            _keep_from_swap(folders, version)
            return Group(version, folders, files)
        Group(version, folders, {}).remove()
    return None


def _claim(place: Path, name: str, version: int) -> Path | None:
    """Make a group under `place`, after removing those that dead runners left."""
    for old in place.glob("verisieve-*"):
        if not Path(f"/proc/{old.name.rpartition('-')[2]}").exists():
            with suppress(OSError):
                old.rmdir()
    try:
        (place / name).mkdir()
    except OSError:
        return None
    if version == 2 and not _enable(place, place / name):
        (place / name).rmdir()
        return None
    return place / name


def _enable(place: Path, folder: Path) -> bool:
    """Give `folder`, of version 2, limits of its own; return whether it has one of memory.

    The group above it must share its controllers out, which it cannot while it has processes itself.
    """
    for controller in ("memory", "pids"):
        if not (folder / f"{controller}.max").exists():
            with suppress(OSError):
                (place / "cgroup.subtree_control").write_text(f"+{controller}", encoding="ascii")
    return (folder / "memory.max").exists()


def _keep_from_swap(folders: tuple[Path, ...], version: int) -> None:
    for folder in folders:
        file = folder / _SWAP[version]
        if file.exists():  # in one folder of several, and not without swap in the kernel
            with suppress(OSError):
                file.write_text("0", encoding="ascii")


def _open_files(folders: tuple[Path, ...], version: int) -> Iterator[tuple[str, int]]:
    for role, name in _NAMES[version].items():
        for folder in folders:
            mode = os.O_RDWR if role in _WRITTEN else os.O_RDONLY
            with suppress(OSError):
                yield role, os.open(folder / name, mode | os.O_CLOEXEC)
                break


def _unified_places() -> list[Path]:
    """Our own version-2 group and those above it: one with processes of its own cannot give children limits."""
    for controllers, path in _memberships():
        mount = _mount_of("cgroup2", "")
        if not controllers and mount:
            own = mount / path.lstrip("/")
            return [own, *(parent for parent in own.parents if parent.is_relative_to(mount))]
    return []


def _legacy_places() -> list[Path]:
    """Our own group in each version-1 hierarchy that counts something we need."""
    found = []
    for controllers, path in _memberships():
        wanted = [name for name in controllers.split(",") if name in _CONTROLLERS]
        mount = _mount_of("cgroup", wanted[0]) if wanted else None
        if mount and wanted != ["cpu"]:
            found.append(mount / path.lstrip("/"))
    return found


def _memberships() -> list[tuple[str, str]]:
    lines = _MEMBERSHIP.read_text(encoding="utf-8").splitlines() if _MEMBERSHIP.exists() else []
    return [(controllers, path) for _, controllers, path in (line.split(":", 2) for line in lines)]


def _mount_of(kind: str, controller: str) -> Path | None:
    """Where a hierarchy is mounted whole (a container may see a part of it only: that part is no use)."""
    for line in _MOUNTS.read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        words, tail = before.split(), after.split()
        if tail[0] == kind and (not controller or controller in tail[2].split(",")) and words[3] == "/":
            return Path(words[4])
    return None
