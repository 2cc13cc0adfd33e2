"""Auditing a problem before it is used: its reference must pass its tests, and the reference's mutants must not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verisieve.domains.code import checking, extra
from verisieve.domains.code import truth as truths
from verisieve.domains.code.truth import Truth
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import properties, quality
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.quality import Quality, Survivor
from verisieve.verifiers.code.runner import CodeReason

SPARE_CPU = 1.0  # seconds that a mutant may need beyond what the reference needed
SHOWN = 20  # survivors that a row shows


def audit(problem: Problem, sandbox: Sandbox, *, most: int, least: float) -> Check:
    """Return a pass where the tests reject at least that share of mutants.

    Raises TruthError where there is no reference, or one that does not pass the tests itself.
    """
    truth = truths.read(problem.truth)
    if truth.reference is None:
        raise TruthError("reference", "is missing: mutants are made of it")
    source = checking.find(problem, truth, truth.reference)
    proved = checking.prove(truth, problem, sandbox)
    assert source is not None  # or it would not have passed
    cpu = checking.TIMES_REFERENCE * proved.cpu + SPARE_CPU
    limits = replace(truth.limits, cpu=cpu, wall=truths.WALL_PER_CPU * cpu + 10)
    try:
        found = quality.measure(
            source.code,
            lambda code: checking.run(Source(code, source.context), truth, problem, limits, sandbox),
            lambda codes: _tell(codes, source, problem, truth, sandbox),
            entry=truth.tests.entry,
            most=most,
        )
    except ValueError as error:
        raise TruthError("reference", str(error)) from error
    return _judge(found, least)


def _tell(codes: Sequence[str], source: Source, problem: Problem, truth: Truth, sandbox: Sandbox) -> Sequence[str]:
    if not truth.tests.entry or truth.tests.style == "stdin":
        raise TruthError("entry_point", "is missing: there is nothing to call")
    programs = [extra.whole(truth, Source(code, source.context)) for code in codes]
    return properties.telling(extra.subject(problem, truth, source), programs, truth.limits, sandbox)


def _judge(found: Quality, least: float) -> Check:
    if found.score is None:
        raise TruthError("reference", "has no mutant that is another program", "unverifiable")
    strong = found.score >= least
    return Check(
        name="mutation",
        outcome=Outcome.PASS if strong else Outcome.FAIL,
        reason="" if strong else CodeReason.WEAK_TESTS,
        evidence={
            "score": round(found.score, 4),
            "killed": found.killed,
            "survived": len(found.survivors),
            "suspected_equal": len(found.suspects) if found.told else None,
            "survivors": [_shown(one) for one in found.survivors[:SHOWN]],
            "suspects": [_shown(one) for one in found.suspects[:SHOWN]],
        },
    )


def _shown(one: Survivor) -> dict[str, Any]:
    mutant = one.mutant
    told = {"call": one.call} if one.call else {}
    return {"line": mutant.line, "operator": mutant.operator, "before": mutant.before, "after": mutant.after, **told}
