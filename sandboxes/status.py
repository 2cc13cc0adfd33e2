"""What a sandbox is like here: which layers are active and which are missing, how limits are enforced, how fast it is.

Knows the layers of our own back ends; a layer of somebody else's is listed without an explanation.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from verisieve.errors import SandboxError
from verisieve.sandboxes import MIB, Limits, Sandbox
from verisieve.sandboxes.conformance import control


class _About(NamedTuple):
    """What a layer stops, and what to do where it is missing; empty where nothing needs to be done."""

    stops: str
    remedy: str = ""


_SPACES = "be root, or allow user namespaces"
_ABOUT = {
    "container": _About("the host's files and kernel settings: a second wall"),
    "pid-ns": _About("processes of others; daemons that outlive a run", _SPACES),
    "mnt-ns": _About("the host's files: home, project, /etc, /run, /sys", _SPACES),
    "net-ns": _About("any network, even loopback and abstract sockets", _SPACES),
    "ipc-ns": _About("the host's shared memory, semaphores and queues", _SPACES),
    "uts-ns": _About("the host's name", _SPACES),
    "cgroup-ns": _About("the host's control groups", _SPACES),
    "own-uid": _About("being a user that owns anything on this machine", "run as root"),
    "user-ns": _About("privileges outside: those of a box end at its wall"),
    "no-capabilities": _About("mounts, modules and all else that root may do"),
    "no-new-privs": _About("gains through setuid programs"),
    "seccomp": _About("all but 200 calls: tracing, bpf, io_uring, keys, net"),
    "landlock": _About("writes outside the run's folder: a second opinion", "use Linux 5.13 or later"),
    "rlimits": _About("one process that takes address space, files, cores"),
    "tmpfs": _About("a full disk, and files left for the next run"),
    "read-only-root": _About("changes to Python, libraries, programs"),
    "empty-environment": _About("keys and tokens in variables"),
    "cgroup": _About(
        "totals that children or kernel memory slip out of", "be root, or start under systemd-run --user --scope"
    ),
}
_INSTEAD = {"own-uid": "user-ns", "user-ns": "own-uid"}  # as root the one, as an ordinary user the other
_OPTIONAL = frozenset({"container", "user-ns"})  # of the other back end, or no loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One isolation layer, whether it is active here, what it stops, and what would bring it."""

    name: str
    active: bool
    stops: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One default limit and how it is enforced here."""

    limit: str
    default: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one run of a small program takes, in milliseconds."""

    runs: int
    fastest: float
    p50: float
    p95: float

    @property
    def per_second(self) -> float:
        """Runs a second, one after the other."""
        return 1e3 / self.p50


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it."""

    name: str
    layers: tuple[Layer, ...]
    limits: tuple[Bound, ...]
    speed: Speed

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        data = asdict(self)
        data["speed"]["per_second"] = round(self.speed.per_second, 1)
        return data


def look(sandbox: Sandbox, runs: int = 50) -> Status:
    """Look at an open sandbox; raise SandboxError when it does not run a small program right."""
    return Status(
        name=sandbox.name, layers=layers(sandbox.layers), limits=bounds(sandbox.layers), speed=speed(sandbox, runs)
    )


def layers(active: tuple[str, ...]) -> tuple[Layer, ...]:
    """The active layers in their order, then the missing ones that would be a gain.

    >>> [layer.name for layer in layers(("seccomp", "own-uid")) if not layer.active][:2]
    ['pid-ns', 'mnt-ns']
    """
    found = [Layer(name=name, active=True, stops=_about(name).stops) for name in active]
    have = {name.partition("-v")[0] for name in active}
    if "container" in have:
        have.add("cgroup")  # the engine's own: a total over the container
    missing = [
        Layer(name=name, active=False, stops=about.stops, remedy=about.remedy)
        for name, about in _ABOUT.items()
        if not {name, _INSTEAD.get(name, name)} & have and name not in _OPTIONAL
    ]
    if "user-ns" in have and "container" not in have:
        about = _ABOUT["own-uid"]
        missing.append(Layer(name="own-uid", active=False, stops=about.stops, remedy=about.remedy))
    return (*found, *missing)


def _about(name: str) -> _About:
    """What is known of a layer; versions and counters are part of the name of control groups."""
    known = _ABOUT.get(name.partition("-v")[0] if name.startswith("cgroup-v") else name)
    return known or _About("")


def bounds(active: tuple[str, ...]) -> tuple[Bound, ...]:
    """The default limits, each with what enforces it under these layers."""
    limits = Limits()
    group = next((name for name in active if name.startswith("cgroup-v")), "")
    counted = frozenset(group.partition(":")[2].split("+"))
    version = group.partition(":")[0]
    container = "container" in active

    def behind(counter: str, otherwise: str = "") -> str:
        if counter in counted:
            return f", {version} too"
        return ", the container's cgroup too" if container and counter != "cpu" else otherwise

    rows = (
        ("cpu", f"{limits.cpu:g} s", "watched from outside, rlimit per process" + behind("cpu")),
        ("wall", f"{limits.wall:g} s", "the runner's clock, outside the box"),
        ("memory", _size(limits.memory), "watched from outside" + behind("memory")),
        ("address_space", "2 x memory", "rlimit per process"),
        ("processes", str(limits.processes), "rlimit per user" + behind("pids")),
        ("disk", _size(limits.disk), "size of the run's tmpfs"),
        ("files", str(limits.files), "inodes of the run's tmpfs"),
        ("output", _size(limits.output), "always drained; head and tail kept"),
    )
    return tuple(Bound(limit=limit, default=default, how=how) for limit, default, how in rows)


def speed(sandbox: Sandbox, runs: int = 50) -> Speed:
    """Measure runs of a small program, one after the other."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        if not control(sandbox):
            raise SandboxError(f"the sandbox {sandbox.name} does not run a small program right")
        taken.append((time.perf_counter() - start) * 1e3)
    cuts = statistics.quantiles(taken, n=20)
    return Speed(runs=runs, fastest=min(taken), p50=statistics.median(taken), p95=cuts[-1])


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count // 1024} KiB"
