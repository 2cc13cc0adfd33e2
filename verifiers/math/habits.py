"""Habits of writing that are no mathematics: letters around digits, groups before a base, Swiss thousands, US$, k Ohm.

A table of rewritings, text in, text out; understands no structure.
"""

from __future__ import annotations

import re

from verisieve.verifiers import lazily

_TRIGGER = lazily.pattern(
    r"_|[eo]\}|\{:\}|['′’]|US|\[\[|\];|[hrs]\s*\d+\s*m|\[-?[\d.]+\s|^\s*<|j|\\mu|[µμ]|\{\}|per\s+cent|\\Omega|Ω|\(\(|\{\{"
)
_UP = r"\\(?:text|textbf|textrm|texttt|mathrm|mathbf|mathtt|rm)"
# (piece that a text must hold, pattern, replacement)
_TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "[[",
        r"^\s*(?:[a-z]{2,6}\.)?(?:Matrix|matrix|array|mat)\s*\(\s*(\[\[.*\]\])\s*\)\s*$",
        r"\1",
    ),  # Matrix([[1,2],[3,4]])
    ("<", r"^\s*<\s*([^<>=]+,[^<>=]+)>\s*$", r"\\langle \1 \\rangle "),  # <1, 2, 3>
    ("j", r"^(\s*\(?-?\d[\d.]*\s*[-+]\s*\d[\d.]*)j(\)?\s*)$", r"\1i\2"),  # 2+3j
    ("h", r"(\d\s*h(?:rs?)?\s*\d+\s*)m\b(?!\s*[/^])", r"\1min"),  # 3 h 20 m
    ("_", rf"{_UP}\s*\{{\s*([0-9A-Fa-f]{{1,12}})\s*\}}(?=\)?_)", r"\1"),  # \text{FF}_{16}
    ("_", rf"(?<=[0-9A-F]){_UP}\s*\{{\s*([A-F])\s*\}}(?=[0-9A-F]*_)", r"\1"),  # 2\mathrm{B}7_{12}
    ("hex", r"(?<![A-Za-z\\])([0-9A-F]*[A-F][0-9A-F]*)\s*_\s*\{?\s*\\text\s*\{\s*hex\s*\}\s*\}?", r"\1_{16}"),
    ("_", r"(?<=_)\s*\{\s*\(\s*(\d+)\s*\)\s*\}", r"{\1}"),  # 2102_{(3)}
    ("\\_", r"(?<=\d)\\_(?=\d{3})", "_"),  # 65\_536
    ("e}", r"(?<=\d)\s*\\(?:mathrm|text|rm)\s*\{\s*e\s*\}\s*\{?\s*([-+]?\d+)\s*\}?", r"e\1"),  # 3.2\mathrm{e}{-4}
    ("{:}", r"\{:\}", ":"),  # 1{:}2
    ("o}", r"\^\s*\{?\s*\\(?:text|mathrm)\s*\{\s*o\s*\}\s*\}?", r"^{\\circ}"),  # 72^\text{o}
    ("{}", r"(?<=[\d}])\{\}(?=\s*\^)", ""),  # 22\tfrac12{}^\circ
    ("US", r"\bUS\s*(?=\\?\$)", ""),
    ("cent", r"\bper\s+cent\b", "percent"),
    ("Ω", rf"(?:{_UP}\s*\{{\s*([kM])\s*\}}|(?<=[\d\s])([kM]))\s*(?:\\[,;! ])?\s*Ω", r"\\text{ \1\2ohm}"),
    ("Ω", r"(?<=\d)\s*(?:\\[,;! ])*\s*(?:\\mathrm\s*\{\s*Ω\s*\}|Ω)", r"\\text{ ohm}"),
)
_rewritten = lazily.rewriter(_TABLE)
_FEET = lazily.pattern(
    r"^\s*\$?\s*(\d+)\s*['′’]\s*-?\s*(\d+(?:\.\d+)?)\s*(?:[\"″”]|['′’]{2})\s*\$?\s*$"
)  # 5'3": no degrees
_SPACED_ROWS = lazily.pattern(r"^\s*\[\s*-?[\d./]+(?:\s+-?[\d./]+)+\s*(?:;\s*-?[\d./]+(?:\s+-?[\d./]+)+\s*)+\]\s*$")
_OMEGA = lazily.pattern(r"\\Omega\b")
_MICRO = lazily.pattern(rf"[µμ](?P<letter>[msgLAFVWC])\b|\\mu\s*{_UP}\s*\{{\s*(?P<upright>[msgLAFVWC])\s*\}}")
_BASES = {"m": "meter", "s": "second", "g": "gram", "L": "liter", "A": "ampere", "F": "farad", "V": "volt", "W": "watt",
          "C": "coulomb"}  # fmt: skip
_GROUPS = (
    ("_", lazily.pattern(r"(?<![\w.,])\d{1,4}(?:(?:\\[,;! ]|~|,|\ )\d{3,4})+(?=\)?_\{?\(?\d)")),  # 11\,0110_2
    ("'", lazily.pattern(r"(?<![\d'])\d{1,3}(?:'\d{3})+(?![\d'])")),  # 86'400
)
_GAP = lazily.pattern(r"(?<=\d)\s+(?=-?[\d.])")
_NOT_DIGIT = lazily.pattern(r"\D")
_REALS = lazily.pattern(
    r"(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ)\s*(?:[_^]\s*(\{[^{}]*\}|[-+*])(?:\s*[_^]\s*(\{[^{}]*\}|[0+]))?|([⁺₊⁻₋]))"
)
_PARTS = {
    **dict.fromkeys(("+", ">0", "⁺", "₊"), r"(0,\infty)"),
    **dict.fromkeys(("-", "<0", "⁻", "₋"), r"(-\infty,0)"),
    **dict.fromkeys(("\\ge0", "≥0", "+0", "0+"), r"[0,\infty)"),
    **dict.fromkeys(("\\le0", "≤0"), r"(-\infty,0]"),
    **dict.fromkeys(("*", "\\ast", "\\times", "\\ne0", "≠0"), r"(\mathbb{R}\setminus\{0\})"),
}  # positive reals, and so on
_SCRIPT_NOISE = lazily.pattern(r"[{}\s]|(?<=[gln]e)(?:qslant|q)")
_DOLLAR = lazily.pattern(r"\\(?:text|mathrm)\s*\{\s*\\textdollar\s*\}|\\textdollar(?:\{\})?\s*")
_BUILDER = lazily.pattern(
    r"^\{\s*([a-z](?:\s*(?:∈|\\in\b)\s*[^:|{}]{1,20})?)\s*[:|∣]\s*([^{}]+)\}\s*\.?$"
)  # {x : x > 2}
_ZETA = lazily.pattern(r"(?:\\zeta|ζ)\s*(?:\\left\s*)?\(\s*([2468])\s*(?:\\right\s*)?\)")
_ZETA_BELOW = {"2": 6, "4": 90, "6": 945, "8": 9450}  # Euler: zeta(2) is pi^2/6


def _part_of_reals(match: re.Match[str]) -> str:
    r"""Write \mathbb{R}^+ and the like as an interval; any other script stays."""
    script = _SCRIPT_NOISE.sub("", "".join(filter(None, match.groups())))
    return _PARTS.get(script, match[0])


def tidied(text: str) -> str:
    r"""Return the text in the usual notation.

    >>> tidied(r"\text{FF}_{16}"), tidied("86'400"), tidied(r"11\,0110_2")
    ('FF_{16}', '86400', '110110_2')
    """
    if "textdollar" in text:
        text = _DOLLAR.sub(r"\\$", text)
    if text.startswith("{") and (listed := _BUILDER.match(text)):
        text = rf"\{{{listed[1]} : {listed[2]}\}}"
    if "mathbb" in text or "ℝ" in text:
        text = _REALS.sub(_part_of_reals, text)
    if "zeta" in text or "ζ" in text:
        text = _ZETA.sub(lambda match: rf"\frac{{\pi^{match[1]}}}{{{_ZETA_BELOW[match[1]]}}}", text)
    if not _TRIGGER.search(text):
        return text
    text = unwrapped(text) if "((" in text or "{{" in text else text
    text = _FEET.sub(r"\1 ft \2 in", text)
    if ";" in text and _SPACED_ROWS.match(text):  # [1 2; 3 4]
        text = _GAP.sub(", ", text)
    text = _MICRO.sub(lambda match: f" micro{_BASES[match['letter'] or match['upright']]} ", text)
    text = _OMEGA.sub("Ω", text) if "\\Omega" in text else text
    text = _rewritten(text)
    for piece, pattern in _GROUPS:
        text = pattern.sub(lambda match: _NOT_DIGIT.sub("", match[0]), text) if piece in text else text
    return text


def unwrapped(text: str) -> str:
    """Drop brackets that only double others: ((x)) is (x), {{x}} is {x}.

    >>> unwrapped("((1,2))"), unwrapped("((1)(2))"), unwrapped("{{2}}")
    ('(1,2)', '((1)(2))', '{2}')
    """
    closing: dict[int, int] = {}
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign in "({":
            opened.append(place)
        elif sign in ")}" and opened:
            closing[opened.pop()] = place
    double = {
        place
        for place, end in closing.items()
        if closing.get(place + 1) == end - 1
        and text[place : place + 2] in {"((", "{{"}
        and text[place - 1 : place] != "\\"
    }
    dropped = double | {closing[place] for place in double}
    return "".join(sign for place, sign in enumerate(text) if place not in dropped) if dropped else text
