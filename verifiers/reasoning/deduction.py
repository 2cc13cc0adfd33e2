"""Lines of a natural deduction: formula, rule and cited lines, read from text and checked by the rule alone.

Rules: premise, MP, MT, DS, AND-I, AND-E, OR-I, under their usual names. A formula counts as the opposite of its
negation. Finds no proofs and knows no goal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from verisieve.verifiers.reasoning import cues, formulas
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.formulas import Formula, negation

RULES = {
    "premise": r"premises?|given|hypothesis|pr\b|premiss",
    "MP": r"MP|modus ponens|->[ -]?E|->[ -]?elim(?:ination)?",
    "MT": r"MT|modus tollens",
    "DS": r"DS|disjunctive syllogism|\|[ -]?E",
    "AND-I": r"AND[ -]?I(?:ntro(?:duction)?)?|&[ -]?I(?:ntro(?:duction)?)?|conj(?:unction)?(?:[ -]intro(?:duction)?)?",
    "AND-E": r"AND[ -]?E(?:lim(?:ination)?)?|&[ -]?E(?:lim(?:ination)?)?|simp(?:lification)?",
    "OR-I": r"OR[ -]?I(?:ntro(?:duction)?)?|\|[ -]?I(?:ntro(?:duction)?)?|add(?:ition)?|disjunction[ -]intro\w*",
}
REFS = {"premise": 0, "MP": 2, "MT": 2, "DS": 2, "AND-I": 2, "AND-E": 1, "OR-I": 1}
_OPEN = r"[\[({|]|\b(?:by|from|using|via)\b|\s|,|;|:|-"
_NAMES = "(?:" + "|".join(f"(?P<r{k}>{pattern})" for k, pattern in enumerate(RULES.values())) + ")"
_BETWEEN = (
    r"[\s,;:&()|\[\]#-]|\band\b|\bfrom\b|\blines?\b|\bon\b|\bof\b|\bto\b|\bsteps?\b|\bby\b|\brule\b|\busing\b|\bvia\b"
)
_RULE_THEN_REFS = re.compile(
    rf"^(?P<formula>.+?)[\s,;:-]*(?P<open>{_OPEN})\s*(?:by\s+|rule:?\s+)?{_NAMES}(?P<refs>(?:{_BETWEEN}|\d)*)[\])}}]*\.?$",
    re.IGNORECASE,
)
_REFS_THEN_RULE = re.compile(  # as in textbooks: 1, 3 MP
    rf"^(?P<formula>.+?)[\s,;:-]*(?P<open>{_OPEN})\s*(?:{_BETWEEN})*(?P<refs>\d(?:{_BETWEEN}|\d)*(?:{_BETWEEN})){_NAMES}[\s\])}}|]*\.?$",
    re.IGNORECASE,
)


_REMARK = re.compile(  # [MP 1,2] - modus ponens
    r"(?<=\])\s*(?:[-,;:]\s*|\()(?P<said>[A-Za-z][A-Za-z ',]{0,80})\)?\s*\.?$"
)


class Line(NamedTuple):
    """One read line of a proof."""

    formula: Formula
    rule: str
    refs: tuple[int, ...]


def binary(formula: Formula) -> Formula:
    """Group longer conjunctions and disjunctions to the left, as they are read."""
    head, *rest = formula
    if head == "var":
        return formula
    parts = [binary(part) for part in rest]
    while len(parts) > 2:
        parts[:2] = [(head, parts[0], parts[1])]
    return (head, *parts)


def read_line(text: str) -> Line | None:
    """Return formula, rule and cited lines of a written line, or None."""
    text = text.replace("*", "").strip()
    remark = _REMARK.search(text) if "]" in text else None
    if remark and cues.why_unread(remark["said"]) is Reason.UNREADABLE:  # it neither doubts nor denies the line
        text = text[: remark.start()]
    matches = (pattern.match(text) for pattern in (_RULE_THEN_REFS, _REFS_THEN_RULE))
    return next((line for line in map(_line, filter(None, matches)) if line), None)


def _line(match: re.Match[str]) -> Line | None:
    try:
        formula = binary(formulas.read(match["formula"].rstrip(" |,;:-[({")))
    except UnreadableError:
        return None
    rule = next(rule for k, rule in enumerate(RULES) if match[f"r{k}"])
    return Line(formula, rule, tuple(int(ref) for ref in re.findall(r"\d{1,4}", match["refs"])))


def fault(premises: Sequence[Formula], line: Line, known: Sequence[Formula]) -> tuple[Reason, str] | None:
    """Return what is wrong with a line after the known ones, or None."""
    if line.rule == "premise":
        return None if line.formula in premises else (Reason.INVENTED_PREMISE, "not among the premises")
    if any(ref > len(known) for ref in line.refs):
        return Reason.FORWARD_REF, "cites itself or a later line"
    if len(line.refs) != REFS[line.rule] or 0 in line.refs:
        return Reason.UNCITED, f"{line.rule} cites {REFS[line.rule]} earlier lines"
    cited = [known[ref - 1] for ref in line.refs]
    orders = [cited, cited[::-1]] if len(cited) == 2 else [cited]
    if any(line.formula == given or _opposed(line.formula, given) for order in orders for given in _gives(line, order)):
        return None
    return Reason.LOCAL_BAD, f"does not follow by {line.rule} from the lines cited"


def _opposed(one: Formula, other: Formula) -> bool:
    """Say whether one formula is the other with a double negation at its front."""
    return one == ("not", ("not", other)) or other == ("not", ("not", one))


def _gives(line: Line, cited: list[Formula]) -> list[Formula]:
    """Return what the rule gives from the cited formulas in this order."""
    first, second = cited[0], cited[-1]
    if line.rule == "MP":
        return [first[2]] if first[0] == "imp" and first[1] == second else []
    if line.rule == "MT":
        return [negation(first[1]), ("not", first[1])] if first[0] == "imp" and _denies(second, first[2]) else []
    if line.rule == "DS":
        sides = ((first[1], first[2]), (first[2], first[1])) if first[0] == "or" else ()
        return [other for side, other in sides if _denies(second, side)]
    if line.rule == "AND-I":
        return [("and", first, second)]
    if line.rule == "AND-E":
        return list(first[1:]) if first[0] == "and" else []
    return [line.formula] if line.formula[0] == "or" and first in line.formula[1:] else []


def _denies(one: Formula, other: Formula) -> bool:
    return one == ("not", other) or other == ("not", one)
