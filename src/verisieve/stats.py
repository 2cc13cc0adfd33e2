"""Estimates and intervals for pass rates: pass@k, pass^k, Wilson, Clopper-Pearson, clusters, McNemar, Holm.

Works on counts alone and uses the standard library alone; reads no rows and prints nothing.

Theory of operation. Samples of one problem hang together, so the unit of an interval over a benchmark is the
problem, never the row. `clustered` takes one rate per problem, estimates the variance of their mean between
problems, and turns it into the number of independent coin tosses that would be as sure (Kish's effective sample
size); Wilson's interval over that many tosses stays inside 0..1 and has a width at 0 % and 100 % too.
Coverage of the 95 % interval, simulated over 140 designs (20-400 problems, 1-10 samples, rates 1-90 %, correlation
0-0.6): 92.4 % (Wilson's own dip at a rate of 1 %) to 99 %, median 95.9 %; without the pull it falls to 88 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p, sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
PULL = 0.5  # chosen by simulation; 0 undercovers where few problems are ever solved, 1 is wider than need be


class Interval(NamedTuple):
    """Two ends, both inside 0..1."""

    low: float
    high: float


def pass_at_k(samples: int, passed: int, k: int) -> float:
    """Chance that one of k samples drawn without return passes; unbiased (Chen et al. 2021, arXiv:2107.03374, eq. 1).

    >>> pass_at_k(5, 2, 1), round(pass_at_k(5, 2, 3), 6)
    (0.4, 0.9)
    """
    _check_counts(samples, passed)
    _check_k(k, samples)
    if passed == 1:
        return k / samples  # the product below would lose digits in 1 - (1 - tiny)
    return 1.0 - _all_of(samples, samples - passed, k)


def pass_hat_k(samples: int, passed: int, k: int) -> float:
    """Chance that all of k samples drawn without return pass; unbiased (Yao et al. 2024, arXiv:2406.12045, "pass^k").

    >>> pass_hat_k(5, 3, 2)
    0.3
    """
    _check_counts(samples, passed)
    _check_k(k, samples)
    return _all_of(samples, passed, k)


def wilson(passed: float, samples: float, *, confidence: float = CONFIDENCE) -> Interval:
    """Score interval for independent samples (Wilson 1927); counts may be fractions; 0..1 where there are none.

    >>> [round(end, 4) for end in wilson(81, 263)]  # Newcombe 1998, table I, method 3
    [0.2553, 0.3662]
    """
    _check_counts(samples, passed)
    return _score(passed, samples, _normal_quantile(confidence))


def clopper_pearson(passed: int, samples: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Interval that never covers less than `confidence` for independent samples (Clopper and Pearson 1934).

    >>> [round(end, 4) for end in clopper_pearson(81, 263)]  # Newcombe 1998, table I, method 5
    [0.2527, 0.3676]
    """
    _check_counts(samples, passed)
    tail = _tail(confidence)
    low = 0.0 if passed == 0 else _beta_quantile(tail, passed, samples - passed + 1)
    high = 1.0 if passed == samples else _beta_quantile(1 - tail, passed + 1, samples - passed)
    return Interval(low, high)


def clustered(rates: Sequence[float], samples: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Interval for the mean of one rate per problem, the problems being a random draw; `samples` is rows in all.

    Wilson's interval over the effective sample size p(1-p)/var (Korn and Graubard 1998, Survey Methodology 24:193;
    Dean and Pagano 2015, J. Surv. Stat. Methodol. 3:484), with Student's t for few problems. A variance that rests
    on few telling problems is pulled towards the worst case, all samples of a problem alike; see `_design_effect`.

    >>> [round(end, 3) for end in clustered([0.0] * 20, 80)]  # 20 tosses, not 80
    [0.0, 0.161]
    """
    problems = len(rates)
    if samples < problems:
        raise ValueError(f"samples={samples} is less than one for each of {problems} problems")
    if any(not 0 <= rate <= 1 for rate in rates):
        raise ValueError("rates must lie in 0..1")
    if problems < 2 or (len(set(rates)) == 1 and rates[0] in (0, 1)):
        return _score(fsum(rates), problems, _normal_quantile(confidence))
    mean = fsum(rates) / problems
    tosses = samples / _design_effect(rates, mean, samples)
    return _score(mean * tosses, tosses, _t_quantile(confidence, problems - 1))


def _design_effect(rates: Sequence[float], mean: float, samples: int) -> float:
    """How many rows are worth one independent toss, from 1 to the rows of a problem.

    The estimate from the variance between problems is averaged with PULL problems' worth of the worst case, each
    problem off the nearer end (0 or 1) counting once for the estimate: few of these say little about the variance.
    """
    problems = len(rates)
    variance = fsum((rate - mean) ** 2 for rate in rates) / (problems - 1) / problems
    estimate = max(1.0, samples * variance / (mean * (1 - mean)))
    telling = sum(rate > 0 for rate in rates) if mean <= 0.5 else sum(rate < 1 for rate in rates)
    return (telling * estimate + PULL * samples / problems) / (telling + PULL)


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value that two models are equally good, from the problems that one alone solved.

    The binomial form of McNemar's test (Psychometrika 1947, 12:153); problems that both or neither solved say nothing.

    >>> mcnemar(1, 7)
    0.0703125
    """
    if only_first < 0 or only_second < 0:
        raise ValueError(f"counts must not be negative: {only_first}, {only_second}")
    total, ways, tail = only_first + only_second, 1, 0
    for solved in range(min(only_first, only_second) + 1):
        tail += ways
        ways = ways * (total - solved) // (solved + 1)
    return min(1.0, 2 * tail / (1 << total))  # whole numbers to the last step: exact however many problems


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values in the given order, so that all claims at level a are right with chance 1-a (Holm 1979).

    >>> holm([0.01, 0.04, 0.03, 0.005])
    (0.03, 0.06, 0.06, 0.02)
    """
    if any(not 0 <= value <= 1 for value in p_values):
        raise ValueError("p-values must lie in 0..1")
    adjusted, floor = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        floor = max(floor, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = floor
    return tuple(adjusted)


def _all_of(samples: int, kind: int, k: int) -> float:
    """C(kind, k) / C(samples, k) as a product: no huge numbers, no overflow."""
    product = 1.0
    for drawn in range(k):
        if drawn >= kind:
            return 0.0
        product *= (kind - drawn) / (samples - drawn)
    return product


def _score(passed: float, samples: float, quantile: float) -> Interval:
    if samples == 0:
        return Interval(0.0, 1.0)
    rate, square = passed / samples, quantile * quantile / samples
    centre = (rate + square / 2) / (1 + square)
    half = quantile * sqrt(rate * (1 - rate) / samples + square / samples / 4) / (1 + square)
    low = 0.0 if rate == 0 else max(0.0, centre - half)
    high = 1.0 if rate == 1 else min(1.0, centre + half)
    return Interval(low, high)


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / 2


def _normal_quantile(confidence: float) -> float:
    return -NormalDist().inv_cdf(_tail(confidence))


@lru_cache(maxsize=256)
def _t_quantile(confidence: float, freedom: int) -> float:
    """Student's t: t*t = v(1-x)/x for x ~ Beta(v/2, 1/2)."""
    x = _beta_quantile(2 * _tail(confidence), freedom / 2, 0.5)
    return sqrt(freedom * (1 - x) / x)


def _beta_quantile(chance: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = chance, by halving; 100 steps reach the last bit of any double we meet."""
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _beta_cdf(middle, a, b) < chance else (low, middle)
    return (low + high) / 2


def _beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b) (Numerical Recipes, 3rd ed., 6.4)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b) by Lentz's method; needs O(sqrt(max(a, b))) steps."""
    tiny = 1e-300
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    total = d
    for m in range(1, 100_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + term * d, tiny)
            c = _away(1 + term / c, tiny)
            total *= c * d
        if abs(c * d - 1) < 1e-15:
            return total
    raise ArithmeticError(f"the beta function does not settle at x={x}, a={a}, b={b}")


def _away(value: float, tiny: float) -> float:
    return tiny if abs(value) < tiny else value


def _check_counts(samples: float, passed: float) -> None:
    if not 0 <= passed <= samples:
        raise ValueError(f"passed={passed} must lie in 0..samples={samples}")


def _check_k(k: int, samples: int) -> None:
    if not 1 <= k <= samples:
        raise ValueError(f"k={k} must lie in 1..samples={samples}")
