r"""Maths text cut at its top level: into statements at arrows, commas and connectives, into members at relations.

Brackets and environments are never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<begin>\\begin\s*\{[a-z]+\*?\}) | (?P<end>\\end\s*\{[a-z]+\*?\})
  | \\left\s*(?:\\[{|]|[.(\[|<]) | \\right\s*(?:\\[}|]|[.)\]|>])
  | (?P<text>\\(?:text|mbox|textrm|textnormal|mathrm)\s*\{(?P<words>[^{}]*)\})
  | (?P<stack>\\(?:stackrel|overset|underset)\s*\{(?P<over>[^{}]*)\}\s*\{(?P<under>[^{}]*)\})
  | (?P<open>\\[{]|\\lfloor|\\lceil|\\langle|[(\[{]) | (?P<close>\\[}]|\\rfloor|\\rceil|\\rangle|[)\]}])
  | (?P<command>\\(?:[A-Za-z]+|.))
  | (?P<arrow><=>|<->|<==>|==>|=>|-->|->|[⇒⟹→⟶⇔⟺∴])
  | (?P<sign><=|>=|=<|==|!=|:=|~=|≟|[=<>≤≥⩽⩾≠≈≡])
  | (?P<comma>[,;](?!\d{3}(?!\d)))
  | (?P<word>(?<![A-Za-z\\])(?:and|or|so|thus|hence|therefore|if|when|where|for|since|because)(?![A-Za-z]))
    """,
    re.VERBOSE,
)
RELATIONS = {
    "=": "eq", "==": "eq", ":=": "eq", "<": "lt", ">": "gt", "<=": "le", "=<": "le", "≤": "le", "⩽": "le", ">=": "ge",
    "≥": "ge", "⩾": "ge", "!=": "ne", "≠": "ne", "≈": "approx", "~=": "approx", "≡": "equiv", "≟": "asked",
}  # fmt: skip
_COMMANDS = {
    **dict.fromkeys(("le", "leq", "leqslant", "leqq"), "le"),
    **dict.fromkeys(("ge", "geq", "geqslant", "geqq"), "ge"),
    **dict.fromkeys(("ne", "neq"), "ne"),
    **dict.fromkeys(("approx", "simeq", "approxeq"), "approx"),
    **dict.fromkeys(("coloneqq", "triangleq", "doteq"), "eq"),
    "lt": "lt",
    "gt": "gt",
    "equiv": "equiv",
}
_ARROWS = {
    **dict.fromkeys(
        ("implies", "Rightarrow", "Longrightarrow", "therefore", "to", "rightarrow", "longrightarrow"), ">"
    ),
    **dict.fromkeys(("iff", "Leftrightarrow", "Longleftrightarrow"), "="),
    **dict.fromkeys(("quad", "qquad"), ","),
}
_TWO_WAY = ("⇔", "⟺", "<=>", "<->", "<==>")
_JOINTS = {
    "and": "and", "or": "or", "so": ">", "thus": ">", "hence": ">", "therefore": ">", "which gives": ">", "giving": ">",
    "implies": ">", "if": "if", "when": "if", "where": "if", "for": "if", "since": "since", "because": "since",
    "so that": ">", "then": ">", "we get": ">", "gives": ">", "iff": "=", "if and only if": "=",
}  # fmt: skip


class Mark(NamedTuple):
    """A place at the top level where a text may be cut; `what` is a relation or a joint."""

    start: int
    end: int
    kind: str  # relation joint words
    what: str


def marks(text: str) -> Iterator[Mark]:
    """Yield the cuts of the top level in order."""
    depth = 0
    for match in _TOKEN.finditer(text):
        if match["open"] or match["begin"]:
            depth += 1
        elif match["close"] or match["end"]:
            depth = max(depth - 1, 0)
        elif match[0].startswith(("\\left", "\\right")) and match["command"] is None:
            depth = depth + 1 if match[0].startswith("\\left") else max(depth - 1, 0)
        elif depth == 0 and (mark := _mark(match)) is not None:
            yield mark


def _mark(match: re.Match[str]) -> Mark | None:
    start, end = match.span()
    if match["sign"]:
        return Mark(start, end, "relation", RELATIONS[match["sign"]])
    if match["command"]:
        name = match["command"][1:]
        if name in _COMMANDS:
            return Mark(start, end, "relation", _COMMANDS[name])
        return Mark(start, end, "joint", _ARROWS[name]) if name in _ARROWS else None
    if match["stack"]:
        under = RELATIONS.get(match["under"].strip())
        return Mark(start, end, "relation", "asked" if "?" in match["over"] else under or "asked")
    if match["arrow"]:
        return Mark(start, end, "joint", "=" if match["arrow"] in _TWO_WAY else ">")
    if match["comma"]:
        return Mark(start, end, "joint", ",")
    if match["word"]:
        return Mark(start, end, "joint", _JOINTS[match["word"]])
    if match["text"]:
        return _words(match["words"], start, end)
    return None


def _words(inner: str, start: int, end: int) -> Mark | None:
    words = re.sub(r"[^a-z ]", "", inner.lower()).strip()
    if words in _JOINTS:
        return Mark(start, end, "joint", _JOINTS[words])
    return Mark(start, end, "words", words) if len(words.split()) > 2 else None  # units are short


class Part(NamedTuple):
    """One statement's text and how it follows from the one before."""

    text: str
    joint: str


def parts(text: str) -> list[Part]:
    r"""Cut a maths text into statements.

    >>> [tuple(part) for part in parts(r"2x = 8 \implies x = 4, \text{ or } y = f(1, 2)")]
    [('2x = 8', ''), ('x = 4', '>'), ('y = f(1, 2)', 'or')]
    """
    found: list[Part] = []
    start, joint = 0, ""
    for mark in marks(text):
        if mark.kind == "relation":
            continue
        piece = text[start : mark.start].strip()
        if piece:
            found.append(Part(piece, joint))
            joint = ""
        what = mark.what if mark.kind == "joint" else ","
        joint = what if joint in {"", ","} or what in {"or", ">", "="} else joint
        start = mark.end
    rest = text[start:].strip()
    return [*found, Part(rest, joint)] if rest else found


def members(text: str) -> tuple[list[str], list[str]]:
    """Cut a statement into members and the relations between them.

    >>> members("a = f(x=1) <= 3")
    (['a', 'f(x=1)', '3'], ['eq', 'le'])
    """
    found, links, start = [], [], 0
    for mark in marks(text):
        if mark.kind == "relation":
            found.append(text[start : mark.start].strip())
            links.append(mark.what)
            start = mark.end
    return [*found, text[start:].strip()], links
