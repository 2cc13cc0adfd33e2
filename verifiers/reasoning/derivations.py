"""Numbered steps of a derivation: found in a reply, and the findings about them.

Judges no step; a family does. The last listing that starts at 1 counts, like the last committed answer does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from verisieve.verifiers.reasoning import cues
from verisieve.verifiers.reasoning.cues import NOTE
from verisieve.verifiers.reasoning.findings import Finding, Reason, shown
from verisieve.verifiers.reasoning.plain import BOX, plain
from verisieve.verifiers.replies import visible

MAX_STEPS = 2_000
_STEP = re.compile(
    r"^[ ]*(?:[-*•>|][ ]*)?\(?(?:(?:step|after|line|operation|op|swap|state)[ ]*){0,2}[#(\[]?(?P<number>\d{1,4})[)\]]?"
    r"(?:[ ]*\([^()]{0,80}\))?[ ]*(?:[:.)|\]]|-(?=[ ]))[ ]*(?P<body>\S.*)$",
    re.IGNORECASE,
)


class Step(NamedTuple):
    """One numbered line."""

    number: int
    text: str


class Trace(NamedTuple):
    """A derivation as a family writes it; `first_bad` is known where it was spoilt on purpose."""

    steps: tuple[str, ...]
    answer: str
    first_bad: int | None = None


def steps(reply: str, is_step: Callable[[str], bool]) -> list[Step]:
    """Return the last listing of a raw reply that starts at 1 and whose first line the family takes as a step.

    >>> steps("First:\\n1. a\\n\\nNow again.\\n1. b\\n2. c", str.isalpha)
    [Step(number=1, text='b'), Step(number=2, text='c')]
    """
    found = listings(unadorned(reply))
    found = [listing for listing in found if is_step(listing[0].text)] or found
    return found[-1] if found else []


def unadorned(reply: str) -> str:
    """Return the plain text of a raw reply, without boxes and what it says to a grader."""
    return cues.unaddressed(plain(visible(reply))).replace(BOX, " ").replace(NOTE, "")


def listings(text: str) -> list[list[Step]]:
    """Return the listings of numbered lines in a plain text; each but the first starts at 1."""
    found: list[list[Step]] = []
    for line in text.split("\n"):
        match = _STEP.match(line[:600])
        if not match:
            continue
        step = Step(int(match["number"]), match["body"].strip(" |"))
        if step.number == 1 or not found:
            found.append([])
        if len(found[-1]) < MAX_STEPS:
            found[-1].append(step)
    return found


def bad(reason: Reason, number: int, why: str, step: Step | None = None, **evidence: object) -> Finding:
    """Return the finding for the first bad step."""
    text = {"step": shown(step.text)} if step else {}
    return Finding(reason, {"first_bad_step": number, "why": why, **text, **evidence})


def misnumbered(found: list[Step]) -> int | None:
    """Return the first number that is missing or out of order, if one is."""
    return next((k for k, step in enumerate(found, 1) if step.number != k), None)
