"""Pytest as zip files, for boxes that see no installed packages; nothing is imported or compiled here."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.util import cache_from_source, find_spec
from pathlib import Path

from verisieve.errors import SandboxError

_PARTS = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py")
_SKIPPED = ("pygments/lexers/", "pygments/styles/")  # hundreds of languages that no test report needs
_KEPT = ("__init__.py", "_mapping.py", "python.py", "diff.py", "default.py")


@cache
def pytest_files() -> dict[str, bytes]:
    """Return pytest and what it needs: the byte code of this Python, and the source for a box with another one."""
    compiled, source = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(compiled, "w") as fast, zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as slow:
        for root, path in _sources():
            name, cached = path.relative_to(root).as_posix(), Path(cache_from_source(str(path)))
            slow.write(path, name)
            if cached.exists():
                fast.write(cached, name + "c")
            else:
                fast.write(path, name)
    return {f"pytest-{sys.implementation.cache_tag}.zip": compiled.getvalue(), "pytest.zip": source.getvalue()}


def _sources() -> Iterator[tuple[Path, Path]]:
    for part in _PARTS:
        spec = find_spec(part)
        if spec is None or spec.origin is None:
            if part == "pytest":
                raise SandboxError("pytest is not installed beside verisieve")
            continue
        origin = Path(spec.origin)
        if origin.name != "__init__.py":
            yield origin.parent, origin
            continue
        root = origin.parent.parent
        for path in sorted(origin.parent.rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if not name.startswith(_SKIPPED) or path.name in _KEPT:
                yield root, path
