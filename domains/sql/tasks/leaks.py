"""Whether a question tells its query or its result."""

from __future__ import annotations

import re

from verisieve.verifiers.sql import analyse, extract, lexer
from verisieve.verifiers.sql.gold import Gold

_RUN = 5  # tokens in a row
_SHARE = 0.4  # of the query's runs that a question may not hold
_SHORTEST = 3  # characters of a text that counts as told


def find(question: str, wanted: Gold) -> str:
    """Return the piece that tells, or nothing."""
    found = extract.query(question)
    if found is not None:
        return found.text
    if _shared(question, wanted.sql) >= _SHARE:
        return "most of the query"
    return _result(question, wanted)


def _shared(question: str, sql: str) -> float:
    """Return the share of the query's runs of tokens that stand in the question."""
    mine, theirs = _runs(lexer.normal(sql)), _runs(lexer.normal(question))
    return len(mine & theirs) / len(mine) if mine else 0.0


def _runs(tokens: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {tokens[place : place + _RUN] for place in range(len(tokens) - _RUN + 1)}


def _result(question: str, wanted: Gold) -> str:
    """A lone value that the question names, or most texts of a longer result; none is a constant of the query."""
    constants = {str(value).lower() for value in analyse.glance(wanted.sql).loose}
    values = {value for row in wanted.fixture.rows for value in row if value is not None}
    alone = len(values) == 1
    told = [str(value) for value in values if alone or (isinstance(value, str) and len(value) >= _SHORTEST)]
    named = [value for value in told if value.lower() not in constants and _names(question, value)]
    enough = named and (alone or (len(named) > 1 and len(named) * 2 > len(told)))
    return ", ".join(sorted(named)) if enough else ""


def _names(question: str, value: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(value)}(?![\w]|\.\d)", question, re.IGNORECASE) is not None
