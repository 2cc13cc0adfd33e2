"""The task `predict`: the reply says what a call of a shown program returns, or a call that returns what is asked for.

The program runs in a box, in both cases; nothing of the reply runs but a call with plain arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verisieve.domains import fields
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import MIB, Limits, Sandbox
from verisieve.verifiers.code import asserted, literals, observing, runner
from verisieve.verifiers.code.asserted import TornError
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call, LiteralError
from verisieve.verifiers.code.observing import Answer
from verisieve.verifiers.code.runner import CodeReason, clip

ASKS = ("output", "input")
LIMITS = Limits(cpu=5.0, wall=30.0, memory=512 * MIB)
_PROBE = "verisieve_predicted"


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge a predicted value or call; raise TruthError for a program that does not do what the row says."""
    truth = problem.truth
    fields.choice(truth, "language", ("python",), "python")
    ask, entry, program = fields.choice(truth, "ask", ASKS), fields.name(truth), fields.text(truth, "program")
    expected = _literal(fields.text(truth, "output"))
    given = fields.text(truth, "input", "") if ask == "input" else fields.text(truth, "input", f"{entry}()")
    try:
        said = asserted.value(text, entry) if ask == "output" else asserted.call(text, entry)
    except TornError as error:
        return [_check(Outcome.NO_ANSWER, TaskReason.HEDGED, None, {"message": str(error)})]
    except LiteralError as error:
        return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, None, {"message": str(error)})]
    if ask == "input":
        return [_called(str(said), expected, _answer(program, str(said), sandbox))]
    found = _answer(program, _given(given, entry), sandbox)
    if found.kind != "returned" or not _equal(found.value, expected):
        raise TruthError("output", f"is not what the call gives: {found.text()}")
    right = _equal(said, expected)
    told = {"expected": clip(repr(expected)), "got": clip(repr(said))}
    return [_check(Outcome.PASS if right else Outcome.FAIL, "" if right else TaskReason.WRONG_VALUE, repr(said), told)]


def _called(call: str, expected: Any, found: Answer) -> Check:
    told = {"call": clip(call), "expected": clip(repr(expected)), "got": found.text()}
    if found.kind == "limit" or (found.kind == "raised" and "MemoryError" in found.value):
        return _check(Outcome.LIMIT, _limit(found), call, told)
    if found.kind in ("raised", "ended"):
        return _check(Outcome.FAIL, CodeReason.EXCEPTION, call, told)
    right = found.kind == "returned" and _equal(found.value, expected)
    return _check(Outcome.PASS if right else Outcome.FAIL, "" if right else CodeReason.WRONG_ANSWER, call, told)


def _answer(program: str, call: str, sandbox: Sandbox) -> Answer:
    """Make one call, by a function behind the program: the call is an expression that was read and written anew."""
    code = f"{program.rstrip()}\n\n\ndef {_PROBE}():\n    return {call}\n"
    return observing.observe(Source(code, ""), _PROBE, [Call((), {})], LIMITS, sandbox).answers[0]


def _given(text: str, entry: str) -> str:
    try:
        return asserted.call(f"[ANSWER]{text}[/ANSWER]", entry)
    except (LiteralError, TornError) as error:
        raise TruthError("input", str(error)) from error


def _literal(text: str) -> Any:
    try:
        return literals.read(text)
    except LiteralError as error:
        raise TruthError("output", str(error)) from error


def _equal(got: Any, expected: Any) -> bool:
    """Compare two plain values as the assertion would, floats to the last digit.

    >>> _equal([1, 2.0], [1.0, 2]), _equal((1,), [1]), _equal("1", 1)
    (True, False, False)
    """
    return bool(got == expected)


def _limit(found: Answer) -> str:
    if found.kind == "raised":
        return CodeReason.MEMORY
    return {str(status): str(reason) for status, reason in runner.LIMITS.items()}.get(
        str(found.value), str(CodeReason.TIMEOUT_CPU)
    )


def _check(outcome: Outcome, reason: str, answer: str | None, evidence: dict[str, Any]) -> Check:
    shown = None if answer is None else answer[:2000]
    return Check(name="predict", outcome=outcome, reason=str(reason), answer=shown, evidence=evidence)
