"""Where a folder that was named for boxes has its installed packages, and whether our boxes' Python can use them.

Installs nothing. Packages are other people's code and run in boxes alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from verisieve.errors import SandboxError

_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"  # boxes run the interpreter behind ours


def folder(named: str) -> Path:
    """Return the folder that holds the packages: site-packages of a virtual environment, or the named one itself."""
    path = Path(named).expanduser().absolute()
    if not path.is_dir():
        raise SandboxError(f"packages: {path} is no folder")
    found = sorted(path.glob("lib*/python3*/site-packages"))
    right = [each for each in found if each.parent.name == _PYTHON]
    if found and not right:
        raise SandboxError(f"packages: {path} is for {found[0].parent.name}, and boxes run {_PYTHON}")
    chosen = right[0] if right else path
    if not any(chosen.iterdir()):
        raise SandboxError(f"packages: {chosen} is empty")
    return chosen.resolve()
