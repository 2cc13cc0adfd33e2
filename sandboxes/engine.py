"""The Docker engine: whether it answers, the image, and the hardened container. Needs no engine to be imported."""

from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from verisieve.errors import SandboxError
from verisieve.sandboxes.inside import syscalls

IMAGE = "verisieve-python:1"
BASE = "python:3.11-slim"
DOCKERFILE = """\
# The image of verisieve's docker sandbox: Python's interpreter, and nothing of ours.
# Built by `verisieve sandbox build`; BASE may be any Linux image that has Python 3.11+ or Debian's packages.
ARG BASE=python:3.11-slim
FROM ${BASE}
RUN command -v python3 || \\
    (apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*)
USER 65532:65532
WORKDIR /
"""
_USER = "65532:65532"
_LABEL = "verisieve.sandbox"
_CONNECT_TIMEOUT = 5
_SOCKET = "/var/run/docker.sock"
_REQUEST_TIMEOUT = 60
_BOOT = "import sys; b = sys.stdin.buffer; exec(b.read(int(b.readline())))"
_BUILDING_BOXES = (
    "unshare setns mount umount2 pivot_root mount_setattr sethostname capset capget clone clone3 memfd_create seccomp "
    "ioctl landlock_create_ruleset landlock_add_rule landlock_restrict_self"
)


@contextmanager
def faults() -> Iterator[None]:
    """Turn what the engine and the way to it may raise into SandboxError."""
    import docker.errors
    import requests

    try:
        yield
    except docker.errors.ImageNotFound as error:
        raise SandboxError(f"no image {IMAGE}: run `verisieve sandbox build`") from error
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as error:
        raise SandboxError(f"the Docker engine does not work: {error}") from error


def connect() -> Any:
    """Return a client of the engine that the environment names; raise SandboxError when none answers."""
    import docker.client

    with ExitStack() as stack, faults():
        _knock()
        client = docker.client.DockerClient.from_env(timeout=_CONNECT_TIMEOUT)
        stack.callback(client.close)
        client.ping()
        client.api.timeout = _REQUEST_TIMEOUT
        stack.pop_all()
        return client
    raise AssertionError  # for type checkers: an ExitStack may swallow, this one does not


def _address() -> tuple[str, str]:
    kind, _, path = os.environ.get("DOCKER_HOST", f"unix://{_SOCKET}").partition("://")
    return kind, path


def _knock() -> None:
    """Fail early, and without the socket that the SDK forgets to close, where nobody listens."""
    kind, path = _address()
    if kind == "unix":
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(_CONNECT_TIMEOUT)
            link.connect(path)


def ready() -> bool:
    """Whether an engine answers and has our image; asked without the SDK, which takes longer to load than to ask."""
    kind, path = _address()
    if kind != "unix":
        return not missing()
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(_CONNECT_TIMEOUT)
            link.connect(path)
            link.sendall(f"GET /images/{IMAGE}/json HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
            return link.recv(64).split()[1:2] == [b"200"]
    except OSError:
        return False


def missing() -> str:
    """Say what keeps the docker back end from running here; empty when nothing does."""
    try:
        with faults():
            client = connect()
            try:
                client.images.get(IMAGE)
            finally:
                client.close()
    except SandboxError as error:
        return str(error)
    return ""


def build(base: str = BASE) -> str:
    """Build the image on top of `base`; return its id."""
    client = connect()
    try:
        with faults():
            file = io.BytesIO(DOCKERFILE.encode())
            image, _ = client.images.build(
                fileobj=file, tag=IMAGE, buildargs={"BASE": base}, network_mode="host", rm=True
            )
            return str(image.id)
    finally:
        client.close()


def create(client: Any, *, image: str, runtime: str | None, memory: int, cpus: float) -> Any:
    """Create, not start, a hardened container that waits for its program on standard input."""
    api = client.api
    security = ["no-new-privileges", f"seccomp={json.dumps(_profile())}"]
    if any("name=apparmor" in option for option in client.info().get("SecurityOptions") or ()):
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
    labels = {_LABEL: str(os.getpid())}  # whose it is
    made = api.create_container(
        image, ["python3", "-I", "-c", _BOOT, "{}"], stdin_open=True, user=_USER, host_config=limits, labels=labels
    )
    return client.containers.get(made["Id"])


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
