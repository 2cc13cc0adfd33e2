"""Maths said in words, put into signs: `base 2`, `for integer k`, `plus or minus`, `two thirds`, `greater than`.

A table of rewritings, applied only to texts that hold such words; a text that is no maths stays unreadable.
"""

from __future__ import annotations

import re

from verisieve.verifiers import lazily
from verisieve.verifiers.math import words

_NAMES = "|".join(sorted(words.BASES, key=len, reverse=True))
_WRAPPED = lazily.pattern(r"\\(?:text|mathrm|textrm|mbox)\s*\{([^{}\\]*)\}")
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
              "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
              "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10}  # fmt: skip
_FOR = r"[,;]?\s*\(?\b(?:where|for|with)\s+(?:(?:any|some|all|every|each)\s+)?"
_REALS = r"\ball\s+(?:the\s+)?real(?:s|\s+numbers|\s+x|\s+values(?:\s+of\s+x)?)?"
_NUMBERS = r"(?:reals?\s+)?(?:numbers|values(?:\s+of\s+x)?)?"
_SUBJECT = r"(?:[a-z]\s+(?:is|lies|ranges)\s+|all\s+(?:real\s+)?numbers\s+)?"
_VALUES = r"((?:-|\\pm\s*)?[\d./]*\d(?:\s*(?:,|,?\s*and)\s*-?[\d./]*\d)*)"
_END = r"\)?\s*\.?\s*$"
_LETTER = r"\$?\\?\(?\s*([a-z])\s*(?:\\?\))?\$?"
_PART_ENDS = r"(?=\s*(?:$|,|;|\\\}|\}|\\text|\band\b|\\land\b))"  # of several conditions
_OF_CONSTANTS = (  # with $A$ an arbitrary constant
    r"[,;]?\s*\(?(?:\b(?:where|with|for)\s+)?(?:\$?\s*\\?[A-Za-z](?:_\d)?\s*\$?(?:,|\s+and)?\s+){1,3}"
    r"(?:(?:is|are|being)\s+)?(?:an?\s+)?(?:any\s+)?(?:arbitrary|real)(?:\s+real)?\s+constants?\)?\s*\.?\s*$"
)
# (pieces of which a text must hold one, pattern, replacement)
_TABLE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("x",), r"(?<=\d)\s*[xX]\s*(?=10\s*(?:\^|\*\*))", r" \\times "),
    (
        ("\\mid",),
        r"^\s*\$?\s*(\d+)\s*\\mid\s*\(?((?:(?!\\(?:mid|text|land)|\band\b)[^()=|<>,])+)\)?\s*\$?\s*$",
        r"\2 \\equiv 0 \\pmod{\1}",
    ),
    (
        ("\\mid",),
        rf"(?<![\w\\{{|])(\d+)\s*\\mid\s*([a-z]){_PART_ENDS}",
        r"\2 \\equiv 0 \\pmod{\1}",
    ),
    (
        ("\\nmid",),
        rf"(?<![\w\\{{|])2\s*\\nmid\s*([a-z]){_PART_ENDS}",
        r"\1 \\equiv 1 \\pmod{2}",
    ),
    (
        ("\\equiv",),
        r"([a-z]\s*\\equiv\s*-?\d+)\s*(?:\\text\s*\{\s*(?:or|and)\s*\}|\bor\b)\s*(-?\d+)\s*(?=\\p?mod)",
        r"\1, \2 ",
    ),
    (("base",), rf"\s*\(?\s*(?:in\s+)?base[\s-]*(\d+|{_NAMES})\s*\)?\s*$", r"_{\1}"),
    (
        ("binary", "octal", "hex"),
        r"(?<=[\dA-Fa-f])\s*\(?\s*(?:in\s+)?(binary|octal|hex)(?:adecimal)?\s*\)?\s*$",
        r"_{\1}",
    ),
    (("integer",), rf"{_FOR}{_LETTER}\s+(?:is\s+)?(?:an?\s+)?(?:any\s+)?integers?{_END}", r", \1 \\in \\mathbb{Z}"),
    (("integer",), rf"{_FOR}integers?\s+(?:values\s+of\s+)?{_LETTER}{_END}", r", \1 \\in \\mathbb{Z}"),
    (("integer",), rf"[,;]?\s*\(?\s*{_LETTER}\s+(?:is\s+)?an?\s+(?:any\s+)?integer{_END}", r", \1 \\in \\mathbb{Z}"),
    (("real",), rf"{_FOR}real\s+(?:numbers?\s+|values\s+of\s+)?{_LETTER}{_END}", r", \1 \\in \\mathbb{R}"),
    (
        ("integer", "natural"),
        rf"{_FOR}(?:positive\s+integers?|non-?negative\s+integers?|natural\s+numbers?)\s+{_LETTER}{_END}",
        r", \1 \\in \\mathbb{N}",
    ),
    (
        ("integer",),
        rf"{_FOR}integers?\s+{_LETTER}\s*(?:>|\\g[et]\b|\\geq\b|≥)\s*-?\d+{_END}",
        r", \1 \\in \\mathbb{Z}",
    ),
    (("constant",), _OF_CONSTANTS, ""),
    (("ty-",), r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-([a-z]+)", r"\1 \2"),
    (("plus", "+/", "+ /", "+-"), r"\bplus\s+or\s+minus\b|\+\s*/\s*-|(?:(?<==)|^)\s*\+-", r" \\pm "),
    (
        ("greater", "least"),
        r"\b(?:is\s+)?(?:strictly\s+)?greater\s+than\s+or\s+equal\s+to\b|\b(?:is\s+)?at\s+least\b",
        r" \\ge ",
    ),
    (
        ("less", "most"),
        r"\b(?:is\s+)?(?:strictly\s+)?less\s+than\s+or\s+equal\s+to\b|\b(?:is\s+)?at\s+most\b",
        r" \\le ",
    ),
    (("greater", "more", "larger"), r"\b(?:is\s+)?(?:strictly\s+)?(?:greater|more|larger)\s+than\b", " > "),
    (("less", "smaller", "fewer"), r"\b(?:is\s+)?(?:strictly\s+)?(?:less|smaller|fewer)\s+than\b", " < "),
    (
        ("all ",),
        rf"^\s*(?:the\s+set\s+of\s+)?all\s+(?:the\s+)?{_NUMBERS}\s*(?:(?:that|which)\s+are\s+)?(?=[<>]|\\[gl]e\b)",
        "x ",
    ),
    (
        ("than", "least", "most"),
        r"^(\s*([a-z])\s(?:[<>]|\\[gl]e\b)[^<>]*?)\s(and|or)\s+(?=[<>]|\\[gl]e\b)",
        r"\1 \3 \2 ",
    ),
    (("all ",), r"^\s*all\s+(?:real\s+)?(?:numbers\s+)?([a-z])\s+(?=[<>]|\\[gl]e\b)", r"\1 "),
    (("equal",), r"\b(?:is\s+)?not\s+equal\s+to\b", r" \\ne "),
    (
        ("except", "but", "other"),
        rf"{_REALS},?\s+(?:except|but|other\s+than)\s+(?:for\s+)?(?:x\s*=\s*)?{_VALUES}\s*\.?$",
        r"\\mathbb{R}\\setminus\\{\1\\}",
    ),
    (("except", "but", "other"), r"(?<=\d)\s*,?\s*and\s+(?=[^{}]*\\\}$)", ","),
    (("identity",), r"^\s*(?:the\s+)?(\d)\s*(?:\\times|x|by)\s*\1\s+identity(?:\s+matrix)?\s*\.?$", r"I_{\1}"),
    (("c",), r"(?:\{\})?[_^]?\{?(\d+)\}?\s*C\s*_?\{?(\d+)\}?", r"\\binom{\1}{\2}"),
    (("minus", "negative"), r"\b(?:minus|negative)\s+(?=[\d\\(a-z])", " -"),
    ((" and ",), r"(?<![\d.,/])(\d+)\s+and\s+(\d+\s*/\s*\d+)", r"\1 \2"),
    (("divided", " over"), r"(?<=[\d)])\s+(?:divided\s+by|over)\s+(?=[\d(])", " / "),
    (("even",), r"(?<![A-Za-z\\])([a-z])\s*\\text\s*\{\s*(?:is\s+)?even\s*\}", r"\1 \\equiv 0 \\pmod 2"),
    (("odd",), r"(?<![A-Za-z\\])([a-z])\s*\\text\s*\{\s*(?:is\s+)?odd\s*\}", r"\1 \\equiv 1 \\pmod 2"),
    (("even",), r"(?<![A-Za-z\\])([a-z])\s+(?:is\s+)?even\b", r"\1 \\equiv 0 \\pmod 2"),
    (("odd",), r"(?<![A-Za-z\\])([a-z])\s+(?:is\s+)?odd\b", r"\1 \\equiv 1 \\pmod 2"),
    (
        ("multiple", "divisible"),
        r"^\s*\$?([a-z])\$?\s+(?:is\s+|must\s+be\s+)?(?:an?\s+(?:integer\s+)?multiple\s+of|divisible\s+by)\s+\$?(\d+)\$?\s*\.?$",
        r"\1 \\equiv 0 \\pmod{\2}",
    ),
    (("choose",), r"(?<![\w}\\])(\w{1,3})\s+choose\s+(\w{1,3})(?!\w)", r"\\binom{\1}{\2}"),
    (("multiplied",), r"(?<=[\d)])\s+multiplied\s+by\s+(?=[\d(])", " * "),
    (("square",), r"\b(?:the\s+)?square\s+root\s+of\s+(\d+|[a-z]\b|\([^()]*\))", r"\\sqrt{\1}"),
    (("root",), r"(?:(?<=^)|(?<=[\s\d=+(-]))(?<!cube )(?<!th )(?<!rd )root\s+(\d+)(?!\w)", r"\\sqrt{\1}"),
    (
        ("out of", *(f"{digit} in " for digit in range(10))),
        r"^\s*(\d+)\s+(?:out\s+of|in)\s+(?:every\s+)?(\d+)\s*\.?$",
        r"\\frac{\1}{\2}",
    ),
    (("least", "most", "than"), r"^\s*(?=[<>]|\\[gl]e\b)", "x "),
    (("cube",), r"\b(?:the\s+)?cube\s+root\s+of\s+(\d+|[a-z]\b|\([^()]*\))", r"\\sqrt[3]{\1}"),
    (("power",), r"\s+to\s+the\s+power\s+(?:of\s+)?(-?\d+|[a-z]\b)", r"^{\1}"),
    (
        ("inclusive",),
        rf"^\s*{_SUBJECT}(?:from|between)\s+(-?[\d./]+)\s+(?:to|and)\s+(-?[\d./]+)\s*,?\s*\(?inclusive\)?\s*\.?$",
        r"[\1,\2]",
    ),
    (("between",), r"^\s*(?:x\s+is\s+)?between\s+(-?[\d./]+)\s+and\s+(-?[\d./]+)\s*\.?$", r"(\1,\2)"),
    (("inclusive",), r"\s*,?\s+inclusive\s*\.?$", ""),
)
_RULES = tuple((gate, lazily.pattern(pattern, re.IGNORECASE), replacement) for gate, pattern, replacement in _TABLE)
_PIECES = (*_FRACTIONS, *{piece: None for gate, _, _ in _TABLE for piece in gate if len(piece) > 1})
_SIGNED = lazily.pattern(r"\d(?:\s*x\s*1|\}?\s*c)|\b(?:if|when)\s")
_HALVED = lazily.pattern(
    r"\b(?P<count>an?|\d+|[a-z]+)\s+(?:(?P<unit>[a-z]+)\s+)?and\s+(?:a|one)[\s-]half\b(?:\s+(?P<unit_after>[a-z]+))?|"
    r"\bhalf\s+(?:an?|of\s+an?)\s+(?P<half>[a-z]+)\b",
    re.IGNORECASE,
)
_NUMERALS = lazily.pattern(r"\b([a-z]+)\b", re.IGNORECASE)
_CASE = lazily.pattern(r"^(.+?),?\s+(?:(?:if|for|when)\s+(.+)|(?:otherwise|else))$")
_CASE_JOINT = lazily.pattern(r"\s*(?:[,;]\s*(?:and\s+)?|\band\s+)(?=[^,;]*\s(?:if|for|when|otherwise|else)\b)")
_OTHERWISE = r"\text{otherwise}"
_NAMED = lazily.pattern(r"^\s*([a-z]\([a-z]\)|[a-z])\s*=\s*")
_PART = lazily.pattern(
    rf"^\s*(?:(?P<whole>[a-z\d-]+)\s+and\s+)?(?P<count>[a-z]+|\d+)[\s-]+(?P<part>{'|'.join(_FRACTIONS)})\s*\.?\s*$",
    re.IGNORECASE,
)


_MINUS = lazily.pattern(
    r"\s*(\\(?:text|mathrm|textbf|textit|mbox)\s*\{\s*)?(?:minus|negative)\s+(?!minus\b|negative\b)(?=[\d\\a-z])",
    re.IGNORECASE,
)


def rephrased(text: str) -> str:
    r"""Return the text with maths in words put into signs.

    >>> rephrased("345 base 6"), rephrased("two thirds"), rephrased("x = 5 + 12t for integer t")
    ('345_{6}', '\\frac{2}{3}', 'x = 5 + 12t, t \\in \\mathbb{Z}')
    """
    low = text.lower()
    if not any(map(low.__contains__, _PIECES)) and not _SIGNED.search(low):  # as nearly always
        return text
    if ("minus" in low or "negative" in low) and (sign := _MINUS.match(text)):
        return f" -{rephrased((sign[1] or '') + text[sign.end() :])}"
    if any(name in low for name in _FRACTIONS) and (part := _PART.match(text)) and (found := _fraction(part)):
        return found
    if "if " in low or "when " in low or "for " in low:
        text = _cased(text)
    if " half" in low:
        text = _HALVED.sub(_and_a_half, text)
    if "out of" in low:
        text = _NUMERALS.sub(_in_digits, text)
    for gate, pattern, replacement in _RULES:
        if any(piece in low for piece in gate):
            text = _rewritten(text, pattern, replacement)
    return text


def _and_a_half(match: re.Match[str]) -> str:
    """Write `two and a half hours` and `an hour and a half` in digits."""
    if match["half"]:
        return f"0.5 {match['half']}"
    count = match["count"].lower()
    whole = "1" if count in {"a", "an"} else _in_digits(match)
    return f"{whole}.5 {match['unit'] or match['unit_after'] or ''}" if whole.isdecimal() else match[0]


def _in_digits(match: re.Match[str]) -> str:
    value = words.spelled(match[1] or "")
    return (match[1] or "") if value is None else str(value)


def _cased(text: str) -> str:
    """Put `x^2 if x < 0, x otherwise` into cases; any other text stays as it is."""
    name = _NAMED.match(text)
    parts = [_CASE.match(part) for part in _CASE_JOINT.split(text[name.end() :] if name else text)]
    if len(parts) < 2 or not all(parts):
        return text
    rows = (f"{part[1]} & {part[2] or _OTHERWISE}" for part in parts if part)
    return (name[0] if name else "") + r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}"


def _rewritten(text: str, pattern: re.Pattern[str], replacement: str) -> str:
    if pattern.search(text):
        return pattern.sub(replacement, text)
    if "\\text" in text or "\\mathrm" in text:
        bare = _WRAPPED.sub(r" \1 ", text)
        if pattern.search(bare):
            return pattern.sub(replacement, bare)
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
