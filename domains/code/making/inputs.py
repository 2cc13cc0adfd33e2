"""Inputs for a problem: those that its tests use, seen by a spy among the tests, and new ones drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from verisieve.domains.code.truth import Truth
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import literals, runner
from verisieve.verifiers.code.literals import Call, LiteralError

_OUTPUT = 1 << 20  # bytes of calls that are kept of one run
MOST = 60  # calls that are kept of one problem's tests
_SPY = """
import os as _os
import sys as _sys

_told = _os.fdopen(_os.dup(1), "w")  # pytest captures standard output


def _spy(called):
    def spy(*arguments, **named):
        print("call", ascii((arguments, named)), file=_told, flush=True)
        return called(*arguments, **named)

    return spy


{entry} = _spy({entry})
_sys.modules["solution"].{entry} = {entry}
"""


def recorded(program: str, truth: Truth, sandbox: Sandbox) -> list[Call]:
    """Return the distinct plain calls that the problem's tests make of its reference."""
    setup = f"{truth.tests.setup}\n{_SPY.format(entry=truth.tests.entry)}"
    job = runner.make_job(program, "", replace(truth.tests, setup=setup), truth.limits)
    assert job.tester
    roomy = replace(job.tester, limits=replace(job.tester.limits, output=_OUTPUT))
    run = sandbox.run(replace(job, tester=roomy))
    lines = run.tester.stdout.decode("ascii", "replace").splitlines() if run.tester else []
    found: dict[str, Call] = {}
    for line in lines:
        call = _read(line)
        if call is not None and len(found) < MOST:
            found.setdefault(repr(call), call)
    return list(found.values())


def _read(line: str) -> Call | None:
    try:
        arguments, named = literals.read(line.removeprefix("call "))
    except (LiteralError, TypeError, ValueError):
        return None
    return Call(arguments, named) if type(arguments) is tuple and type(named) is dict else None


def fresh(calls: Sequence[Call], rng: Random, count: int) -> list[Call]:
    """Draw new calls: arguments of several known calls put together, and small changes of them."""
    known = {repr(call) for call in calls}
    found: list[Call] = []
    for _ in range(10 * count):
        if len(found) >= count:
            break
        base, other = rng.choice(calls), rng.choice(calls)
        mixed = [rng.choice(pair) for pair in zip(base.args, other.args, strict=False)] + list(
            base.args[len(other.args) :]
        )
        if mixed and rng.random() < 0.7:
            index = rng.randrange(len(mixed))
            mixed[index] = nudged(mixed[index], rng)
        call = Call(tuple(mixed), base.kwargs)
        if repr(call) not in known:
            known.add(repr(call))
            found.append(call)
    return found


def nudged(value: Any, rng: Random) -> Any:
    """Change a plain value a little, keeping its type.

    >>> nudged(True, Random(0)), nudged(None, Random(0))
    (False, None)
    """
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice((-2, -1, 1, 2))
    if isinstance(value, float):
        return value + rng.choice((-1.5, -0.5, 0.5, 1.0))
    if isinstance(value, (str, list, tuple)) and len(value):
        return _shifted(value, rng)
    return value


def _shifted(value: Any, rng: Random) -> Any:
    index = rng.randrange(len(value))
    part = value[index : index + 1]
    change = rng.randrange(4)
    if change == 0:
        return value[:index] + value[index + 1 :]
    if change == 1:
        return value[:index] + part + value[index:]
    if change == 2:
        return value[::-1]
    if isinstance(value, str):
        return value[:index] + rng.choice(value) + value[index + 1 :]
    return value[:index] + type(value)([nudged(value[index], rng)]) + value[index + 1 :]
