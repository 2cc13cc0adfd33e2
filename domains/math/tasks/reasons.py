"""Why a reply to a task other than `solve` did not pass; a closed set beside that of answers."""

from __future__ import annotations

from enum import StrEnum


class TaskReason(StrEnum):
    """Why a reply to a task did not pass."""

    NO_CLAIM = "no_claim"  # the reply does not answer in the form that was asked for
    UNREADABLE = "unreadable"  # the answer of a new problem is no maths that we know
    LEAKED = "leaked"  # the problem or a hint tells the answer
    GUESSABLE = "guessable"  # the answer is one that anybody would guess
    COPIED = "copied"  # the answer is a number of the problem, and nobody else found it
    SAME_AS_PARENT = "same_as_parent"
    NOT_HARDER = "not_harder"
    NOT_EASIER = "not_easier"
    WRONG_SOLUTION = "wrong_solution"  # the worked solution ends in another answer
    NO_WORK = "no_work"  # an answer without a worked solution
    OTHER_ANSWER = "other_answer"  # the independent solutions agree, on another answer
    NO_AGREEMENT = "no_agreement"  # the independent solutions do not agree
    FEW_HINTS = "few_hints"
    REPEATED_HINT = "repeated_hint"
    MISSED_MISTAKE = "missed_mistake"  # "no mistake", and there is one
    FALSE_ALARM = "false_alarm"  # a line is named, and the solution is right
    WRONG_LINE = "wrong_line"
    HEDGED = "hedged"  # it answers twice, differently
