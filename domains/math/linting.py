"""Faults of a row's own truth: an answer that nobody could give."""

from __future__ import annotations

from collections.abc import Iterator

from verisieve.domains import Finding
from verisieve.domains.math import proofs, tasks
from verisieve.domains.math.tasks import truths
from verisieve.records import Outcome, Problem
from verisieve.verifiers.math import judge

_WITHOUT_ANSWER = ("problem", proofs.TASK)  # the reply itself brings it, or is it


def lint(problem: Problem) -> Iterator[Finding]:
    """Give the answer back as a reply; raise TruthError for a truth that is no use."""
    if tasks.name(problem.truth) in _WITHOUT_ANSWER:
        return
    answer = truths.answer_text(problem.truth.get("answer"))
    ruling = judge(truths.gold_of(problem), f"The answer is \\boxed{{{answer}}}.")
    if ruling.outcome is not Outcome.PASS:
        message = f"the answer does not pass as a reply: {ruling.outcome.value}, {ruling.reason}"
        yield Finding(kind="answer_not_itself", message=message, fault=True)
