"""Output rows in, leaderboard out: pass rates with intervals per model, per domain, and per both.

Asks no model and judges nothing. Keeps counts alone, so memory is bounded by problems times models.
Rows that ended in `error` are nobody's score; replies cut off at the token limit are counted apart too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import fsum

from verisieve import counting, paired, stats
from verisieve.counting import Counts, Group, Groups
from verisieve.leaderboard import Cell, Comparison, Confusion, Estimate, Leaderboard, Slice, Spent
from verisieve.paired import Difference
from verisieve.records import Json, Outcome
from verisieve.stats import Method
from verisieve.tally import Count

LABELS = ("label", "recorded")
UNREADABLE_KEPT = 20
MOST_SLICES = 100  # of one model and domain by one key; names that differ from row to row are no groups


def tally(
    rows: Iterable[Mapping[str, Json]],
    *,
    ks: Sequence[int] = (1,),
    votes: Iterable[tuple[str, Count]] = (),
    confidence: float = stats.CONFIDENCE,
    method: Method = "wilson",
    labels: Sequence[str] = LABELS,
    score_truncated: bool = False,
) -> Leaderboard:
    """Read output rows as a stream and return the leaderboard.

    `ks` asks for pass@k and pass^k, and for maj@k where there are `votes`, as `tally.by_model` counts them; `labels`
    names the carried keys that may hold a label (`pass`, `reject` or a boolean), the first one present counting;
    `score_truncated` scores replies cut off at the token limit as judged.
    """
    if any(k < 1 for k in ks):
        raise ValueError(f"every k must be at least 1: {tuple(ks)}")
    groups: dict[tuple[str, str], Group] = {}
    unreadable: list[str] = []
    count = 0
    for number, row in enumerate(rows, start=1):
        wrong = counting.wrong(row)
        if wrong:
            count += 1
            unreadable.extend([f"row {number}: {wrong}"] * (count <= UNREADABLE_KEPT))
            continue
        key = (row.get("model") or "", row.get("domain") or "")
        groups.setdefault(key, Group()).add(row, labels, score_truncated=score_truncated)
    _count_votes(groups, votes, ks)
    models = _ranked(groups)
    slices = [one for model in models for one in _slices(groups, model, confidence, method)]
    measures = _measures(groups, ks)
    return Leaderboard(
        cells=tuple(_cells(groups, models, measures, confidence, method)),
        comparisons=_comparisons([(model, counting.merged(groups, model, None)) for model in models], confidence),
        slices=tuple(one for one in slices if one),
        slices_left_out=slices.count(None),
        measures=measures,
        confidence=confidence,
        method=method,
        unreadable=count,
        unreadable_first=tuple(unreadable),
    )


def _measures(groups: Groups, ks: Sequence[int]) -> tuple[str, ...]:
    more = sorted({*ks} - {1})
    voted = any(group.majority for group in groups.values())
    kinds = (("pass@", [1, *more]), ("pass^", more), ("maj@", more if voted else []))
    return tuple(f"{kind}{k}" for kind, asked in kinds for k in asked)


def _count_votes(groups: Groups, votes: Iterable[tuple[str, Count]], ks: Sequence[int]) -> None:
    """Put the majority of k samples, drawn from those of a problem, with what is kept of its model and domain."""
    for model, count in votes:
        group = groups.get((model, count.domain))
        if group is None or (count.domain, count.id) not in group.problems or count.score is None or count.undecided:
            continue
        parties = [(party.votes, Fraction(party.passed, party.votes)) for party in count.parties]
        group.majority[count.domain, count.id] = {
            k: stats.maj_at_k(parties, count.silent, k) for k in ks if 1 < k <= count.replies
        }


def _ranked(groups: Groups) -> list[str]:
    """Models by pass rate over problems, best first; those without a scored row last; ties by name."""

    def place(model: str) -> tuple[float, str]:
        rates, _ = _rates(counting.merged(groups, model, None), "pass@1")
        return (-fsum(rates) / len(rates) if rates else 1.0), model

    return sorted({model for model, _ in groups}, key=place)


def _cells(
    groups: Groups, models: Sequence[str], measures: Sequence[str], confidence: float, method: Method
) -> Iterator[Cell]:
    domains = sorted({domain for _, domain in groups})
    places: list[tuple[str | None, str | None]] = [
        (None, None),
        *((model, None) for model in models),
        *((None, domain) for domain in domains),
        *((model, domain) for model in models for domain in domains if (model, domain) in groups),
    ]
    for model, domain in places:
        group = counting.merged(groups, model, domain)
        asked = measures[:1] if model is None else measures
        yield _cell(group, model, domain, [_estimate(group, measure, confidence, method) for measure in asked])


def _cell(group: Group, model: str | None, domain: str | None, estimates: Sequence[Estimate | None]) -> Cell:
    outcomes: Counter[str] = Counter()
    reasons: dict[str, dict[str, int]] = {}
    for (outcome, reason), count in sorted(group.verdicts.items()):
        outcomes[outcome] += count
        if reason:
            reasons.setdefault(outcome, {})[reason] = count
    return Cell(
        model=model,
        domain=domain,
        problems=sum(counts.samples > 0 for counts in group.problems.values()),
        samples=outcomes.total() - outcomes[Outcome.ERROR],
        errors=outcomes[Outcome.ERROR],
        truncated=group.truncated,
        repeated=group.repeated,
        estimates=tuple(estimate for estimate in estimates if estimate),
        outcomes={name.value: outcomes[name] for name in Outcome},
        reasons=reasons,
        confusion=Confusion(**group.labelled) if group.labelled else None,
        spent=_spent(group),
    )


def _spent(group: Group) -> Spent:
    known = {name: group.spent[name] for name in ("rows", "prompt_tokens", "completion_tokens", "rows_with_tokens")}
    return Spent(
        **known,
        cost=group.spent["cost"] / counting.MONEY,
        rows_with_cost=group.spent["rows_with_cost"],
        solved=sum(counts.passed > 0 for counts in group.problems.values()),
    )


def _rates(group: Group, measure: str) -> tuple[list[float], int]:
    """One pass@k, pass^k or maj@k per problem that has k scored samples, and how many samples these have."""
    kind, sign, number = re.split(r"([@^])", measure)
    k = int(number)
    if kind == "maj":
        found = {key: by_k[k] for key, by_k in group.majority.items() if k in by_k}
        return list(found.values()), sum(group.problems[key].samples for key in found)
    chance = stats.pass_at_k if sign == "@" else stats.pass_hat_k
    enough = [counts for counts in group.problems.values() if counts.samples >= k]
    return [chance(counts.samples, counts.passed, k) for counts in enough], sum(counts.samples for counts in enough)


def _estimate(group: Group, measure: str, confidence: float, method: Method) -> Estimate | None:
    rates, samples = _rates(group, measure)
    if not rates:
        return None
    interval = stats.clustered(rates, samples, confidence=confidence, method=method)
    return Estimate(measure, fsum(rates) / len(rates), interval, len(rates))


def _slices(groups: Groups, model: str, confidence: float, method: Method) -> Iterator[Slice | None]:
    """One model's slices of each domain by each key; None for each that is too many."""
    for domain, by in product(sorted(domain for name, domain in groups if name == model), counting.SLICED):
        for place, (value, part) in enumerate(counting.by_kind(groups[model, domain], by)):
            estimate = _estimate(part, "pass@1", confidence, method) if place < MOST_SLICES else None
            samples = sum(counts.samples for counts in part.problems.values())
            slice_ = {"model": model, "domain": domain, "by": by, "value": value}
            yield Slice(**slice_, samples=samples, estimate=estimate) if estimate else None


def _comparisons(models: Sequence[tuple[str, Group]], confidence: float) -> tuple[Comparison, ...]:
    pairs = [
        (first, second, *_compared(shared, confidence))  # of each pair counts alone: there may be a thousand pairs
        for (first, group), (second, other) in combinations(models, 2)
        if (shared := _shared(group, other))
    ]
    p_values = [stats.mcnemar(table[True, False], table[False, True]) for _, _, table, _ in pairs]
    return tuple(
        Comparison(
            first=first,
            second=second,
            both=table[True, True],
            only_first=table[True, False],
            only_second=table[False, True],
            neither=table[False, False],
            p_value=p_value,
            adjusted=adjusted,
            mean_difference=difference,
        )
        for (first, second, table, difference), p_value, adjusted in zip(
            pairs, p_values, stats.holm(p_values), strict=True
        )
    )


def _compared(
    shared: Sequence[tuple[Counts, Counts]], confidence: float
) -> tuple[Counter[tuple[bool, bool]], Difference]:
    table = Counter((counts.first_passed, met.first_passed) for counts, met in shared)
    differences = [counts.passed / counts.samples - met.passed / met.samples for counts, met in shared]
    return table, paired.difference(differences, confidence=confidence)


def _shared(group: Group, other: Group) -> list[tuple[Counts, Counts]]:
    """The problems that two models were both scored on."""
    found = ((counts, other.problems.get(problem)) for problem, counts in group.problems.items() if counts.samples)
    return [(counts, met) for counts, met in found if met and met.samples]
