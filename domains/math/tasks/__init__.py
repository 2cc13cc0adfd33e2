"""What a row of the math domain may ask for; `truth.task` names it. Each task is judged by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from verisieve.domains import fields
from verisieve.domains.math import proofs
from verisieve.domains.math.tasks import answers, critiques, drafts, hints, inventions, solutions
from verisieve.records import Check, Json, Problem
from verisieve.sandboxes import Sandbox

Checker = Callable[[Problem, str], Sequence[Check]]

TASKS: Mapping[str, Checker] = {
    "solve": answers.check,
    "solution": solutions.check,
    "hints": hints.check,
    "critique": critiques.check,
    "repair": solutions.check,
    "problem": inventions.check,
}


def name(truth: Mapping[str, Json]) -> str:
    """Return the task of a truth; raise TruthError for one that nobody knows."""
    return fields.choice(truth, "task", (*TASKS, proofs.TASK), "solve")


def check(problem: Problem, text: str, sandbox: Sandbox) -> Sequence[Check]:
    """Judge one reply by its task; raise TruthError for a broken truth, SandboxError where a proof has no prover."""
    task = name(problem.truth)
    return proofs.check(problem, text, sandbox) if task == proofs.TASK else TASKS[task](problem, text)


def to_solve(problem: Problem, text: str) -> Problem | None:
    """Return the problem that a reply to `problem` is, for others to solve; None where the reply is none."""
    if name(problem.truth) != "problem":
        return None
    try:
        return drafts.to_solve(problem, text)
    except drafts.DraftError:
        return None
