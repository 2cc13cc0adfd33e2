"""Judge one reply against one claim: find the proof, compile it, and let the kernel and its checker decide.

A pass needs all of: coqchk checks the reply's library and finds nothing unchecked in it; `Verdict`, compiled from a
text of ours, takes one of its theorems as a proof of the statement; coqchk checks that as well; and all that it rests
on, as Coq lists it, is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from verisieve.records import Outcome
from verisieve.sandboxes import Sandbox, Status
from verisieve.verifiers.math.coq import assumptions, boxes, extract, forbidden, grounds, messages, sources
from verisieve.verifiers.math.coq.boxes import LIBRARY_BYTES, Ran, Step
from verisieve.verifiers.math.coq.extract import Script
from verisieve.verifiers.math.coq.grounds import Ground
from verisieve.verifiers.math.coq.sources import CLAIM, GIVEN, PREFIX, SOLUTION, STEPS, VERDICT, Claim
from verisieve.verifiers.math.judge import Ruling

CANDIDATES = 3  # theorems of a reply that are tried as the proof
SHOWN = 20_000  # characters of the proof that a verdict keeps


class ProofReason(StrEnum):
    """Why a reply is no proof."""

    NO_PROOF = "no_proof"
    FORBIDDEN = "forbidden"
    PROOF_ERROR = "proof_error"
    WRONG_STATEMENT = "wrong_statement"
    ASSUMPTION = "assumption"
    REJECTED = "rejected"
    TIMEOUT_CPU = "timeout_cpu"
    TIMEOUT_WALL = "timeout_wall"
    MEMORY = "memory"
    TOO_LARGE = "too_large"


_LIMITS = {
    Status.TIMEOUT_CPU: ProofReason.TIMEOUT_CPU,
    Status.TIMEOUT_WALL: ProofReason.TIMEOUT_WALL,
    Status.MEMORY: ProofReason.MEMORY,
}


def judge(claim: Claim, reply: str, sandbox: Sandbox) -> Ruling:
    """Judge one reply; raise TruthError for a claim that Coq does not read, SandboxError where there is no Coq."""
    script = extract.find(reply)
    if script is None:
        return Ruling(Outcome.NO_ANSWER, ProofReason.NO_PROOF, None, {})
    if len(script.text) > extract.MAX_SOURCE:
        return _ruling(Outcome.LIMIT, ProofReason.TOO_LARGE, script, characters=len(script.text))
    found = forbidden.find(script.settings + script.text)
    if found is not None:
        return _ruling(Outcome.FAIL, ProofReason.FORBIDDEN, script, command=found[0], line=found[1])
    ground = grounds.of(claim, sandbox)
    return _proved(claim, script, ground, sandbox)


def _proved(claim: Claim, script: Script, ground: Ground, sandbox: Sandbox) -> Ruling:
    solved = boxes.solve(claim, script, ground.files, sandbox)
    compiled = solved.files.get(f"{SOLUTION}.vo", b"")
    if solved.status in _LIMITS or solved.failed or not compiled:
        return _unsolved(solved, claim, script)
    names = candidates(script, claim)
    if not names:
        return _ruling(Outcome.FAIL, ProofReason.WRONG_STATEMENT, script, message="declares no theorem")
    decided = boxes.decide(claim, names, {**ground.files, f"{SOLUTION}.vo": compiled}, sandbox)
    return _decided(decided, names, claim, script, ground)


def candidates(script: Script, claim: Claim) -> list[str]:
    """Return the names of theorems to try: the expected one, else the likeliest few."""
    if script.bare:
        return [STEPS]
    if claim.theorem in script.declared:
        return [claim.theorem]
    return list(script.declared[:CANDIDATES])


def _unsolved(ran: Ran, claim: Claim, script: Script) -> Ruling:
    """What it means that no library came of the reply."""
    if ran.status in _LIMITS:
        return _ruling(Outcome.LIMIT, _LIMITS[ran.status], script, step="proof")
    if ran.failed is None:
        reason = f"nothing compiled came back, or more than {LIBRARY_BYTES} bytes"
        return _ruling(Outcome.FAIL, ProofReason.PROOF_ERROR, script, message=reason)
    if messages.wants_room(ran.failed.err):
        return _ruling(Outcome.LIMIT, ProofReason.MEMORY, script, step="proof")
    said = messages.first(ran.failed.err)
    line = max(said.line - sources.lines_before(script, claim), 0)
    return _ruling(Outcome.FAIL, ProofReason.PROOF_ERROR, script, message=said.text, line=line)


def _decided(ran: Ran, names: list[str], claim: Claim, script: Script, ground: Ground) -> Ruling:
    """What it means how our own box ended."""
    if ran.status in _LIMITS:
        return _ruling(Outcome.LIMIT, _LIMITS[ran.status], script, step="check")
    steps = {step.name: step for step in ran.steps}
    if ran.failed:
        return _failed(ran.failed, script)
    if set(steps) != {"check", VERDICT, "recheck"}:
        return _ruling(Outcome.FAIL, ProofReason.REJECTED, script, message="the checker did not come to its end")
    theorem = names[steps[VERDICT].way]
    found = assumptions.summary(steps["check"].err)
    whole = assumptions.checked(steps["check"].err, GIVEN, CLAIM, SOLUTION)
    again = assumptions.summary(steps["recheck"].err)
    if found is None or again is None or not whole or not assumptions.checked(steps["recheck"].err, VERDICT):
        return _ruling(Outcome.FAIL, ProofReason.REJECTED, script, message="the checker's summary is not as it must be")
    rests_on = assumptions.printed(steps[VERDICT].out)
    if rests_on is None:
        message = "Coq's list of assumptions is not as it must be"
        return _ruling(Outcome.FAIL, ProofReason.REJECTED, script, message=message)
    known = found.axioms | again.axioms
    refused = [*found.flaws, *again.flaws, *assumptions.refused(rests_on, known, ground.allowed(claim, known))]
    if refused:
        shown = [each.removeprefix(f"{PREFIX}.") for each in sorted(set(refused))]
        return _ruling(Outcome.FAIL, ProofReason.ASSUMPTION, script, theorem=theorem, assumed=shown[:20])
    used = sorted({full for name in rests_on for full in assumptions.resolve(name, known)})
    return _ruling(
        Outcome.PASS, "", script, theorem=theorem, axioms=used, coq=ground.version, checked_by=["coqc", "coqchk"]
    )


def _failed(step: Step, script: Script) -> Ruling:
    """What it means that one of our own steps failed on a reply's library."""
    if messages.wants_room(step.err + step.out):
        return _ruling(Outcome.LIMIT, ProofReason.MEMORY, script, step="check")
    reason = ProofReason.WRONG_STATEMENT if step.name == VERDICT else ProofReason.REJECTED
    return _ruling(Outcome.FAIL, reason, script, message=messages.first(step.err or step.out).text)


def _ruling(outcome: Outcome, reason: str, script: Script, **evidence: Any) -> Ruling:
    answer = (script.settings + script.text).strip().encode("utf-8", "replace").decode("utf-8")
    facts: Mapping[str, Any] = evidence
    return Ruling(outcome, str(reason), answer[:SHOWN], facts)
