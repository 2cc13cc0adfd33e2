"""The answer of a row as a gold, the other answers that are right too, and the fields that steer how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from verisieve.errors import TruthError
from verisieve.records import Json, Problem
from verisieve.verifiers.math import Gold, prepare

MOST = 50  # right answers of one problem


class Tolerance(NamedTuple):
    """How far off a right answer may be: relative to the gold, or in its unit."""

    relative: float | None = None
    absolute: float | None = None


def golds_of(problem: Problem) -> list[Gold]:
    """Read all right answers of a problem: `answer`, and those of `also`."""
    also = problem.truth.get("also", [])
    if not isinstance(also, list) or len(also) >= MOST:
        raise TruthError("also", f"must be a list of fewer than {MOST} answers")
    others = [gold_of(replace(problem, truth={**problem.truth, "answer": answer}), "also") for answer in also]
    return [gold_of(problem), *others]


def gold_of(problem: Problem, field: str = "answer") -> Gold:
    """Read the truth of a problem; raise TruthError naming the field that is wrong."""
    truth = problem.truth
    kind = truth.get("type") or ""
    if not isinstance(kind, str):
        raise TruthError("type", f"must be a text, not {kind!r}")
    tolerance, unit = _tolerance(truth), truth.get("unit") or ""
    if not isinstance(unit, str):
        raise TruthError("unit", f"must be a text, not {unit!r}")
    return prepare(
        answer_text(truth.get("answer"), field),
        kind=kind,
        tolerance=tolerance.relative,
        absolute=tolerance.absolute,
        unit=unit,
        prompt=problem.prompt,
    )


def _tolerance(truth: Mapping[str, Json]) -> Tolerance:
    given = truth.get("tolerance")
    if given is None:
        return Tolerance()
    if isinstance(given, dict):
        size: Any = given.get("absolute")
        if set(given) == {"absolute"} and _is_number(size) and 0 <= size < float("inf"):
            return Tolerance(absolute=float(size))
        raise TruthError("tolerance", f"must be a number, or an object with absolute, a number from 0, not {given!r}")
    if not _is_number(given) or not 0 <= given < 1:
        raise TruthError("tolerance", f"must be a relative tolerance from 0 to below 1, not {given!r}")
    return Tolerance(relative=given)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def answer_text(answer: Any, field: str = "answer") -> str:
    """Return an answer as text; raise TruthError for one that is none."""
    if isinstance(answer, bool):
        return str(answer)
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    if isinstance(answer, int | float):
        answer = str(answer)
    if not isinstance(answer, str) or not answer.strip():
        raise TruthError(field, f"must be a text that is not empty, not {answer!r}")
    return answer
