"""The task `fix`: the reply repairs a program; it must pass every test, and the evidence says how much it changed."""

from __future__ import annotations

from collections.abc import Sequence

from verisieve.domains import fields
from verisieve.domains.code import checking
from verisieve.domains.code.tasks import edits
from verisieve.errors import TruthError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Sandbox


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge a repaired program; raise TruthError where the broken one passes."""
    program, reference = fields.text(problem.truth, "program"), fields.text(problem.truth, "reference")
    verdict, *others = checking.check(problem, text, sandbox)
    if verdict.outcome is not Outcome.PASS or verdict.answer is None:
        return [verdict, *others]
    touched, needed = edits.size(program, verdict.answer), edits.size(program, reference)
    if not touched:
        raise TruthError("program", "passes the tests that it is to fail")
    evidence = {"lines": touched, "reference_lines": needed, "minimal": touched <= needed}
    return [verdict, *others, Check(name="edit", outcome=Outcome.PASS, evidence=evidence)]
