"""The task `problem`: the reply is a new problem; its reference, tests and examples must agree, and the tests bite.

What `harder` and `easier` mean here is what can be measured: the reference decides in more, or in fewer, places than
its parent's. That is a statement about the program, not about people.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from verisieve.domains import fields
from verisieve.domains.code.tasks import drafts, likeness, purity, suites
from verisieve.domains.code.tasks.drafts import Draft, DraftError
from verisieve.domains.code.tasks.reasons import TaskReason
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.code import foreign_tests
from verisieve.verifiers.code.foreign_tests import Answer
from verisieve.verifiers.code.parsing import ParseError, parse
from verisieve.verifiers.code.runner import CodeReason, Tests


@dataclass(frozen=True, slots=True)
class Parent:
    """The problem that a new one was asked from."""

    entry: str
    reference: str


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge a new problem; raise TruthError for a parent that cannot be read."""
    operator = fields.choice(problem.truth, "operator", fields.OPERATORS, "new")
    least, parent = fields.share(problem.truth, "least", suites.LEAST), _parent(problem.truth)
    try:
        draft = drafts.read(text)
        refusal = _refuse(draft, parent, operator)
        mutants = suites.mutants_of({"entry_point": draft.entry}, draft.reference)
    except (DraftError, TruthError, RecursionError) as error:
        return [_check("form", Outcome.NO_ANSWER, TaskReason.NO_CLAIM, {"message": str(error)[:500]})]
    answer = text[: suites.SHOWN]
    if refusal:
        return [_check("form", Outcome.FAIL, refusal, {"entry_point": draft.entry}, answer)]
    found = _runs(draft, mutants, least, sandbox, answer)
    if found.outcome is Outcome.PASS and parent and _solves(parent, draft, sandbox):
        return [replace(found, outcome=Outcome.FAIL, reason=TaskReason.SAME_AS_PARENT)]
    return [found]


def _parent(truth: Mapping[str, Json]) -> Parent | None:
    given = truth.get("parent")
    if given is None:
        if truth.get("operator", "new") != "new":
            raise TruthError("parent", "is missing")
        return None
    if not isinstance(given, dict):
        raise TruthError("parent", "is not an object")
    parent = Parent(fields.name(given), fields.text(given, "reference"))
    try:
        likeness.shape(parent.reference)
    except ParseError as error:
        raise TruthError("parent.reference", f"is {error}") from error
    return parent


def _refuse(draft: Draft, parent: Parent | None, operator: str) -> TaskReason | None:
    """Say what the text alone tells against a problem."""
    if _leaks(draft):
        return TaskReason.LEAKED
    if purity.impurity(parse(draft.reference)):
        return TaskReason.IMPURE
    if parent is None:
        return None
    if likeness.shape(draft.reference) == likeness.shape(parent.reference):
        return TaskReason.SAME_AS_PARENT
    mine, theirs = likeness.decisions(draft.reference), likeness.decisions(parent.reference)
    if operator == "harder" and mine <= theirs:
        return TaskReason.NOT_HARDER
    return TaskReason.NOT_EASIER if operator == "easier" and mine >= theirs else None


def _leaks(draft: Draft) -> bool:
    """Whether the docstring shows the reference: its body, or most of the lines of it that say something."""
    shown = {"".join(line.split()) for line in draft.prompt.splitlines()}
    texts = (draft.reference, ast.unparse(parse(draft.reference)))
    told = {"".join(line.split()) for text in texts for line in text.splitlines()}
    telling = {line for line in told if len(line) > 8 and not line.startswith(("def", '"""', "import", "from", "#"))}
    return bool(telling) and len(telling & shown) * 2 > len(telling)


def _runs(draft: Draft, mutants: Sequence[str], least: float, sandbox: Sandbox, answer: str) -> Check:
    """Run examples and tests against the reference, and the tests against its mutants; all of it is a model's text."""
    for reason, texts in ((TaskReason.WRONG_EXAMPLES, draft.examples), (TaskReason.WRONG_TESTS, draft.tests)):
        tests = Tests(style="asserts", entry=draft.entry, tests=list(texts))
        said, finding = foreign_tests.ask(tests, draft.reference, suites.LIMITS, sandbox)
        if texts and said is not Answer.HOLDS:
            limited = finding.outcome is Outcome.LIMIT
            outcome, why = (Outcome.LIMIT, finding.reason) if limited else (Outcome.FAIL, str(reason))
            return _check("problem", outcome, why, dict(finding.evidence), answer)
    rng = Random(f"problem:{draft.reference}")
    quality = foreign_tests.judge(tests, draft.reference, mutants, suites.LIMITS, sandbox, rng)
    told = {"mutants": quality.mutants, "killed": quality.mutants - len(quality.survivors), "least": least}
    if quality.reference is not Answer.HOLDS:
        return _check("problem", Outcome.FAIL, TaskReason.FLAKY, dict(quality.finding.evidence), answer)
    if quality.stub is not Answer.FAILS:
        return _check("problem", Outcome.FAIL, TaskReason.VACUOUS_TESTS, told, answer)
    if quality.killed < least:
        return _check("problem", Outcome.FAIL, TaskReason.WEAK_TESTS, told, answer)
    return _check("problem", Outcome.PASS, "", {"tests": len(draft.tests), "entry_point": draft.entry, **told}, answer)


def _solves(parent: Parent, draft: Draft, sandbox: Sandbox) -> bool:
    """Whether the parent's solution solves the new problem, which is then no new one."""
    renamed = f"{parent.reference}\n\n{draft.entry} = {parent.entry}\n"
    tests = Tests(style="asserts", entry=draft.entry, tests=list(draft.tests))
    said, finding = foreign_tests.ask(tests, renamed, suites.LIMITS, sandbox)
    if finding.reason in (CodeReason.SYNTAX, CodeReason.NO_ENTRY_POINT):
        foreign_tests.prove_loads(renamed, draft.entry, suites.LIMITS, sandbox)
    return said is Answer.HOLDS


def _check(name: str, outcome: Outcome, reason: str, evidence: dict[str, Json], answer: str | None = None) -> Check:
    return Check(name=name, outcome=outcome, reason=reason, answer=answer, evidence=evidence)
