"""The images of the docker back end, one for each group of toolchains: their names, their texts, and building them.

The texts are docker/GROUP/Dockerfile at the top of the tree, `verisieve/docker` in a wheel.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from importlib import resources
from typing import Any

from verisieve.errors import SandboxError, UsageError
from verisieve.sandboxes import engine

_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?(?:[<>=!~]=?[\w.*]+(?:,[<>=!~]=?[\w.*]+)*)?", re.ASCII)
_SILENCE = 600  # seconds that one step of a build may say nothing
GROUPS = ("python", "native", "jvm", "node", "coq")


def tag(group: str) -> str:
    """Return the name of a group's image.

    >>> tag("jvm")
    'verisieve-jvm:1'
    """
    return f"verisieve-{group}:1"


def text(group: str) -> str:
    """Return the text that a group's image is built from."""
    return (resources.files("verisieve") / "docker" / group / "Dockerfile").read_text(encoding="utf-8")


def default_base(group: str) -> str:
    """Return what a group's image is built on where nobody says otherwise.

    >>> default_base("python")
    'python:3.11-slim'
    """
    found = re.search(r"^ARG BASE=(\S+)$", text(group), re.MULTILINE)
    assert found, f"docker/{group}/Dockerfile names no base"
    return found[1]


def check(group: str, packages: Sequence[str] = ()) -> None:
    """Raise UsageError for a group that there is none of, and for packages that it cannot have."""
    if group not in GROUPS:
        raise UsageError(f"no toolchains {group!r}; known: {', '.join(GROUPS)}")
    if packages and group != "python":
        raise UsageError(f"packages are for the image python, not {group}")
    for name in packages:
        if not _REQUIREMENT.fullmatch(name):
            raise UsageError(f"{name!r} is no package that pip would take from an index, like numpy or 'numpy>=2,<3'")


def build(group: str, base: str | None = None, packages: Sequence[str] = ()) -> str:
    """Build a group's image, on top of `base` instead of its own; return its id.

    `packages` are requirements as pip takes them: what Python's boxes may import.
    """
    check(group, packages)
    client = engine.connect()
    try:
        with engine.faults():
            return _build(client, group, {"BASE": base or default_base(group), "PACKAGES": " ".join(packages)})
    finally:
        client.close()


def _build(client: Any, group: str, arguments: dict[str, str]) -> str:
    import docker.errors

    try:
        image, _ = client.images.build(
            fileobj=io.BytesIO(text(group).encode()),
            tag=tag(group),
            buildargs={name: value for name, value in arguments.items() if value},
            network_mode="host",
            rm=True,
            forcerm=True,
            timeout=_SILENCE,
        )
    except docker.errors.BuildError as error:
        said = "".join(line.get("stream", "") for line in error.build_log).split("\n")
        last = next((line.strip() for line in reversed(said) if line.strip()), "")
        raise SandboxError(f"{tag(group)} cannot be built on {arguments['BASE']}: {error.msg} ({last})") from error
    return str(image.id)
