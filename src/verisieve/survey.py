"""What one reading of a run gathers for its page: pass rates by group, and where rows worth showing lie.

Holds counts and places, no text of a row. Shows nothing; `report` does.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from verisieve import plaintext
from verisieve.folder import Pair, Place, family_of, text_of, truncated
from verisieve.records import Outcome
from verisieve.stats import Interval, wilson

DIMENSIONS = ("model", "domain", "family", "difficulty")
GROUPS = 40  # lines of one table of pass rates
PER_KIND = 25  # rows remembered per domain, outcome and reason
PER_MISTAKE = 200  # the same, where the verifier erred


class Rate(NamedTuple):
    """How often a group passed; `error` rows and replies cut off by a limit are not scored."""

    name: str
    passed: int
    scored: int
    unjudged: int
    truncated: int
    interval: Interval


@dataclass(slots=True)
class Survey:
    """What one reading of a run gathers: counts, and where rows worth showing lie."""

    counts: dict[str, dict[str, Counter[str]]] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})
    verifiers: Counter[str] = field(default_factory=Counter)
    kinds: dict[tuple[str, ...], list[tuple[int, Place]]] = field(default_factory=dict)

    def add(self, pair: Pair) -> None:
        """Count a row in every dimension, and remember its place if its kind is rare so far."""
        outcome = pair.verdict["outcome"]
        cut_off = truncated(pair.completion)
        score = "unjudged" if outcome == Outcome.ERROR else "truncated" if cut_off else "scored"
        self.verifiers[plaintext.name(pair.verdict.get("verifier") or "none")] += 1
        for dimension, group in zip(DIMENSIONS, _groups(pair), strict=True):
            if group:
                counter = self.counts[dimension].setdefault(group, Counter())
                counter[score] += 1
                counter["passed"] += score == "scored" and outcome == Outcome.PASS
        what = (mistake_of(pair), text_of(pair.verdict, "domain"), outcome, text_of(pair.verdict, "reason"))
        bucket = self.kinds.setdefault(what, [])
        # The smallest checksums: a fixed draw from the whole file that needs no second reading.
        heapq.heappush(bucket, (-crc32(str(pair.place.line).encode()), pair.place))
        if len(bucket) > (PER_MISTAKE if mistake_of(pair) else PER_KIND):
            heapq.heappop(bucket)

    def places(self, limit: int) -> list[Place]:
        """Choose rows to show: the verifier's mistakes first, then every other kind in turn."""
        wrong = [place for kind, bucket in sorted(self.kinds.items()) if kind[0] for _, place in sorted(bucket)]
        others = [sorted(bucket, reverse=True) for kind, bucket in sorted(self.kinds.items()) if not kind[0]]
        mixed = [bucket[turn][1] for turn in range(PER_KIND) for bucket in others if turn < len(bucket)]
        return [*wrong, *mixed][:limit]

    def rates(self, dimension: str) -> list[Rate]:
        """Pass rates by group: numbers in order, names by size; at most GROUPS of them."""
        groups = self.counts[dimension].items()
        rates = [
            Rate(name, c["passed"], c["scored"], c["unjudged"], c["truncated"], wilson(c["passed"], c["scored"]))
            for name, c in groups
        ]
        largest = heapq.nlargest(GROUPS, rates, key=lambda rate: rate.scored)
        return sorted(largest, key=lambda rate: _natural(rate.name))


def _groups(pair: Pair) -> tuple[str, ...]:
    """The name of a row's group in each dimension; empty where it has none."""
    domain, meta = plaintext.name(text_of(pair.verdict, "domain") or "unknown"), pair.completion.get("meta")
    family = plaintext.name(family_of(pair.completion))
    level = meta.get("difficulty") if isinstance(meta, dict) else None
    difficulty = "" if level is None or isinstance(level, dict | list) else plaintext.name(level)
    model = plaintext.name(text_of(pair.completion, "model") or "not stated")
    return model, domain, family and f"{domain} · {family}", difficulty and f"{domain} · {difficulty}"


def _natural(name: str) -> tuple[tuple[bool, float, str], ...]:
    """Sort key that puts 10 after 9."""

    def key(word: str) -> tuple[bool, float, str]:
        number = word.replace(".", "", 1)
        return (False, float(word), "") if number.isascii() and number.isdigit() else (True, 0.0, word)

    return tuple(key(word) for word in name.split())


def mistake_of(pair: Pair) -> str:
    """Name the verifier's mistake where the row's truth is known."""
    match pair.completion.get("label"), pair.verdict["outcome"]:
        case "reject", Outcome.PASS:
            return "false accept"
        case "pass", Outcome.FAIL | Outcome.NO_ANSWER | Outcome.LIMIT:
            return "false reject"
    return ""
