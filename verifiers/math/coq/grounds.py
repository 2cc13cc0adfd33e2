"""What a claim stands on, made once for a sandbox: compiled preamble and statement, and the axioms that are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from verisieve.errors import SandboxError, TruthError
from verisieve.sandboxes import Sandbox, Status
from verisieve.verifiers.math.coq import assumptions, boxes, messages
from verisieve.verifiers.math.coq.assumptions import Summary
from verisieve.verifiers.math.coq.boxes import Ran, Step
from verisieve.verifiers.math.coq.sources import CLAIM, GIVEN, Claim

_FIELDS = {GIVEN: "preamble", CLAIM: "statement"}
_KEPT = 256  # claims for a sandbox
_made: WeakKeyDictionary[Sandbox, dict[tuple[str, str], Ground]] = WeakKeyDictionary()


class Ground(NamedTuple):
    """The compiled libraries of a claim, the axioms under its preamble and its statement, and Coq's version."""

    files: Mapping[str, bytes]
    axioms: frozenset[str]
    version: str

    def allowed(self, claim: Claim, known: frozenset[str]) -> frozenset[str]:
        """Return the full names of what a proof may assume, of those that are known; never one of the reply's own."""
        named = {full for name in claim.axioms for full in assumptions.resolve(name, known)}
        return self.axioms | {full for full in named if not assumptions.is_hostile(full)}


def of(claim: Claim, sandbox: Sandbox) -> Ground:
    """Return what a claim stands on; raise TruthError where its preamble or its statement is none of Coq's."""
    made = _made.setdefault(sandbox, {})
    key = (claim.preamble, claim.statement)
    if key not in made:
        if len(made) >= _KEPT:
            made.clear()
        made[key] = _make(claim, sandbox)
    return made[key]


def _make(claim: Claim, sandbox: Sandbox) -> Ground:
    ran = boxes.prepare(claim, sandbox)
    if ran.status in (Status.TIMEOUT_CPU, Status.TIMEOUT_WALL, Status.MEMORY):
        raise TruthError("limits", f"are too small for the statement alone: {ran.status}")
    if ran.failed:
        field = _FIELDS.get(ran.failed.name)
        if field:
            raise TruthError(field, messages.first(ran.failed.err).text)
        raise SandboxError(f"Coq fails without any reply: {ran.failed.name}: {messages.first(ran.failed.err).text}")
    steps = {step.name: step for step in ran.steps}
    summary = _summary(ran, steps)
    if summary.flaws:
        raise TruthError("preamble", f"switches the kernel's checks off: {', '.join(summary.flaws)}")
    names = assumptions.printed(steps[CLAIM].out)
    if names is None:
        raise SandboxError(f"Coq says what nobody expects: {steps[CLAIM].out[:200]!r}")
    basis = {full for name in names for full in assumptions.resolve(name, summary.axioms)}
    given = {full for full in summary.axioms if assumptions.is_given(full)}
    return Ground(ran.files, frozenset(basis | given), steps["version"].out.split(" ")[0].strip())


def _summary(ran: Ran, steps: Mapping[str, Step]) -> Summary:
    """What coqchk said; anything but a full check of both libraries is a fault of ours."""
    out = steps["check"].err if "check" in steps else ""
    found = assumptions.summary(out)
    if found is None or not assumptions.checked(out, GIVEN, CLAIM) or not all(ran.files.values()):
        raise SandboxError(f"Coq's checker says what nobody expects: {out[-200:]!r}")
    return found
