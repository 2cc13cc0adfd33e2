"""The task `problem`: the reply is a new problem. Each gate is a check of its own, those that cost least first.

The answer is believed where independent solutions find it: `truth.solutions` holds the texts of other models (or other
samples), of which `truth.agree` must give it, and no other answer as often. Without them nothing can be said.
What `harder` and `easier` mean is what can be measured: the pass rate, where the parent's is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verisieve.domains import fields, gates, likeness, voting
from verisieve.domains.math.tasks import agreement, drafts
from verisieve.domains.math.tasks.drafts import Draft, DraftError
from verisieve.domains.math.tasks.reasons import TaskReason
from verisieve.domains.voting import Votes
from verisieve.errors import TruthError
from verisieve.records import Check, Json, Outcome, Problem
from verisieve.verifiers.math import Gold, Kind, judge, prepare, shown
from verisieve.verifiers.math.golds import squeezed
from verisieve.verifiers.math.nodes import Apply

AGREE = 2  # independent solutions that must give the author's answer
BASELINES = ("0", "1", "-1", "yes", "no", "true", "false", "A", "B", "C", "D", "E", "\\emptyset", "no solution")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the operator, its parent, and how a problem is to be shown right."""

    operator: str
    parent: str
    parent_rate: float | None
    rate: float | None
    solutions: Sequence[str]
    agree: int


def check(problem: Problem, text: str) -> Sequence[Check]:
    """Judge a new problem; raise TruthError for a field that cannot be read."""
    asked = _asked(problem.truth)
    try:
        draft = drafts.read(text)
    except DraftError as error:
        return [_check("form", Outcome.NO_ANSWER, TaskReason.NO_CLAIM, message=str(error)[:500])]
    return gates.until_failed(_gates(draft, asked))


def _gates(draft: Draft, asked: Asked) -> Iterator[Check]:
    gold = prepare(draft.answer, prompt=draft.statement)
    yield _readable(gold, draft)
    yield _untold(gold, draft)
    yield _no_guess(gold)
    yield _new(draft, asked)
    if draft.solution:
        yield _worked(gold, draft)
    votes = agreement.count(gold, asked.solutions, draft.statement)
    if asked.agree:
        yield voting.check(votes, asked.agree)
    yield _not_copied(gold, draft, asked)
    yield _measured(votes, asked)


def _readable(gold: Gold, draft: Draft) -> Check:
    """Words are an answer only where they are short: a sentence that we cannot read is none."""
    words = gold.kind is Kind.TEXT and (len(draft.answer.split()) > 4 or not draft.answer.replace(" ", "").isalpha())
    if words:
        return _check("form", Outcome.FAIL, TaskReason.UNREADABLE, answer=draft.answer)
    return Check(name="form", outcome=Outcome.PASS, answer=draft.answer, evidence={"kind": str(gold.kind)})


def _untold(gold: Gold, draft: Draft) -> Check:
    """The statement does not tell its answer: not as an answer, and not as a formula that already is one."""
    if shown.states(draft.statement, gold):
        return _check("untold", Outcome.FAIL, TaskReason.LEAKED, piece="the answer, marked as such")
    formula = squeezed(draft.answer)
    told = isinstance(gold.node, Apply) and len(formula) > 3 and formula in squeezed(draft.statement)
    if told or (gold.kind is Kind.TEXT and shown.shows(draft.statement, gold) and not _offers(gold, draft)):
        return _check("untold", Outcome.FAIL, TaskReason.LEAKED, piece=draft.answer)
    return _check("untold", Outcome.PASS, "")


def _offers(gold: Gold, draft: Draft) -> bool:
    """Whether the words are one of several that the statement offers: `red, blue or green`."""
    around = re.search(
        rf"\bor\s+{re.escape(gold.text)}\b|\b{re.escape(gold.text)}\s*(?:,|or\b)", draft.statement, re.IGNORECASE
    )
    return around is not None


def _no_guess(gold: Gold) -> Check:
    for guess in BASELINES:
        if judge(gold, f"\\boxed{{{guess}}}").outcome is Outcome.PASS:
            return _check("guess", Outcome.FAIL, TaskReason.GUESSABLE, guess=guess)
    return _check("guess", Outcome.PASS, "", guesses=len(BASELINES))


def _new(draft: Draft, asked: Asked) -> Check:
    """It is not its parent; a variant is not its parent with other numbers either."""
    if not asked.parent:
        return _check("parent", Outcome.PASS, "", operator=asked.operator)
    alike = likeness.likeness(draft.statement, asked.parent)
    same = likeness.plain(draft.statement) == likeness.plain(asked.parent)
    if same or (asked.operator in {"new", "variant"} and alike >= likeness.NEAR):
        return _check("parent", Outcome.FAIL, TaskReason.SAME_AS_PARENT, likeness=round(alike, 3))
    return _check("parent", Outcome.PASS, "", likeness=round(alike, 3), operator=asked.operator)


def _worked(gold: Gold, draft: Draft) -> Check:
    ruling = judge(gold, draft.solution)
    if ruling.outcome in {Outcome.FAIL, Outcome.NO_ANSWER}:
        return _check("solution", Outcome.FAIL, TaskReason.WRONG_SOLUTION, **dict(ruling.evidence))
    return Check(name="solution", outcome=ruling.outcome, reason=ruling.reason, evidence=ruling.evidence)


def _not_copied(gold: Gold, draft: Draft, asked: Asked) -> Check:
    """A number of the statement is its answer only where independent solutions say so, as they then have."""
    copied = any(judge(gold, f"\\boxed{{{number}}}").outcome is Outcome.PASS for number in _numbers(draft.statement))
    if copied and not asked.agree:
        return _check("copy", Outcome.FAIL, TaskReason.COPIED, answer=draft.answer)
    return _check("copy", Outcome.PASS, "", copied=copied)


def _numbers(statement: str) -> list[str]:
    return list(dict.fromkeys(_NUMBER.findall(statement)))[:40]


def _measured(votes: Votes, asked: Asked) -> Check:
    """Harder has a lower pass rate than the parent, easier a higher one, where both are known."""
    rate = asked.rate if asked.rate is not None else votes.rate if asked.solutions else None
    if asked.operator not in {"harder", "easier"} or rate is None or asked.parent_rate is None:
        return _check("difficulty", Outcome.PASS, "", measured=False)
    told = {"measured": True, "pass_rate": round(rate, 4), "parent": round(asked.parent_rate, 4)}
    if asked.operator == "harder" and rate >= asked.parent_rate:
        return _check("difficulty", Outcome.FAIL, TaskReason.NOT_HARDER, **told)
    if asked.operator == "easier" and rate <= asked.parent_rate:
        return _check("difficulty", Outcome.FAIL, TaskReason.NOT_EASIER, **told)
    return _check("difficulty", Outcome.PASS, "", **told)


def _asked(truth: Mapping[str, Json]) -> Asked:
    operator, parent = fields.asked(truth)
    if parent is not None and not isinstance(parent, dict):
        raise TruthError("parent", "is not an object")
    solutions = truth.get("solutions") or []
    if not isinstance(solutions, list) or not all(isinstance(text, str) for text in solutions):
        raise TruthError("solutions", "is not a list of texts")
    return Asked(
        operator=operator,
        parent=fields.text(parent, "prompt") if parent else "",
        parent_rate=_rate(parent or {}, "parent.pass_rate"),
        rate=_rate(truth, "pass_rate"),
        solutions=solutions,
        agree=fields.whole(truth, "agree", AGREE, least=0),
    )


def _rate(truth: Mapping[str, Json], field: str) -> float | None:
    value = truth.get("pass_rate")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise TruthError(field, "is not a number from 0 to 1")
    return float(value)


def _check(name: str, outcome: Outcome, reason: str, **evidence: Json) -> Check:
    return Check(name=name, outcome=outcome, reason=str(reason), evidence=evidence)
