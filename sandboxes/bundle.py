"""Pack modules of ours into one program text for a bare interpreter.

The interpreter that runs boxes has no package installed and must not see ours: it gets such a text and nothing else.
A program takes its configuration as JSON in its first argument.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module, resources

_LOADER = """
import json, sys, types
for name, text in json.loads({sources!r}):
    module = sys.modules[name] = types.ModuleType(name)
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)
    exec(compile(text, "<" + name + ">", "exec"), module.__dict__)
module.main(json.loads(sys.argv[1]))
"""
_INSIDE = "verisieve.sandboxes.inside"
_RUNNER = (
    "kernel",
    "syscalls",
    "seccomp",
    "landlock",
    "waiting",
    "root",
    "wire",
    "watch",
    "cgroup",
    "box",
    "runner",
    "start",
)
_RELAY = ("", ".errors", ".sandboxes", ".sandboxes.inside", ".sandboxes.inside.wire")
_RELAY_TAIL = (".sandboxes.pump", ".sandboxes.host", ".sandboxes.frames", ".sandboxes.relay")


@cache
def runner() -> str:
    """The program that becomes the warm interpreter (`inside.start`)."""
    empty = [["verisieve", ""], ["verisieve.sandboxes", ""], [_INSIDE, ""]]
    return _pack(empty + [[f"{_INSIDE}.{name}", _text(f"{_INSIDE}.{name}")] for name in _RUNNER])


@cache
def relay() -> str:
    """The program that drives a warm interpreter inside a container (`relay`)."""
    names = [f"verisieve{name}" for name in (*_RELAY, *_RELAY_TAIL)]
    return _pack([[name, "" if name in ("verisieve", _INSIDE) else _text(name)] for name in names])


def _pack(sources: list[list[str]]) -> str:
    return _LOADER.format(sources=json.dumps(sources))


def _text(name: str) -> str:
    """Read the source of a module or package."""
    package, _, last = name.rpartition(".")
    folder = resources.files(import_module(package))
    file = folder / f"{last}.py"
    return (file if file.is_file() else folder / last / "__init__.py").read_text(encoding="utf-8")
