"""Which verified rows to keep: dedupe, rank, filter, cap; and which failed ones to set against them.

Judges nothing, writes nothing and never decides by a row's known label. Holds no text of a row: its fate, and
a light entry (digests, lengths, byte offsets) per passed row and per distinct wrong answer of a problem.
Whoever needs the rows reads them again by their place (`folder.fetch`).

The order is fixed. Duplicates go first, the better-ranked twin stays; then the filters; then the caps. So
`unique` counts distinct verified replies, and `kept` those of them that the rules let through.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from verisieve import ranking
from verisieve.errors import UsageError
from verisieve.folder import Pair, Place, prompt_of, text_of, truncated
from verisieve.funnel import Fate, Funnel, Loss, Spent
from verisieve.ranking import DEFAULT_WEIGHTS, Entry, Replies, Signal
from verisieve.records import Json, Outcome

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is kept; None switches a cap off.

    `brevity` is the shortest passed reply's length over this one's, `checks` the checks passed over the most
    that a reply to this problem passed, `agreement` the share of the problem's judged replies that passed
    with the same answer. `lower_assurance` lets verdicts through whose tests ran where the reply's own code
    could reach them.
    """

    lower_assurance: bool = False
    per_problem: int | None = 4
    per_family: int | None = None
    min_chars: int = 1
    max_chars: int | None = None
    rejected_per_problem: int = 4
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))

    def __post_init__(self) -> None:
        for name in ("per_problem", "per_family", "max_chars"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name} must be at least 1, not {value}")
        for name in ("min_chars", "rejected_per_problem"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} must be at least 0, not {getattr(self, name)}")
        unknown = set(self.weights) - set(Signal)
        if unknown or any(not weight >= 0 for weight in self.weights.values()):
            raise UsageError(f"weights must be numbers >= 0 for {', '.join(Signal)}, not {dict(self.weights)}")


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


def select(pairs: Iterable[Pair], rules: Rules | None = None) -> Selection:
    """Decide the fate of every row of a run, in one pass."""
    sieve = _Sieve(rules or Rules())
    for pair in pairs:
        sieve.add(pair)
    return sieve.close()


class _Groups:
    """Union-find over problems, prompts and parents: what shares one of them must not be split."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}

    def find(self, node: str) -> str:
        while (up := self._up.get(node, node)) != node:
            self._up[node] = node = self._up.get(up, up)
        return node

    def join(self, first: str, second: str) -> None:
        first, second = self.find(first), self.find(second)
        if first != second:
            self._up[second] = first


class _Sieve:
    """The state of one selection."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._fates: list[Fate] = []
        self._problems: dict[tuple[str, str], Replies] = {}
        self._groups = _Groups()
        self._owners: dict[bytes, Replies] = {}
        self._generated: Counter[str] = Counter()
        self._losses: Counter[tuple[str, str, Fate, str]] = Counter()
        self._known: Counter[tuple[str, str, Outcome]] = Counter()
        self._spent = Spent()

    def add(self, pair: Pair) -> None:
        """Count a row, and remember it lightly if it passed or was judged wrong."""
        verdict, outcome = pair.verdict, Outcome(pair.verdict["outcome"])
        domain = text_of(verdict, "domain") or "unknown"
        self._generated[domain] += 1
        self._spent = self._spent.plus(pair.completion)
        if (label := pair.completion.get("label")) in ("pass", "reject"):
            self._known[domain, label, outcome] += 1
        fate = Fate.KEPT if outcome is Outcome.PASS else Fate(outcome.value)
        self._fates.append(fate)
        if fate is not Fate.KEPT:
            stage = "verified" if _answered(verdict, outcome) else "parsed"
            self._losses[domain, stage, fate, text_of(verdict, "reason")] += 1
        if outcome in (Outcome.PASS, Outcome.FAIL):
            self._remember(pair, domain, outcome)

    def _remember(self, pair: Pair, domain: str, outcome: Outcome) -> None:
        identity = str(pair.completion.get("id"))
        problem = self._problems.setdefault((domain, identity), Replies(domain, f"{domain}:{identity}"))
        problem.judged += 1
        entry = ranking.entry(pair, _unfit(pair, self._rules))
        if outcome is Outcome.PASS:
            problem.passed.append(entry)
            self._group(pair.completion, problem)
        elif entry.unfit is None:
            rival, count = problem.wrong.get(entry.answer, (entry, 0))
            problem.wrong[entry.answer] = (max(rival, entry, key=lambda one: one.checks), count + 1)

    def _group(self, completion: Mapping[str, Json], problem: Replies) -> None:
        prompt = f"prompt {ranking.digest(prompt_of(completion)).hex()}"
        first = self._groups.find(prompt)
        self._groups.join(*((problem.node, prompt) if first == prompt else (first, problem.node)))
        meta = completion.get("meta")
        parents = meta.get("parents") if isinstance(meta, dict) else None
        for parent in parents if isinstance(parents, list) else ():
            self._groups.join(f"{problem.domain}:{parent}", problem.node)

    def close(self) -> Selection:
        """Dedupe, rank, filter and cap what passed, and pair it with what failed."""
        ranked = {id(problem): self._rank(problem) for problem in self._problems.values() if problem.passed}
        self._cap_families(ranked)
        kept: list[Kept] = []
        preferences: list[Preference] = []
        for problem in self._problems.values():
            group = self._groups.find(problem.node)
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
            funnel=Funnel(generated=dict(self._generated), losses=losses, known=dict(self._known), spent=self._spent),
        )

    def _rank(self, problem: Replies) -> list[tuple[float, Entry]]:
        """Return what survives within one problem, best first; the rest gets its fate."""
        scored = ranking.scored(problem, self._rules.weights)
        seen: set[bytes] = set()
        survivors: list[tuple[float, Entry]] = []
        for score, entry in scored:
            cap = self._rules.per_problem
            if entry.response in seen:
                self._drop(problem, entry, Fate.DUPLICATE_RESPONSE)
            elif self._owners.get(entry.twin, problem) is not problem:
                self._drop(problem, entry, Fate.DUPLICATE_PROBLEM)
            elif entry.unfit:
                self._drop(problem, entry, entry.unfit)
            elif cap is not None and len(survivors) >= cap:
                self._drop(problem, entry, Fate.OVER_PROBLEM_CAP)
            else:
                survivors.append((score, entry))
            seen.add(entry.response)
            if not entry.unfit:
                self._owners.setdefault(entry.twin, problem)
        return survivors

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
        stage = "unique" if fate in (Fate.DUPLICATE_RESPONSE, Fate.DUPLICATE_PROBLEM) else "kept"
        self._losses[problem.domain, stage, fate, ""] += 1
        self._fates[entry.place.line - 1] = fate

    def _is_kept(self, entry: Entry) -> bool:
        return self._fates[entry.place.line - 1] is Fate.KEPT


def _answered(verdict: Mapping[str, Json], outcome: Outcome) -> bool:
    """What was taken for an answer at first does not make `no_answer` one."""
    return outcome in (Outcome.FAIL, Outcome.LIMIT) or (outcome is Outcome.ERROR and verdict.get("answer") is not None)


def _unfit(pair: Pair, rules: Rules) -> Fate | None:
    completion = pair.completion
    text = text_of(completion, "response")
    if not rules.lower_assurance and _lower_assurance(pair.verdict):
        return Fate.LOWER_ASSURANCE
    if pair.doubted:
        return Fate.DOUBTED
    if truncated(completion):
        return Fate.TRUNCATED
    if any(map(_SURROGATE.search, (text, prompt_of(completion), text_of(completion, "id")))):
        return Fate.BROKEN_UNICODE
    if len(text.strip()) < rules.min_chars:
        return Fate.TOO_SHORT
    return Fate.TOO_LONG if rules.max_chars is not None and len(text) > rules.max_chars else None


def _lower_assurance(verdict: Mapping[str, Json]) -> bool:
    checks = [check for check in verdict.get("checks") or () if isinstance(check, dict)]
    found = [check["evidence"].get("assurance") for check in checks if isinstance(check.get("evidence"), dict)]
    return "shared_process" in found
