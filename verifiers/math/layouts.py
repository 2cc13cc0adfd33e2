r"""Environments that only lay out: systems and cases behind a large brace, aligned lines, `&` at relations.

Text in, text out; a system and cases become `cases`, aligned lines one chain or the lines one by one.
"""

from __future__ import annotations

import re

from verisieve.verifiers import lazily

_LINED = r"aligned|align|alignedat|alignat|gathered|gather|split|eqnarray|equation"
_BRACED = lazily.pattern(
    rf"\\left\s*\\(?:\{{|lbrace\b)\s*\\begin\s*\{{({_LINED}|array|matrix|cases)\*?\}}(?:\s*\{{[lcr|@{{}}\s\d]*\}})?(.*?)"
    r"\\end\s*\{\1\*?\}\s*(?:\\right\s*(?:\.|\\\}|\\rbrace\b)|$)",
    re.DOTALL,
)
_BARE = lazily.pattern(
    rf"^(\s*\$*\s*)\\begin\s*\{{({_LINED})\*?\}}"
    r"(?:\s*\{\d+\})?(.*)\\end\s*\{\2\*?\}(\s*\$*\s*\.?\s*)$",
    re.DOTALL,
)
_STACKED = lazily.pattern(r"\\left\s*\\\{\s*\\substack\s*\{([^{}]*)\}\s*\\right\s*\.", re.DOTALL)
_COLUMN = lazily.pattern(  # one column of answers
    r"^(\s*\$*\s*)\\begin\s*\{(array)\}\s*\{\s*[lcr]\s*\}([^&]*\\\\[^&]*)\\end\s*\{\2\}(\s*\$*\s*\.?\s*)$",
    re.DOTALL,
)
_CASES = lazily.pattern(r"\\begin\s*\{cases\}(.*?)\\end\s*\{cases\}", re.DOTALL)
_RELATION = r"(?:=|<|>|\\(?:leqslant|geqslant|leq|geq|le|ge|neq|ne|lt|gt|equiv|approx|in)(?![a-z]))"
_AT_RELATION = lazily.pattern(rf"&\s*({_RELATION})\s*&?|({_RELATION})\s*&")
_BREAK = lazily.pattern(r"\\\\(?:\s*\[[^\]]*\])?")
_BEGINS = lazily.pattern(rf"\s*{_RELATION}")
_ENDS = lazily.pattern(r"[\s,;.]+$")


def unlaid(text: str) -> str:
    r"""Return the text without environments that only lay out.

    >>> unlaid(r"\begin{aligned}x&=3+4\\&=7\end{aligned}")
    'x=3+4 =7'
    >>> unlaid(r"\left\{\begin{array}{l}x=1\\y=2\end{array}\right.")
    '\\begin{cases}x=1 \\\\ y=2\\end{cases}'
    """
    if "\\begin" not in text and "substack" not in text:
        return text
    text = _STACKED.sub(lambda match: _cases(match[1], apart=True), text) if "substack" in text else text
    text = _BRACED.sub(lambda match: _cases(match[2], apart=match[1] not in {"array", "cases", "matrix"}), text)
    text = _CASES.sub(lambda match: _cases(match[1], apart=False), text) if "&" in text else text
    bare = _BARE.match(text) or _COLUMN.match(text)
    if bare is None or (bare[2] == "array" and "=" not in bare[3]):
        return text
    rows = _rows(bare[3], apart=True)
    chained = len(rows) > 1 and all(_BEGINS.match(row) for row in rows[1:])
    return bare[1] + (" " if chained else ", ").join(rows) + bare[4]


def _cases(body: str, *, apart: bool) -> str:
    return r"\begin{cases}" + r" \\ ".join(_rows(body, apart=apart)) + r"\end{cases}"


def _rows(body: str, *, apart: bool) -> list[str]:
    """Return the rows that say something; where `apart` is set, each `&` only aligns."""
    rows = [_AT_RELATION.sub(lambda match: match[1] or match[2], row) for row in _BREAK.split(body)]
    rows = [_ENDS.sub("", row.replace("&", " ") if apart else row).strip() for row in rows]
    return [row for row in rows if row]
