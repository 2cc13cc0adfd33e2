"""Read a gold answer: whether it is maths, a choice, a moment or a text, and what its question says of it."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from verisieve.verifiers import lazily
from verisieve.verifiers.math import meter, moments, texts, units
from verisieve.verifiers.math.compare import Options
from verisieve.verifiers.math.nodes import Apply, Node, Unit, apply, walk
from verisieve.verifiers.math.rereading import maybe as _read

_LETTER = lazily.pattern(r"^\(?[A-H]\)?[.)]?$")
_LABELLED = lazily.pattern(r"^\s*(?:\\(?:text|textbf|textrm|mathrm|mathbf)\s*\{)?\s*\([A-H]\)[\s}~:.,\\]*\S")
_WORDY = lazily.pattern(r"(?<![\\A-Za-z])[A-Za-z]{2}")
_FIGURES = frozenset("-0123456789")
_UPRIGHT = lazily.pattern(r"\\(?:text|mathrm)\{([^{}]*)\}|[$]")


class Kind(StrEnum):
    """How a gold is compared."""

    MATHS = "maths"
    CHOICE = "choice"
    MOMENT = "moment"
    TEXT = "text"


class Gold(NamedTuple):
    """A gold answer, read once; `prompt` is the question without spaces, to know its own words again."""

    text: str
    kind: Kind
    node: Node | None
    options: Options
    prompt: str = ""


@lru_cache(maxsize=4096)
def prepare(
    answer: str,
    *,
    kind: str = "",
    tolerance: float | None = None,
    absolute: float | None = None,
    unit: str = "",
    prompt: str = "",
) -> Gold:
    """Read a gold answer; one that is no maths is a short text. A tolerance is relative, or absolute in its unit."""
    meter.start()
    if kind == "text":
        return Gold(answer, Kind.TEXT, None, Options(kind=kind))
    formula = not _WORDY.search(answer)  # no words: as most golds are
    stripped = "" if formula else texts.plain(answer)
    choice = None if formula and answer[:1] in _FIGURES else texts.choice(answer)
    if choice and (
        kind == "choice"
        or _LETTER.match(texts.unmarked(answer))
        or (choice.text and (_offers(prompt) or _LABELLED.match(answer)))
    ):
        return Gold(answer, Kind.CHOICE, None, Options())
    if kind in {"date", "time", "datetime"} or (not kind and moments.dated(unwrapped(answer))):
        return Gold(answer, Kind.MOMENT, None, Options())
    node = _read(texts.MATHS.get(stripped, answer)) if stripped not in texts.NO_SOLUTION else None
    if node is None:
        return Gold(answer, Kind.TEXT, None, Options())
    known = bool(unit) or _asks_unit(node, prompt)
    if unit:
        measured = _read(unit if unit == "%" else f"1 \\text{{{unit}}}")
        node = apply("mul", node, measured) if measured is not None and unit != "%" else node
    return Gold(answer, Kind.MATHS, node, Options(tolerance, known, kind, absolute), squeezed(prompt))


def _offers(prompt: str) -> bool:
    return bool(re.search(r"\(B\)|\bB[.)]", prompt))


def _asks_unit(node: Node, prompt: str) -> bool:
    """Say whether the question names the unit of its answer, so that a bare number is a whole answer."""
    low = prompt.lower()
    if not low:
        return False
    if any(isinstance(part, Apply) and part.head == "based" for part in walk(node)):
        return "base" in low
    if "percent" in low or "\\%" in low:
        return True
    names = {part.name for part in walk(node) if isinstance(part, Unit)}
    return bool(names) and any(re.search(pattern, low) for name in names for pattern in _spellings(name))


def _spellings(name: str) -> list[str]:
    found = []
    for word in units.spellings(name):
        found += [
            rf"\bin (?:square |cubic |sq\.? )?{re.escape(word)}\b",
            rf"\bhow many (?:square |cubic )?{re.escape(word)}\b",
        ]
    return found


def unwrapped(text: str) -> str:
    """Return a text without upright commands and dollars."""
    text = text.replace("{:}", ":")
    if "\\" not in text and "$" not in text:
        return text
    return _UPRIGHT.sub(lambda match: match[1] or "", text).replace("\\,", " ").replace("\\ ", " ")


def squeezed(text: str) -> str:
    """Return a text without spaces and maths delimiters, to find formulas in it again."""
    return re.sub(r"\\[()\[\],;:! ]|[\s$]", "", text)
