"""Regular expressions that are compiled when they are first used, so that importing costs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, cast


class _Pending:
    """Stands for a pattern; its first use compiles it, and from then on the methods are the pattern's own."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source, self._flags)
        for method in ("findall", "finditer", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    r"""Return a pattern that is compiled on first use.

    >>> pattern(r"\d+").findall("3 and 14")
    ['3', '14']
    """
    return cast("re.Pattern[str]", _Pending(source, flags))


def rewriter(table: Iterable[tuple[str, str, str]]) -> Callable[[str], str]:
    r"""Return a function that applies a table in order: a piece that a text must hold, a pattern, its replacement.

    >>> rewriter([("cm", r"\bcm\b", "centimetres"), ("x", "x", "y")])("3 cm")
    '3 centimetres'
    """
    rules = tuple((piece, pattern(source), replacement) for piece, source, replacement in table)

    def rewritten(text: str) -> str:
        for piece, rule, replacement in rules:
            if piece in text:
                text = rule.sub(replacement, text)
        return text

    return rewritten
