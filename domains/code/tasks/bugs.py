"""The task `bug`: the reply is a program that looks right, runs, and yet fails a test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verisieve.domains import fields
from verisieve.domains.code import checking
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code.runner import CodeReason, clip

PASSING = 0.25  # of the tests: less does not look right to anybody who tries it once
STYLES = ("asserts", "calls", "stdin")  # whose tests stand alone


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge a program that is to be wrong; raise TruthError for tests that do not stand alone."""
    fields.choice(problem.truth, "style", STYLES)
    passing = fields.share(problem.truth, "passing", PASSING)
    failing = [CodeReason.WRONG_ANSWER, *([CodeReason.EXCEPTION] if fields.flag(problem.truth, "exceptions") else [])]
    tests, verdicts = list(singles(problem)), list[Check]()
    for test, single in tests:
        verdict = checking.check(single, text, sandbox)[0]
        if verdict.outcome is not Outcome.PASS and verdict.reason not in failing:
            return [replace(verdict, name="bug", evidence={"test": clip(test), **verdict.evidence})]
        verdicts.append(verdict)
    judged = _judged([test for test, _ in tests], verdicts, passing)
    if judged.outcome is Outcome.PASS:
        for (test, single), verdict in zip(tests, verdicts, strict=True):
            if checking.check(single, text, sandbox)[0] != verdict:
                return [_fail(TaskReason.FLAKY, verdict, {"test": clip(test)})]
    return [judged]


def singles(problem: Problem) -> Iterator[tuple[Json, Problem]]:
    """Split a problem into one per test."""
    tests = problem.truth.get("tests")
    if not isinstance(tests, list) or len(tests) < 2:
        raise TruthError("tests", "is not a list of at least two tests")
    for test in tests:
        yield test, replace(problem, truth={**problem.truth, "tests": [test]})


def _judged(tests: Sequence[Json], verdicts: Sequence[Check], passing: float) -> Check:
    failed = [pair for pair in zip(tests, verdicts, strict=True) if pair[1].outcome is not Outcome.PASS]
    passed = len(tests) - len(failed)
    if not failed:
        return _fail(TaskReason.NO_BUG, verdicts[0], {"passed": passed})
    test, verdict = failed[0]
    evidence = {"passed": passed, "tests": len(tests), "failing_test": clip(test), "finding": dict(verdict.evidence)}
    if passed < passing * len(tests):
        return _fail(TaskReason.TOO_BROKEN, verdict, evidence)
    return Check(name="bug", outcome=Outcome.PASS, answer=verdict.answer, evidence=evidence)


def _fail(reason: str, verdict: Check, evidence: dict[str, Json]) -> Check:
    return Check(name="bug", outcome=Outcome.FAIL, reason=reason, answer=verdict.answer, evidence=evidence)
