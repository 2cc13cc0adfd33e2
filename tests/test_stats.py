"""Pass-rate statistics: worked examples, exact identities, and coverage by seeded simulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from random import Random

import pytest

from verisieve import stats
from verisieve.stats import Interval

# Newcombe 1998, Statistics in Medicine 17:857, table I: passed, samples, method 3 (Wilson), method 5 (Clopper-Pearson).
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("passed", "samples", "wilson", "exact"), NEWCOMBE)
def test_intervals_match_the_published_table(
    passed: int, samples: int, wilson: tuple[float, float], exact: tuple[float, float]
) -> None:
    """Wilson and Clopper-Pearson give the ends of Newcombe's worked examples to four digits."""
    assert stats.wilson(passed, samples) == pytest.approx(wilson, abs=6e-5)
    assert stats.clopper_pearson(passed, samples) == pytest.approx(exact, abs=6e-5)


@pytest.mark.parametrize(("samples", "passed"), [(1, 0), (4, 1), (6, 3), (7, 7), (8, 2)])
def test_pass_at_k_is_the_share_of_drawn_subsets(samples: int, passed: int) -> None:
    """pass@k and pass^k are the shares of k-subsets with any, and with only, passing samples."""
    marks = [index < passed for index in range(samples)]
    for k in range(1, samples + 1):
        subsets = list(combinations(marks, k))
        assert stats.pass_at_k(samples, passed, k) == pytest.approx(sum(map(any, subsets)) / len(subsets))
        assert stats.pass_hat_k(samples, passed, k) == pytest.approx(sum(map(all, subsets)) / len(subsets))


@pytest.mark.parametrize(("samples", "passed", "k"), [(200, 1, 100), (10_000, 3, 100), (100_000, 40_000, 10)])
def test_pass_at_k_stays_exact_for_many_samples(samples: int, passed: int, k: int) -> None:
    """The product keeps 12 digits where the factorials would overflow a float."""
    exact = 1 - Fraction(comb(samples - passed, k), comb(samples, k))
    assert stats.pass_at_k(samples, passed, k) == pytest.approx(float(exact), rel=1e-12)


def test_pass_at_k_over_samples_has_no_bias() -> None:
    """The mean of pass@2 over all outcomes of 5 tosses is 1-(1-p)^2, which the naive 1-(1-c/n)^2 is not."""
    p, n = 0.3, 5
    chances = [comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]
    mean = sum(chance * stats.pass_at_k(n, c, 2) for c, chance in enumerate(chances))
    naive = sum(chance * (1 - (1 - c / n) ** 2) for c, chance in enumerate(chances))
    assert mean == pytest.approx(1 - 0.7**2)
    assert naive != pytest.approx(1 - 0.7**2, abs=0.01)


MAJORITIES = [
    ([(2, 1), (1, 0)], 0),
    ([(2, 1), (2, 0), (1, 0)], 2),
    ([(1, 0)] * 4 + [(1, 1)], 1),  # all unlike: every vote is a tie
    ([(3, Fraction(2, 3)), (3, 0)], 1),  # one answer judged both ways
    ([(4, 1), (3, 0), (1, Fraction(1, 2))], 0),
    ([], 3),  # nobody votes
]


def _worth(sample: Sequence[int | None], parties: list[tuple[int, Fraction]]) -> Fraction:
    votes = Counter(party for party in sample if party is not None)
    first = [party for party, count in votes.items() if count == max(votes.values())]
    return sum((Fraction(parties[party][1]) for party in first), Fraction()) / len(first) if first else Fraction()


@pytest.mark.parametrize(("parties", "silent"), MAJORITIES)
def test_maj_at_k_is_the_mean_over_drawn_subsets(parties: list[tuple[int, Fraction]], silent: int) -> None:
    """maj@k is the mean worth of the majority over all k-subsets, ties at their mean, silence worth nothing."""
    voters = [place for place, (votes, _) in enumerate(parties) for _ in range(votes)] + [None] * silent
    for k in range(1, len(voters) + 1):
        worths = [_worth(subset, parties) for subset in combinations(voters, k)]
        assert stats.maj_at_k(parties, silent, k) == pytest.approx(float(sum(worths) / len(worths)), abs=1e-12)


def test_maj_at_one_is_pass_at_one() -> None:
    """One sample is its own majority; a large one of many is certain, in exact arithmetic whatever the number."""
    assert stats.maj_at_k([(3, Fraction(1)), (4, Fraction(0))], 1, 1) == pytest.approx(3 / 8)
    assert stats.maj_at_k([(1500, Fraction(1)), (400, Fraction(0))], 100, 5) == pytest.approx(0.9227, abs=1e-3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: stats.maj_at_k([(1, Fraction(1))], 1, 3),  # more drawn than sampled
        lambda: stats.pass_at_k(4, 5, 1),  # more passed than sampled
        lambda: stats.pass_at_k(4, 2, 5),  # more drawn than sampled
        lambda: stats.pass_hat_k(4, 2, 0),  # nothing drawn
        lambda: stats.wilson(-1, 4),  # negative
        lambda: stats.wilson(1, 4, confidence=95),  # percent for a share
        lambda: stats.clustered([0.5, 0.5], 1),  # fewer rows than problems
        lambda: stats.clustered([1.5], 1),  # no rate
        lambda: stats.mcnemar(-1, 2),  # negative
        lambda: stats.holm([1.2]),  # no p-value
    ],
)
def test_wrong_arguments_are_refused(call: Callable[[], object]) -> None:
    """Impossible counts, shares and confidences raise ValueError at the door."""
    with pytest.raises(ValueError, match=r"must|less"):
        call()


def test_no_samples_say_nothing() -> None:
    """The interval over nothing is everything."""
    assert stats.wilson(0, 0) == stats.clustered([], 0) == stats.clopper_pearson(0, 0) == Interval(0.0, 1.0)


@pytest.mark.parametrize("passed", [0, 1000])
def test_intervals_keep_a_width_at_the_ends(passed: int) -> None:
    """0 % and 100 % never come with an interval of width zero, and the ends are exact."""
    rates = [passed / 1000] * 250
    for low, high in (stats.wilson(passed, 1000), stats.clopper_pearson(passed, 1000), stats.clustered(rates, 1000)):
        assert 0.003 < high - low < 0.02
        assert passed / 1000 in (low, high)


@pytest.mark.parametrize(("only_first", "only_second"), [(0, 0), (0, 5), (1, 7), (9, 3), (86, 150), (40, 40)])
def test_mcnemar_is_the_binomial_sum(only_first: int, only_second: int) -> None:
    """The p-value is twice the smaller tail of a fair coin, at most 1, and the order of the models is the same."""
    total, fewer = only_first + only_second, min(only_first, only_second)
    tail = Fraction(sum(comb(total, i) for i in range(fewer + 1)), 2**total)
    assert stats.mcnemar(only_first, only_second) == pytest.approx(float(min(Fraction(1), 2 * tail)), rel=1e-12)
    assert stats.mcnemar(only_second, only_first) == stats.mcnemar(only_first, only_second)


def test_mcnemar_agrees_with_the_textbook() -> None:
    """Agresti's approval ratings (Categorical Data Analysis, 2nd ed., table 10.1): 150 turned one way, 86 the other."""
    assert stats.mcnemar(150, 86) == pytest.approx(3.716e-05, rel=1e-3)
    assert stats.mcnemar(50_000, 50_600) == pytest.approx(0.0588, abs=2e-4)


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.7062), (2, 4.3027), (10, 2.2281), (100, 1.9840)])
def test_students_t_is_that_of_the_tables(freedom: int, quantile: float) -> None:
    """The 97.5 % points are those of any table of Student's t."""
    assert stats._t_quantile(0.95, freedom) == pytest.approx(quantile, abs=5e-5)


def test_holm_never_reverses_an_order() -> None:
    """Adjusted p-values rise with the raw ones, never fall below them, and stop at 1."""
    raw = [0.5, 0.01, 0.04, 0.03, 0.005, 0.9]
    adjusted = stats.holm(raw)
    assert [value for _, value in sorted(zip(raw, adjusted, strict=True))] == sorted(adjusted)
    assert all(low <= high <= 1 for low, high in zip(raw, adjusted, strict=True))
    assert adjusted[4] == pytest.approx(6 * 0.005)
    assert stats.holm([]) == ()


def test_one_sample_a_problem_is_nearly_wilson() -> None:
    """With one sample each the clustered interval is Wilson's, up to Student's t."""
    rates = [1.0] * 120 + [0.0] * 280
    assert stats.clustered(rates, 400) == pytest.approx(stats.wilson(120, 400), abs=5e-4)


def test_clopper_pearson_holds_what_wilson_holds() -> None:
    """Clustered, Clopper and Pearson's interval is the wider one, and theirs for one sample each."""
    rates = [1.0] * 10 + [0.5] * 30 + [0.0] * 60
    exact, score = (stats.clustered(rates, 200, method=method) for method in ("clopper-pearson", "wilson"))
    single = stats.clustered([1.0] * 120 + [0.0] * 280, 400, method="clopper-pearson")

    assert exact.high - exact.low > score.high - score.low
    assert single == pytest.approx(stats.clopper_pearson(120, 400), abs=5e-4)
    assert stats.clustered([0.0] * 20, 80, method="clopper-pearson") == stats.clopper_pearson(0, 20)


def test_copies_of_a_sample_do_not_narrow_the_interval() -> None:
    """Ten equal samples of each problem are worth one; ten independent ones are worth ten."""
    once = stats.clustered([1.0] * 30 + [0.0] * 70, 100)
    copied = stats.clustered([1.0] * 30 + [0.0] * 70, 1000)
    spread = stats.clustered([0.3] * 100, 1000)
    assert copied == pytest.approx(once, abs=0.002)
    assert spread.high - spread.low < 0.4 * (once.high - once.low)


def _covered(
    rates: Callable[[Random], tuple[list[float], int]],
    truth: float,
    runs: int,
    seed: str,
    method: stats.Method = "wilson",
) -> float:
    rng = Random(seed)
    hits = 0
    for _ in range(runs):
        drawn, samples = rates(rng)
        low, high = stats.clustered(drawn, samples, method=method)
        hits += low <= truth <= high
    return hits / runs


# problems, samples each, true rate, intra-problem correlation: by hand from easy to nasty
DESIGNS = [
    (100, 1, 0.3, 0.0),
    (100, 4, 0.5, 0.0),
    (100, 4, 0.2, 0.3),
    (150, 10, 0.2, 0.6),
    (150, 10, 0.01, 0.6),  # few problems are ever solved: 89 % without the pull to the worst case
    (150, 4, 0.9, 0.2),
    (50, 4, 0.5, 0.6),
    (50, 10, 0.9, 0.6),
]


@pytest.mark.parametrize(("problems", "each", "truth", "alike"), DESIGNS)
def test_clustered_interval_covers_the_truth(problems: int, each: int, truth: float, alike: float) -> None:
    """The 95 % interval holds the true mean in 93-97 % of simulated benchmarks, problems being a random draw."""

    def draw(rng: Random) -> tuple[list[float], int]:
        odds = 1 / alike - 1 if alike else 0.0
        chances = (rng.betavariate(truth * odds, (1 - truth) * odds) if alike else truth for _ in range(problems))
        return [sum(rng.random() < chance for _ in range(each)) / each for chance in chances], problems * each

    assert 0.93 <= _covered(draw, truth, 1500, f"coverage:{problems}:{each}:{truth}:{alike}") <= 0.97


def test_clustered_clopper_pearson_covers_the_truth() -> None:
    """The other interval promises no less than 95 %, and few problems with four samples each hold it to that."""

    def draw(rng: Random) -> tuple[list[float], int]:
        chances = (rng.betavariate(0.2, 0.8) for _ in range(40))
        return [sum(rng.random() < chance for _ in range(4)) / 4 for chance in chances], 160

    assert 0.945 <= _covered(draw, 0.2, 1500, "coverage:exact", "clopper-pearson") <= 0.985


def test_unequal_numbers_of_samples_keep_the_coverage() -> None:
    """Problems with one to eight samples left (errors are not scored) still give 93-97 %."""

    def draw(rng: Random) -> tuple[list[float], int]:
        sizes = [rng.randint(1, 8) for _ in range(120)]
        chances = [rng.betavariate(0.8, 1.2) for _ in sizes]
        pairs = zip(sizes, chances, strict=True)
        return [sum(rng.random() < chance for _ in range(size)) / size for size, chance in pairs], sum(sizes)

    assert 0.93 <= _covered(draw, 0.4, 2000, "coverage:unequal") <= 0.97


@pytest.mark.parametrize(("interval", "most"), [(stats.wilson, 0.97), (stats.clopper_pearson, 0.99)])
@pytest.mark.parametrize("samples", [40, 400])
def test_plain_intervals_cover_the_truth_on_average(
    interval: Callable[[int, int], Interval], most: float, samples: int
) -> None:
    """Averaged over rates from 2 to 98 %, Wilson covers 93-97 %; Clopper-Pearson never less than 95 % for any rate."""
    ends = [interval(passed, samples) for passed in range(samples + 1)]
    covered = []
    for truth in (step / 50 for step in range(1, 50)):
        chances = (comb(samples, c) * truth**c * (1 - truth) ** (samples - c) for c in range(samples + 1))
        covered.append(sum(chance for chance, (low, high) in zip(chances, ends, strict=True) if low <= truth <= high))
    assert 0.93 <= sum(covered) / len(covered) <= most
    assert interval is stats.wilson or min(covered) >= 0.95
