"""Numbered steps of a derivation: found in a reply, and the findings about them.

Judges no step; a family does. The last listing that starts at 1 counts, like the last committed answer does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from verisieve.verifiers.reasoning import cues, objects
from verisieve.verifiers.reasoning.cues import NOTE
from verisieve.verifiers.reasoning.findings import Finding, Reason, shown
from verisieve.verifiers.reasoning.plain import BOX, plain
from verisieve.verifiers.replies import visible

MAX_STEPS, MAX_LINE = 2_000, 2_000
_STEP = re.compile(
    r"^[ ]*(?:[-*•>|][ ]*)?\(?(?:(?:step|after|line|operation|op|swap|state)[ ]*){0,2}[#(\[]?(?P<number>\d{1,4})[)\]]?"
    r"(?:(?:[ ]*\([^()]{0,80}\))?[ ]*[:.)|\]]|[ ]*-(?=[ ]))[ ]*(?P<body>\S.*)$",
    re.IGNORECASE,
)
_HEADED = re.compile(  # a number in a line of its own
    r"^[ ]*((?:step|after|line)[ ]+\d{1,4})[ ]*[:.]?[ ]*\n\s*(?=\S)(?!step|after|line|answer)",
    re.IGNORECASE | re.MULTILINE,
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


def steps(reply: str, is_step: Callable[[str], bool], columns: Collection[str] = ()) -> list[Step]:
    """Return the last listing of a raw reply that starts at 1 and whose first line the family takes as a step.

    A JSON list of steps goes before. Where the head of a table names nothing but `columns`, or one thing more,
    the cells are so named.

    >>> steps("First:\\n1. a\\n\\nNow again.\\n1. b\\n2. c", str.isalpha)
    [Step(number=1, text='b'), Step(number=2, text='c')]
    """
    listed = [_object(item, k) for k, item in enumerate(objects.last_list(cues.unaddressed(visible(reply))), 1)]
    if listed and is_step(listed[0].text):
        return listed
    found = listings(_named(unadorned(reply), columns) if columns else unadorned(reply))
    found = [listing for listing in found if is_step(listing[0].text)] or found
    return found[-1] if found else []


def _object(item: objects.Item, place: int) -> Step:
    """Return the step that a JSON object is, its rule and references in brackets."""
    keys = [*objects.RULES, *sorted(objects.CITES.difference(objects.RULES))]
    reasons = [" ".join(objects.words(item[key])) for key in keys if key in item]
    reason = " ".join(filter(None, reasons))
    return Step(objects.number(item, place), plain(objects.claim(item)) + (f" [{reason}]" if reason else ""))


def _named(text: str, columns: Collection[str]) -> str:
    """Write the name of its column before each cell of a table, but the first; one more column is passed over."""
    lines, head = text.split("\n"), list[str]()
    for k, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.count("|") < 2:
            head = head if not line.strip() else []
        elif set(cells[1:]) <= set(columns) or (set(columns) <= set(cells[1:]) and len(cells) == len(columns) + 2):
            head = cells
        elif len(cells) == len(head) and cells[0].isdigit():
            named = (f"{name}={cell}" for name, cell in zip(head[1:], cells[1:], strict=True) if name in columns)
            lines[k] = f"| {cells[0]} | {', '.join(named)} |"
    return "\n".join(lines)


def unadorned(reply: str) -> str:
    """Return the plain text of a raw reply, without boxes and what it says to a grader; a step ends such words."""
    lines = (cues.set_apart(line) for line in plain(visible(reply)).split("\n"))
    apart = "\n".join(f"\n{line}" if _STEP.match(line[:MAX_LINE]) else line for line in lines)
    return cues.unaddressed(apart).replace(BOX, " ").replace(NOTE, "")


def listings(text: str) -> list[list[Step]]:
    """Return the listings of numbered lines in a plain text; each but the first starts at 1."""
    found: list[list[Step]] = []
    for line in _HEADED.sub(r"\1: ", text).split("\n"):
        match = _STEP.match(line[:MAX_LINE])
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
