"""The task `hints`: hints in an order, none of which tells the answer in any notation.

A value that the problem itself shows may be shown, but not as the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verisieve.domains import fields
from verisieve.domains.math.tasks.reasons import TaskReason
from verisieve.domains.math.tasks.truths import gold_of
from verisieve.records import Check, Outcome, Problem
from verisieve.verifiers import sections
from verisieve.verifiers.math import Gold, shown
from verisieve.verifiers.math.judge import Reason
from verisieve.verifiers.math.nodes import TooLargeError
from verisieve.verifiers.sections import SectionError

LEAST = 3
MOST = 10


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge hints to `truth.question`, else to the prompt; raise TruthError for a truth without a usable answer."""
    question, least = (
        fields.text(problem.truth, "question", problem.prompt),
        fields.whole(problem.truth, "least", LEAST),
    )
    gold = gold_of(replace(problem, prompt=question))
    try:
        given = sections.numbered(text, "hint")
    except SectionError as error:
        return [_check(Outcome.NO_ANSWER, TaskReason.NO_CLAIM, message=str(error))]
    if not least <= len(given) <= MOST:
        return [_check(Outcome.FAIL, TaskReason.FEW_HINTS, hints=len(given), least=least, most=MOST)]
    if len({" ".join(hint.lower().split()) for hint in given}) < len(given):
        return [_check(Outcome.FAIL, TaskReason.REPEATED_HINT, hints=len(given))]
    try:
        leak = _leak(given, gold, question)
    except TooLargeError as error:
        return [_check(Outcome.LIMIT, Reason.TOO_LARGE, message=str(error))]
    if leak:
        return [_check(Outcome.FAIL, TaskReason.LEAKED, **leak)]
    return [_check(Outcome.PASS, "", hints=len(given))]


def _leak(given: Sequence[str], gold: Gold, question: str) -> dict[str, object]:
    """Which hint tells the answer, and where; the hints together count as the last of them."""
    for number, hint in enumerate([*given, "\n\n".join(given)], start=1):
        if shown.states(hint, gold):
            return {"hint": min(number, len(given)), "piece": "the answer, marked as such"}
        piece = shown.shows(hint, gold, question)
        if piece is not None:
            return {"hint": min(number, len(given)), "piece": piece[:200]}
    return {}


def _check(outcome: Outcome, reason: str, **evidence: object) -> Check:
    return Check(name="hints", outcome=outcome, reason=str(reason), evidence=evidence)
