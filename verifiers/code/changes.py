"""Whether tests in a brace language look at what a call made of its arguments: only then must that come back."""

from __future__ import annotations

import re

from verisieve.verifiers.code.braces import Syntax, mask

_BRACKET = re.compile(r"[(\[{}\])]")
_VARIABLE = re.compile(r"(?:^|,)\s*&?([a-z_]\w*)\s*(?=,|$)")


def matter(text: str, entry: str, syntax: Syntax) -> bool:
    """Whether a variable that is passed to the entry point is read again after the call.

    >>> from verisieve.verifiers.code.gotext import SYNTAX
    >>> matter("F(xs); check(xs)", "F", SYNTAX), matter("check(F(xs), 1)", "F", SYNTAX)
    (True, False)
    """
    seen = mask(text, syntax).text
    for call in re.finditer(rf"\b{re.escape(entry)}\s*\(", seen):
        end = _close(seen, call.end())
        names = _VARIABLE.findall(seen[call.end() : end])
        if any(re.search(rf"\b{name}\b", seen[end:]) for name in names):
            return True
    return False


def _close(text: str, at: int) -> int:
    """Where the parenthesis closes that is open at a place."""
    depth = 1
    for match in _BRACKET.finditer(text, at):
        depth += 1 if match[0] in "([{" else -1
        if depth == 0:
            return match.start()
    return len(text)
