"""The answer of a row as a gold, and the fields that steer how it is read."""

from __future__ import annotations

from typing import Any

from verisieve.errors import TruthError
from verisieve.records import Problem
from verisieve.verifiers.math import Gold, prepare


def gold_of(problem: Problem) -> Gold:
    """Read the truth of a problem; raise TruthError naming the field that is wrong."""
    truth = problem.truth
    kind = truth.get("type") or ""
    if not isinstance(kind, str):
        raise TruthError("type", f"must be a text, not {kind!r}")
    tolerance, unit = truth.get("tolerance"), truth.get("unit") or ""
    if tolerance is not None and (
        isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance < 1
    ):
        raise TruthError("tolerance", f"must be a relative tolerance from 0 to below 1, not {tolerance!r}")
    if not isinstance(unit, str):
        raise TruthError("unit", f"must be a text, not {unit!r}")
    return prepare(answer_text(truth.get("answer")), kind=kind, tolerance=tolerance, unit=unit, prompt=problem.prompt)


def answer_text(answer: Any) -> str:
    """Return an answer as text; raise TruthError for one that is none."""
    if isinstance(answer, bool):
        return str(answer)
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    if isinstance(answer, int | float):
        answer = str(answer)
    if not isinstance(answer, str) or not answer.strip():
        raise TruthError("answer", f"must be a text that is not empty, not {answer!r}")
    return answer
