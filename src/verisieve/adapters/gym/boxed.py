"""Run reasoning-gym in a box of a sandbox: its packages go in as data, items and scores come out as JSON.

The packages come from an environment that somebody made (`python -m venv`, `pip install reasoning-gym`) with the
Python of the boxes; nothing of it is imported here.
"""

from __future__ import annotations

import inspect
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from verisieve.adapters.gym import inside
from verisieve.errors import SandboxError, UsageError
from verisieve.records import Json
from verisieve.sandboxes import MIB, Job, Limits, Program, Sandbox, Status

LIMITS = Limits(
    cpu=600, wall=3600, memory=3 << 30, address_space=16 << 30, disk=1 << 30, files=20_000, output=256 * MIB
)  # fmt: skip
_UNUSED = frozenset({"pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Items of one family; `answers` holds, for each of them, texts that its scorer is to score."""

    family: str
    count: int
    seed: int = 0
    config: Mapping[str, Json] = field(default_factory=dict)
    answers: Sequence[Sequence[str]] = ()


def run(
    environment: Path, requests: Sequence[Request], sandbox: Sandbox, limits: Limits = LIMITS
) -> list[dict[str, Json]]:
    """Return a record for each item (`item`, `scores`) or failure (`error`); raise SandboxError where the box fails."""
    wanted = json.dumps([asdict(request) for request in requests]).encode()
    program = Program(
        harness=inspect.getsource(inside),
        files={"packages.zip": packed(environment)},
        stdin=wanted,
        limits=limits,
    )
    done = sandbox.run(Job(candidate=program)).candidate
    if done.status is not Status.EXITED or done.code or done.stdout_bytes > len(done.stdout):
        told = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise SandboxError(f"reasoning-gym in its box: {done.status} {done.code}, {done.stdout_bytes} bytes: {told}")
    return list(_records(done.stdout))


def packed(environment: Path) -> bytes:
    """Return the packages of an environment as a zip file."""
    places = sorted(environment.glob("lib/python3*/site-packages"))
    if len(places) != 1 or not (places[0] / "reasoning_gym").is_dir():
        raise UsageError(f"{environment}: not an environment that has reasoning-gym")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(places[0].rglob("*")):
            parts = file.relative_to(places[0]).parts
            if file.is_file() and not {"__pycache__", "tests"} & set(parts) and parts[0] not in _UNUSED:
                archive.write(file, "/".join(parts))
    return buffer.getvalue()


def _records(out: bytes) -> Iterator[dict[str, Json]]:
    """Yield what the box said; a line that is no record came from elsewhere in the package."""
    for line in out.splitlines()[1:]:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and ("item" in value or "error" in value):
            yield value
