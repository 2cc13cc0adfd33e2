"""What a reply is worth beside the other replies to its problem: one light entry each, and weighted signals.

Decides nothing; `select` does.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from verisieve.folder import Pair, Place, family_of, prompt_of, text_of
from verisieve.funnel import Fate
from verisieve.records import Json, Outcome

_SPACES = re.compile(r"(?<=\S)[^\S\n]+")


_GRADES = {"not_refuted": 0.5}


class Signal(StrEnum):
    """What ranks the passed replies of one problem; each signal lies in 0..1."""

    BREVITY = "brevity"
    CHECKS = "checks"
    AGREEMENT = "agreement"


DEFAULT_WEIGHTS: Mapping[str, float] = {Signal.BREVITY: 0.4, Signal.CHECKS: 0.2, Signal.AGREEMENT: 0.4}


def normalise(text: str) -> str:
    r"""Return the text without what no reader sees; letter case and indentation count.

    >>> normalise("a  =  1 \r\n\r\n    b\n")
    'a = 1\n    b'
    """
    lines = (_SPACES.sub(" ", line.rstrip()) for line in unicodedata.normalize("NFC", text).splitlines())
    return "\n".join(line for line in lines if line)


class Entry(NamedTuple):
    """What is remembered of a reply; digests stand for texts."""

    place: Place
    response: bytes
    answer: bytes
    twin: bytes
    chars: int
    checks: float
    family: str
    unfit: Fate | None


@dataclass(slots=True)
class Replies:
    """The judged replies to one problem; wrong ones by answer: the hardest, and how many gave it."""

    domain: str
    node: str
    passed: list[Entry] = field(default_factory=list)
    wrong: dict[bytes, tuple[Entry, int]] = field(default_factory=dict)
    judged: int = 0


def entry(pair: Pair, unfit: Fate | None) -> Entry:
    """Boil a judged pair down to what ranking and dedupe need."""
    response = normalise(text_of(pair.completion, "response"))
    answer = normalise(text_of(pair.verdict, "answer")) or response
    twin = f"{normalise(prompt_of(pair.completion))}\x00{answer}"
    checks = sum(_grade(check) for check in pair.verdict.get("checks") or ())
    return Entry(
        place=pair.place,
        response=digest(response),
        answer=digest(answer),
        twin=digest(twin),
        chars=max(1, len(response)),
        checks=checks,
        family=family_of(pair.completion),
        unfit=unfit,
    )


def _grade(check: Mapping[str, Json]) -> float:
    """What a check is worth: 1 if it passed for sure, less if nothing was found against it or only some tests passed.

    Reads the evidence `grade`, and `passed` of `total`, where a domain gives them.
    """
    found = check.get("evidence")
    evidence = found if isinstance(found, dict) else {}
    if check.get("outcome") == Outcome.PASS:
        return _GRADES.get(str(evidence.get("grade")), 1.0)
    passed, total = evidence.get("passed"), evidence.get("total")
    if isinstance(passed, int) and isinstance(total, int) and 0 <= passed <= total and total:
        return passed / total
    return 0.0


def scored(problem: Replies, weights: Mapping[str, float]) -> list[tuple[float, Entry]]:
    """Rank the passed replies of a problem: fit ones first, then by weighted signals, then by line."""
    if not problem.passed:
        return []
    shortest = min(entry.chars for entry in problem.passed)
    most = max(entry.checks for entry in problem.passed) or 1.0
    answers = Counter(entry.answer for entry in problem.passed)
    total = sum(weights.values()) or 1.0

    def score(entry: Entry) -> float:
        signals = {
            Signal.BREVITY: shortest / entry.chars,
            Signal.CHECKS: entry.checks / most,
            Signal.AGREEMENT: answers[entry.answer] / problem.judged,
        }
        return round(sum(weight * signals[Signal(name)] for name, weight in weights.items()) / total, 6)

    scored = [(score(entry), entry) for entry in problem.passed]
    return sorted(scored, key=lambda row: (row[1].unfit is not None, -row[0], row[1].place.line))


def hardest(problem: Replies, best: Entry) -> list[Entry]:
    """Wrong answers, most misleading first: most checks passed, most often given, nearest in length to the best."""

    def hardness(row: tuple[Entry, int]) -> tuple[float, int, float, int]:
        entry, count = row
        nearness = min(entry.chars, best.chars) / max(entry.chars, best.chars)
        return entry.checks, count, nearness, -entry.place.line

    # The same reply judged both ways says that the checker wavers, not which reply is better.
    passed = {entry.response for entry in problem.passed}
    wrong = [row for row in problem.wrong.values() if row[0].response not in passed]
    return [entry for entry, _ in sorted(wrong, key=hardness, reverse=True)]


def digest(text: str) -> bytes:
    """Return 16 bytes that stand for a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
