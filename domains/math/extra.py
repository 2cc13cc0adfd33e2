"""The checks that a row may ask for beyond its answer: an entry in the verdict each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from verisieve.errors import TruthError
from verisieve.records import Check, Json, Problem
from verisieve.verifiers.math import Ruling

CHECKS = ("derivation",)
COVERAGE = 0.5


class Extra(NamedTuple):
    """What a row asks for: the checks, the hypotheses of its question, the share of steps that must be decided."""

    checks: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    coverage: float = COVERAGE


def read(truth: Mapping[str, Json]) -> Extra:
    """Read the optional fields of a truth; raise TruthError that names the field that is wrong."""
    asked = _texts(truth, "checks")
    for index, name in enumerate(asked):
        if name not in CHECKS:
            raise TruthError(f"checks[{index}]", f"{name!r} is not one of {', '.join(CHECKS)}")
    coverage = truth.get("coverage")
    if coverage is None:
        coverage = COVERAGE
    if isinstance(coverage, bool) or not isinstance(coverage, int | float) or not 0 <= coverage <= 1:
        raise TruthError("coverage", f"must be a share from 0 to 1, not {coverage!r}")
    given = _texts(truth, "given")
    if asked:
        _hypotheses(given)
    return Extra(tuple(dict.fromkeys(asked)), given, float(coverage))


def _texts(truth: Mapping[str, Json], field: str) -> tuple[str, ...]:
    value = truth.get(field)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise TruthError(field, "is not a list of texts")
    for index, each in enumerate(value):
        if not isinstance(each, str) or not each.strip():
            raise TruthError(f"{field}[{index}]", "is not a text")
    return tuple(value)


def _hypotheses(given: tuple[str, ...]) -> None:
    from verisieve.verifiers.math.derivation.hypotheses import GivenError, hypothesis  # derivations load on use
    from verisieve.verifiers.math.derivation.scope import Scope

    for index, each in enumerate(given):
        try:
            hypothesis(Scope(), each)
        except GivenError:
            raise TruthError(f"given[{index}]", f"{each!r} is no hypothesis that can be read") from None


def checks(problem: Problem, text: str, extra: Extra) -> Iterator[Check]:
    """Make the checks that the row asks for."""
    if "derivation" in extra.checks:
        from verisieve.verifiers.math.derivation import ending  # derivations load on use

        ruling = ending.judge(text, prompt=problem.prompt, given=extra.given, coverage=extra.coverage)
        yield named("derivation", ruling)


def named(name: str, ruling: Ruling) -> Check:
    """Return a ruling as a check."""
    return Check(
        name=name,
        outcome=ruling.outcome,
        reason=ruling.reason,
        answer=ruling.answer,
        evidence=ruling.evidence,
    )
