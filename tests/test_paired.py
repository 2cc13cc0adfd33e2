"""Paired differences and power: known values, what must not vary, and coverage and power by seeded simulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from math import comb
from random import Random

import pytest

from verisieve import paired, stats

# problems, samples each, rates of the two models, spread of hardness, share of problems on which they do as one
DESIGNS = [
    (60, 1, 0.6, 0.5, 0.0, 0.3),
    (200, 1, 0.85, 0.8, 0.1, 0.8),
    (100, 4, 0.6, 0.5, 0.3, 0.3),
    (50, 8, 0.9, 0.7, 0.1, 0.5),
]


def _drawn(rng: Random, design: tuple[int, int, float, float, float, float]) -> list[float]:
    """One simulated bench: a difference per problem, whose mean is that of the two rates."""
    problems, samples, first, second, spread, alike = design
    found = []
    for _ in range(problems):
        hardness = rng.uniform(-spread, spread)
        passed = [0, 0]
        for _ in range(samples):
            draw = rng.random()
            draws = (draw, draw if rng.random() < alike else rng.random())
            for model, rate in enumerate((first, second)):
                passed[model] += draws[model] < rate + hardness
        found.append((passed[0] - passed[1]) / samples)
    return found


@pytest.mark.parametrize("design", DESIGNS)
def test_the_interval_of_a_difference_covers_the_truth(
    design: tuple[int, int, float, float, float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 95 % interval by problem holds the true difference in 93-97 % of simulated benches."""
    monkeypatch.setattr(paired, "DRAWS", 1000)  # for speed
    rng = Random(f"difference of {design}")
    truth, runs, hits = design[2] - design[3], 600, 0
    for run in range(runs):
        _, low, high, _ = paired.difference(_drawn(rng, design), seed=run)
        hits += low <= truth <= high

    assert 0.93 <= hits / runs <= 0.97


@pytest.mark.parametrize(
    ("differences", "least"),
    [
        ([0.0] * 20, 0.05),  # never differed
        ([1.0] * 20, 0.05),  # one solved all, the other none
        ([0.0], 0.9),  # one problem says next to nothing
        ([1.0], 0.6),
        ([0.0] * 200 + [0.25], 0.002),
    ],
)
def test_no_difference_is_known_exactly(differences: list[float], least: float) -> None:
    """The interval has a width however alike the problems were, holds the difference, and stays inside -1..1."""
    value, low, high, over = paired.difference(differences)

    assert -1 <= low <= value <= high <= 1
    assert high - low >= least
    assert over == len(differences)


def test_only_the_counts_of_differences_matter() -> None:
    """The order of problems changes nothing, the other order of the models turns the sign."""
    differences = _drawn(Random("order"), (80, 4, 0.6, 0.5, 0.2, 0.2))
    one, again = paired.difference(differences), paired.difference(sorted(differences))
    turned = paired.difference([-value for value in differences])

    assert one == again
    assert (turned.value, turned.low, turned.high) == pytest.approx((-one.value, -one.high, -one.low), abs=0.01)


def test_more_samples_narrow_the_difference() -> None:
    """Eight samples a problem say more of the difference than one, ten times the problems still more."""
    widths = [
        paired.difference(_drawn(Random("width"), (problems, samples, 0.6, 0.5, 0.1, 0.0)))
        for problems, samples in ((100, 1), (100, 8), (1000, 8))
    ]
    wide, middle, narrow = (one.high - one.low for one in widths)

    assert wide > 2 * middle > 4 * narrow


def _exact(problems: int, gap: float, discordance: float, level: float) -> float:
    """The chance to tell, by enumeration of all tables."""
    only_first, only_second = (discordance + gap) / 2, (discordance - gap) / 2
    return sum(
        comb(problems, a) * comb(problems - a, b) * only_first**a * only_second**b
        * (1 - discordance) ** (problems - a - b)
        for a in range(problems + 1)
        for b in range(problems - a + 1)
        if stats.mcnemar(a, b) <= level
    )  # fmt: skip


@pytest.mark.parametrize(("problems", "gap", "discordance"), [(1, 0.5, 0.5), (12, 0.5, 0.6), (40, 0.2, 0.4)])
def test_power_is_the_sum_over_all_tables(problems: int, gap: float, discordance: float) -> None:
    """The chance that the exact test tells the two apart is that of all tables in which it does."""
    found = paired.chance_to_tell(problems, gap, discordance)

    assert found == pytest.approx(_exact(problems, gap, discordance, 0.05), abs=1e-9)


@pytest.mark.parametrize(("gap", "discordance"), [(0.02, 0.05), (0.1, 0.3), (0.3, 0.3)])
def test_so_many_problems_tell_the_gap(gap: float, discordance: float) -> None:
    """McNemar's exact test on as many simulated problems as are asked for tells the gap 80 times in 100."""
    problems = paired.problems_for(gap, discordance)
    assert problems is not None
    told = cache(lambda a, b: stats.mcnemar(a, b) <= paired.LEVEL)
    rng = Random(f"power:{gap}")
    first, either = (discordance + gap) / 2, discordance
    runs, hits = 600, 0
    for _ in range(runs):
        tail = Counter(0 if draw < first else 1 for draw in (rng.random() for _ in range(problems)) if draw < either)
        hits += told(tail[0], tail[1])

    assert 0.76 <= hits / runs <= 0.84 + (gap == discordance) * 0.1
    assert paired.chance_to_tell(problems - 1, gap, discordance) < paired.POWER


def test_power_asks_for_more_where_less_is_told() -> None:
    """A smaller gap, more discordance, more power and a stricter level each ask for more problems."""
    least = paired.problems_for(0.1, 0.2) or 0

    assert least < (paired.problems_for(0.05, 0.2) or 0)
    assert least < (paired.problems_for(0.1, 0.4) or 0)
    assert least < (paired.problems_for(0.1, 0.2, power=0.9) or 0)
    assert least < (paired.problems_for(0.1, 0.2, level=0.01) or 0)
    assert paired.problems_for(1e-6, 0.5) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: paired.difference([]),  # nothing in common
        lambda: paired.problems_for(0.0, 0.1),  # no gap
        lambda: paired.problems_for(0.2, 0.1),  # a gap needs as much discordance
        lambda: paired.problems_for(0.1, 1.1),  # no share
        lambda: paired.problems_for(0.1, 0.2, power=1.0),  # nothing is certain
        lambda: paired.problems_for(0.1, 0.2, level=5),  # percent for a share
    ],
)
def test_impossible_questions_are_refused(call: Callable[[], object]) -> None:
    """What nobody can answer raises ValueError."""
    with pytest.raises(ValueError, match="must"):
        call()
