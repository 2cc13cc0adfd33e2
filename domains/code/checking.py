"""Judging one reply: find the program, run it against the tests, and ask the reference where the tests are in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from verisieve.domains.code import extra
from verisieve.domains.code import truth as truths
from verisieve.domains.code.truth import Truth
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import prebuilt, programs, runner, shared, tools
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.runner import CodeReason, Finding

REFERENCE_CPU = 60.0  # seconds: a reference that needs more makes no usable problem
TIMES_REFERENCE = 3.0  # how much slower than the reference a right program may be
SHOWN = 20_000  # characters of the program that a verdict keeps
_SLOW = (CodeReason.TIMEOUT_CPU, CodeReason.TIMEOUT_WALL)


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge one reply; raise TruthError for broken tests, SandboxError for a fault of the sandbox."""
    truth = truths.read(problem.truth)
    source = find(problem, truth, text)
    if source is None:
        return [Check(name="tests", outcome=Outcome.NO_ANSWER, reason=CodeReason.NO_CODE)]
    finding = run(source, truth, problem, truth.limits, sandbox)
    if truth.reference is not None and (finding.doubtful or finding.reason in _SLOW):
        finding = _second_opinion(finding, source, truth, problem, sandbox)
    if finding.outcome is Outcome.FAIL and _is_reference(source, truth, problem):
        raise TruthError("reference", f"does not pass its own tests: {finding.reason}")
    if finding.outcome is Outcome.ERROR:
        raise TruthError("tests", f"use a name that nobody defines: {finding.evidence.get('missing')}")
    tests = Check(
        name="tests",
        outcome=finding.outcome,
        reason=str(finding.reason),
        answer=source.code[:SHOWN],
        evidence=finding.evidence,
    )
    if finding.outcome is not Outcome.PASS or not truth.checks:
        return [tests]
    return [tests, *extra.checks(_case(problem, truth, source, sandbox))]


def _case(problem: Problem, truth: Truth, source: Source, sandbox: Sandbox) -> extra.Case:
    return extra.Case(
        problem=problem,
        truth=truth,
        source=source,
        reference=find(problem, truth, truth.reference) if truth.reference else None,
        sandbox=sandbox,
        rerun=lambda other: run(source, truth, problem, truth.limits, other),
    )


def find(problem: Problem, truth: Truth, text: str) -> Source | None:
    """Find the program in a reply or a reference; None where it holds no code."""
    entry = "" if truth.tests.style == "stdin" else truth.tests.entry
    return truth.language.find(text, entry, problem.prompt)


def _is_reference(source: Source, truth: Truth, problem: Problem) -> bool:
    """Whether a reply is the reference itself, so that its failure is the data's."""
    reference = find(problem, truth, truth.reference) if truth.reference else None
    return reference is not None and reference.code.strip() == source.code.strip()


def run(source: Source, truth: Truth, problem: Problem, limits: Limits, sandbox: Sandbox) -> Finding:
    """Run a program against its tests."""
    tools.require(truth.language, sandbox)
    tools.require_modules(truth.packages, sandbox)
    if truth.tests.style == "stdin":
        code = _after_prelude(source.code, truth.tests.prelude)
        return programs.run(truth.cases, partial(truth.language.program, code), limits, sandbox)
    tests = replace(truth.tests, prompt=problem.prompt)
    job = prebuilt.add(truth.language.job(source, tests, limits), truth.language, sandbox)
    return shared.judge(sandbox.run(shared.together(job))) if truth.shared else runner.judge(sandbox.run(job))


def _after_prelude(code: str, prelude: str) -> str:
    """Put what a set takes for granted in front of a program, unless that would move a `from __future__` line."""
    return code if not prelude or "__future__" in code else f"{prelude.rstrip()}\n\n{code}"


def _second_opinion(finding: Finding, source: Source, truth: Truth, problem: Problem, sandbox: Sandbox) -> Finding:
    """Run the reference: where it fails too the tests are broken, where it is slow too the limit grows."""
    proved = prove(truth, problem, sandbox)
    needed = TIMES_REFERENCE * proved.cpu
    if finding.outcome is Outcome.ERROR:
        return replace(finding, outcome=Outcome.FAIL)
    if finding.reason not in _SLOW or needed <= truth.limits.cpu:
        return finding
    limits = replace(truth.limits, cpu=needed, wall=max(truth.limits.wall, truths.WALL_PER_CPU * needed))
    return run(source, truth, problem, limits, sandbox)


def prove(truth: Truth, problem: Problem, sandbox: Sandbox) -> Finding:
    """Run the reference against its own tests; raise TruthError where it does not pass them."""
    reference = find(problem, truth, truth.reference or "")
    if reference is None:
        raise TruthError("reference", "holds no program")
    patient = replace(truth.limits, cpu=REFERENCE_CPU, wall=truths.WALL_PER_CPU * REFERENCE_CPU)
    proved = run(reference, truth, problem, patient, sandbox)
    if proved.outcome is not Outcome.PASS:
        raise TruthError("reference", f"does not pass its own tests: {proved.reason}")
    return proved
