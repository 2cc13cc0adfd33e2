"""The images of the docker back end, one for each group of toolchains: their names, their texts, and building them.

The texts are docker/GROUP/Dockerfile at the top of the tree, `verisieve/docker` in a wheel.
"""

from __future__ import annotations

import io
import re
from importlib import resources
from typing import Any

from verisieve.errors import SandboxError, UsageError
from verisieve.sandboxes import engine

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


def check(group: str) -> None:
    """Raise UsageError for a group that there is none of."""
    if group not in GROUPS:
        raise UsageError(f"no toolchains {group!r}; known: {', '.join(GROUPS)}")


def build(group: str, base: str | None = None) -> str:
    """Build a group's image, on top of `base` instead of its own; return its id."""
    check(group)
    client = engine.connect()
    try:
        with engine.faults():
            return _build(client, group, base or default_base(group))
    finally:
        client.close()


def _build(client: Any, group: str, base: str) -> str:
    import docker.errors

    try:
        image, _ = client.images.build(
            fileobj=io.BytesIO(text(group).encode()),
            tag=tag(group),
            buildargs={"BASE": base},
            network_mode="host",
            rm=True,
            forcerm=True,
            timeout=_SILENCE,
        )
    except docker.errors.BuildError as error:
        said = "".join(line.get("stream", "") for line in error.build_log).split("\n")
        last = next((line.strip() for line in reversed(said) if line.strip()), "")
        raise SandboxError(f"{tag(group)} cannot be built on {base}: {error.msg} ({last})") from error
    return str(image.id)
