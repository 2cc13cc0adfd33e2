"""Habits of writing that are no mathematics: letters around digits, groups before a base, Swiss thousands, US$, k Ohm.

A table of rewritings, text in, text out; understands no structure.
"""

from __future__ import annotations

import re
from functools import cache

from verisieve.verifiers import lazily

_TRIGGER = lazily.pattern(r"_|'|US|\\mu|[µμ]|\{\}|per\s+cent|\\Omega|Ω|\(\(|\{\{")
_UP = r"\\(?:text|textbf|textrm|texttt|mathrm|mathbf|mathtt|rm)"
_RULES: tuple[tuple[str, str], ...] = (
    (rf"{_UP}\s*\{{\s*([0-9A-Fa-f]{{1,12}})\s*\}}(?=\)?_)", r"\1"),  # \text{FF}_{16}
    (r"(?<=_)\s*\{\s*\(\s*(\d+)\s*\)\s*\}", r"{\1}"),  # 2102_{(3)}
    (r"(?<=[\d}])\{\}(?=\s*\^)", ""),  # 22\tfrac12{}^\circ
    (r"\bUS\s*(?=\\?\$)", ""),
    (r"\bper\s+cent\b", "percent"),
    (rf"(?:{_UP}\s*\{{\s*([kM])\s*\}}|(?<=[\d\s])([kM]))\s*(?:\\[,;! ])?\s*(?:\\Omega\b|Ω)", r"\\text{ \1\2ohm}"),
    (r"(?<=\d)\s*(?:\\[,;! ])*\s*(?:\\mathrm\s*\{\s*\\Omega\s*\}|\\Omega\b|Ω)", r"\\text{ ohm}"),
)
_MICRO = lazily.pattern(rf"[µμ](?P<letter>[msgLAFVWC])\b|\\mu\s*{_UP}\s*\{{\s*(?P<upright>[msgLAFVWC])\s*\}}")
_BASES = {"m": "meter", "s": "second", "g": "gram", "L": "liter", "A": "ampere", "F": "farad", "V": "volt", "W": "watt",
          "C": "coulomb"}  # fmt: skip
_GROUPS = (
    r"(?<![\w.,])\d{1,4}(?:(?:\\[,;! ]|~|,|\ )\d{3,4})+(?=\)?_\{?\(?\d)",  # 11\,0110_2
    r"(?<![\d'])\d{1,3}(?:'\d{3})+(?![\d'])",  # 86'400
)
_NOT_DIGIT = lazily.pattern(r"\D")


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile the table on first use: few texts need it."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in _RULES)


@cache
def _groups() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _GROUPS)


def tidied(text: str) -> str:
    r"""Return the text in the usual notation.

    >>> tidied(r"\text{FF}_{16}"), tidied("86'400"), tidied(r"11\,0110_2")
    ('FF_{16}', '86400', '110110_2')
    """
    if not _TRIGGER.search(text):
        return text
    text = unwrapped(text)
    text = _MICRO.sub(lambda match: f" micro{_BASES[match['letter'] or match['upright']]} ", text)
    for pattern, replacement in _compiled():
        text = pattern.sub(replacement, text)
    for pattern in _groups():
        text = pattern.sub(lambda match: _NOT_DIGIT.sub("", match[0]), text)
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
