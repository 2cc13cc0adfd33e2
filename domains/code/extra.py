"""The checks that a row may ask for beyond its tests: an entry in the verdict each, up to the first that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from verisieve.domains.code.truth import Truth
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import cases, doctests, growth, properties, repeats, runner, static
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.properties import Subject
from verisieve.verifiers.code.runner import CodeReason, Finding, Tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A program that passed its tests, and what the checks need; `rerun` runs the same tests in another sandbox."""

    problem: Problem
    truth: Truth
    source: Source
    reference: Source | None
    sandbox: Sandbox
    rerun: Callable[[Sandbox], Finding]

    def run(self, source: Source, tests: Tests) -> Finding:
        """Run other tests against a program."""
        job = self.truth.language.job(source, replace(tests, prompt=self.problem.prompt), self.truth.limits)
        return runner.judge(self.sandbox.run(job))

    def subject(self) -> Subject:
        """What the program is compared with."""
        if self.reference is None:
            raise TruthError("reference", "is missing; the checks `properties` and `complexity` compare with it")
        return subject(self.problem, self.truth, self.reference)


def subject(problem: Problem, truth: Truth, reference: Source) -> Subject:
    """What is known of a problem's inputs and answers."""
    return Subject(
        entry=truth.tests.entry,
        prompt=problem.prompt,
        reference=whole(truth, reference),
        calls=given_calls(problem, truth),
        seed=problem.id,
    )


def whole(truth: Truth, source: Source) -> Source:
    """A program with all that runs before it."""
    return source._replace(context="\n\n".join(filter(None, (truth.tests.prelude, source.context))))


def given_calls(problem: Problem, truth: Truth) -> list[Call]:
    """The calls with literal arguments in the tests and in the prompt's examples."""
    tests = truth.tests
    if tests.style == "calls":
        return [Call(tuple(case["args"]), case["kwargs"]) for case in tests.tests]
    try:
        examples = [example.source for example in cases.examples(problem.prompt)]
    except ValueError:
        examples = []
    texts = [tests.tests] if isinstance(tests.tests, str) else tests.tests
    return cases.given_calls([*texts, *examples], tests.entry)


def checks(case: Case) -> Iterator[Check]:
    """Make the checks that the row asks for; raise TruthError for one that cannot be made."""
    for name in case.truth.checks:
        finding = CHECKS[name](case)
        yield Check(name=name, outcome=finding.outcome, reason=str(finding.reason), evidence=finding.evidence)
        if finding.outcome is not Outcome.PASS:
            return


def _static(case: Case) -> Finding:
    return static.check(whole(case.truth, case.source))


def _doctests(case: Case) -> Finding:
    reference = case.reference
    return doctests.check(
        case.problem.prompt,
        case.truth.tests,
        lambda tests: case.run(case.source, tests),
        (lambda tests: case.run(reference, tests)) if reference else None,
    )


def _properties(case: Case) -> Finding:
    return properties.check(case.subject(), whole(case.truth, case.source), case.truth.limits, case.sandbox)


def _complexity(case: Case) -> Finding:
    return growth.check(case.subject(), whole(case.truth, case.source), case.truth.limits, case.sandbox)


def _determinism(case: Case) -> Finding:
    """Run the tests under other hash seeds, and compare the answers to given calls where there are any."""
    for seed in repeats.SEEDS:
        finding = case.rerun(repeats.Reseeded(case.sandbox, seed))
        if finding.outcome is Outcome.FAIL:
            return replace(finding, reason=CodeReason.NONDETERMINISTIC)
        if finding.outcome is not Outcome.PASS:
            return finding
    entry = case.truth.tests.entry
    calls = given_calls(case.problem, case.truth) if entry and case.truth.tests.style != "stdin" else []
    return repeats.check(whole(case.truth, case.source), entry, calls, case.truth.limits, case.sandbox)


CHECKS: dict[str, Callable[[Case], Finding]] = {
    "static": _static,
    "doctests": _doctests,
    "determinism": _determinism,
    "properties": _properties,
    "complexity": _complexity,
}
