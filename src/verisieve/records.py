"""The whole data model: Problem -> Completion -> Check -> Verdict.

Records are frozen; a step returns a new one. Nothing here reads files, runs code or judges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Any  # what json.loads returns; narrowed where it is read


class Outcome(StrEnum):
    """What a check or a verdict says; `error` is our or the data's fault and is nobody's score."""

    PASS = "pass"  # noqa: S105  # an outcome, not a password
    FAIL = "fail"
    NO_ANSWER = "no_answer"
    LIMIT = "limit"
    ERROR = "error"

    @property
    def score(self) -> float | None:
        """What it is worth as a reward: 1 for a pass, None for an error, which says nothing of the reply."""
        return None if self is Outcome.ERROR else float(self is Outcome.PASS)


class Reason(StrEnum):
    """Reasons that the spine itself gives; each domain adds its own closed set."""

    BAD_ROW = "bad_row"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_DOMAIN = "unknown_domain"
    BROKEN_TRUTH = "broken_truth"
    UNVERIFIABLE = "unverifiable"
    SANDBOX_FAILED = "sandbox_failed"
    CHECKER_CRASHED = "checker_crashed"
    WORKER_DIED = "worker_died"
    WORKER_HUNG = "worker_hung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A question with what its checker needs; `truth` is never sent to a model and not in the repr."""

    domain: str
    id: str
    prompt: str
    truth: Mapping[str, Json] = field(repr=False)
    meta: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one reply."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One reply of one model to one problem; `extra` holds the row's unknown keys, carried through."""

    problem: Problem
    text: str
    model: str = ""
    sample: int = 0
    usage: Usage | None = None
    cost: float | None = None
    finish_reason: str | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked, its outcome, and the evidence for it.

    `reason` comes from the domain's closed set and is empty for a pass; `answer` is the text that
    was taken as the model's answer; `evidence` is plain JSON (witness, first bad step, expected, got).
    """

    name: str
    outcome: Outcome
    reason: str = ""
    answer: str | None = None
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All checks of one completion, sealed by the pipeline; the first check that is no pass decides."""

    completion: Completion
    checks: Sequence[Check]
    verifier: str
    sandbox: str | None = None
    seconds: float = 0.0

    @property
    def outcome(self) -> Outcome:
        """The first outcome that is no pass; no checks at all is an error."""
        return self._deciding.outcome

    @property
    def reason(self) -> str:
        """Why it is no pass; empty for a pass."""
        return self._deciding.reason

    @property
    def answer(self) -> str | None:
        """The text that was taken as the answer, if any check found one."""
        return next((check.answer for check in self.checks if check.answer is not None), None)

    @property
    def _deciding(self) -> Check:
        for check in self.checks:
            if check.outcome is not Outcome.PASS:
                return check
        return self.checks[-1] if self.checks else _NO_CHECKS


_NO_CHECKS = Check(name="checks", outcome=Outcome.ERROR, reason=Reason.CHECKER_CRASHED)
