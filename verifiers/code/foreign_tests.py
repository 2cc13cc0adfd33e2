"""Judging tests that a model wrote: they hold on the reference and fail on its mutants, or they are worth nothing.

Here the tester's side is the foreign one. What it reports is believed only as an answer to one question, asked of
many programs: right or wrong? A suite that ends its process, forges its report, or decides by chance or by the clock
gives the same kind of answer for the reference, for a stub and for every mutant, and so proves its own worth low:

- each mutant is run beside the reference, in an order that the suite cannot know; every run has boxes of its own;
- the candidate's box serves calls of the entry point and nothing else, so that programs differ by what they do alone;
- an end without a report in order is never a kill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random
from typing import Any

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import runner
from verisieve.verifiers.code.runner import CodeReason, Finding, Tests

SUITE_CPU = 10.0  # seconds for one run of a suite, the candidate's own time aside
_REFUTING = (CodeReason.WRONG_ANSWER, CodeReason.EXCEPTION)
_NOTHING = "def check(candidate):\n    pass\n"


class Answer(StrEnum):
    """What a suite says of one program."""

    HOLDS = "holds"
    FAILS = "fails"
    LIMIT = "limit"  # the suite itself took too long
    BROKEN = "broken"  # no report in order: it says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What a suite is worth; `reference` and `stub` are its answers, `survivors` the mutants that it lets through."""

    reference: Answer
    finding: Finding
    stub: Answer | None = None
    mutants: int = 0
    survivors: Sequence[str] = field(default_factory=tuple)

    @property
    def killed(self) -> float:
        """The share of mutants that it fails."""
        return 1 - len(self.survivors) / self.mutants if self.mutants else 0.0


def judge(
    tests: Tests, reference: str, mutants: Sequence[str], limits: Limits, sandbox: Sandbox, rng: Random
) -> Quality:
    """Ask a suite about the reference, a stub and mutants; raise TruthError where the reference does not even load."""
    answer, finding = ask(tests, reference, limits, sandbox)
    if answer is not Answer.HOLDS:
        prove_loads(reference, tests.entry, limits, sandbox)
        return Quality(reference=answer, finding=finding)
    stub = f"def {tests.entry}(*arguments, **named):\n    return None\n"
    survivors: list[str] = []
    for program in (stub, *mutants):
        asked = [program, reference]
        rng.shuffle(asked)
        answers = {each: ask(tests, each, limits, sandbox) for each in asked}
        answer, finding = answers[reference]
        if answer is not Answer.HOLDS:
            return Quality(reference=answer, finding=finding)
        if answers[program][0] is Answer.FAILS:
            continue
        if program is stub:
            return Quality(reference=Answer.HOLDS, finding=finding, stub=answers[program][0])
        survivors.append(program)
    return Quality(
        reference=Answer.HOLDS,
        finding=finding,
        stub=Answer.FAILS,
        mutants=len(mutants),
        survivors=tuple(survivors),
    )


def ask(tests: Tests, program: str, limits: Limits, sandbox: Sandbox) -> tuple[Answer, Finding]:
    """Run a foreign suite against one of our programs; raise SandboxError for a fault of ours."""
    job = runner.make_job(program, "", tests, limits)
    candidate = replace(job.candidate, files={**job.candidate.files, "only": tests.entry.encode()})
    tester = runner.make_tester(tests, limits)  # not brief: what a model's tests send, our own reader reads
    tester = replace(tester, limits=replace(tester.limits, cpu=SUITE_CPU))
    try:
        finding = runner.judge(sandbox.run(replace(job, candidate=candidate, tester=tester)))
    except TruthError as error:
        return Answer.BROKEN, Finding(outcome=Outcome.FAIL, evidence={"message": str(error)})
    return _answer(finding), finding


def _answer(finding: Finding) -> Answer:
    if finding.outcome is Outcome.PASS:
        return Answer.HOLDS
    if finding.outcome is Outcome.LIMIT:  # a mutant may well loop, and is killed; one that waits has slow tests
        looped = finding.evidence.get("where") != "tests" and finding.reason != CodeReason.TIMEOUT_WALL
        return Answer.FAILS if looped else Answer.LIMIT
    return Answer.FAILS if finding.reason in _REFUTING else Answer.BROKEN


def prove_loads(program: str, entry: str, limits: Limits, sandbox: Sandbox) -> None:
    """Raise TruthError unless a program loads and defines its entry point, by a test of ours."""
    ours: dict[str, Any] = {"style": "check", "entry": entry, "tests": _NOTHING}
    finding = runner.judge(sandbox.run(runner.make_job(program, "", Tests(**ours), limits)))
    if finding.outcome is not Outcome.PASS:
        raise TruthError("reference", f"does not load: {finding.reason}")
