"""The task `feasible`: the reply is an answer, or says that nothing fits and names clues that clash, none to spare.

The spec alone decides which of the two is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from verisieve.domains.reasoning.tasks import answers as solving
from verisieve.domains.reasoning.truths import Truth, open_truth
from verisieve.domains.reasoning.variants import Raw, Shape, clues, shape_of
from verisieve.records import Check, Problem
from verisieve.verifiers.reasoning import answers
from verisieve.verifiers.reasoning.findings import RIGHT, Finding, Reason, UnreadableError, incomplete, wrong

_IMPOSSIBLE = re.compile(
    r"(?:it is |this is )?(?:impossible|not possible|unsatisfiable|unsolvable)|(?:it )?cannot be done"
    r"|no solution(?: exists)?",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"\b(?:clues?|rules?|statements?|premises?|constraints?|numbers?|because|of|the|and|clash|conflict|contradict|each"
    r"|other|with|are|by)\b|[\s,;:.()\[\]#*&-]+",
    re.IGNORECASE,
)

Clash = frozenset[int]


def listed(shape: Shape) -> str:
    """Return the field whose clues are named by number; nothing where a verdict is enough."""
    return shape.clues[0] if shape.minimal and len(shape.clues) == 1 and shape.clues[0] != "grid" else ""


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge an answer, or the claim that there is none; raise TruthError where that is not known."""
    truth = open_truth(problem.truth)
    raw = problem.truth["spec"]
    assert isinstance(raw, dict)
    possible = clues.answerable(truth.family, raw)
    if len(text) > solving.MAX_REPLY:
        return solving.check(truth, text)

    def judge(value: Any) -> Finding:
        if not isinstance(value, frozenset):
            return truth.family.judge(truth.spec, value) if possible else wrong("nothing fits")
        return wrong("an answer exists") if possible else _clash(truth, raw, value)

    return [solving.said("answer", answers.settle(text, lambda stretch: _read(truth, stretch), judge))]


def _read(truth: Truth, text: str) -> Any:
    bare = text.strip(" \n\"'{.*")
    head = _IMPOSSIBLE.match(bare)
    if not head:
        return truth.family.read(truth.spec, text)
    rest = _FILLERS.sub(" ", bare[head.end() :].strip(" \n\"'}.*")).split()
    if not all(word.isdecimal() and len(word) < 4 for word in rest):
        raise UnreadableError(f"unexpected {' '.join(rest)[:40]!r}")
    if len(set(rest)) < len(rest):
        raise UnreadableError("a clue is named twice", Reason.HEDGED)
    return frozenset(int(word) for word in rest)


def _clash(truth: Truth, raw: Raw, named: Clash) -> Finding:
    shape = shape_of(truth.name)
    field = listed(shape)
    if not field:
        return RIGHT
    if not named:
        return incomplete("the clues that clash are not named")
    if not named <= set(range(1, len(raw[field]) + 1)):
        return wrong("no such clue", clues=sorted(named))
    spare = clues.clashes(truth.family, shape, raw, [(field, number - 1) for number in sorted(named)])
    if spare is None:
        return wrong("these do not clash", clues=sorted(named))
    return wrong("a clue can be left out", clue=spare[0][1] + 1) if spare else RIGHT
