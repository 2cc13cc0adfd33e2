"""Find out, from inside a box, which isolation layers are really active.

Believes nothing that the runner says of itself but the control group, which a box cannot see.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Limits, Program, Run, Status

NEEDED = frozenset(
    ("pid-ns", "mnt-ns", "net-ns", "ipc-ns", "no-capabilities", "no-new-privs", "seccomp", "tmpfs", "read-only-root")
)
_SPACES = ("pid", "mnt", "net", "ipc", "uts", "cgroup", "user")
_PROBE = f"""
import json, os, resource, socket
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
def refused(path):
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        return True
def can_reach():
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return False
    return True
home, root = os.statvfs("."), os.statvfs("/")
print(json.dumps({{
    "spaces": {{name: os.readlink("/proc/self/ns/" + name) for name in {_SPACES!r}}},
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "uid": os.getuid(),
    "capabilities": int(status["CapEff"], 16) | int(status["CapPrm"], 16),
    "no_new_privs": int(status["NoNewPrivs"]),
    "seccomp": int(status["Seccomp"]),
    "network": can_reach(),
    "home": home.f_blocks * home.f_frsize,
    "read_only": bool(root.f_flag & os.ST_RDONLY),
    "zero_refused": refused("/dev/zero"),
    "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
    "environment": len(os.environ),
    "host_file": os.path.exists(open("path").read()),
}}))
"""


def active_layers(run: Callable[[Job], Run], claimed: Sequence[str] = ()) -> tuple[str, ...]:
    """Probe a back end; raise SandboxError when less than the safe minimum is active."""
    limits = Limits(cpu=5.0, wall=20.0)
    files = {"path": os.fsencode(__file__)}
    end = run(Job(candidate=Program(harness=_PROBE, files=files, limits=limits))).candidate
    if end.status is not Status.EXITED or end.code:
        raise SandboxError(f"the sandbox's self-test ended with {end.status} {end.code}: {end.stderr.decode()[-500:]}")
    layers = _layers(json.loads(end.stdout), limits) + [name for name in claimed if name.startswith("cgroup-v")]
    missing = sorted(NEEDED.difference(layers))
    if missing:
        raise SandboxError(f"the sandbox lacks {', '.join(missing)}")
    return tuple(layers)


def _layers(facts: dict[str, object], limits: Limits) -> list[str]:
    """Turn what the probe saw into names; a layer counts only when its effect was seen."""
    spaces = facts["spaces"]
    assert isinstance(spaces, dict)
    found = [f"{name}-ns" for name, link in spaces.items() if link != os.readlink(f"/proc/self/ns/{name}")]  # noqa: PTH115
    seen = {
        "own-uid": "user-ns" not in found and facts["uid"] not in (0, os.geteuid()),
        "no-capabilities": facts["capabilities"] == 0,
        "no-new-privs": facts["no_new_privs"] == 1,
        "seccomp": facts["seccomp"] == 2 and not facts["network"],
        "landlock": facts["zero_refused"],
        "rlimits": facts["memory"] != -1,
        "tmpfs": isinstance(facts["home"], int) and facts["home"] <= limits.disk + (1 << 20),
        "read-only-root": facts["read_only"] and not facts["host_file"],
        "empty-environment": facts["environment"] == 0,
    }
    return found + [name for name, active in seen.items() if active]
