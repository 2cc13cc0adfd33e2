r"""Notations of typesetting and of other countries, put into the usual one: \mathord{+}, \not>, 4+9\mathbb{Z}, P(0|5).

A table of rewritings, text in, text out; understands no structure.
"""

from __future__ import annotations

from verisieve.verifiers import lazily

_GAP = r"(?:\\[,;!: ]|~|\s)*"
_WORD = r"\\(?:text|textrm|mathrm|mbox)\s*\{\s*"
_NUMBER = r"-?(?:\d+(?:\.\d+)?|\d+/\d+|\\[dt]?frac\s*\{\d+\}\s*\{\d+\}|\\sqrt\s*\{?\d+\}?)"
_SAID = r"^\s*(?:(?i:so|thus|hence|therefore),?\s+)?([a-z])\s+(?:is|must\s+be)\s+"
# (piece that a text must hold, pattern, replacement)
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("\\math", r"\\math(?:ord|op|bin|rel|open|close|inner|punct)\s*\{([^{}]*)\}", r"\1"),
    ("\\middle", r"\\middle(?![a-z])", ""),
    ("{", r"(?<![_^\w}\\])\{\s*([-+])\s*\}", r"\1"),  # {-}5
    ("{}", rf"(?<=[\d}}]){_GAP}\{{\}}(?=\s*\^)", ""),  # 140\,{}^{\circ}
    ("{}", rf"\{{\}}\s*\^\s*\{{?(\d+)\}}?{_GAP}/{_GAP}(?:\{{\}})?_\s*\{{?(\d+)\}}?", r"\\frac{\1}{\2}"),  # {}^3/_8
    ("\\n", r"\\not\s*(?:>|\\gt(?![a-z]))|\\ngtr(?![a-z])", r"\\le "),
    ("\\n", r"\\not\s*(?:<|\\lt(?![a-z]))|\\nless(?![a-z])", r"\\ge "),
    ("\\n", r"\\not\s*(?:\\leq?(?![a-z])|≤)|\\nleq(?![a-z])", " > "),
    ("\\n", r"\\not\s*(?:\\geq?(?![a-z])|≥)|\\ngeq(?![a-z])", " < "),
    ("\\not", r"\\not\s*=", r"\\ne "),
    ("mapsto", rf"^\s*([A-Za-z])\s*(?:\\colon|:)?{_GAP}([a-z])\s*\\mapsto\s*(.+)$", r"\1(\2)=\3"),
    ("↦", r"^\s*([A-Za-z])\s*:?\s*([a-z])\s*↦\s*(.+)$", r"\1(\2)=\3"),
    ("mathbb", r"(-?\d+)\s*\+\s*(\d+)\s*\\mathbb\s*\{?\s*Z\s*\}?", r"\\{\1+\2k : k\\in\\mathbb{Z}\\}"),
    ("mathbb", r"(?<![\w.\\+])(\d+)\s*\\mathbb\s*\{?\s*Z\s*\}?\s*\+\s*(\d+)", r"\\{\2+\1k : k\\in\\mathbb{Z}\\}"),
    ("mathbb", r"(?<![\w.\\+}-])(\d+)\s*\\mathbb\s*\{?\s*Z\s*\}?(?!\s*[+_^])", r"\\{\1k : k\\in\\mathbb{Z}\\}"),
    ("frac", r"\\([dt]?frac)\s+([A-Za-z])\s*(\d)(?![\d.])", r"\\\1{\2}{\3}"),  # \tfrac n2
    ("notin", r"[a-z]\s*\\notin\s*\\mathbb\s*\{?\s*Z\s*\}?(?=\s*(?:\\\\)?\s*\\end\b)", r"\\text{ otherwise}"),
    ("{", rf"{_WORD}(?:et|und)\s*\}}", r"\\text{ and }"),
    ("{", rf"{_WORD}(?:ou|oder)\s*\}}", r"\\text{ or }"),
    ("C", r"\\mathrm\s*\{\s*C\s*\}\s*_\s*\{?(\d+)\}?\s*\^\s*\{?(\d+)\}?", r"\\binom{\1}{\2}"),
    ("C", r"\\mathrm\s*\{\s*C\s*\}\s*\^\s*\{?(\d+)\}?\s*_\s*\{?(\d+)\}?", r"\\binom{\2}{\1}"),
    ("|", rf"^\s*[A-Z]?\s*\({_GAP}({_NUMBER}){_GAP}\|{_GAP}({_NUMBER}){_GAP}\)\s*$", r"(\1,\2)"),  # P(0|5)
    ("positive", rf"{_SAID}(?:strictly\s+)?positive\s*\.?$", r"\1>0"),
    ("negative", rf"{_SAID}(?:strictly\s+)?negative\s*\.?$", r"\1<0"),
    ("negative", rf"{_SAID}non-?negative\s*\.?$", r"\1\\ge0"),
)  # fmt: skip
_RELATED = lazily.pattern(r"[<>=≤≥≠]|\\(?:[lg]eq?|[lgn]e|neq|in|lt|gt)(?![A-Za-z])")
_rewritten = lazily.rewriter(_TABLE)


def usual(text: str) -> str:
    r"""Return the text in the usual notation.

    >>> usual(r"\mathord{+}\infty"), usual(r"2b\not> a"), usual("P(0|5)"), usual(r"f\colon x\mapsto 2x")
    ('+\\infty', '2b\\le  a', '(0,5)', 'f(x)=2x')
    """
    if "||" in text and not _RELATED.search(text):  # bars, and no `or`
        text = text.replace("||", "| |")
    return _rewritten(text)
