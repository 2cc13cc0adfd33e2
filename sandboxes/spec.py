"""What `--sandbox` may say: `auto`, `embedded`, `docker`, or one of the last two with options.

    embedded:packages=DIR                what boxes may import: a virtual environment, or a folder of packages
    docker:oneshot                       a container for each run
    docker:runs=50                       a new container after so many runs
    docker:runtime=runsc                 another runtime of the engine's
    docker:memory=4g,cpus=1.5            what one container may use

Does not look whether the back end is there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from verisieve.errors import UsageError

KINDS = ("auto", "embedded", "docker")
GRAMMAR = (
    "auto, embedded, embedded:packages=DIR, docker or docker:OPTION,... with oneshot, runs=N, runtime=NAME, "
    "memory=SIZE, cpus=N"
)
_LEAST_MEMORY = 128 << 20  # below this the warm interpreter itself does not fit
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


class Spec(NamedTuple):
    """A back end by name, and the arguments of its class that differ from its own."""

    kind: str
    options: Mapping[str, Any]


def parse(text: str) -> Spec:
    """Read a spec; raise UsageError that names what is wrong.

    >>> parse("docker:oneshot,memory=1.5g")
    Spec(kind='docker', options={'runs': 1, 'memory': 1610612736})
    """
    kind, colon, rest = text.partition(":")
    if kind not in KINDS or (colon and kind not in _READERS):
        raise UsageError(f"unknown sandbox {text!r}; known: {GRAMMAR}")
    options: dict[str, Any] = {}
    for word in rest.split(",") if colon else ():
        name, value = _option(kind, word)
        if name in options:
            raise UsageError(f"sandbox {text!r}: {word!r} says again what an option before it said")
        options[name] = value
    return Spec(kind, options)


def _option(kind: str, word: str) -> tuple[str, Any]:
    """Read one option; return the argument that it sets."""
    name, equals, value = word.partition("=")
    readers = _READERS[kind]
    if word == "oneshot" and kind == "docker":
        return "runs", 1
    if name not in readers:
        known = [*(["oneshot"] if kind == "docker" else []), *readers]
        raise UsageError(f"sandbox {kind} has no option {word!r}; known: {', '.join(known)}")
    read, wanted = readers[name]
    result = read(value) if equals else None
    if result is None:
        raise UsageError(f"sandbox {kind}: {name} must be {wanted}, not {value!r}")
    return name, result


def _count(value: str) -> int | None:
    return int(value) if re.fullmatch(r"0*[1-9][0-9]{0,8}", value, re.ASCII) else None


def _name(value: str) -> str | None:
    return value if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", value) else None


def _size(value: str) -> int | None:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([bkmgt]?)", value.lower(), re.ASCII)
    size = int(float(found[1]) * _UNITS[found[2]]) if found and len(value) < 20 else 0
    return size if size >= _LEAST_MEMORY else None


def _number(value: str) -> float | None:
    number = float(value) if re.fullmatch(r"[0-9]*\.?[0-9]+", value, re.ASCII) else 0.0
    return number if 0.01 <= number < math.inf else None


_READERS: dict[str, dict[str, tuple[Callable[[str], Any], str]]] = {
    "embedded": {"packages": (lambda value: value or None, "a folder of installed packages")},
    "docker": {
        "runs": (_count, "a whole number from 1"),
        "runtime": (_name, "the name of a runtime that the engine knows, like runsc"),
        "memory": (_size, f"a size from {_LEAST_MEMORY >> 20}m, like 512m or 2g"),
        "cpus": (_number, "a number from 0.01, like 1.5"),
    },
}
