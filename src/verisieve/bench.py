"""Output rows in, leaderboard out: pass rates with intervals per model, per domain, and per both.

Asks no model and judges nothing. Keeps counts alone, so memory is bounded by problems times models.
Rows that ended in `error` are nobody's score; replies cut off at the token limit are counted apart too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import fsum

from verisieve import stats
from verisieve.leaderboard import Cell, Comparison, Confusion, Estimate, Leaderboard
from verisieve.records import Json, Outcome

LABELS = ("label", "recorded")
MAX_SAMPLE = (1 << 16) - 1  # a wilder sample number would cost memory
UNREADABLE_KEPT = 20
_VOUCHED = {"pass": True, "reject": False}


def tally(
    rows: Iterable[Mapping[str, Json]],
    *,
    ks: Sequence[int] = (1,),
    confidence: float = stats.CONFIDENCE,
    labels: Sequence[str] = LABELS,
    score_truncated: bool = False,
) -> Leaderboard:
    """Read output rows as a stream and return the leaderboard.

    `ks` asks for pass@k and pass^k; `labels` names the carried keys that may hold a label (`pass`, `reject` or a
    boolean), the first one present counting; `score_truncated` scores replies cut off at the token limit as judged.
    """
    if any(k < 1 for k in ks):
        raise ValueError(f"every k must be at least 1: {tuple(ks)}")
    groups: dict[tuple[str, str], _Group] = {}
    unreadable: list[str] = []
    count = 0
    for number, row in enumerate(rows, start=1):
        wrong = _wrong(row)
        if wrong:
            count += 1
            unreadable.extend([f"row {number}: {wrong}"] * (count <= UNREADABLE_KEPT))
            continue
        key = (row.get("model") or "", row.get("domain") or "")
        groups.setdefault(key, _Group()).add(row, labels, score_truncated=score_truncated)
    measures = tuple(f"pass@{k}" for k in sorted({1, *ks})) + tuple(f"pass^{k}" for k in sorted({*ks} - {1}))
    models = _ranked(groups)
    return Leaderboard(
        cells=tuple(_cells(groups, models, measures, confidence)),
        comparisons=_comparisons([(model, _merged(groups, model, None)) for model in models]),
        measures=measures,
        confidence=confidence,
        unreadable=count,
        unreadable_first=tuple(unreadable),
    )


@dataclass(slots=True)
class _Counts:
    """What is kept of one problem; `seen` has a bit per sample number."""

    samples: int = 0
    passed: int = 0
    seen: int = 0
    first: tuple[int, bool] | None = None

    def score(self, sample: int, *, passed: bool) -> None:
        self.samples += 1
        self.passed += passed
        if self.first is None or sample < self.first[0]:
            self.first = sample, passed


@dataclass(slots=True)
class _Group:
    """What is kept of one model in one domain, or of several of them."""

    problems: dict[tuple[str, str], _Counts] = field(default_factory=dict)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    truncated: int = 0
    repeated: int = 0

    def add(self, row: Mapping[str, Json], labels: Sequence[str], *, score_truncated: bool) -> None:
        """Count one readable row."""
        outcome, sample = row["outcome"], row.get("sample") or 0
        if outcome == Outcome.ERROR:
            self.verdicts[outcome, row.get("reason") or ""] += 1
            self._label(row, labels)
            return
        counts = self.problems.setdefault((row.get("domain") or "", row["id"]), _Counts())
        if counts.seen >> sample & 1:
            self.repeated += 1
            return
        counts.seen |= 1 << sample
        self._label(row, labels)
        if row.get("finish_reason") == "length" and not score_truncated:
            self.truncated += 1
            return
        self.verdicts[outcome, row.get("reason") or ""] += 1
        counts.score(sample, passed=outcome == Outcome.PASS)

    def _label(self, row: Mapping[str, Json], labels: Sequence[str]) -> None:
        value = next((row[key] for key in labels if key in row), None)
        right = _VOUCHED.get(value) if isinstance(value, str) else value if isinstance(value, bool) else None
        if right is None:
            return
        passed = row["outcome"] == Outcome.PASS
        name = f"{'true' if passed == right else 'false'}_{'pass' if passed else 'reject'}"
        self.labelled["undecided" if row["outcome"] == Outcome.ERROR else name] += 1

    def absorb(self, other: _Group) -> None:
        """Add the counts of another model or domain."""
        for key, counts in other.problems.items():
            mine = self.problems.setdefault(key, _Counts())
            mine.samples += counts.samples
            mine.passed += counts.passed
            mine.first = mine.first or counts.first
        self.verdicts.update(other.verdicts)
        self.labelled.update(other.labelled)
        self.truncated += other.truncated
        self.repeated += other.repeated


def _wrong(row: Mapping[str, Json]) -> str:
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


def _merged(groups: Mapping[tuple[str, str], _Group], model: str | None, domain: str | None) -> _Group:
    """Put together the groups of a model (None: of all), of a domain (None: of all)."""
    merged = _Group()
    for (of_model, of_domain), group in groups.items():
        if model in (None, of_model) and domain in (None, of_domain):
            merged.absorb(group)
    return merged


def _ranked(groups: Mapping[tuple[str, str], _Group]) -> list[str]:
    """Models by pass rate over problems, best first; those without a scored row last; ties by name."""

    def place(model: str) -> tuple[float, str]:
        rates = _rates(_merged(groups, model, None), 1)
        return (-fsum(rates) / len(rates) if rates else 1.0), model

    return sorted({model for model, _ in groups}, key=place)


def _cells(
    groups: Mapping[tuple[str, str], _Group], models: Sequence[str], measures: Sequence[str], confidence: float
) -> Iterator[Cell]:
    domains = sorted({domain for _, domain in groups})
    yield _cell(groups, None, None, measures[:1], confidence)
    for model in models:
        yield _cell(groups, model, None, measures, confidence)
    for domain in domains:
        yield _cell(groups, None, domain, measures[:1], confidence)
    for model in models:
        yield from (_cell(groups, model, name, measures, confidence) for name in domains if (model, name) in groups)


def _cell(
    groups: Mapping[tuple[str, str], _Group],
    model: str | None,
    domain: str | None,
    measures: Sequence[str],
    confidence: float,
) -> Cell:
    group = _merged(groups, model, domain)
    outcomes: Counter[str] = Counter()
    reasons: dict[str, dict[str, int]] = {}
    for (outcome, reason), count in sorted(group.verdicts.items()):
        outcomes[outcome] += count
        if reason:
            reasons.setdefault(outcome, {})[reason] = count
    scored = sum(counts.samples > 0 for counts in group.problems.values())
    estimates = (_estimate(group, measure, confidence) for measure in measures)
    return Cell(
        model=model,
        domain=domain,
        problems=scored,
        samples=outcomes.total() - outcomes[Outcome.ERROR],
        errors=outcomes[Outcome.ERROR],
        truncated=group.truncated,
        repeated=group.repeated,
        estimates=tuple(estimate for estimate in estimates if estimate),
        outcomes={name.value: outcomes[name] for name in Outcome},
        reasons=reasons,
        confusion=Confusion(**group.labelled) if group.labelled else None,
    )


def _rates(group: _Group, k: int, *, every: bool = False) -> list[float]:
    """One pass@k (or pass^k, for `every`) per problem that has k scored samples."""
    chance = stats.pass_hat_k if every else stats.pass_at_k
    return [chance(counts.samples, counts.passed, k) for counts in group.problems.values() if counts.samples >= k]


def _estimate(group: _Group, measure: str, confidence: float) -> Estimate | None:
    k = int(measure[len("pass@") :])
    rates = _rates(group, k, every="^" in measure)
    if not rates:
        return None
    samples = sum(counts.samples for counts in group.problems.values() if counts.samples >= k)
    interval = stats.clustered(rates, samples, confidence=confidence)
    return Estimate(measure, fsum(rates) / len(rates), interval, len(rates))


def _comparisons(models: Sequence[tuple[str, _Group]]) -> tuple[Comparison, ...]:
    pairs = []
    for (first, group), (second, other) in combinations(models, 2):
        table = Counter(
            (counts.first[1], met.first[1])
            for problem, counts in group.problems.items()
            if counts.first and (met := other.problems.get(problem)) and met.first
        )
        if table:
            pairs.append((first, second, table, stats.mcnemar(table[True, False], table[False, True])))
    adjusted = stats.holm([p_value for *_, p_value in pairs])
    return tuple(
        Comparison(
            first=first,
            second=second,
            both=table[True, True],
            only_first=table[True, False],
            only_second=table[False, True],
            neither=table[False, False],
            p_value=p_value,
            adjusted=holm,
        )
        for (first, second, table, p_value), holm in zip(pairs, adjusted, strict=True)
    )
