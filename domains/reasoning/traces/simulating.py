"""Shared by tracers whose steps form a chain: the two halves of a step, and a module as rules."""

from __future__ import annotations

import re
import sys
from typing import cast

from verisieve.verifiers.reasoning.findings import UnreadableError
from verisieve.verifiers.reasoning.replays import Rules

_ARROW = re.compile(r"\s*(?:->|=>)\s*|\s*[:;|]\s+|\s*[([](?=[^()\[\]]*[=:][^()\[\]]*[)\]]?$)")


def halves(text: str) -> tuple[str, str]:
    """Return what a step does and what is so afterwards; raise UnreadableError where it has no two parts.

    >>> halves("fill A -> A=3, B=0")
    ('fill A', 'A=3, B=0')
    """
    match = _ARROW.search(text)
    if not match or not text[: match.start()].strip():
        raise UnreadableError("not a move and the state after it")
    return text[: match.start()].strip(" ,"), text[match.end() :].strip(" ()[]{}.")


def rules(name: str) -> Rules:
    """Return a loaded tracer as the rules of a replay."""
    return cast("Rules", sys.modules[name])
