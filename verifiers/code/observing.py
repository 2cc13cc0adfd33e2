"""What a program answers to many calls: one run of two boxes, answers as exact builtins; judges equality alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Limits, Sandbox, Status
from verisieve.verifiers.code import runner
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.runner import Tests

RESTARTS = 3  # how often a program that ended itself in a call is asked the calls behind it


class Answer(NamedTuple):
    """How a call ended: `returned` a value, or `raised` (the value is the names of the exception's classes).

    Or `opaque` (what came back is no plain data), `ended` (the process was gone), `limit` (CPU, time or memory),
    `unasked`.
    """

    kind: str
    value: Any = None
    changed: Any = None  # the arguments as the call left them

    def text(self) -> str:
        """The answer as people read it, cut to size."""
        shown = repr(self.value) if self.kind == "returned" else f"{self.kind} {self.value or ''}".strip()
        if self.kind == "raised":
            shown = f"raised {self.value[0]}"
        return shown[: runner.MAX_EVIDENCE]


def shown(call: Call, entry: str) -> str:
    """The call as people read it in evidence, cut to size."""
    return call.text(entry)[: runner.MAX_EVIDENCE]


class Observed(NamedTuple):
    """The answers, as many as there are calls, and the CPU seconds of the program."""

    answers: list[Answer]
    cpu: float


_EXPECTED = ("passed", "lost", "syntax", "exception", "missing")  # the last three: it did not load


def observe(
    source: Source, entry: str, calls: Sequence[Call], limits: Limits, sandbox: Sandbox, *, patient: bool = False
) -> Observed:
    """Make the calls in one process; where a call ends it, those behind are made in another, RESTARTS times.

    A limit is the end of all, unless patient: then it is like any other end. Raises SandboxError for a fault of ours.
    """
    answers: list[Answer] = []
    cpu = 0.0
    for _ in range(1 + RESTARTS):
        found, end = _run(source, entry, calls[len(answers) :], limits, sandbox)
        answers += found
        cpu += end.cpu
        if len(answers) < len(calls):
            answers.append(Answer("limit" if end.status in runner.LIMITS else "ended", str(end.status)))
        if len(answers) == len(calls) or (answers[-1].kind == "limit" and not patient):
            break
    return Observed([*answers, *[Answer("unasked")] * (len(calls) - len(answers))], cpu)


def _run(
    source: Source, entry: str, calls: Sequence[Call], limits: Limits, sandbox: Sandbox
) -> tuple[list[Answer], Exit]:
    if not calls:
        return [], Exit(status=Status.EXITED)
    run = sandbox.run(job(source, entry, calls, limits))
    if run.tester is None or (run.tester.status is not Status.EXITED and run.candidate.status not in runner.LIMITS):
        raise SandboxError("the box that asks a program for its answers did not come to its end")
    report = runner.read_report(run)
    if report.get("status") not in _EXPECTED and run.candidate.status not in runner.LIMITS:
        raise SandboxError(f"asking a program for its answers failed: {report.get('message')}")
    answers = [Answer(*item) for item in report.get("answers", [])[: len(calls)]]
    return answers, run.candidate


def job(source: Source, entry: str, calls: Sequence[Call], limits: Limits) -> Job:
    """The job that asks a program for its answers."""
    plan = Tests(
        style="observe",
        entry=entry,
        tests=[(tuple(call.args), dict(call.kwargs)) for call in calls],
        watch=True,
        nan=True,
    )
    return runner.make_job(source.code, source.context, plan, limits)


def same(got: Answer, expected: Answer, call: Call) -> bool:
    """Whether a call ended as expected: with equal plain data, or an exception of that type.

    Where it is expected to change its arguments, the same changes are due; else a change is the program's own matter.
    """
    if got.kind != expected.kind or got.kind not in ("returned", "raised"):
        return False
    if got.kind == "raised":
        return expected.value[0] in got.value
    untouched = equal(expected.changed, (tuple(call.args), dict(call.kwargs)))
    return equal(got.value, expected.value) and (untouched or equal(got.changed, expected.changed))


def equal(got: Any, expected: Any) -> bool:
    """Compare exact builtins as tests would with `==`, floats to nine digits, not-a-number equal to itself.

    >>> equal([1, 2.0], [1.0, 2]), equal((1, 2), [1, 2]), equal(0.1 + 0.2, 0.3)
    (True, False, True)
    """
    if isinstance(got, list | tuple) and type(got) is type(expected):
        return len(got) == len(expected) and all(map(equal, got, expected))
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(equal(got[key], expected[key]) for key in expected)
    if isinstance(got, float) and isinstance(expected, float):
        both_nan = math.isnan(got) and math.isnan(expected)
        return both_nan or got == expected or math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(got, int | float | complex) and isinstance(expected, int | float | complex):
        return bool(got == expected)
    return type(got) is type(expected) and bool(got == expected)
