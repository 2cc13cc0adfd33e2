r"""What makes a member doubtful: notations that people write in two meanings, so that a difference proves nothing.

`0.333...` is no 0.333, `2 h 25 min` is no product, `2.5 h` may be hours, and `5!` at the end of a sentence may be an
exclamation.
"""

from __future__ import annotations

import re

_DOTS = r"(?:…|\.\.+|\\[lcd]?dots(?![a-z]))"
_CUT_OFF = re.compile(rf"\d\s*{_DOTS}(?!\s*[-+*/·×,]|\s*\d|\s*\\(?:cdot|times))")
_COMPOUND = re.compile(r"\d\s*(?P<word>[A-Za-z]{1,8}|['\"′″°])\.?\s+(?:and\s+)?\d")
_LETTER = re.compile(r"\d\s+(?:[hmsgLNJWVAKCFT]|Hz|ms|kJ|kW|kV|mA)(?![\w(^_'{])")
_PERIODIC = re.compile(r"\d\.\d*\(\d+\)")
_LONE = re.compile(
    r"(?<![A-Za-z\\])\\?(?:max|min|sin|cos|tan|log|ln|exp|gcd|lcm|det|arg)(?![A-Za-z])\s*(?:[+*/·×=)\],−–]|-\s|$)"
)
_NAMED = re.compile(
    r"(?:^|[-+*/({=×·]|\\times|\\cdot)\s*\\(?:text|mathrm|textbf|textit|mathit|mbox)[a-z]*\s*\{\s*[A-Za-z][^{}]*[A-Za-z]{2}"
)
_UNGROUPED = re.compile(  # 9/36π, 18 ÷ 2/3, 3×10^8 / 6×10^14
    r"/\s*\d+(?:\.\d+)?\s*(?:[π√(]|\\pi|\\sqrt|[a-zA-Z](?![a-zA-Z]))|÷\s*\d+\s*/\s*\d|\\div\s*\d+\s*/\s*\d"
    r"|[/÷]\s*\d[\d.]*\s*(?:[×*·xX]|\\times|\\cdot)\s*10\s*(?:\^|\*\*|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])"
)
_JOINS = frozenset({"x", "X", "times", "plus", "minus", "over", "of", "mod", "and", "sin", "cos", "tan", "log", "ln"})
PERIODS = re.compile(r"repeat\w*|recurr\w*|period\w*|0\.\d*\(\d+\)\s*(?:\.\.|…)", re.IGNORECASE)


def doubtful(text: str, *, last: bool) -> bool:
    """Say whether a member may mean something else; `last` for the last one of its statement.

    >>> [doubtful(each, last=True) for each in ("0.333...", "2 h 25 min", "2.5 h", "60/3!", "3 + 4")]
    [True, True, True, True, False]
    """
    if last and text.rstrip(" .").endswith("!"):
        return True
    if _CUT_OFF.search(text) or _LONE.search(text) or _NAMED.search(text) or _LETTER.search(text):
        return True
    if _UNGROUPED.search(text):
        return True
    return any(match["word"] not in _JOINS for match in _COMPOUND.finditer(text))


def products(text: str) -> str:
    """Spell out the product in `0.45(10)`, which is a repeating decimal elsewhere."""
    return _PERIODIC.sub(lambda match: match[0].replace("(", "*("), text)
