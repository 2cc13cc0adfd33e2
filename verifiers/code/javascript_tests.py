"""What the text of JavaScript tests tells before it runs: names, members of answers, arguments that are compared.

Reads trusted text only, with patterns and no grammar: what it misses, a truth says with `objects` and `mutates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from verisieve.verifiers.code.braces import Syntax, definitions, mask

_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ASSIGNED = re.compile(r"(?<![=!<>])=(?![=>])|\bof\b")
_CHECK = re.compile(r"\bcheck\s*(?:=\s*)?(?:async\s*)?(?:function\s*)?\(\s*([A-Za-z_$][\w$]*)")
_COMPARED = r"(?:[eE]qual\w*|stringify|expect|assert|ok)\s*\(\s*{0}\b(?!\s*\()|\b{0}(?:\[[^\]]*\]|\.length)?\s*[=!]=="


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What tests need: names that they use and do not define, members of answers that they read, watched arguments."""

    used: frozenset[str]
    members: frozenset[str]
    constructs: bool  # an answer or a class of the solution is made with `new`
    watch: bool


def examine(text: str, entry: str, syntax: Syntax) -> Facts:
    """Find out what test texts, joined, need of a solution with this entry point."""
    masked = mask(text, syntax).text
    statements = list(_statements(masked))
    tainted = _taint(statements, {entry, *_CHECK.findall(masked)} - {""})
    names = "|".join(map(re.escape, sorted(tainted))) or r"(?!)"
    answers = rf"(?:(?<![\w.$])(?:await\s+)?(?:{names})\b\)?(?:\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\))*)"
    return Facts(
        used=frozenset(set(_WORD.findall(masked)) - definitions(text, syntax).keys()),
        members=frozenset(re.findall(rf"{answers}\)?\s*\??\.\s*([A-Za-z_$][\w$]*)", masked)),
        constructs=bool(entry[:1].isupper() or re.search(rf"\bnew\s+(?:{names})\b", masked)),
        watch=_watches(statements, tainted, names),
    )


def _statements(masked: str) -> Iterator[str]:
    """Cut text into statements, roughly: lines with closed parentheses, split at semicolons and braces."""
    piece, depth = "", 0
    for line in masked.splitlines(keepends=True):
        piece += line
        depth += line.count("(") + line.count("[") - line.count(")") - line.count("]")
        if depth <= 0:
            yield from re.split(r"[;{}]", piece)
            piece, depth = "", 0
    yield from re.split(r"[;{}]", piece)


def _taint(statements: list[str], seeds: set[str]) -> set[str]:
    """Names that may hold what the solution returned."""
    tainted = set(seeds)
    for _ in range(5):
        known = len(tainted)
        for statement in statements:
            parts = _ASSIGNED.split(statement, maxsplit=1)
            if len(parts) == 2 and tainted & set(_WORD.findall(_until_closed(parts[1]))):
                tainted |= set(_WORD.findall(parts[0].partition("(")[2] or parts[0])) - {"const", "let", "var", "for"}
        if len(tainted) == known:
            break
    return tainted


def _until_closed(text: str) -> str:
    """Cut text where a parenthesis closes that it did not open: the head of a loop ends there."""
    depth = 0
    for match in re.finditer(r"[()]", text):
        depth += 1 if match[0] == "(" else -1
        if depth < 0:
            return text[: match.start()]
    return text


def _watches(statements: list[str], tainted: set[str], names: str) -> bool:
    """Whether an argument is compared after a call, in a statement that has nothing of the solution's."""
    passed = {
        name
        for statement in statements
        for args in re.findall(rf"\b(?:{names})\s*\(([^()]*)\)", statement)
        for name in re.findall(r"(?:^|,)\s*([A-Za-z_$][\w$]*)\s*(?=,|$)", args)
    } - tainted
    clean = [statement for statement in statements if not tainted & set(_WORD.findall(statement))]
    return any(re.search(_COMPARED.format(re.escape(name)), statement) for name in passed for statement in clean)
