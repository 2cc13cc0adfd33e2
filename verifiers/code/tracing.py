"""What happened in one call of a program: traced in a box, read here as plain values. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verisieve.sandboxes import Job, Limits, Program, Sandbox, Status
from verisieve.verifiers.code import harness
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import WireError, encode, refuse
from verisieve.verifiers.code.literals import Call

_OUTPUT = 8 << 20  # bytes that a trace may take
_LIMITS = Limits(cpu=1.0, wall=20.0, output=_OUTPUT)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the entry point's own frame; `values` are its plain variables just before it."""

    kind: str  # call, line, return, exception
    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """One call that came to its end."""

    returned: Any
    events: Sequence[Event]


def trace(program: str, entry: str, call: Call, sandbox: Sandbox) -> Trace | None:
    """Trace a call; None where it raises, calls itself, runs too long or returns what is not plain."""
    files = {
        "solution.py": program.encode("utf-8", "replace"),
        "call": encode((entry, call.args, call.kwargs), refuse),
    }
    job = Job(candidate=Program(**harness.trace_texts(), files=files, limits=_LIMITS))
    ended = sandbox.run(job).candidate
    if ended.status is not Status.EXITED or ended.code != 0 or ended.stdout_bytes > _OUTPUT:
        return None
    try:
        returned, calls, events = Reader(ended.stdout).whole()
        if calls != 1 or returned is None:
            return None
        return Trace(_value(returned), [Event(kind, line, _values(values)) for kind, line, values in events])
    except (WireError, RecursionError, TypeError, ValueError, AttributeError):
        return None


def _values(packed: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: _value(data) for name, data in packed.items()}


def _value(data: bytes) -> Any:
    return Reader(data).whole()
