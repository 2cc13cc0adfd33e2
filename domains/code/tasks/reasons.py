"""Why a reply to a task other than `solve` did not pass; a closed set beside CodeReason."""

from __future__ import annotations

from enum import StrEnum


class TaskReason(StrEnum):
    """Why a reply to a task did not pass."""

    NO_TESTS = "no_tests"  # the reply holds no Python
    WRONG_TESTS = "wrong_tests"  # they do not hold on the reference
    VACUOUS_TESTS = "vacuous_tests"  # they hold on a stub
    WEAK_TESTS = "weak_tests"  # too many mutants survive them
    NO_BUG = "no_bug"  # every test passes
    TOO_BROKEN = "too_broken"  # too few tests pass for a program that looks right
    FLAKY = "flaky"  # it failed a test, and then did not
    NO_CLAIM = "no_claim"  # the reply does not answer in the form that was asked for
    HEDGED = "hedged"  # it answers twice, differently
    WRONG_LINE = "wrong_line"
    MISSED_BUG = "missed_bug"  # "no bug", and there is one
    FALSE_ALARM = "false_alarm"  # a line is named, and the program is right
    WRONG_INPUT = "wrong_input"  # reference and program agree on the input that should tell them apart
    WRONG_FACT = "wrong_fact"  # a statement about the run of a program is wrong
    WRONG_VALUE = "wrong_value"  # the program returns another value than was predicted
    LEAKED = "leaked"  # the prompt holds the solution
    IMPURE = "impure"  # the reference does what no plain function needs
    SAME_AS_PARENT = "same_as_parent"
    NOT_HARDER = "not_harder"
    NOT_EASIER = "not_easier"
    WRONG_EXAMPLES = "wrong_examples"  # the prompt's examples do not hold on the reference
