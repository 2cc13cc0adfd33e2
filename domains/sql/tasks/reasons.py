"""Why a reply to a task other than `solve` did not pass; a closed set beside that of queries."""

from __future__ import annotations

from enum import StrEnum


class TaskReason(StrEnum):
    """Why a reply to a task did not pass."""

    NO_CLAIM = "no_claim"  # the reply does not answer in the form that was asked for
    HEDGED = "hedged"  # it answers twice, differently
    MISSED_MISTAKE = "missed_mistake"  # "right", and the query is wrong
    FALSE_ALARM = "false_alarm"  # "wrong", and nothing tells the query from the gold
    BAD_WITNESS = "bad_witness"  # the rows are no rows of this schema, or the gold has no single result on them
    NO_DIFFERENCE = "no_difference"  # both queries give the same on the rows
    WRONG_FACT = "wrong_fact"  # a statement about the run of the query is not so
    UNTRANSLATED = "untranslated"  # the text of the source, which does not do in the other dialect
    LEAKED = "leaked"  # the question holds its query or its result
    BAD_GOLD = "bad_gold"  # the new gold is no single query that runs
    EMPTY_GOLD = "empty_gold"  # the new gold returns no rows on the given database
    SAYS_NOTHING = "says_nothing"  # it returns there what it returns on an empty one
    TOO_PLAIN = "too_plain"  # it asks for a table as it is
    WEAK_DATABASES = "weak_databases"  # its neighbours cannot be told from it
    SAME_AS_PARENT = "same_as_parent"
    NOT_HARDER = "not_harder"
    NOT_EASIER = "not_easier"
    OTHER_ANSWER = "other_answer"  # the independent queries agree, and not with the gold
    NO_AGREEMENT = "no_agreement"  # the independent queries do not agree
