"""A calculus for derivations that compute or simulate: each step states what comes of the steps before, and is redone.

Theory. A family's rules hold a state. A step's claim is applied to it, which gives the state as it truly is afterwards
and the state as the step claims it; the two must be equal. Where steps form a chain, each uses the one before, and a
step that says that it uses another is wrong.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from verisieve.verifiers.reasoning.citations import Cited, Given
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.tracing import Fault, StepError


class After(NamedTuple):
    """The state after a step: as it is, and as the step claims."""

    true: Any
    claimed: Any
    shown: str  # what is true, for the evidence


class Rules(Protocol):
    """What a family knows about its steps; specs, claims and states are its own types, and states are never changed."""

    CHAIN: bool  # whether each step uses the one before

    def start(self, spec: Any) -> Any:
        """Return the state before the first step."""
        ...

    def read(self, spec: Any, text: str) -> Any:
        """Return the claim of a step; raise UnreadableError for what is none."""
        ...

    def apply(self, spec: Any, state: Any, claim: Any, step: Cited) -> After:
        """Redo a step; raise StepError for one that cannot be done or uses what is not there."""
        ...

    def finish(self, spec: Any, state: Any) -> Any:
        """Return the answer that the last state gives; raise StepError where it gives none."""
        ...


class Replay:
    """The calculus over one spec and its rules."""

    def __init__(self, spec: Any, rules: Rules) -> None:
        self.spec, self.rules = spec, rules
        self.given = Given({})
        self.state = rules.start(spec)

    def reads(self, claim: str) -> bool:
        """Say whether a text is a step of this puzzle."""
        try:
            self.rules.read(self.spec, claim)
        except UnreadableError:
            return False
        except StepError:
            return True
        return True

    def take(self, step: Cited, *, mend: bool = False) -> Fault | None:
        """Redo a step and take its result in."""
        if self.rules.CHAIN and step.refs and step.number > 1 and step.refs != (step.number - 1,):
            return Fault(Reason.LOCAL_BAD, "does not go on from the step before")
        try:
            after = self.rules.apply(self.spec, self.state, self.rules.read(self.spec, step.claim), step)
        except UnreadableError as error:
            return Fault(Reason.LOCAL_BAD, f"no step of this puzzle: {error}")
        except StepError as error:
            return error.fault
        self.state = after.true if mend else after.claimed
        if after.true != after.claimed:
            return Fault(Reason.LOCAL_BAD, "states another result", {"expected": after.shown[:300]})
        return None

    def end(self) -> Any:
        """Return the answer that the last state gives."""
        return self.rules.finish(self.spec, self.state)

    def refuted(self, sentence: str) -> bool | None:
        """Read no prose: a result without its place in the chain cannot be judged."""
        return None

    def counts(self) -> dict[str, int]:
        """Return nothing: every step of a replay is needed."""
        return {}
