"""The hardened container: how it is made, whose it is, and which of them nobody owns any more.

Every container carries two labels: the process that owns it, and the sandbox in that process. What the owner loses
sight of (an engine that died between two of its steps, an owner that was killed) is swept by the next sandbox that
opens, and never anything that a living process may still use.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes import engine
from verisieve.sandboxes.inside import syscalls

SANDBOX, OWNER = "verisieve.sandbox", "verisieve.owner"
PATIENCE_WITH_STRANGERS = 3600.0  # seconds: longer than anyone stays between making and starting a container
_USER = "65532:65532"
_BOOT = """
import os, select
def read(size):
    data = b""
    while len(data) < size:
        part = os.read(0, size - len(data)) if select.select([0], [], [], 60)[0] else b""
        if not part:
            raise SystemExit
        data += part
    return data
exec(read(int(read(10))))
"""  # leaves when nobody speaks to it: an engine that died between starting it and passing on may never know of it
_LIVELY = ("running", "paused", "restarting", "removing")
_BUILDING_BOXES = (
    "unshare setns mount umount2 pivot_root mount_setattr sethostname capset capget clone clone3 memfd_create seccomp "
    "ioctl landlock_create_ruleset landlock_add_rule landlock_restrict_self"
)


def boot(program: str) -> bytes:
    """Encode the program that a container waits for: ten digits of its size, then the text."""
    text = program.encode()
    return b"%010d" % len(text) + text


def create(
    api: Any, facts: Mapping[str, Any], *, image: str, runtime: str | None, memory: int, cpus: float, sandbox: str
) -> str:
    """Create, not start, a container that waits for its program on standard input; `facts` is the engine's info."""
    import docker.errors

    security = ["no-new-privileges", f"seccomp={json.dumps(_profile())}"]
    if any("name=apparmor" in option for option in facts.get("SecurityOptions") or ()):
        security.append("apparmor=unconfined")  # Docker's profile forbids every mount, so boxes could not be built
    limits = api.create_host_config(
        network_mode="none",
        cap_drop=["ALL"],
        security_opt=security,
        read_only=True,
        ipc_mode="none",
        auto_remove=True,
        pids_limit=512,
        mem_limit=memory,
        memswap_limit=memory,
        nano_cpus=int(cpus * 1e9),
        runtime=runtime,
        log_config={"Type": "none"},
    )
    limits["MaskedPaths"] = limits["ReadonlyPaths"] = []  # else the kernel refuses a box its own /proc
    try:
        made = api.create_container(
            image,
            ["python3", "-I", "-c", _BOOT, "{}"],
            stdin_open=True,
            user=_USER,
            host_config=limits,
            labels={SANDBOX: sandbox, OWNER: owner()},
            stop_signal="SIGKILL",  # an engine that is told to stop would wait ten seconds for us to leave
        )
    except docker.errors.ImageNotFound as error:
        raise SandboxError(engine.no_image(image)) from error
    return str(made["Id"])


def sweep(api: Any, sandbox: str, live: Collection[str]) -> None:
    """Remove what this sandbox has lost sight of, and what owners that are dead have left behind."""
    import docker.errors

    for entry in api.containers(all=True, filters={"label": [SANDBOX]}):
        labels = entry.get("Labels") or {}
        lost = labels.get(SANDBOX) == sandbox and entry["Id"] not in live
        if lost or is_orphan(labels.get(OWNER, ""), entry.get("State", ""), time.time() - entry.get("Created", 0)):
            with suppress(docker.errors.APIError):  # somebody else was quicker
                api.remove_container(entry["Id"], force=True)


def owner() -> str:
    """Name this process so that no other is ever meant: boot, pid namespace, pid, start time."""
    return f"{_scope()} {os.getpid()} {_started(os.getpid())}"


def is_orphan(label: str, state: str, age: float) -> bool:
    """Whether nobody owns a container: its process is dead, or is not in our sight and cannot need what has stopped.

    Processes of another machine, boot or pid namespace are out of sight.
    """
    scope, _, process = label.partition(" ")
    if scope != _scope():
        return state not in _LIVELY and age > PATIENCE_WITH_STRANGERS
    pid, _, started = process.partition(" ")
    try:
        os.kill(int(pid), 0)  # unlike /proc, sees other users' processes always
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _started(int(pid)) not in (started, "")


def _scope() -> str:
    """Name what gives a pid its meaning: this boot of this machine, and the pid namespace."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; empty where that cannot be read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _profile() -> dict[str, Any]:
    """What a container may call: what a box may, and what building boxes takes; sockets of Unix only."""
    names = sorted({*syscalls.numbers("x86_64"), *syscalls.numbers("aarch64"), *_BUILDING_BOXES.split()} - {"socket"})
    unix_only = {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
        "syscalls": [
            {"names": names, "action": "SCMP_ACT_ALLOW"},
            {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [unix_only]},
        ],
    }
