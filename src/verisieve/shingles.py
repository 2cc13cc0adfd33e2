"""Texts as words and runs of words: what likeness and overlap are measured on. Compares nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")  # scripts without spaces: every character is a word
_WORD_OR_SIGN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|[=<>+*/^%|&!~-]")
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.DOTALL | re.MULTILINE)
ENOUGH = 5  # words that are a question without the code beside it


def words(text: str, *, signs: bool = False) -> list[str]:
    """Return the words of a text as nobody can disguise them by case, spacing, punctuation or invisible characters.

    With `signs` the operators of formulas and programs count as words.

    >>> words("Each costs $2,125.00."), words("x<3", signs=True)
    (['each', 'costs', '2125', '00'], ['x', '<', '3'])
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    return (_WORD_OR_SIGN if signs else _WORD).findall(_GROUPED.sub("", plain))


def question(prompt: str) -> str:
    """Return what a prompt asks: without its fenced blocks (schemas, code), unless little is left without them.

    >>> question("```sql\\nCREATE TABLE t (a INT);\\n```\\nHow many rows does t have?").strip()
    'How many rows does t have?'
    """
    bare = _FENCED.sub("\n", prompt)
    return bare if len(words(bare)) >= ENOUGH else prompt


def runs(words: Sequence[str], length: int) -> list[str]:
    """Return every run of so many words, in order; all of them together where there are fewer.

    >>> runs(["a", "b", "c"], 2), runs(["a"], 2)
    (['a b', 'b c'], ['a'])
    """
    return [" ".join(words[start : start + length]) for start in range(max(1, len(words) - length + 1))]
