"""The texts that may be the answer in what was extracted, most literal first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verisieve.verifiers import lazily
from verisieve.verifiers.math import tongues, words
from verisieve.verifiers.math.extract import Found, How
from verisieve.verifiers.math.statements import concluded, stated

_AFTERTHOUGHT = lazily.pattern(
    r"(?:,\s*)?(?:\b(?:because|since|which|so that|as (?:required|desired|claimed|shown|requested)|when|after|"
    r"for a total|not|rather than|instead of|no matter)\b|\s\().*$",
    re.DOTALL,
)
_OFFERED = lazily.pattern(  # 0.5 (or 1/2), $1/2$ (0.5), 12 (13 if both ends count)
    r"\s{0,3}[(\[]or\s+(?:equivalently,?\s+|simply\s+)?(?P<other>[^()\[\]]{1,40})[)\]]|"
    r"(?<=[\w})]\$)\s{1,3}\(\s*\$?(?P<form>-?\d[\d.,/]*\\?%?)\$?\s*\)|\s{0,3}\([^()]{0,20}\d[^()]{0,20}\b(?:if|when|unless)\b"
)
LEADING = lazily.pattern(
    r"^(?:(?:is|are|that|equal to|equals|exactly|simply|just|thus|therefore|about|definitely|certainly|clearly|"
    r"approximately|approx\.?|roughly|given by|point|the (?:ordered )?"
    r"(?:point|pair|triple|set|interval|line|number|value|vector|matrix|equation|coordinates))\s+|[:=≈]\s*|"
    r"(?:\\int(?!\s*[_^]|\\limits)[^=]{1,80}?d[a-z]|\\left\[[^=]{1,80}\\right\]_[^=]{1,30})\s*=\s*|"
    r"\\text\s*\{\s*(?:exactly|only|just)\s*\}\s*|"
    r"\\text\s*\{(?![^{}]*\b(?:not|wrong|incorrect|never|no)\b)\s*[a-z ]{2,40}(?: is|\bis|:|=)\s*:?\s*\}\s*:?\s*)+",
    re.IGNORECASE,
)
_DOTS = lazily.pattern(r"\\(?:[cl]?dots|dotsb)\b|\.\.\.|…|⋯")
_SPOKEN = lazily.pattern(
    r"\s*\((?:(?:confidence|see|cf\.?|from|by|using|step|part)\b[^()]{0,40}|"
    r"(?!binary|octal|hex)(?:the\s+)?[a-z]{3,20}(?:[ -][a-z]{2,20}){0,3})\)\s*\.?\s*$"
)
_SPELT = lazily.pattern(r"^([A-Za-z -]{3,60}?)\s*\((\d{1,6})\)\.?$")  # twelve (12)
_QUOTED = lazily.pattern(r"^\s*([\"'`]|\*{1,3}|_{1,2})([^\"'`*]+)\1\s*\.?\s*$")
_WORDED = lazily.pattern(r"\\text\s*\{([^{}\\$]*)\}")
_EQUALS = lazily.pattern(r"(?<=^[A-Za-z])\s+(?:is\s+equal\s+to|equals|is)\b(?!\s+(?:not|no|never|an?|the)\b)")
_ANSWER_IS = lazily.pattern(
    r"^\s*(\\\[|\$+|)\s*\\(?:text|mathrm|textbf)\s*\{\s*(?:the\s+)?(?:final\s+)?answer\s*(?:[:=]|is)?\s*\}\s*(?:[:=]\s*)?",
    re.IGNORECASE,
)
_TITLED = lazily.pattern(r"^(.{1,60}?)\s+is\s+the\s+[a-z]{3,12}\W*$")
_INSTEAD = lazily.pattern(
    r"^(?:it\s+is\s+|it's\s+)?not\s+.{1,40}?,?\s+but\s+(?:rather\s+)?(.+)$", re.DOTALL | re.IGNORECASE
)


def readings(found: Found) -> Iterator[str]:
    """Yield the texts that may be the answer, most literal first."""
    assert found.text is not None
    text = _ANSWER_IS.sub(r"\1", found.text) if "nswer" in found.text else found.text
    offered = _OFFERED.search(text) if "(" in text or "[" in text else None
    if offered:  # as good as the value before it, or another
        other = offered["other"] or offered["form"]
        yield f"{LEADING.sub('', text[: offered.start()])} \\text{{ or }} {other}" if other else text
        return
    if ")" in text[-3:]:
        spelt = _SPELT.match(text)
        if spelt and words.spelled(spelt[1]) == int(spelt[2]):
            yield spelt[2]
        yield _SPOKEN.sub("", text)
    yield tongues.number(text) or text
    quoted = _QUOTED.match(text)
    if quoted:
        yield quoted[2]
    instead = _INSTEAD.match(text)
    if instead:
        yield instead[1]
    led = LEADING.sub("", text)
    if found.how is How.WHOLE:
        yield led
        yield from (LEADING.sub("", part) for part in stated(text))
        titled = _TITLED.match(text)
        if titled:
            yield titled[1]
        return
    yield led
    yield from _parts(led)
    if found.how is How.MARK:
        yield from stated(text)
        yield concluded(f".\nSo {text}")


def _parts(led: str) -> Iterator[str]:
    """Yield what a text holds without its afterthoughts: its first sentence, its words as words, its last member."""
    cut = _AFTERTHOUGHT.sub("", led).strip()
    if cut:
        yield cut
    sentence = re.split(r"\.\s", led, maxsplit=1)[0]
    if sentence != led:
        yield sentence
    if "\\text" in led:  # words and numbers of one sentence
        yield LEADING.sub("", _EQUALS.sub("=", _WORDED.sub(r" \1 ", led).strip()))
    if "=" in led and _DOTS.search(led):  # 1+2+...+9 = 45
        yield led.rpartition("=")[2]
