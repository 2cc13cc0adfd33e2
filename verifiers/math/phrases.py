"""Maths said in words, put into signs: `base 2`, `for integer k`, `plus or minus`, `two thirds`, `greater than`.

A table of rewritings, applied only to texts that hold such words; a text that is no maths stays unreadable.
"""

from __future__ import annotations

import re
from functools import cache

from verisieve.verifiers import lazily
from verisieve.verifiers.math import words

_NAMES = "|".join(sorted(words.BASES, key=len, reverse=True))
_INTEGER = r"(?:\\text\s*\{\s*)?"
_WRAPPED = lazily.pattern(r"\\(?:text|mathrm|textrm|mbox)\s*\{([^{}\\]*)\}")
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
              "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
              "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10}  # fmt: skip
_TRIGGER = lazily.pattern(
    r"\+\s*/?\s*-|\d\}?\s*C\s*_?\{?\d|base|integer|plus|minus|greater|less|than|least|most|equal|except|negative|"
    r"power|root of|\d\s*[xX]\s*10|between|half|halves|third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"natural|even|odd|over|choose|divided|ty-|multiplied|and\s+\d+/|times|\bor\s+[<>≤≥\\]",
    re.IGNORECASE,
)
_FOR = r"[,;]?\s*\(?\b(?:where|for|with)\s+(?:(?:any|some|all|every|each)\s+)?"
_REALS = r"\ball\s+(?:the\s+)?real(?:s|\s+numbers|\s+x|\s+values(?:\s+of\s+x)?)?"
_END = r"\)?\s*\.?\s*$"
_LETTER = r"\$?\\?\(?\s*([a-z])\s*(?:\\?\))?\$?"
_RULES: tuple[tuple[str, str], ...] = (
    (r"(?<=\d)\s*[xX]\s*(?=10\s*(?:\^|\*\*))", r" \\times "),
    (rf"\s*\(?\s*(?:in\s+)?base[\s-]*(\d+|{_NAMES})\s*\)?\s*$", r"_{\1}"),
    (rf"{_FOR}{_LETTER}\s+(?:is\s+)?(?:an?\s+)?(?:any\s+)?integers?{_END}", r", \1 \\in \\mathbb{Z}"),
    (rf"{_FOR}integers?\s+(?:values\s+of\s+)?{_LETTER}{_END}", r", \1 \\in \\mathbb{Z}"),
    (rf"[,;]?\s*\(?\s*{_LETTER}\s+(?:is\s+)?an?\s+(?:any\s+)?integer{_END}", r", \1 \\in \\mathbb{Z}"),
    (r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-([a-z]+)", r"\1 \2"),
    (r"\bplus\s+or\s+minus\b|\+\s*/\s*-|(?:(?<==)|^)\s*\+-", r" \\pm "),
    (r"\b(?:is\s+)?(?:strictly\s+)?greater\s+than\s+or\s+equal\s+to\b|\b(?:is\s+)?at\s+least\b", r" \\ge "),
    (r"\b(?:is\s+)?(?:strictly\s+)?less\s+than\s+or\s+equal\s+to\b|\b(?:is\s+)?at\s+most\b", r" \\le "),
    (r"\b(?:is\s+)?(?:strictly\s+)?(?:greater|more|larger)\s+than\b", " > "),
    (r"\b(?:is\s+)?(?:strictly\s+)?(?:less|smaller|fewer)\s+than\b", " < "),
    (r"\b(?:is\s+)?not\s+equal\s+to\b", r" \\ne "),
    (
        rf"{_REALS},?\s+(?:except|but|other\s+than)\s+(?:for\s+)?(?:x\s*=\s*)?(-?[\d./]+)\s*\.?$",
        r"\\mathbb{R}\\setminus\\{\1\\}",
    ),
    (r"(?:\{\})?[_^]?\{?(\d+)\}?\s*C\s*_?\{?(\d+)\}?", r"\\binom{\1}{\2}"),
    (r"\b(?:minus|negative)\s+(?=[\d\\(a-z])", " -"),
    (r"(?<![\d.,/])(\d+)\s+and\s+(\d+\s*/\s*\d+)", r"\1 \2"),
    (r"(?<=[\d)])\s+(?:divided\s+by|over)\s+(?=[\d(])", " / "),
    (r"(?<![A-Za-z\\])([a-z])\s*\\text\s*\{\s*(?:is\s+)?even\s*\}", r"\1 \\equiv 0 \\pmod 2"),
    (r"(?<![A-Za-z\\])([a-z])\s*\\text\s*\{\s*(?:is\s+)?odd\s*\}", r"\1 \\equiv 1 \\pmod 2"),
    (r"(?<![A-Za-z\\])([a-z])\s+(?:is\s+)?even\b", r"\1 \\equiv 0 \\pmod 2"),
    (r"(?<![A-Za-z\\])([a-z])\s+(?:is\s+)?odd\b", r"\1 \\equiv 1 \\pmod 2"),
    (r"(?<![\w}\\])(\w{1,3})\s+choose\s+(\w{1,3})(?!\w)", r"\\binom{\1}{\2}"),
    (r"(?<=[\d)])\s+multiplied\s+by\s+(?=[\d(])", " * "),
    (r"\b(?:the\s+)?square\s+root\s+of\s+(\d+|[a-z]\b|\([^()]*\))", r"\\sqrt{\1}"),
    (r"\b(?:the\s+)?cube\s+root\s+of\s+(\d+|[a-z]\b|\([^()]*\))", r"\\sqrt[3]{\1}"),
    (r"\s+to\s+the\s+power\s+(?:of\s+)?(-?\d+|[a-z]\b)", r"^{\1}"),
    (r"^\s*(?:x\s+is\s+)?between\s+(-?[\d./]+)\s+and\s+(-?[\d./]+)\s*\.?$", r"(\1,\2)"),
    (r"\s*,?\s+inclusive\s*\.?$", ""),
)
_PART = rf"^\s*(?:(?P<whole>[a-z\d-]+)\s+and\s+)?(?P<count>[a-z]+|\d+)[\s-]+(?P<part>{'|'.join(_FRACTIONS)})\s*\.?\s*$"


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile the table on first use: few texts hold words."""
    return tuple((re.compile(pattern, re.IGNORECASE), replacement) for pattern, replacement in _RULES)


def rephrased(text: str) -> str:
    r"""Return the text with maths in words put into signs.

    >>> rephrased("345 base 6"), rephrased("two thirds"), rephrased("x = 5 + 12t for integer t")
    ('345_{6}', '\\frac{2}{3}', 'x = 5 + 12t, t \\in \\mathbb{Z}')
    """
    if not _TRIGGER.search(text):
        return text
    part = re.match(_PART, text, re.IGNORECASE)
    if part and (found := _fraction(part)):
        return found
    for pattern, replacement in _compiled():
        if pattern.search(text):
            text = pattern.sub(replacement, text)
        elif "\\text" in text or "\\mathrm" in text:
            bare = _WRAPPED.sub(r" \1 ", text)
            if pattern.search(bare):
                text = pattern.sub(replacement, bare)
    return text


def _fraction(match: re.Match[str]) -> str:
    count = match["count"].lower()
    above = 1 if count in {"a", "one"} else int(count) if count.isdecimal() else words.spelled(count)
    if above is None:
        return ""
    fraction = f"\\frac{{{above}}}{{{_FRACTIONS[match['part'].lower()]}}}"
    if match["whole"] is None:
        return fraction
    whole = int(match["whole"]) if match["whole"].isdecimal() else words.spelled(match["whole"])
    return "" if whole is None else f"{whole}{fraction}"
