"""What a reply is worth beside the other replies to its problem: one light entry each, and weighted signals.

Decides nothing; `select` does.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from verisieve.folder import Pair, Place, family_of, prompt_of, text_of
from verisieve.funnel import Fate
from verisieve.nearness import Print, likeness
from verisieve.records import Json, Outcome
from verisieve.stats import Interval, wilson

_SPACES = re.compile(r"(?<=\S)[^\S\n]+")
_GRADES = {"not_refuted": 0.5}


class Signal(StrEnum):
    """What ranks the passed replies of one problem; each signal lies in 0..1."""

    BREVITY = "brevity"
    CHECKS = "checks"
    AGREEMENT = "agreement"
    KILLED = "killed"
    COVERAGE = "coverage"


DEFAULT_WEIGHTS: Mapping[str, float] = {
    Signal.BREVITY: 0.4,
    Signal.CHECKS: 0.2,
    Signal.AGREEMENT: 0.4,
    Signal.KILLED: 0.2,
    Signal.COVERAGE: 0.2,
}


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
    killed: float | None
    coverage: float | None
    family: str
    unfit: Fate | None
    print: Print | None


@dataclass(slots=True)
class Replies:
    """The judged replies to one problem; wrong ones by answer: the hardest, and how many gave it."""

    domain: str
    node: str
    passed: list[Entry] = field(default_factory=list)
    wrong: dict[bytes, tuple[Entry, int]] = field(default_factory=dict)
    judged: int = 0
    rated: int = 0
    solved: int = 0

    def rate(self, confidence: float) -> Interval:
        """Return the interval of the problem's pass rate; 0 to 1 where no reply was rated."""
        return wilson(self.solved, self.rated, confidence=confidence)


def entry(pair: Pair, unfit: Fate | None, fingerprint: Print | None = None) -> Entry:
    """Boil a judged pair down to what ranking and dedupe need."""
    response = normalise(text_of(pair.completion, "response"))
    answer = normalise(text_of(pair.verdict, "answer")) or response
    twin = f"{normalise(prompt_of(pair.completion))}\x00{answer}"
    checks = [check for check in pair.verdict.get("checks") or () if isinstance(check, dict)]
    found = [check["evidence"] for check in checks if isinstance(check.get("evidence"), dict)]
    return Entry(
        place=pair.place,
        response=digest(response),
        answer=digest(answer),
        twin=digest(twin),
        chars=max(1, len(response)),
        checks=sum(map(_grade, checks)),
        killed=_first(map(_killed, found)),
        coverage=_first(_share(evidence.get("coverage"), 1) for evidence in found),
        family=family_of(pair.completion),
        unfit=unfit,
        print=fingerprint,
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


def _killed(evidence: Mapping[str, Json]) -> float | None:
    """Return the share of mutants that tests or databases told from the original, in the words of any domain."""
    mutants = evidence.get("mutants")
    if isinstance(mutants, dict):
        return _share(mutants.get("killed"), mutants.get("of"))
    killed, survived = evidence.get("killed"), evidence.get("survived")
    if isinstance(killed, int) and isinstance(survived, int):
        mutants = killed + survived
    return _share(killed, mutants)


def _share(part: Json, whole: Json) -> float | None:
    numbers = all(isinstance(number, int | float) for number in (part, whole))
    return float(part / whole) if numbers and 0 <= part <= whole and whole else None


def _first(values: Iterable[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def scored(problem: Replies, weights: Mapping[str, float]) -> list[tuple[float, Entry]]:
    """Rank the passed replies of a problem: fit ones first, then by weighted signals, then by line."""
    if not problem.passed:
        return []
    shortest = min(entry.chars for entry in problem.passed)
    most = max(entry.checks for entry in problem.passed) or 1.0
    answers = Counter(entry.answer for entry in problem.passed)
    silent = {
        Signal.KILLED: all(entry.killed is None for entry in problem.passed),
        Signal.COVERAGE: all(entry.coverage is None for entry in problem.passed),
    }
    heard = {Signal(name): weight for name, weight in weights.items() if not silent.get(Signal(name))}
    total = sum(heard.values()) or 1.0

    def score(entry: Entry) -> float:
        signals = {
            Signal.BREVITY: shortest / entry.chars,
            Signal.CHECKS: entry.checks / most,
            Signal.AGREEMENT: answers[entry.answer] / problem.judged,
            Signal.KILLED: entry.killed or 0.0,
            Signal.COVERAGE: entry.coverage or 0.0,
        }
        return round(sum(weight * signals[name] for name, weight in heard.items()) / total, 6)

    scored = [(score(entry), entry) for entry in problem.passed]
    return sorted(scored, key=lambda row: (row[1].unfit is not None, -row[0], row[1].place.line))


def diverse(rows: Sequence[tuple[float, Entry]], diversity: float) -> list[tuple[float, Entry]]:
    """Put rows into the order of maximal marginal relevance: good, and unlike those before (Carbonell, Goldstein 1998).

    A row is worth (1 - diversity) of its score less `diversity` of its likeness to the likest row before it.
    """
    left, chosen = list(rows), list[tuple[float, Entry]]()
    likest = [0.0] * len(left)
    while left:
        worth = [(1 - diversity) * score - diversity * like for (score, _), like in zip(left, likest, strict=True)]
        at = max(range(len(left)), key=lambda number: (worth[number], -number))
        chosen.append(left.pop(at))
        likest.pop(at)
        likest = [max(like, alike(chosen[-1][1], entry)) for like, (_, entry) in zip(likest, left, strict=True)]
    return chosen


def alike(one: Entry, other: Entry) -> float:
    """Return how like two replies are, 0 where no prints were taken."""
    return likeness(one.print.parts[-1], other.print.parts[-1]) if one.print and other.print else 0.0


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
