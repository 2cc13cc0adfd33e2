"""Whether a program answers the same each time: the same calls in fresh interpreters with other hash seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verisieve.records import Outcome
from verisieve.sandboxes import Job, Limits, Run, Sandbox
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.observing import Answer, equal, observe, shown
from verisieve.verifiers.code.runner import CodeReason, Finding

SEEDS = (1, 2)
CALLS = 40  # calls that are repeated, at most
# A box starts from a warm interpreter, whose hash seed is fixed: so the program replaces itself by a fresh one.
_AGAIN = """\
import os, sys
if {joined}:
    os.set_inheritable(3, True)
os.execve(sys.executable, [sys.executable, "-S", "-s", "-B", "-c", {text!r}], {{"PYTHONHASHSEED": "{seed}"}})
"""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)  # back ends and caches tell sandboxes by identity
class Reseeded:
    """A sandbox whose candidates run in a fresh interpreter with a hash seed of its own."""

    sandbox: Sandbox
    seed: int

    @property
    def name(self) -> str:
        return self.sandbox.name

    @property
    def layers(self) -> tuple[str, ...]:
        return self.sandbox.layers

    def run(self, job: Job) -> Run:
        """Run the job, its candidate's harness anew from its text."""
        own = job.candidate
        text = _AGAIN.format(text=f"{own.definitions}\n{own.harness}", seed=self.seed, joined=job.tester is not None)
        return self.sandbox.run(replace(job, candidate=replace(own, definitions="", harness=text)))

    def close(self) -> None:
        """The sandbox is not ours to close."""


def check(source: Source, entry: str, calls: Sequence[Call], limits: Limits, sandbox: Sandbox) -> Finding:
    """Compare the answers to given calls under each hash seed."""
    chosen = list(calls[:CALLS])
    runs = [observe(source, entry, chosen, limits, Reseeded(sandbox, seed)).answers for seed in SEEDS]
    for call, first, second in zip(chosen, *runs, strict=True):
        if differ(first, second):
            evidence = {"call": shown(call, entry), "answers": [first.text(), second.text()]}
            return Finding(outcome=Outcome.FAIL, reason=CodeReason.NONDETERMINISTIC, evidence=evidence)
    return Finding(outcome=Outcome.PASS, evidence={"calls": len(chosen), "runs": len(SEEDS)})


def differ(first: Answer, second: Answer) -> bool:
    """Whether two answers to one call are not the same; of a call that ran into a limit nothing is known."""
    if {first.kind, second.kind} & {"limit", "unasked"}:
        return False
    return first.kind != second.kind or not equal((first.value, first.changed), (second.value, second.changed))
