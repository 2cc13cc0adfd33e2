"""The one boundary for faults: a completion in, a sealed verdict out, whatever the checker does.

Our and the data's faults become outcome `error` here and nowhere else.
"""

from __future__ import annotations

import functools
import json
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from verisieve import domains
from verisieve.domains import Domain
from verisieve.errors import SandboxError, TruthError, UsageError
from verisieve.plaintext import shown
from verisieve.records import Check, Completion, Json, Outcome, Problem, Reason, Verdict
from verisieve.sandboxes import Sandbox

Checker = Callable[[Problem, str, Sandbox], Sequence[Check]]

TRIES = 2  # a sandbox's own fault is tried again once


class UsedSandbox(Sandbox, Protocol):
    """A sandbox that can say whether it ran anything since it was last asked."""

    def take_used(self) -> bool: ...


def judge(completion: Completion, sandbox: UsedSandbox) -> Verdict:
    """Check one completion by the domain that it names; an unknown or broken domain is an `error`."""
    try:
        domain = load(completion.problem.domain)
    except UsageError as error:
        check = _fault("domain", Reason.UNKNOWN_DOMAIN, {"message": str(error)})
        return Verdict(completion=completion, checks=(check,), verifier="verisieve")
    return seal(domain, completion, sandbox)


def seal(domain: Domain, completion: Completion, sandbox: UsedSandbox) -> Verdict:
    """Check one completion and seal the verdict; never raises for what a domain or its data do."""
    return guarded(verifier_of(domain), domain.check, completion, sandbox)


def guarded(verifier: str, check: Checker, completion: Completion, sandbox: UsedSandbox) -> Verdict:
    """Run a checker on one completion; whatever it raises is an `error` of the verdict."""
    started = time.perf_counter()
    sandbox.take_used()
    checks: Sequence[Check]
    try:
        checks = _checked(check, completion, sandbox)
    except TruthError as error:
        checks = [_fault("truth", error.reason, {"field": error.field, "message": str(error)})]
    except SandboxError as error:
        checks = [_fault("sandbox", Reason.SANDBOX_FAILED, {"message": str(error)})]
    except Exception as error:  # noqa: BLE001  # the boundary
        checks = [_fault("checker", Reason.CHECKER_CRASHED, _described(error))]
    return Verdict(
        completion=completion,
        checks=tuple(checks),
        verifier=verifier,
        sandbox="+".join((sandbox.name, *sandbox.layers)) if sandbox.take_used() else None,
        seconds=time.perf_counter() - started,
    )


@functools.cache
def load(name: str) -> Domain:
    """Load a domain once per process."""
    return domains.load(name)


def verifier_of(domain: Domain) -> str:
    """Return the name and version that a verdict carries, e.g. `math@3`."""
    return f"{domain.name}@{domain.version}"


def _checked(check: Checker, completion: Completion, sandbox: Sandbox) -> Sequence[Check]:
    for left in reversed(range(TRIES)):
        try:
            checks = tuple(check(completion.problem, completion.text, sandbox))
            break
        except SandboxError:
            if not left:
                raise
    for each in checks:
        if not _plain(each.evidence):
            json.dumps(dict(each.evidence), allow_nan=False)  # evidence is plain JSON, or a crash
    return checks


def _plain(evidence: Mapping[str, Json], left: int = 3) -> bool:
    """Say whether evidence is texts and whole numbers alone, as most is: then it is plain JSON."""
    for key, value in evidence.items():
        kind = type(value)
        if type(key) is not str or (kind not in _PLAIN and not (kind is dict and left and _plain(value, left - 1))):
            return False
    return True


_PLAIN = (str, int, bool, type(None))


def _fault(name: str, reason: str, evidence: dict[str, str]) -> Check:
    return Check(
        name=name,
        outcome=Outcome.ERROR,
        reason=reason,
        evidence={key: shown(value, 2000) for key, value in evidence.items()},
    )


def _described(error: Exception) -> dict[str, str]:
    lines = traceback.format_exception(error, limit=-4)
    return {"type": type(error).__name__, "message": str(error)[:500], "traceback": "".join(lines)}
