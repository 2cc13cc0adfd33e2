"""A report as a ruling: bad steps, coverage, and whether the committed answer is what the derivation ends in."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NamedTuple

from verisieve.records import Outcome
from verisieve.verifiers.math import exact, meter
from verisieve.verifiers.math.compare import compare
from verisieve.verifiers.math.derivation.check import Report, check
from verisieve.verifiers.math.derivation.implication import Decision, follows
from verisieve.verifiers.math.derivation.layout import places
from verisieve.verifiers.math.derivation.meanings import bare
from verisieve.verifiers.math.derivation.members import member, names
from verisieve.verifiers.math.derivation.records import Statement, Status, Step
from verisieve.verifiers.math.extract import extract
from verisieve.verifiers.math.judge import Reason, Ruling
from verisieve.verifiers.math.lowering import lowered
from verisieve.verifiers.math.nodes import MathsError, Node, apply, symbols
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.scalars import Judgement
from verisieve.verifiers.replies import visible

COVERAGE = 0.5
_LAST = 60  # results that an answer is compared with
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+")
_SHOWN = 12  # steps that are listed one by one


class Result(NamedTuple):
    """A value that a line arrives at."""

    line: int
    node: Node


def judge(reply: str, *, prompt: str = "", given: tuple[str, ...] = (), coverage: float = COVERAGE) -> Ruling:
    """Judge the derivation of a reply; raise GivenError for a hypothesis that cannot be read."""
    report = check(reply, prompt=prompt, given=given)
    if report.too_large:
        return Ruling(Outcome.LIMIT, Reason.TOO_LARGE, None, {"too_large": report.too_large})
    evidence = _evidence(report)
    if report.bad is not None:
        return Ruling(Outcome.FAIL, Reason.BAD_STEP, None, {"first_bad": _shown(report.bad), **evidence})
    if not report.claims or report.coverage < coverage:
        return Ruling(Outcome.ERROR, Reason.UNVERIFIABLE, None, {"least_coverage": coverage, **evidence})
    tie = _tie(report, reply, prompt)
    if "ends_in" in tie:
        return Ruling(Outcome.FAIL, Reason.MISMATCH, None, {**tie, **evidence})
    return Ruling(Outcome.PASS, "", None, {**evidence, **tie})


def _evidence(report: Report) -> dict[str, Any]:
    """Return the counts by status, the coverage, and the first steps that were not decided."""
    counts = {str(status): sum(step.status is status for step in report.steps) for status in Status}
    unread = [_shown(step) for step in report.steps if step.status is Status.UNVERIFIABLE]
    found: dict[str, Any] = {"steps": counts, "coverage": round(report.coverage, 4)}
    return {**found, "unverifiable": unread[:_SHOWN]} if unread else found


def _shown(step: Step) -> dict[str, Any]:
    base = {"line": step.line, "text": _clean(step.text), "tier": step.tier}
    return {**base, "witness": dict(step.witness)} if step.witness else base


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _tie(report: Report, reply: str, prompt: str) -> dict[str, Any]:
    """Find the step that arrives at the answer: `answer_line`, or `ends_in` where another value is arrived at."""
    text = extract(reply).text
    found = _results(report.statements)
    if text is None or not found:
        return {"answer_line": None}
    meter.start()
    try:
        answer = parse(text)
        for result in reversed(found[-_LAST:]):
            if compare(lowered(bare(result.node)), lowered(bare(answer))).judgement is Judgement.SAME:
                return {"answer_line": result.line}
        value = exact.rational(lowered(bare(answer)))
        last = exact.rational(lowered(bare(report.scope.plain(found[-1].node))))
    except (MathsError, RecursionError, ArithmeticError):
        return {"answer_line": None}
    close = abs(value - last) < 1 or abs(value - last) * 100 < abs(last)  # rounded
    if close or _mentioned(value, reply, found[-1].line) or _asked(report, prompt, answer):
        return {"answer_line": None}
    judged = [step for step in report.steps if step.line == found[-1].line]
    sure = all(step.status is not Status.UNVERIFIABLE for step in judged) and report.coverage == 1
    return {"answer": _clean(text)[:200], "ends_in": str(last)} if sure else {"answer_line": None}


def _results(found: tuple[Statement, ...]) -> list[Result]:
    """Return the members that chains arrive at, in order."""
    results = []
    for each in found:
        for branch in each.branches:
            for link in branch:
                sides = (link.right, link.left) if link.relation in {"eq", "approx"} else ()
                results += [Result(each.line, side) for side in sides if side is not None and not symbols(side)]
                if link.node is not None and link.relation not in {"approx", "eq"}:
                    results.append(Result(each.line, link.node))
            last = branch[-1].right
            if last is not None and symbols(last):
                results.append(Result(each.line, last))
    return results


def _mentioned(value: Fraction, reply: str, line: int) -> bool:
    """Say whether the answer's number stands in the prose from the last step on, other than as the answer."""
    lines = visible(reply).split("\n")[line - 1 :]
    numbers = [Fraction(each.replace(",", "")) for each in _NUMBER.findall(" ".join(lines))]
    return numbers.count(abs(value)) > 1


def _asked(report: Report, prompt: str, answer: Node) -> bool:
    """Say whether the answer is the value of a formula of the question under what was derived."""
    known = names(prompt)
    for place in places(prompt[:4000]):
        node = member(place.text, known).node if place.maths else None
        if node is None or not symbols(node):
            continue
        claim = apply("eq", report.scope.plain(node), lowered(bare(answer)))
        premises = [fact.node for fact in report.scope.relevant(symbols(claim))]
        if follows(premises, claim).decision is Decision.IMPLIED:
            return True
    return False
