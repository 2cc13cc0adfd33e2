"""Programs that read standard input and write standard output, compared token by token; no tolerance, no evaluation."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from verisieve.plaintext import shown
from verisieve.records import Outcome
from verisieve.sandboxes import Exit, Job, Limits, Sandbox, Status
from verisieve.verifiers.code import harness
from verisieve.verifiers.code.runner import MAX_EVIDENCE, MAX_STDERR, CodeReason, Finding, clip

_LIMITS = {
    Status.TIMEOUT_CPU: CodeReason.TIMEOUT_CPU,
    Status.TIMEOUT_WALL: CodeReason.TIMEOUT_WALL,
    Status.MEMORY: CodeReason.MEMORY,
}
_EXITS = {harness.SYNTAX_EXIT: CodeReason.SYNTAX, harness.COMPILE_EXIT: CodeReason.COMPILE_ERROR}
_FRACTION = re.compile(rb"[-+]?[0-9]{1,300}\.[0-9]{1,300}(?:e[-+]?[0-9]{1,2})?")
OUTPUT = 1 << 20  # bytes of standard output that are kept and compared


def run(
    cases: Sequence[tuple[str, str]], make: Callable[[bytes, Limits], Job], limits: Limits, sandbox: Sandbox
) -> Finding:
    """Run a program once per case, each in a box of its own; stop at the first case that does not hold.

    `make` gives the job that runs it on a standard input.
    """
    bounds = replace(limits, output=2 * OUTPUT)
    slowest = 0.0
    for index, (stdin, stdout) in enumerate(cases):
        ended = sandbox.run(make(stdin.encode("utf-8", "surrogateescape"), bounds)).candidate
        finding = _judge(ended, stdin, stdout)
        if finding.outcome is not Outcome.PASS:
            return Finding(
                outcome=finding.outcome, reason=finding.reason, evidence={**finding.evidence, "tests_passed": index}
            )
        slowest = max(slowest, ended.cpu)
    return Finding(outcome=Outcome.PASS, evidence={"tests": len(cases)}, cpu=slowest)


def same_tokens(got: bytes, expected: str) -> bool:
    """Whether two outputs hold the same tokens in the same lines, blank lines and margins aside.

    Decimal fractions may differ in the last digits; `nan`, `1e999` and digits of other scripts are no numbers here.

    >>> same_tokens(b"1  2 \\n\\n3", "1 2\\n3\\n"), same_tokens(b"1\\n2", "1 2")
    (True, False)
    """
    mine, theirs = _tokens(got), _tokens(expected.encode("utf-8", "surrogateescape"))
    return len(mine) == len(theirs) and all(
        len(line) == len(other) and all(map(_same_token, line, other)) for line, other in zip(mine, theirs, strict=True)
    )


def _same_token(got: bytes, expected: bytes) -> bool:
    """Whether two tokens are equal, or finite decimal fractions that agree to nine digits."""
    if got == expected or not (_FRACTION.fullmatch(expected) and _FRACTION.fullmatch(got)):
        return got == expected
    return math.isclose(float(got), float(expected), rel_tol=1e-9, abs_tol=1e-12)


def _tokens(output: bytes) -> list[list[bytes]]:
    return [line.split() for line in output.splitlines() if line.split()]


def _judge(ended: Exit, stdin: str, stdout: str) -> Finding:
    told = {
        "stdin": clip(stdin),
        "got": shown(ended.stdout, MAX_EVIDENCE),
        "expected": clip(stdout),
        "stderr": shown(ended.stderr, MAX_STDERR),
    }
    if ended.status in _LIMITS:
        return Finding(outcome=Outcome.LIMIT, reason=_LIMITS[ended.status], evidence=told)
    if ended.status is not Status.EXITED or ended.code != 0:
        reason = _EXITS.get(ended.code, CodeReason.EXCEPTION)
        return Finding(outcome=Outcome.FAIL, reason=reason, evidence=told)
    if ended.stdout_bytes > OUTPUT or not same_tokens(ended.stdout, stdout):
        return Finding(outcome=Outcome.FAIL, reason=CodeReason.WRONG_ANSWER, evidence=told)
    return Finding(outcome=Outcome.PASS)
