"""Tests that need the solution in their own interpreter (they read its source, patch its modules): one box for both.

Here the untrusted code sits beside the tests and may forge their report, so a pass is of lower assurance: its evidence
says `"assurance": "shared_process"`, and it is not exported unless asked for.
"""

from __future__ import annotations

from dataclasses import replace

from verisieve.errors import SandboxError
from verisieve.records import Outcome
from verisieve.sandboxes import Job, Limits, Program, Run
from verisieve.verifiers.code import harness, runner
from verisieve.verifiers.code.runner import CodeReason, Finding

ASSURANCE = "shared_process"
STYLES = ("check", "asserts", "pytest", "unittest")
_IDLE = "import os; os.read(3, 1)"  # the other box stays empty until this one hangs up


def together(split: Job) -> Job:
    """Put the solution into the tests' box, under the candidate's limits; the candidate's box idles."""
    assert split.tester is not None
    limits = split.candidate.limits
    return Job(
        candidate=Program(harness=_IDLE, limits=Limits(wall=limits.wall + 5)),
        tester=Program(**harness.shared_texts(), files={**split.candidate.files, **split.tester.files}, limits=limits),
    )


def judge(run: Run) -> Finding:
    """Say what a run proves, as far as one can believe it."""
    ended = run.tester
    if ended is None:
        raise SandboxError("the sandbox ran no tester")
    report = runner.read_report(run)
    if ended.status in runner.LIMITS:
        return Finding(outcome=Outcome.LIMIT, reason=runner.LIMITS[ended.status], evidence=runner.ending(ended, report))
    if not report:
        return Finding(outcome=Outcome.FAIL, reason=CodeReason.ENDED_EARLY, evidence=runner.ending(ended, report))
    finding = runner.judge_report(report, ended)
    return replace(finding, evidence={**finding.evidence, "assurance": ASSURANCE})
