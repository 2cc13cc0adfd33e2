"""What is asked next lies where the pass rate is worth it, and the same seed asks the same."""

from __future__ import annotations

from random import Random

import pytest

from verisieve.bandit import Bandit, Knob

KNOBS = [Knob("math", family, level) for family in ("sums", "ages") for level in (1, 2, 3, 4, 5)]
RATES = {1: 0.98, 2: 0.9, 3: 0.5, 4: 0.05, 5: 0.02}


def course(seed: int, rounds: int = 6) -> list[float]:
    """The share of problems of level 3, the one in the band, by round."""
    bandit, rng, shares = Bandit(KNOBS, (0.2, 0.8)), Random(seed), []
    for _ in range(rounds):
        chosen = bandit.choose("math", 30, rng)
        shares.append(sum(knob.difficulty == 3 for knob in chosen) / 30)
        for knob in chosen:
            bandit.learn(knob, passed=sum(rng.random() < RATES[knob.difficulty or 1] for _ in range(4)), scored=4)
    return shares


def test_the_bandit_lands_in_the_band() -> None:
    """Asked evenly a fifth would lie there; from the third round on three quarters do, over ten seeds."""
    later = [share for seed in range(10) for share in course(seed)[2:]]
    assert sum(later) / len(later) > 0.75


def test_the_same_seed_asks_the_same() -> None:
    """A run that goes on chooses as it did."""
    assert course(4) == course(4)


def test_a_level_that_was_seen_speaks_for_its_families() -> None:
    """What nothing is known of is expected at what its level and family showed."""
    bandit = Bandit(KNOBS, (0.2, 0.8))
    bandit.learn(KNOBS[0], passed=40, scored=40)
    assert bandit.expected(Knob("math", "ages", 1)) > 0.8
    assert bandit.expected(Knob("math", "ages", 2)) == pytest.approx(0.5)


def test_what_is_long_ago_counts_less() -> None:
    """A student that learned is believed sooner."""
    expected = []
    for forget in (0.0, 0.5):
        bandit = Bandit(KNOBS, (0.2, 0.8), forget)
        bandit.learn(KNOBS[0], passed=0, scored=40)
        for _ in range(4):
            bandit.forget()
        bandit.learn(KNOBS[0], passed=20, scored=20)
        expected.append(bandit.expected(KNOBS[0]))
    assert expected[0] < 0.5 < expected[1]


def test_domains_do_not_mix() -> None:
    """Only the knobs of the domain asked for are chosen."""
    bandit = Bandit([*KNOBS, Knob("sql", "joins", 1)], (0.2, 0.8))
    assert set(bandit.choose("sql", 3, Random(0))) == {Knob("sql", "joins", 1)}
