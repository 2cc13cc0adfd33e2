"""A control group around the runner and all of its boxes: a total that no fork can slip out of.

One group per runner, entered once, since moving a process costs more than forking it. So the group bounds the sum of a
run's boxes and keeps the true CPU total; telling the boxes apart is the business of `watch`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_MEMBERSHIP = Path("/proc/self/cgroup")
_NAMES = {
    1: {"memory": "memory.limit_in_bytes", "events": "memory.oom_control", "cpu": "cpuacct.usage", "pids": "pids.max"},
    2: {"memory": "memory.max", "events": "memory.events", "cpu": "cpu.stat", "pids": "pids.max"},
}
_CONTROLLERS = ("memory", "pids", "cpuacct", "cpu")


@dataclass(frozen=True, slots=True)
class Group:
    """The folders of one group (several in version 1), and its control files, open since before the root changed."""

    version: int
    folders: tuple[Path, ...]
    files: dict[str, int]
    last: dict[str, int] = field(default_factory=dict)

    def join(self) -> None:
        """Move the calling process in; its children follow."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text("0", encoding="ascii")

    def limit(self, role: str, value: int) -> None:
        """Set the limit of `memory` (bytes) or `pids`, if it differs from what was set last."""
        if role in self.files and self.last.get(role) != value:
            with suppress(OSError):  # below what is in use just now: the old limit stays
                os.pwrite(self.files[role], str(value).encode(), 0)
                self.last[role] = value

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
        """Name the group for people: version and what it counts."""
        return f"cgroup-v{self.version}:" + "+".join(sorted({"cpu", "memory", "pids"} & self.files.keys()))

    def remove(self) -> None:
        """Remove the folders; the members are gone by now."""
        for folder in self.folders:
            with suppress(OSError):
                folder.rmdir()


def make(name: str) -> Group | None:
    """Make a group of this name where the host lets us; None where it does not."""
    for version, places in ((2, _unified_places()), (1, _legacy_places())):
        folders = tuple(folder for folder in (_claim(place, name, version) for place in places) if folder)
        folders = folders[:1] if version == 2 else folders
        files = dict(_open_files(folders, version))
        if "memory" in files:
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
    if version == 2 and not (place / name / "memory.max").exists():
        (place / name).rmdir()
        return None
    return place / name


def _open_files(folders: tuple[Path, ...], version: int) -> Iterator[tuple[str, int]]:
    for role, name in _NAMES[version].items():
        for folder in folders:
            mode = os.O_RDWR if role in {"memory", "pids"} else os.O_RDONLY
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
