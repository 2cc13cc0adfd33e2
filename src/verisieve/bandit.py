"""Which knobs to turn next: Thompson sampling over Beta posteriors of pass rates, for rates within a band.

Asks nothing and reads nothing. A knob (family and level of a domain) is drawn for each problem: every knob's rate is
drawn from its posterior (Thompson 1933), and one whose draw lies in the band wins, else the one nearest to it: goals
of intermediate difficulty (Florensa et al. 2018, arXiv:1705.06366). A knob that little is known of starts from
what its level and its family showed in the domain, their log odds added: a prior worth up to PRIOR replies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import NamedTuple

PRIOR = 10.0


class Knob(NamedTuple):
    """What is asked for; no family and no level mean any."""

    domain: str
    family: str
    difficulty: int | None


@dataclass(slots=True)
class _Seen:
    """Replies that passed and did not, the older ones discounted."""

    passed: float = 0.0
    failed: float = 0.0

    def add(self, passed: float, failed: float) -> None:
        self.passed += passed
        self.failed += failed

    @property
    def share(self) -> float:
        """The share that passed, drawn to one half by a reply of each kind."""
        return (self.passed + 1) / (self.passed + self.failed + 2)

    def logit(self, usual: float = 0.5) -> float:
        """Return the log odds of a pass, drawn to the usual ones by two replies."""
        return log((self.passed + 2 * usual) / (self.failed + 2 * (1 - usual)))


class Bandit:
    """What is known of each knob.

    >>> bandit = Bandit([Knob("math", "sums", level) for level in (1, 2)], (0.2, 0.8))
    >>> bandit.learn(Knob("math", "sums", 1), passed=40, scored=40)
    >>> bandit.learn(Knob("math", "sums", 2), passed=20, scored=40)
    >>> {knob.difficulty for knob in bandit.choose("math", 9, Random(0))}
    {2}
    """

    def __init__(self, knobs: Iterable[Knob], band: tuple[float, float], forget: float = 0.0) -> None:
        self._seen = {knob: _Seen() for knob in knobs}
        self._totals: dict[tuple[str | int | None, ...], _Seen] = {}
        self._band = band
        self._kept = 1 - forget

    def choose(self, domain: str, count: int, rng: Random) -> list[Knob]:
        """Draw a knob for each of so many problems of a domain."""
        beliefs = [(knob, *self._belief(knob)) for knob in self._seen if knob.domain == domain]

        def worth(belief: tuple[Knob, float, float]) -> tuple[float, float]:
            return -self._outside(rng.betavariate(belief[1], belief[2])), rng.random()

        return [max(beliefs, key=worth)[0] for _ in range(count)]

    def expected(self, knob: Knob) -> float:
        """Return the pass rate that is expected of a knob: the mean of its posterior."""
        passes, fails = self._belief(knob)
        return passes / (passes + fails)

    def learn(self, knob: Knob, *, passed: int, scored: int) -> None:
        """Count replies to problems of a knob."""
        domain, family, level = knob
        for group in ((domain,), (domain, "level", level), (domain, "family", family)):
            self._total(group).add(passed, scored - passed)
        self._seen[knob].add(passed, scored - passed)

    def forget(self) -> None:
        """Let a round go by: what was seen before it counts less."""
        for seen in (*self._seen.values(), *self._totals.values()):
            seen.passed *= self._kept
            seen.failed *= self._kept

    def _belief(self, knob: Knob) -> tuple[float, float]:
        """Return the posterior's two parameters."""
        mine, everything = self._seen[knob], self._total((knob.domain,))
        level = self._total((knob.domain, "level", knob.difficulty))
        family = self._total((knob.domain, "family", knob.family))
        usual = 1 / (1 + exp(everything.logit() - level.logit() - family.logit(everything.share)))
        weight = min(PRIOR, 2 + level.passed + level.failed)
        return mine.passed + weight * usual, mine.failed + weight * (1 - usual)

    def _total(self, group: tuple[str | int | None, ...]) -> _Seen:
        return self._totals.setdefault(group, _Seen())

    def _outside(self, rate: float) -> float:
        return max(self._band[0] - rate, rate - self._band[1], 0.0)
