"""Which verified rows to keep: dedupe, rank, filter, cap; and which failed ones to set against them.

Judges nothing, writes nothing and never decides by a row's known label. Holds no text of a row: its fate, and
a light entry (digests, lengths, byte offsets) per passed row and per distinct wrong answer of a problem.
Whoever needs the rows reads them again by their place (`folder.fetch`).

The order is fixed. Duplicates go first, the better-ranked twin stays; then the filters; then the caps. So
`unique` counts distinct verified replies, and `kept` those of them that the rules let through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from verisieve import ranking
from verisieve.contamination import Hit
from verisieve.folder import Pair, Place, text_of, truncated
from verisieve.funnel import TWINS, Fate, Funnel, Loss, Spent, stage_lost
from verisieve.nearness import NEAR, Index
from verisieve.ranking import Entry, Replies
from verisieve.records import Outcome
from verisieve.relatives import Relatives
from verisieve.rules import Rules
from verisieve.screening import Screen


class Kept(NamedTuple):
    """A row to export; `group` names what must stay on one side of a train/validation split."""

    place: Place
    group: str
    score: float
    rank: int


class Preference(NamedTuple):
    """A kept row set against a failed one of the same problem."""

    chosen: Kept
    rejected: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What became of every row: `fates[i]` is the fate of line i + 1.

    `kept` and `preferences` go by problem in order of appearance, best reply and hardest negative first.
    """

    rules: Rules
    fates: Sequence[Fate]
    kept: Sequence[Kept]
    preferences: Sequence[Preference]
    funnel: Funnel
    hits: Sequence[Hit]  # rows that hold a benchmark's item


def select(pairs: Iterable[Pair], rules: Rules | None = None) -> Selection:
    """Decide the fate of every row of a run, in one pass."""
    sieve = _Sieve(rules or Rules())
    for pair in pairs:
        sieve.add(pair)
    return sieve.close()


class _Sieve:
    """The state of one selection."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._fates: list[Fate] = []
        self._problems: dict[tuple[str, str], Replies] = {}
        self._relatives = Relatives()
        self._owners: dict[bytes, Replies] = {}
        self._generated: Counter[str] = Counter()
        self._losses: Counter[tuple[str, str, Fate, str]] = Counter()
        self._known: Counter[tuple[str, str, Outcome]] = Counter()
        self._costs: dict[str, Spent] = {}
        self._screen = Screen(rules)
        self._near = Index(rules.near_duplicates or NEAR)

    def add(self, pair: Pair) -> None:
        """Count a row, and remember it lightly if it passed or was judged wrong."""
        verdict, outcome = pair.verdict, Outcome(pair.verdict["outcome"])
        domain = text_of(verdict, "domain") or "unknown"
        self._generated[domain] += 1
        self._costs[domain] = self._costs.get(domain, Spent()).plus(pair.completion)
        if (label := pair.completion.get("label")) in ("pass", "reject"):
            self._known[domain, label, outcome] += 1
        if (identity := pair.completion.get("id")) is not None:  # a bad row may have none
            self._relatives.add(f"{domain}:{identity}", pair.completion)
        fate = Fate.KEPT if outcome is Outcome.PASS else Fate(outcome.value)
        self._fates.append(fate)
        if fate is not Fate.KEPT:
            self._losses[domain, stage_lost(verdict, outcome), fate, text_of(verdict, "reason")] += 1
        if outcome is not Outcome.ERROR:
            self._remember(pair, domain, outcome)

    def _remember(self, pair: Pair, domain: str, outcome: Outcome) -> None:
        identity = str(pair.completion.get("id"))
        problem = self._problems.setdefault((domain, identity), Replies(domain, f"{domain}:{identity}"))
        models = self._rules.band_models
        if not truncated(pair.completion) and (not models or text_of(pair.completion, "model") in models):
            problem.rated += 1
            problem.solved += outcome is Outcome.PASS
        if outcome not in (Outcome.PASS, Outcome.FAIL):
            return
        problem.judged += 1
        passed = outcome is Outcome.PASS
        unfit = self._screen.fate(pair) if passed else self._screen.plain(pair)
        entry = ranking.entry(pair, unfit, self._screen.fingerprint(pair) if passed and not unfit else None)
        if passed:
            problem.passed.append(entry)
        elif entry.unfit is None:
            rival, count = problem.wrong.get(entry.answer, (entry, 0))
            problem.wrong[entry.answer] = (max(rival, entry, key=lambda one: one.checks), count + 1)

    def close(self) -> Selection:
        """Dedupe, rank, filter and cap what passed, and pair it with what failed."""
        ranked = {id(problem): self._rank(problem) for problem in self._problems.values() if problem.passed}
        self._cap_families(ranked)
        kept: list[Kept] = []
        preferences: list[Preference] = []
        for problem in self._problems.values():
            group = self._relatives.group(problem.node)
            rows = [(score, entry) for score, entry in ranked.get(id(problem), ()) if self._is_kept(entry)]
            chosen = [Kept(entry.place, group, score, rank) for rank, (score, entry) in enumerate(rows)]
            kept += chosen
            if rows:
                rejected = ranking.hardest(problem, rows[0][1])[: self._rules.rejected_per_problem]
                preferences += [Preference(chosen[i % len(chosen)], entry.place) for i, entry in enumerate(rejected)]
        losses = tuple(Loss(*key, count) for key, count in sorted(self._losses.items()))
        return Selection(
            rules=self._rules,
            fates=self._fates,
            kept=kept,
            preferences=preferences,
            funnel=Funnel(
                generated=dict(self._generated),
                losses=losses,
                known=dict(self._known),
                costs=self._costs,
                label_price=self._rules.label_price,
            ),
            hits=self._screen.hits,
        )

    def _rank(self, problem: Replies) -> list[tuple[float, Entry]]:
        """Return what survives within one problem, best first; the rest gets its fate."""
        fit = list(self._distinct(problem))
        cap = self._rules.per_problem
        if self._rules.diversity:
            fit = ranking.diverse(fit, self._rules.diversity)
        for _, entry in fit[cap:] if cap is not None else ():
            self._drop(problem, entry, Fate.OVER_PROBLEM_CAP)
        return fit[:cap]

    def _distinct(self, problem: Replies) -> Iterator[tuple[float, Entry]]:
        """Yield the replies to a problem that are no twins and fit, best first."""
        outside = self._outside(problem)
        seen: set[bytes] = set()
        for score, entry in ranking.scored(problem, self._rules.weights):
            twin = self._twin(problem, entry, seen)
            if fate := twin or entry.unfit or outside:
                self._drop(problem, entry, fate)
            seen.add(entry.response)
            if not entry.unfit:
                self._owners.setdefault(entry.twin, problem)
            if not fate:
                if self._rules.near_duplicates is not None and entry.print:
                    self._near.add(entry.print)
                yield score, entry

    def _twin(self, problem: Replies, entry: Entry, seen: Collection[bytes]) -> Fate | None:
        if entry.response in seen:
            return Fate.DUPLICATE_RESPONSE
        if self._owners.get(entry.twin, problem) is not problem:
            return Fate.DUPLICATE_PROBLEM
        near = self._rules.near_duplicates is not None and entry.print and self._near.find(entry.print) is not None
        return Fate.NEAR_DUPLICATE if near else None

    def _outside(self, problem: Replies) -> Fate | None:
        """Say where the whole interval of a problem's pass rate lies beyond the band."""
        if self._rules.band is None:
            return None
        rate = problem.rate(self._rules.band_confidence)
        if rate.low > self._rules.band[1]:
            return Fate.TOO_EASY
        return Fate.TOO_HARD if rate.high < self._rules.band[0] else None

    def _cap_families(self, ranked: Mapping[int, Sequence[tuple[float, Entry]]]) -> None:
        """Give every problem of a family its best row before any gets a second one."""
        if self._rules.per_family is None:
            return
        taken: Counter[tuple[str, str]] = Counter()
        problems = [(problem, ranked.get(id(problem), ())) for problem in self._problems.values()]
        for turn in range(max((len(rows) for _, rows in problems), default=0)):
            for problem, rows in problems:
                if turn < len(rows):
                    entry = rows[turn][1]
                    taken[problem.domain, entry.family] += 1
                    if taken[problem.domain, entry.family] > self._rules.per_family:
                        self._drop(problem, entry, Fate.OVER_FAMILY_CAP)

    def _drop(self, problem: Replies, entry: Entry, fate: Fate) -> None:
        stage = "unique" if fate in TWINS else "kept"
        self._losses[problem.domain, stage, fate, ""] += 1
        self._fates[entry.place.line - 1] = fate

    def _is_kept(self, entry: Entry) -> bool:
        return self._fates[entry.place.line - 1] is Fate.KEPT
