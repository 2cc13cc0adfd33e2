"""What a program answers to calls with plain arguments: run in boxes, told in a test of ours, read as literals.

The program is data-set text in the candidate's box; the tester's box holds our text and the arguments alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import literals, runner
from verisieve.verifiers.code.literals import Call, LiteralError
from verisieve.verifiers.code.runner import Tests

_OUTPUT = 4 << 20  # bytes that all answers of one run may take
_ASK = """
def check(candidate):
    for arguments, named in CALLS:
        try:
            told = ("value", candidate(*arguments, **named))
        except Exception as error:
            told = ("raised", type(error).__name__)
        print(ascii(told), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a plain value, the name of an exception, a limit, or unknown (not plain, or after the end)."""

    kind: str  # value, raised, limit, unknown
    value: Any = None

    def same(self, other: Answer) -> bool:
        """Whether two answers are known and equal, types included."""
        return self.kind == other.kind != "unknown" and literals.same(self.value, other.value)

    def differs(self, other: Answer) -> bool:
        """Whether two answers are known to differ."""
        return "unknown" not in (self.kind, other.kind) and not self.same(other)


_UNKNOWN = Answer("unknown")


def ask(program: str, entry: str, calls: Sequence[Call], limits: Limits, sandbox: Sandbox) -> list[Answer]:
    """Return one answer per call; after an endless call all are unknown. Raise TruthError where it does not load."""
    text = f"CALLS = {[tuple(call) for call in calls]!r}\n{_ASK}"
    job = runner.make_job(program, "", Tests(style="check", entry=entry, tests=text), limits)
    assert job.tester
    roomy = replace(job.tester, limits=replace(job.tester.limits, output=_OUTPUT))
    run = sandbox.run(replace(job, tester=roomy))
    finding = runner.judge(run)
    if finding.outcome is Outcome.FAIL and not finding.evidence.get("call"):
        raise TruthError("program", f"does not load: {finding.reason}")
    lines = run.tester.stdout.decode("ascii", "replace").splitlines() if run.tester else []
    answers = [_read(line) for line in lines[: len(calls)]]
    ended = [Answer("limit")] if finding.outcome is Outcome.LIMIT else []
    return (answers + ended + [_UNKNOWN] * len(calls))[: len(calls)]


def _read(line: str) -> Answer:
    try:
        kind, value = literals.read(line)
    except (LiteralError, TypeError, ValueError):
        return _UNKNOWN
    return Answer(str(kind), value)
