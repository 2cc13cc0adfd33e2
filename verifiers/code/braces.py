"""The outline of a brace language (JavaScript, C++, Rust, Go, Java): what is code, complete, and defined where.

No parser: literals and comments are blanked out, brackets are counted, and a language's own table says how its
definitions and literals look. Patterns are possessive, so that hostile text costs
linear time: what may lack its end must be bounded, or be in `quotes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

COMMENTS = r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/"
DOUBLE = r'"(?:\\.|[^"\\\n])*+"'
SINGLE = r"'(?:\\.|[^'\\\n])*+'"
_BRACKET = re.compile(r"[(\[{}\])]")
_OPENERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """How one language writes its literals and definitions.

    `literals` matches whole comments and literals; what it matches in a group named `keep` stays as it is.
    `definition` finds the names that a program defines, one in any of its groups, in text without literals and without
    anything that is nested deeper than `depth` brackets. `opening` matches the first line of a program between prose.
    """

    fences: frozenset[str]
    literals: str
    quotes: str = "\"'"  # what opens a literal, so that one without an end is seen
    definition: re.Pattern[str]
    opening: re.Pattern[str]
    depth: int = 0


class Masked(NamedTuple):
    """Code of the same length with blanks for literals; `whole` is false where a literal has no end."""

    text: str
    whole: bool


def mask(code: str, syntax: Syntax) -> Masked:
    """Blank out comments and literals, line ends aside."""
    whole = True

    def blank(match: re.Match[str]) -> str:
        nonlocal whole
        whole = whole and match.lastgroup != "open"
        return match[0] if match.lastgroup == "keep" else re.sub(r"[^\n]", " ", match[0])

    return Masked(_token(syntax).sub(blank, code), whole)


@cache
def _token(syntax: Syntax) -> re.Pattern[str]:
    """A whole literal, or one without an end: a line is lost to a quote, all to a comment or a backtick."""
    unended = rf"(?P<open>/\*(?s:.)*+|`(?s:.)*+|[{re.escape(syntax.quotes)}][^\n]*+)"
    return re.compile(f"(?:{syntax.literals})|{unended}")


def open_brackets(text: str) -> str | None:
    """Return the brackets that are open at the end of masked text, or None where one closes that is not open.

    >>> open_brackets("f(x) { [ ]"), open_brackets("( }")
    ('{', None)
    """
    stack = list[str]()
    for bracket in _BRACKET.findall(text):
        opener = _OPENERS.get(bracket)
        if opener is None:
            stack.append(bracket)
        elif not stack or stack.pop() != opener:
            return None
    return "".join(stack)


def complete(code: str, syntax: Syntax) -> bool:
    """Whether all literals and brackets of a text are closed."""
    masked = mask(code, syntax)
    return masked.whole and open_brackets(masked.text) == ""


def end_of_body(code: str, syntax: Syntax, start: int) -> int | None:
    """Return where the outermost bracket that is open at a place closes, or None where it does not."""
    depth = 0
    for match in _BRACKET.finditer(mask(code, syntax).text):
        depth += -1 if match[0] in _OPENERS else 1
        if depth == 0 and match.start() >= start:
            return match.end()
    return None


def outline(code: str, syntax: Syntax) -> str:
    """Return code of the same length with blanks for literals and for what is nested deeper than definitions are."""
    text, kept, depth, at = mask(code, syntax).text, list[str](), 0, 0
    for match in _BRACKET.finditer(text):
        part = text[at : match.start()]
        kept.append(part if depth <= syntax.depth else re.sub(r"[^\n]", " ", part))
        closing = match[0] in _OPENERS
        depth = max(0, depth - 1) if closing else depth + 1
        kept.append(match[0] if depth - (not closing) <= syntax.depth else " ")
        at = match.end()
    tail = text[at:]
    return "".join(kept) + (tail if depth <= syntax.depth else re.sub(r"[^\n]", " ", tail))


def definitions(code: str, syntax: Syntax) -> dict[str, int]:
    """Return the names that code defines, each with where its first definition begins."""
    found: dict[str, int] = {}
    for match in syntax.definition.finditer(outline(code, syntax)):
        for name in filter(None, match.groups()):
            found.setdefault(name, match.start())
    return found
