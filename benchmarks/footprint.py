"""What a sandbox takes up on the machine at rest: processes, descriptors, control groups, mounts, files, memory.

Counts what is ours only (descendants, groups named after them, containers labelled with them, files of the boxes'
users), since others work here too.
"""

from __future__ import annotations

import gc
import os
import statistics
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from verisieve.errors import SandboxError
from verisieve.sandboxes import MIB, Sandbox, conformance, engine, hardened

_PAGE = os.sysconf("SC_PAGE_SIZE")
_BOX_UIDS = range(0x70000000, 0x7FFFFFFF)
_CONTAINER_UID = 65532
_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # looked at
TOLERANCES = {
    "processes": 0.0,
    "descriptors": 0.0,
    "control groups": 0.0,
    "mounts": 0.0,
    "files of boxes": 0.0,
    "containers": 0.0,
    "own memory MiB": 8.0,
    "runner memory MiB": 8.0,
}
CONNECTIONS = 20.0  # that the engine's SDK keeps open, for one container after another; far fewer than a leak would be
WARM_UP = 0.5  # share of the readings that may still grow


class Drift(NamedTuple):
    """How one measure went: before, least and most after warming up, at the end, and per thousand runs by a fit."""

    measure: str
    before: float
    least: float
    most: float
    after: float
    slope: float
    tolerance: float

    @property
    def flat(self) -> bool:
        """Whether it came to rest where it was, within the tolerance."""
        return self.most - self.least <= self.tolerance or self.after <= self.least + self.tolerance


class Footprint:
    """Takes readings of one sandbox that is at rest."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.docker = sandbox.name == "docker"
        self.readings: list[tuple[int, dict[str, float]]] = []

    def read(self, runs: int) -> dict[str, float]:
        """Measure after this many runs; a like run goes before each reading, so that what is kept ready is alike."""
        for _ in range(3):
            conformance.control(self.sandbox)
        gc.collect()
        processes = conformance.descendants(self.sandbox)
        family = _family()
        reading = {
            "processes": float(processes),
            "descriptors": float(len(os.listdir("/proc/self/fd"))),  # noqa: PTH208
            "control groups": float(_groups(family)),
            "mounts": float(_mounts()),
            "files of boxes": float(_files()),
            "own memory MiB": _private(os.getpid()) / MIB,
            "runner memory MiB": sum(_private(pid) for pid in family - {os.getpid()}) / MIB,
        }
        if self.docker:
            reading["containers"] = float(len(containers_of([os.getpid()], stopped=True)))
        self.readings.append((runs, reading))
        return reading

    def drifts(self) -> list[Drift]:
        """How each measure went over all readings."""
        settled = self.readings[int(len(self.readings) * WARM_UP) :]
        tolerances = TOLERANCES | ({"descriptors": CONNECTIONS} if self.docker else {})
        return [_drift(name, self.readings, settled, tolerances[name]) for name in self.readings[0][1]]


def _drift(
    name: str, readings: Sequence[tuple[int, dict[str, float]]], settled: Sequence[Any], tolerance: float
) -> Drift:
    values = [reading[name] for _, reading in settled]
    runs = [float(count) for count, _ in settled]
    slope = statistics.linear_regression(runs, values).slope * 1000 if len(set(runs)) > 1 else 0.0
    return Drift(name, readings[0][1][name], min(values), max(values), values[-1], slope, tolerance)


def _family() -> set[int]:
    """This process and all that descend from it."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text(encoding="latin-1").rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {os.getpid()}
    while grown := {pid for pid, parent in parents.items() if parent in family and pid not in family}:
        family |= grown
    return family


def _private(pid: int) -> int:
    """Bytes that a process does not share with files."""
    try:
        _, resident, shared, *_ = (int(word) for word in Path(f"/proc/{pid}/statm").read_text().split())
    except OSError:
        return 0
    return (resident - shared) * _PAGE


def _groups(family: set[int]) -> int:
    """Control groups of our runners, and those whose runner is gone."""
    names = [path.name for path in Path("/sys/fs/cgroup").glob("**/verisieve-*")]
    owners = [int(name.rpartition("-")[2]) for name in names]
    return sum(pid in family or not Path(f"/proc/{pid}").exists() for pid in owners)


def _mounts() -> int:
    """Mounts of the host but those of containers, which come and go."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    return sum("/docker/" not in line and "overlay" not in line for line in lines)


def _files() -> int:
    """Files on the host that belong to the users of boxes."""
    entries = [path for folder in _FOLDERS for path in Path(folder).iterdir()]
    owners = [path.lstat().st_uid for path in entries if os.path.lexists(path)]
    return sum(uid in _BOX_UIDS or uid == _CONTAINER_UID for uid in owners)


def containers_of(owners: Collection[int], *, stopped: bool = False) -> list[str]:
    """The containers of these processes; none where no engine answers."""
    if not engine.ready():
        return []
    try:
        client = engine.connect()
    except SandboxError:
        return []
    try:
        with engine.faults():
            listed = client.api.containers(all=stopped, filters={"label": hardened.OWNER})
    finally:
        client.close()
    return [one["Id"] for one in listed if int(one["Labels"][hardened.OWNER].split()[1]) in owners]
