"""Hypotheses that a row gives: `x > 0`, `n integer`."""

from __future__ import annotations

import re
from dataclasses import replace

from verisieve.verifiers.math.derivation.members import Names, names
from verisieve.verifiers.math.derivation.reading import statements
from verisieve.verifiers.math.derivation.scope import Fact, Scope, joined
from verisieve.verifiers.math.nodes import Sym, apply, number

_INTEGER = re.compile(
    r"^\s*\$?([A-Za-z](?:_\w+)?)\$?\s+(?:is\s+)?(?:an?\s+)?(positive|non-?negative|negative)?\s*(integer|natural|whole|real)"
    r"(?:\s+number)?s?\s*$",
    re.IGNORECASE,
)
_SIGNED = {"positive": "gt", "negative": "lt"}


class GivenError(ValueError):
    """A hypothesis that cannot be read."""


def hypothesis(scope: Scope, text: str, known: Names | None = None) -> Scope:
    """Add `x > 0` or `n integer` to what holds; raise GivenError for anything else."""
    match = _INTEGER.match(text)
    if match:
        if match[3].lower() in {"integer", "whole", "natural"}:
            scope = replace(scope, integers=scope.integers | {match[1]})
        sign = _SIGNED.get(
            (match[2] or "").lower(), "ge" if match[2] or match[3].lower() in {"whole", "natural"} else ""
        )
        return scope.with_fact(Fact(apply(sign, Sym(match[1]), number(0)), given=True)) if sign else scope
    found = statements(text, known or names(text))
    nodes = []
    for each in found:
        for branch in each.branches:
            links = [link.node for link in branch]
            if any(node is None for node in links):
                raise GivenError(text)
            nodes.append(joined("and", [scope.plain(node) for node in links if node is not None]))
    if not nodes:
        raise GivenError(text)
    for node in nodes:
        scope = scope.with_fact(Fact(node, given=True))
    return scope
