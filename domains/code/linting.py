"""Linting a problem before it is used: its truth must be readable, and its own reference must pass."""

from __future__ import annotations

from collections.abc import Iterator

from verisieve.domains import Finding
from verisieve.domains.code import checking, tasks
from verisieve.domains.code import truth as truths
from verisieve.errors import TruthError
from verisieve.records import Problem
from verisieve.sandboxes import Sandbox

_SOLVED = ("solve", "translate")  # tasks whose truth holds tests of a program


def lint(problem: Problem, sandbox: Sandbox) -> Iterator[Finding]:
    """Yield what is wrong with the reference; raise TruthError for a truth that cannot be read."""
    if tasks.name(problem.truth) not in _SOLVED:
        tasks.check(problem, "", sandbox)  # reads the truth
        return
    truth = truths.read(problem.truth)
    if truth.reference is None:
        message = "there is no reference, so nothing shows that the tests can be passed"
        yield Finding(kind="no_reference", message=message, fault=False)
        return
    try:
        checking.prove(truth, problem, sandbox)
    except TruthError as error:
        yield Finding(kind="reference_fails", message=str(error), fault=True)
