"""What the reasoning checkers say: a closed set of reasons, and a Finding that carries one with its evidence.

Turns nothing into a verdict of the pipeline; `outcome_of` only names the outcome that a reason stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from verisieve.records import Outcome

MAX_SHOWN = 300


class Reason(StrEnum):
    """Why a reply is no pass."""

    NO_ANSWER = "no_answer"  # nothing was committed to
    DECLINED = "declined"  # says that it cannot tell
    PLACEHOLDER = "placeholder"  # a template was left unfilled
    UNREADABLE = "unreadable"  # the committed text is no answer of this family
    HEDGED = "hedged"  # several candidates, or a maybe
    NEGATED = "negated"  # says what the answer is not
    RETRACTED = "retracted"  # takes the answer back afterwards
    INCOMPLETE = "incomplete"  # a part of the answer is missing
    WRONG_ANSWER = "wrong_answer"
    TOO_LONG = "too_long"
    LOCAL_BAD = "local_bad"  # a step does not follow by its rule
    UNENTAILED = "unentailed"  # a step that the spec does not entail
    UNCITED = "uncited"  # a step names no support, or support that does not exist
    FORWARD_REF = "forward_ref"  # a step cites itself or a later step
    INVENTED_PREMISE = "invented_premise"  # a step uses what nobody gave
    NOT_CONSUMED = "not_consumed"  # the answer does not come from the steps
    ANSWER_MISMATCH = "answer_mismatch"  # right steps, another answer
    UNVERIFIABLE = "unverifiable"  # prose of which too little can be checked
    UNSUPPORTED_FAMILY = "unsupported_family"


_SILENT = frozenset({Reason.NO_ANSWER, Reason.DECLINED, Reason.PLACEHOLDER, Reason.UNREADABLE, Reason.UNVERIFIABLE})


def outcome_of(reason: Reason | None) -> Outcome:
    """Return the outcome that a reason stands for; None is a pass."""
    if reason is None:
        return Outcome.PASS
    if reason in _SILENT:
        return Outcome.NO_ANSWER
    return Outcome.LIMIT if reason is Reason.TOO_LONG else Outcome.FAIL


class Finding(NamedTuple):
    """The judgement of one answer or derivation: `reason` is None where it is right."""

    reason: Reason | None = None
    evidence: Mapping[str, Any] = {}
    answer: str | None = None

    @property
    def right(self) -> bool:
        return self.reason is None


RIGHT = Finding()


def wrong(why: str, **evidence: Any) -> Finding:
    """Return the finding for a wrong answer, with the rule that it breaks."""
    return Finding(Reason.WRONG_ANSWER, {"why": why, **evidence})


def incomplete(why: str, **evidence: Any) -> Finding:
    """Return the finding for an answer with a part missing."""
    return Finding(Reason.INCOMPLETE, {"why": why, **evidence})


class UnreadableError(ValueError):
    """The text is no answer of the family; `reason` says more where the reader knows more."""

    def __init__(self, message: str, reason: Reason = Reason.UNREADABLE) -> None:
        super().__init__(message)
        self.reason = reason


class UnexpectedError(UnreadableError):
    """The text holds a word that no answer of the family has."""

    def __init__(self, word: str) -> None:
        super().__init__(f"unexpected {word[:40]!r}")
        self.word = word


def shown(text: str) -> str:
    """Cut a text to what a person wants to see of it."""
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
