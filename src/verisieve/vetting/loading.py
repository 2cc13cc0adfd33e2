"""Run something in a forked child that loads a domain's modules afresh, one of them changed. Used by `mutating` alone.

Forks, so it belongs into a process that has one thread and does nothing else.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from verisieve.records import Json
from verisieve.vetting.checker import Place

MEMORY = 4 << 30  # address space of a child


@dataclass(frozen=True, slots=True)
class Change:
    """A module whose file is to be read as another text."""

    module: str
    file: str
    source: str


def roots(root: str) -> tuple[str, ...]:
    """The packages whose modules a domain's checker consists of: its own, and its verifiers for one of ours."""
    inner = root.removeprefix("verisieve.domains.")
    return (root,) if inner == root else (root, f"verisieve.verifiers.{inner}")


def files(packages: Sequence[str]) -> dict[str, str]:
    """The loaded modules of some packages: file to name."""
    return {
        file: name
        for name, module in sorted(sys.modules.items())
        if below(name, packages) and (file := getattr(module, "__file__", None)) and file.endswith(".py")
    }


def below(name: str, packages: Sequence[str]) -> bool:
    """Whether a module is one of some packages or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


class Watch:
    """Record which lines and functions of some files run inside a `with`."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files
        self.lines: dict[str, set[int]] = {file: set() for file in files}
        self.functions: set[Place] = set()

    def __enter__(self) -> Watch:
        threading.settrace(self._called)
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _called(self, frame: FrameType, event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        if file not in self._files:
            return None
        self.functions.add(Place(file, frame.f_code.co_firstlineno))
        reached = self.lines[file]

        def line(frame: FrameType, event: str, _: Any) -> Any:
            reached.add(frame.f_lineno)
            return line

        return line


def afresh(
    packages: Sequence[str],
    work: Callable[[], Json],
    *,
    change: Change | None = None,
    cpu: float | None = None,
    wall: float = 3600.0,
) -> Json:
    """Return what `work` returns in a child that has forgotten the packages; None where it does not get there."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _serve(packages, work, change, cpu, writing)  # never returns
    os.close(writing)
    try:
        return _reply(reading, wall)
    finally:
        os.close(reading)
        _end(child)


def _serve(
    packages: Sequence[str], work: Callable[[], Json], change: Change | None, cpu: float | None, writing: int
) -> None:
    code = 1
    try:
        os.setsid()
        _quiet()
        if cpu is not None:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 2))
        _forget(packages)
        if change:
            sys.meta_path.insert(0, _Finder(change))
        with os.fdopen(writing, "wb") as out:
            out.write(json.dumps(work()).encode())
        code = 0
    finally:
        os._exit(code)  # whatever was raised: the parent goes on alone


def _quiet() -> None:
    """What a mutant prints is nobody's business."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _forget(packages: Sequence[str]) -> None:
    for name in [name for name in sys.modules if below(name, packages)]:
        parent, _, last = name.rpartition(".")
        del sys.modules[name]
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(last, None)


class _Finder:
    """Finds the one changed module."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._change.module:
            return None
        folder = Path(self._change.file)
        below = [str(folder.parent)] if folder.name == "__init__.py" else None
        loader = _Loader(name, self._change)
        return spec_from_file_location(name, self._change.file, loader=loader, submodule_search_locations=below)


class _Loader(SourceFileLoader):
    """Reads another text in the place of the file, and no cached bytecode."""

    def __init__(self, name: str, change: Change) -> None:
        super().__init__(name, change.file)
        self._source = change.source.encode()

    def path_stats(self, path: str) -> Any:
        raise OSError("no bytecode of this")

    def get_data(self, path: str) -> bytes:
        return self._source


def _reply(reading: int, wall: float) -> Json:
    """Read until the child closes its end; None where it takes too long or says nothing."""
    said, stop = b"", time.monotonic() + wall
    while (left := stop - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            chunk = os.read(reading, 1 << 16)
            if not chunk:
                return json.loads(said) if said else None
            said += chunk
    return None


def _end(child: int) -> None:
    """End a child and what it left running: it leads a session of its own."""
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
