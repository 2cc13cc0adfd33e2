"""The task `tests`: the reply is a test suite; it must hold on the reference and fail on a stub and on most mutants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from verisieve.domains import fields
from verisieve.domains.code import truth as truths
from verisieve.domains.code.tasks import edits
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.domains.code.truth import Truth
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import MIB, Limits, Sandbox
from verisieve.verifiers.code import extract, foreign_tests, mutation
from verisieve.verifiers.code.foreign_tests import Answer, Quality
from verisieve.verifiers.code.runner import CodeReason, clip

STYLES = ("check", "asserts", "unittest", "pytest")
LEAST = 0.8  # of the mutants; a few of them often do what the reference does
MOST = 12  # mutants; each costs two runs
LIMITS = Limits(cpu=2.0, wall=20.0, memory=256 * MIB)  # of one program under one suite; many a mutant never ends
SHOWN = 20_000  # characters of a suite that a verdict keeps
_SIGNS = (
    ("check", re.compile(r"^def check\(", re.MULTILINE)),
    ("unittest", re.compile(r"^class \w+\(.*TestCase\)", re.MULTILINE)),
    ("pytest", re.compile(r"^(?:async )?def test_|^class Test", re.MULTILINE)),
)


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge a suite; raise TruthError where the reference cannot be judged against."""
    truth = problem.truth
    fields.choice(truth, "language", ("python",), "python")
    wanted = fields.choice(truth, "style", STYLES) if truth.get("style") is not None else None
    least, reference = fields.share(truth, "least", LEAST), fields.text(truth, "reference")
    mutants = mutants_of(truth, reference)
    code = find(text, wanted)
    if code is None:
        return [Check(name="tests", outcome=Outcome.NO_ANSWER, reason=TaskReason.NO_TESTS)]
    if not extract.complete(code):
        return [Check(name="tests", outcome=Outcome.FAIL, reason=CodeReason.SYNTAX, answer=code[:SHOWN])]
    quality = measure(truth, code, wanted or style_of(code), reference, mutants, sandbox)
    outcome, reason = _outcome(quality, least)
    evidence = _evidence(quality, reference, least)
    return [Check(name="tests", outcome=outcome, reason=reason, answer=code[:SHOWN], evidence=evidence)]


def find(text: str, style: str | None) -> str | None:
    """Return the suite in a reply, None where there is no code."""
    if style == "check":
        found = extract.program(text, "check")
        return found.code if found else None
    return extract.whole(text)


def style_of(code: str) -> str:
    """Tell the style of a suite by what it defines.

    >>> style_of("def test_it():\\n    assert f(1) == 2\\n"), style_of("assert f(1) == 2\\n")
    ('pytest', 'asserts')
    """
    return next((style for style, sign in _SIGNS if sign.search(code)), "asserts")


def mutants_of(truth: Mapping[str, Json], reference: str) -> list[str]:
    """Return the mutants that a suite is measured by: the truth's own, or fresh ones of the reference."""
    given = fields.texts(truth, "mutants")
    if given is not None:
        return given[:MOST]
    try:
        made = mutation.mutants(reference, entry=fields.name(truth), most=MOST)
    except ValueError as error:
        raise TruthError("reference", str(error)) from error
    if not made:
        raise TruthError("reference", "has no mutants to measure tests by")
    return [mutant.source for mutant in made]


def measure(
    truth: Mapping[str, Json], code: str, style: str, reference: str, mutants: Sequence[str], sandbox: Sandbox
) -> Quality:
    """Run a suite against the reference, a stub and the mutants, in an order drawn from the suite's own text."""
    tests: Any = [code] if style == "asserts" else code
    read = _read({**truth, "style": style, "tests": tests})
    return foreign_tests.judge(read.tests, reference, mutants, read.limits, sandbox, Random(f"suite:{code}"))


def _read(truth: Mapping[str, Json]) -> Truth:
    fields.name(truth)
    read = truths.read(truth)
    return read if truth.get("limits") else replace(read, limits=LIMITS)


def _outcome(quality: Quality, least: float) -> tuple[Outcome, str]:
    if quality.reference is Answer.LIMIT:
        return Outcome.LIMIT, quality.finding.reason
    if quality.reference is not Answer.HOLDS:
        return Outcome.FAIL, TaskReason.WRONG_TESTS
    if quality.stub is not Answer.FAILS:
        return Outcome.FAIL, TaskReason.VACUOUS_TESTS
    if quality.killed < least:
        return Outcome.FAIL, TaskReason.WEAK_TESTS
    return Outcome.PASS, ""


def _evidence(quality: Quality, reference: str, least: float) -> dict[str, Json]:
    if quality.reference is not Answer.HOLDS:
        return {"on_the_reference": str(quality.reference), **quality.finding.evidence}
    return {
        "mutants": quality.mutants,
        "killed": quality.mutants - len(quality.survivors),
        "least": least,
        "survivors": [clip(edits.changed(reference, survivor)[:1]) for survivor in quality.survivors[:5]],
    }
