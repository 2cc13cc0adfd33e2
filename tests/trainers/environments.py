"""The trainers' own environments: pinned, from PyPI, in a cache folder.

`python tests/trainers/environments.py` makes them.
Each holds what verisieve itself needs, but not verisieve: that comes from this tree.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
INSTALL = ("install", "-qq", "--disable-pip-version-check", "--no-compile")


class Environment(NamedTuple):
    """Packages by install step, and the test modules that run with them."""

    name: str
    steps: tuple[tuple[str, ...], ...]
    modules: tuple[str, ...]


ENVIRONMENTS = (
    Environment(
        "training",
        (
            ("torch==2.13.0",),  # first and alone: what comes after takes the build that is there
            ("trl==1.16.0", "datasets==5.2.0", "aiohttp", "codetiming", "func_timeout", "hydra-core", "omegaconf",
             "orjson", "pillow", "pylatexenc", "ray==2.60.0", "tensordict==0.15.3"),
            # they ask for a GPU's libraries and for older ones than each other; their loaders need none of that
            ("--no-deps", "verl==0.9.1", "openrlhf==0.11.2", "skyrl-gym==0.4.0"),
        ),
        ("with_datasets.py", "with_trl.py", "with_verl.py", "with_openrlhf.py", "with_skyrl.py", "with_ray.py"),
    ),
    Environment("inspect", (("inspect-ai==0.3.285",),), ("with_inspect.py",)),
    Environment("verifiers", (("verifiers==0.4.0",),), ("with_prime.py",)),
)  # fmt: skip


def interpreter(environment: Environment) -> Path:
    """Return where an environment's interpreter is, or will be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "verisieve" / "trainers"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    digest = sha256(repr((environment.steps, _ours())).encode()).hexdigest()[:12]
    return cache / f"{environment.name}-{version}-{digest}" / "bin" / "python"


def missing(environment: Environment) -> str:
    """Say why an environment cannot be used; nothing where it can."""
    place = interpreter(environment).parents[1]
    return (
        "" if (place / "complete").exists() else "no trainers here; `python tests/trainers/environments.py` brings them"
    )


def make(environment: Environment) -> Path:
    """Make an environment where it is not complete, one process at a time."""
    python = interpreter(environment)
    place = python.parents[1]
    place.parent.mkdir(parents=True, exist_ok=True)
    with (place.parent / f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if missing(environment):
            sys.stderr.write(f"== making {place}\n")
            base = getattr(sys, "_base_executable", "") or sys.executable
            subprocess.run([base, "-m", "venv", "--clear", "--without-pip", str(place)], check=True)
            for packages in (*environment.steps, _ours()):
                subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *INSTALL, *packages], check=True)
            (place / "complete").touch()
    return python


def _ours() -> tuple[str, ...]:
    """What verisieve needs, as pyproject.toml says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tuple(project["dependencies"])


if __name__ == "__main__":
    for each in ENVIRONMENTS:
        make(each)
