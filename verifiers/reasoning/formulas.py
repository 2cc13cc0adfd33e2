"""Propositional formulas: JSON lists to tuples, text to tuples and back, truth in one row, bits over all rows, clauses.

A formula is ("var", name), ("not", f), or ("and"|"or"|"imp"|"iff", f, g, ...). Knows no rules of proof.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from verisieve.verifiers.reasoning import specs
from verisieve.verifiers.reasoning.findings import UnreadableError

MAX_DEPTH = 20
MAX_TEXT = 1_000
_TOKEN = re.compile(r"\s*(?:(<->|<=>|->|=>|[~!&|^()\[\]]|/\\|\\/)|([A-Za-z][A-Za-z0-9_]{0,30}))")
_LINKS = {
    **dict.fromkeys(("<->", "<=>"), "iff"),
    **dict.fromkeys(("->", "=>"), "imp"),
    **dict.fromkeys(("&", "^", "/\\", "and", "AND"), "and"),
    **dict.fromkeys(("|", "\\/", "or", "OR", "v"), "or"),
}
_STRENGTH = {"iff": 1, "imp": 2, "or": 3, "and": 4}
_SIGNS = {"and": "&", "or": "|", "imp": "->", "iff": "<->"}

Formula = tuple[Any, ...]


def parse(raw: Any, field: str, atoms: Sequence[str] = (), depth: int = 0) -> Formula:
    """Return a formula from its JSON lists; raise TruthError for anything else."""
    specs.need(depth <= MAX_DEPTH, field, "is nested too deeply")
    head, *rest = specs.sized(raw, field, 2, 12)
    if head == "var":
        specs.need(len(rest) == 1, field, "var takes one name")
        return "var", specs.member(rest[0], field, atoms) if atoms else specs.word(rest[0], field)
    specs.need(head in ("not", "and", "or", "imp", "iff"), field, f"unknown connective {str(head)[:30]!r}")
    specs.need(len(rest) == (1 if head == "not" else 2 if head in ("imp", "iff") else len(rest)), field, "wrong arity")
    specs.need(head == "not" or len(rest) >= 2, field, "wrong arity")
    return (head, *(parse(item, field, atoms, depth + 1) for item in rest))


def atoms(formula: Formula) -> set[str]:
    """Return the names in a formula."""
    return {formula[1]} if formula[0] == "var" else set().union(*(atoms(part) for part in formula[1:]))


def holds(formula: Formula, row: Mapping[str, bool]) -> bool:
    """Say whether a formula is true in one row of its truth table."""
    head, *rest = formula
    if head == "var":
        return row[rest[0]]
    if head == "not":
        return not holds(rest[0], row)
    if head == "imp":
        return not holds(rest[0], row) or holds(rest[1], row)
    if head == "iff":
        return holds(rest[0], row) is holds(rest[1], row)
    return (all if head == "and" else any)(holds(part, row) for part in rest)


def columns(names: Sequence[str]) -> dict[str, int]:
    """Return the rows of the truth table where each atom is true, as bits: in row w atom i is true if w >> i & 1."""
    everything = (1 << 2 ** len(names)) - 1
    return {name: ((1 << 2**i) - 1 << 2**i) * (everything // ((1 << 2 ** (i + 1)) - 1)) for i, name in enumerate(names)}


def bits(formula: Formula, columns: Mapping[str, int], end: int) -> int:
    """Return the rows where a formula is true, as bits; `end` is one bit beyond the last row."""
    head, *rest = formula
    if head == "var":
        return columns[rest[0]]
    parts = [bits(part, columns, end) for part in rest]
    if head == "not":
        return end - 1 ^ parts[0]
    if head == "imp":
        return (end - 1 ^ parts[0]) | parts[1]
    if head == "iff":
        return end - 1 ^ parts[0] ^ parts[1]
    return reduce(and_ if head == "and" else or_, parts)


def clauses(formula: Formula, variables: dict[str, int], found: list[list[int]]) -> int:
    """Append clauses that define the formula (Tseitin 1968) and return its literal; `variables` names the atoms."""
    head, *rest = formula
    if head == "var":
        return variables.setdefault(rest[0], len(variables) + 1)
    parts = [clauses(part, variables, found) for part in rest]
    if head == "not":
        return -parts[0]
    own = variables.setdefault(f"#{len(variables)}", len(variables) + 1)
    if head == "iff":
        a, b = parts
        found += [[-own, -a, b], [-own, a, -b], [own, a, b], [own, -a, -b]]
        return own
    if head == "imp":
        parts = [-parts[0], parts[1]]
    sign = -1 if head == "and" else 1  # an "and" is the negation of an "or" of negations
    found += [[-sign * own, *(sign * part for part in parts)], *([sign * own, -sign * part] for part in parts)]
    return own


def negation(formula: Formula) -> Formula:
    """Return the opposite, without a double negation."""
    return formula[1] if formula[0] == "not" else ("not", formula)


def show(formula: Formula) -> str:
    """Write a formula with every link in parentheses.

    >>> show(("imp", ("var", "A"), ("not", ("var", "B"))))
    '(A -> ~B)'
    """
    head, *rest = formula
    if head == "var":
        return str(rest[0])
    return f"~{show(rest[0])}" if head == "not" else f"({f' {_SIGNS[head]} '.join(map(show, rest))})"


def read(text: str) -> Formula:
    """Read one formula; ~ binds strongest, then &, |, ->, <->; raise UnreadableError for anything else.

    >>> read("A & ~B -> C")
    ('imp', ('and', ('var', 'A'), ('not', ('var', 'B'))), ('var', 'C'))
    """
    if len(text) > MAX_TEXT:
        raise UnreadableError("longer than any formula")
    stack, at, text = [], 0, text.strip().replace("&&", "&").replace("||", "|")
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise UnreadableError(f"no formula at {text[at : at + 20]!r}")
        stack.append(match[1] or match[2])
        at = match.end()
    stack.reverse()
    formula = _climb(stack, 1, 0)
    if stack:
        raise UnreadableError(f"unexpected {stack[-1]!r}")
    return formula


def _climb(stack: list[str], least: int, depth: int) -> Formula:
    """Read links of at least this strength (precedence climbing); implication groups to the right."""
    left = _unit(stack, depth)
    while stack and (link := _LINKS.get(stack[-1])) and _STRENGTH[link] >= least:
        stack.pop()
        right = _climb(stack, _STRENGTH[link] + (link not in ("imp", "iff")), depth + 1)
        left = (link, left, right)
    return left


def _unit(stack: list[str], depth: int) -> Formula:
    if not stack:
        raise UnreadableError("ends too early")
    token = stack.pop()
    if depth > MAX_DEPTH:
        raise UnreadableError("nested too deeply")
    if token in ("~", "!", "not", "NOT"):
        return "not", _unit(stack, depth + 1)
    if token in ("(", "["):
        formula = _climb(stack, 1, depth + 1)
        if not stack or stack.pop() not in (")", "]"):
            raise UnreadableError("a parenthesis is not closed")
        return formula
    if not token[0].isalpha() or token in _LINKS:
        raise UnreadableError(f"unexpected {token!r}")
    return "var", token
