"""What no reader of a reply sees, or sees struck out: remarks in HTML and TeX, phantoms, white text, hidden elements.

Text in, text out; a remark that opens and never closes hides the rest.
"""

from __future__ import annotations

from verisieve.verifiers import lazily

_BRACED = r"\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}"
_UNSEEN = r"display\s*:\s*none|visibility\s*:\s*hidden|\bhidden\b|font-size\s*:\s*0|color\s*:\s*white"
_RULES = (  # what a text must hold one of, and what is dropped
    (("<!--",), r"(?s:<!--.*?(?:-->|$))"),
    (("\\iffalse",), r"(?s:\\iffalse\b.*?(?:\\fi\b|$))"),
    (("{comment}",), r"(?s:\\begin\{comment\}.*?(?:\\end\{comment\}|$))"),
    (("phantom",), rf"\\[hv]?phantom\s*{_BRACED}"),
    (
        ("{white}",),
        rf"\\textcolor\s*\{{white\}}\s*{_BRACED}|\\color\s*\{{white\}}(?:[^{{}}\n]|{_BRACED})*?(?=\\color|\}}|\n|$)",
    ),
    (("setbox", "sbox", "savebox"), rf"\\(?:setbox\d*\s*=?\s*\\[hv]box|s(?:ave)?box\s*\\?\w+)\s*{_BRACED}"),
    (("cancel", "sout"), rf"\\(?:[xb]?cancel|sout)\s*{_BRACED}"),
    (("~~",), r"(?<![\w~}])~~(?=\S)[^~\n]{1,200}~~"),
    (("<del", "<s>", "<strike"), r"(?s:<(del|s|strike)>.*?(?:</\1>|$))"),
    (
        ("hidden", "none", "font-size", "color:"),
        rf"(?s:<(\w+)\b[^<>]*(?:{_UNSEEN})[^<>]*>.*?(?:</\1>|$))",
    ),
)
_PATTERNS = tuple((pieces, lazily.pattern(pattern)) for pieces, pattern in _RULES)
_PIECES = tuple(piece for pieces, _ in _RULES for piece in pieces)
_MAX_REMARKS = 50


def revealed(text: str) -> str:
    r"""Return the text without what is hidden or struck out in it.

    >>> revealed(r"\boxed{5}<!-- \boxed{6} -->"), revealed("~~7~~ 8")
    ('\\boxed{5} ', '  8')
    """
    if not any(map(text.__contains__, _PIECES)):  # as nearly always
        return text
    for pieces, pattern in _PATTERNS:
        if any(piece in text for piece in pieces):
            text = pattern.sub(" ", text, count=_MAX_REMARKS)
    return text
