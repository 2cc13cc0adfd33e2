"""What a row of the code domain may ask for; `truth.task` names it. Each task is judged by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from verisieve.domains import fields
from verisieve.domains.code import checking
from verisieve.domains.code.tasks import bugs, explanations, fixes, inventions, predictions, reviews, suites
from verisieve.records import Check, Json, Problem
from verisieve.sandboxes import Sandbox

Checker = Callable[[Problem, str, Sandbox], Sequence[Check]]

TASKS: Mapping[str, Checker] = {
    "solve": checking.check,
    "tests": suites.check,
    "bug": bugs.check,
    "fix": fixes.check,
    "review": reviews.check,
    "explain": explanations.check,
    "predict": predictions.check,
    "translate": checking.check,  # the language of the tests is the truth's own
    "problem": inventions.check,
}


def name(truth: Mapping[str, Json]) -> str:
    """Return the task of a truth; raise TruthError for one that nobody knows."""
    return fields.choice(truth, "task", tuple(TASKS), "solve")


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge one reply by its task; raise TruthError for a broken truth, SandboxError for a fault of the sandbox."""
    return TASKS[name(problem.truth)](problem, text, sandbox)
