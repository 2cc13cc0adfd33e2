"""What is kept of output rows for a leaderboard: counts by problem, by verdict, and of what was spent.

Computes no rate. Memory is bounded by problems times models, whatever the number of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite

from verisieve.folder import truncated
from verisieve.records import Json, Outcome, Reason

MAX_SAMPLE = (1 << 16) - 1  # a wilder sample number would cost memory
SLICED = {"family": ("family",), "difficulty": ("difficulty", "level")}  # pass rates are also given by these of `meta`
NO_KIND = ("",) * len(SLICED)
GROUP_NAME = 80  # characters of a family or level
MONEY = 10**12  # costs add up as whole numbers: the order of rows must not show in a sum
_VOUCHED = {"pass": True, "reject": False}
Key = tuple[str, str]  # domain and id of a problem


@dataclass(slots=True)
class Counts:
    """What is kept of one problem; `seen` has a bit per sample number, `kind` a value or nothing for each of SLICED."""

    samples: int = 0
    passed: int = 0
    seen: int = 0
    first: int = -1  # the lowest sample number that was scored
    first_passed: bool = False
    kind: tuple[str, ...] = NO_KIND

    def score(self, sample: int, *, passed: bool) -> None:
        self.samples += 1
        self.passed += passed
        if self.first < 0 or sample < self.first:
            self.first, self.first_passed = sample, passed


@dataclass(slots=True)
class Group:
    """What is kept of one model in one domain, or of several of them; `majority` is maj@k by problem and k."""

    problems: dict[Key, Counts] = field(default_factory=dict)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    spent: Counter[str] = field(default_factory=Counter)
    majority: dict[Key, dict[int, float]] = field(default_factory=dict)
    truncated: int = 0
    repeated: int = 0

    def add(self, row: Mapping[str, Json], labels: Sequence[str], *, score_truncated: bool) -> None:
        """Count one readable row."""
        outcome, reason, sample = row["outcome"], row.get("reason") or "", row.get("sample") or 0
        if outcome == Outcome.ERROR:
            self.verdicts[outcome, reason] += 1
            self._label(row, labels)
            if reason != Reason.DUPLICATE_ID:  # the same reply again was paid for once
                self._spend(row)
            return
        key = row.get("domain") or "", row["id"]
        counts = self.problems.get(key)
        if counts is None:
            counts = self.problems[key] = Counts(kind=_kind(row.get("meta")))
        if counts.seen >> sample & 1:
            self.repeated += 1
            return
        counts.seen |= 1 << sample
        self._label(row, labels)
        self._spend(row)
        if truncated(row) and not score_truncated:
            self.truncated += 1
            return
        self.verdicts[outcome, reason] += 1
        counts.score(sample, passed=outcome == Outcome.PASS)

    def _label(self, row: Mapping[str, Json], labels: Sequence[str]) -> None:
        value = next((row[key] for key in labels if key in row), None)
        right = _VOUCHED.get(value) if isinstance(value, str) else value if isinstance(value, bool) else None
        if right is None:
            return
        passed = row["outcome"] == Outcome.PASS
        name = f"{'true' if passed == right else 'false'}_{'pass' if passed else 'reject'}"
        self.labelled["undecided" if row["outcome"] == Outcome.ERROR else name] += 1

    def _spend(self, row: Mapping[str, Json]) -> None:
        usage, cost = row.get("usage"), row.get("cost", -1)
        self.spent["rows"] += 1
        if isinstance(usage, Mapping):
            asked, said = (usage.get(key, -1) for key in ("prompt_tokens", "completion_tokens"))
            if type(asked) is int and type(said) is int and min(asked, said) >= 0:
                self.spent.update(prompt_tokens=asked, completion_tokens=said, rows_with_tokens=1)
        if type(cost) in (int, float) and isfinite(cost) and cost >= 0:
            self.spent.update(cost=round(cost * MONEY), rows_with_cost=1)

    def absorb(self, other: Group) -> None:
        """Add the counts of another model or domain."""
        for key, counts in other.problems.items():
            mine = self.problems.setdefault(key, Counts(kind=counts.kind))
            mine.samples += counts.samples
            mine.passed += counts.passed
            if mine.first < 0:
                mine.first, mine.first_passed = counts.first, counts.first_passed
        self.verdicts.update(other.verdicts)
        self.labelled.update(other.labelled)
        self.spent.update(other.spent)
        self.majority.update(other.majority)
        self.truncated += other.truncated
        self.repeated += other.repeated


Groups = Mapping[tuple[str, str], Group]  # by model and domain


def wrong(row: Mapping[str, Json]) -> str:
    """Say what keeps a row from being counted at all; empty for a row that can be."""
    if not isinstance(row, Mapping):
        return "not an object"
    if row.get("outcome") not in tuple(Outcome):
        return "outcome: must be one of " + ", ".join(Outcome)
    for key in ("model", "domain", "reason"):
        if not isinstance(row.get(key), str | None):
            return f"{key}: must be a string"
    if row["outcome"] != Outcome.ERROR and not isinstance(row.get("id"), str):
        return "id: must be a string"
    sample = row.get("sample")
    if sample is not None and (type(sample) is not int or not 0 <= sample <= MAX_SAMPLE):
        return f"sample: must be an integer from 0 to {MAX_SAMPLE}"
    return ""


def merged(groups: Groups, model: str | None, domain: str | None) -> Group:
    """Put together the groups of a model (None: of all), of a domain (None: of all)."""
    found = [
        group
        for (of_model, of_domain), group in groups.items()
        if model in (None, of_model) and domain in (None, of_domain)
    ]
    if len(found) == 1:
        return found[0]
    whole = Group()
    for group in found:
        whole.absorb(group)
    return whole


def by_kind(group: Group, by: str) -> Iterator[tuple[str, Group]]:
    """Yield the scored problems of each family or level, numbers in order before names; nothing where none has one."""
    place = list(SLICED).index(by)
    found: dict[str, Group] = {}
    for key, counts in group.problems.items():
        if counts.samples:
            found.setdefault(counts.kind[place], Group()).problems[key] = counts
    if set(found) - {""}:
        yield from sorted(found.items(), key=lambda one: _natural(one[0]))


def _kind(meta: Json) -> tuple[str, ...]:
    """Family and level of a problem as text; nothing for what is missing, no number, or no name."""
    if not isinstance(meta, Mapping):
        return NO_KIND
    return _one_of(*(next((name for key in keys if (name := _named(meta.get(key)))), "") for keys in SLICED.values()))


@lru_cache(maxsize=1024)
def _one_of(*kind: str) -> tuple[str, ...]:
    """Return one tuple for all problems of a kind."""
    return kind


def _named(value: Json) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value != value:
        return ""
    return str(value)[:GROUP_NAME]


def _natural(name: str) -> tuple[tuple[bool, float, str], ...]:
    """Sort key that puts 10 after 9, and nothing last."""
    words = name.split() or [chr(0x10FFFF)]
    return tuple((False, float(word), word) if _number(word) else (True, 0.0, word) for word in words)


def _number(word: str) -> bool:
    return word.isascii() and word.replace(".", "", 1).isdigit()
