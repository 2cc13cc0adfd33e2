"""Two models on the same problems: how far apart they are, and how many problems it takes to tell a gap.

Works on numbers alone. NumPy and SciPy load on use. The unit is the problem: samples of one are no separate evidence.

Theory. A difference is resampled by problem. A resampled mean knows no more spread than the sample has, so that three
problems that all agree would leave no doubt at all; two made-up problems, one for either side, mend this. With one
sample a problem they are Bonett and Price's (2012, J. Educ. Behav. Stat. 37:479); with more they are as large as the
differences that were seen, pulled towards the worst case where few were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, fsum, sqrt
from statistics import NormalDist
from typing import NamedTuple

from verisieve.stats import CONFIDENCE

DRAWS = 4000
DRAWN_AT_ONCE = 1 << 21  # numbers of one block of draws: bounds memory
POWER = 0.8
LEVEL = 0.05
MOST_PROBLEMS = 1_000_000_000


class Difference(NamedTuple):
    """The mean of the problems' differences in -1..1, with its interval; `over` problems."""

    value: float
    low: float
    high: float
    over: int


def difference(differences: Sequence[float], *, confidence: float = CONFIDENCE, seed: int = 0) -> Difference:
    """Bootstrap the mean of one difference per problem, each in -1..1.

    >>> difference([0.0] * 30)  # thirty problems that both solved leave some doubt
    Difference(value=0.0, low=-0.09375, high=0.09375, over=30)
    """
    if not differences:
        raise ValueError("there must be a problem that both were scored on")
    counted = Counter(differences)
    size = _made_up(counted)
    mean = fsum(differences) / len(differences)
    low, high = _resampled(counted + Counter([-size, size]), confidence, seed)
    return Difference(mean, max(-1.0, min(low, mean)), min(1.0, max(high, mean)), len(differences))


def _made_up(counted: Counter[float]) -> float:
    """Root mean square of the differences that are none of zero, with one of the largest kind among them."""
    telling = sum(count for value, count in counted.items() if value)
    return sqrt((1 + fsum(count * value * value for value, count in counted.items())) / (1 + telling))


def _resampled(counted: Counter[float], confidence: float, seed: int) -> tuple[float, float]:
    """Percentiles of the mean of as many draws: equal values are drawn together, so that problems cost nothing."""
    import numpy as np

    values = np.array(sorted(counted))
    weights = np.array([counted[value] for value in values])
    total = int(weights.sum())
    rng = np.random.RandomState(seed)  # its stream never changes
    block = max(1, DRAWN_AT_ONCE // len(values))
    sizes = [min(block, DRAWS - start) for start in range(0, DRAWS, block)]
    means = np.concatenate([rng.multinomial(total, weights / total, size) @ values for size in sizes]) / total
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def problems_for(gap: float, discordance: float, *, power: float = POWER, level: float = LEVEL) -> int | None:
    """Fewest problems on which McNemar's exact test tells such a gap with such a power; None for over MOST_PROBLEMS.

    `gap` is the difference of two pass rates, `discordance` the share of problems that one of the two alone solves.

    >>> problems_for(0.1, 0.3)
    249
    """
    _check(gap, discordance, level)
    if not level < power < 1:
        raise ValueError(f"power must lie between the level and 1, not {power}")
    high = _about(gap, discordance, power, level)
    while high <= MOST_PROBLEMS and chance_to_tell(high, gap, discordance, level=level) < power:
        high *= 2
    if high > MOST_PROBLEMS:
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance_to_tell(middle, gap, discordance, level=level) >= power else (middle, high)
    return high


def chance_to_tell(problems: int, gap: float, discordance: float, *, level: float = LEVEL) -> float:
    """Chance that McNemar's exact test calls so many problems different, summed over what may be discordant.

    >>> round(chance_to_tell(249, 0.1, 0.3), 3)
    0.801
    """
    _check(gap, discordance, level)
    import numpy as np
    from scipy.stats import binom

    spread = 8 * sqrt(problems * discordance * (1 - discordance)) + 8
    first, last = max(0, int(problems * discordance - spread)), min(problems, ceil(problems * discordance + spread))
    found = np.arange(first, last + 1)
    share = (1 + gap / discordance) / 2
    most = binom.ppf(level / 2, found, 0.5)
    most -= binom.cdf(most, found, 0.5) > level / 2
    told = binom.cdf(most, found, share) + binom.sf(found - most - 1, found, share)
    return float(np.sum(binom.pmf(found, problems, discordance) * told))


def _about(gap: float, discordance: float, power: float, level: float) -> int:
    """Connor's approximation (1987, Biometrics 43:207)."""
    quantile = NormalDist().inv_cdf
    told = quantile(power) * sqrt(max(0.0, discordance - gap * gap))
    return max(1, ceil(((quantile(1 - level / 2) * sqrt(discordance) + told) / gap) ** 2))


def _check(gap: float, discordance: float, level: float) -> None:
    if not 0 < gap <= discordance <= 1:
        raise ValueError(f"a gap of {gap} must be more than 0 and at most the discordance, {discordance}, of at most 1")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
