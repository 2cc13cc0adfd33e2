"""How much of what is asked lies in the band: the bandit of `[curriculum]` beside asking evenly, over known pass rates.

    .venv/bin/python -m benchmarks.curriculum [--seeds 200] [--rounds 8] [--problems 60] [--samples 4]

No model is asked: each knob (14 families by 5 levels) has a true pass rate, that of its level shifted by its family,
and replies are tosses of it. Three students: one that stays as it is, one that learns, and one that is good at
everything but one family. Shares are of problems whose true rate, at the time, lies in 0.2-0.8; after the mean over
seeds stands the standard error. `calibration` is the mean gap between the rate expected of a knob and the true one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from random import Random
from statistics import mean, stdev

from verisieve.bandit import Bandit, Knob

BAND = (0.2, 0.8)
KNOBS = [Knob("math", f"f{family:02}", level) for family in range(14) for level in range(1, 6)]
LEVELS = {1: 0.98, 2: 0.9, 3: 0.55, 4: 0.12, 5: 0.02}
Rates = Callable[[Knob, int], float]


def shifted(seed: int, growth: float) -> Rates:
    """Rates by level and family, that grow from round to round."""
    rng = Random(f"rates:{seed}")
    shift = {f"f{family:02}": rng.gauss(0, 0.08) for family in range(14)}
    return lambda knob, number: min(
        0.99, max(0.01, LEVELS[knob.difficulty or 1] + shift[knob.family] + growth * number)
    )


def narrow(seed: int) -> Rates:
    """Everything is easy but for one family."""
    weak = f"f{seed % 14:02}"
    return lambda knob, number: 0.5 if knob.family == weak else 0.97


def asked(rates: Rates, args: argparse.Namespace, seed: int, forget: float | None) -> tuple[list[float], float]:
    """Share in the band by round, and the mean gap of what was expected; without `forget`, asked evenly."""
    bandit, rng, shares, gaps = Bandit(KNOBS, BAND, forget or 0.0), Random(f"asked:{seed}"), [], []
    for number in range(args.rounds):
        even = [rng.choice(KNOBS) for _ in range(args.problems)]
        chosen = even if forget is None else bandit.choose("math", args.problems, rng)
        true = [rates(knob, number) for knob in chosen]
        gaps += [abs(bandit.expected(knob) - rate) for knob, rate in zip(chosen, true, strict=True)]
        shares.append(mean(BAND[0] <= rate <= BAND[1] for rate in true))
        bandit.forget()
        for knob, rate in zip(chosen, true, strict=True):
            passed = sum(rng.random() < rate for _ in range(args.samples))
            bandit.learn(knob, passed=passed, scored=args.samples)
    return shares, mean(gaps)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("seeds", 200), ("rounds", 8), ("problems", 60), ("samples", 4)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    students: dict[str, Callable[[int], Rates]] = {
        "stays": lambda seed: shifted(seed, 0.0),
        "learns": lambda seed: shifted(seed, 0.06),
        "narrow": narrow,
    }
    print(f"{'student':8} {'asks':12} {'all rounds':>16} {'first':>6} {'last':>6} {'calibration':>12}")
    for student, rates in students.items():
        for name, forget in (("evenly", None), ("bandit", 0.0), ("forgets 0.1", 0.1), ("forgets 0.3", 0.3)):
            runs = [asked(rates(seed), args, seed, forget) for seed in range(args.seeds)]
            whole = [mean(shares) for shares, _ in runs]
            error = stdev(whole) / len(whole) ** 0.5 if len(whole) > 1 else 0.0
            first, last = mean(shares[0] for shares, _ in runs), mean(shares[-1] for shares, _ in runs)
            gap = mean(gap for _, gap in runs)
            print(f"{student:8} {name:12} {mean(whole):7.1%} ± {error:5.1%} {first:6.1%} {last:6.1%} {gap:12.3f}")


if __name__ == "__main__":
    main()
