"""A whole run of `builtin:noisy` in all four domains: is all that survives right, and how much that is right does not?

    python -m benchmarks.noisy [--rows 20000] [--seed 11] [--out FOLDER]

The model's replies are right or wrong by construction, half and half. The run generates, verifies, filters and exports;
what is exported is read back from its files. `thrown away` are right replies that the verifier did not pass, with a
95 % Clopper-Pearson interval; `twins` are right and passed, and left out since their like is there. Exit code 1 if
anything survives that is wrong, or less than --rows. Most of the rows are math and reasoning: those of code cost most.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from verisieve.folder import pairs
from verisieve.plan import DomainPlan, ExportPlan, Plan
from verisieve.rules import Rules
from verisieve.run import carry_out
from verisieve.stats import clopper_pearson

SHARES = {"math": 0.47, "reasoning": 0.44, "sql": 0.05, "code": 0.04}  # of the rows that survive
SAMPLES = 4
MORE = 1.25  # twins are left out


def plan(rows: int, seed: int) -> Plan:
    """Ask for about so many rows that survive."""
    problems = {name: round(rows * MORE * share / SAMPLES * 2) for name, share in SHARES.items()}
    return Plan(
        domains={name: DomainPlan(problems=count) for name, count in problems.items()},
        seed=seed,
        models=("builtin:noisy:0.5",),
        samples=SAMPLES,
        select=Rules(per_problem=None),
        export=ExportPlan(formats=("jsonl",)),
    )


def survivors(out: Path) -> Counter[tuple[str, str]]:
    """Count the exported rows by domain and label."""
    found = Counter[tuple[str, str]]()
    for path in sorted((out / "data" / "jsonl").glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            found.update((row["domain"], row["label"]) for row in map(json.loads, lines))
    return found


def judged(out: Path) -> Counter[tuple[str, str, str]]:
    """Count the verdicts by domain, label and outcome."""
    return Counter((pair.verdict["domain"], pair.completion["label"], pair.verdict["outcome"]) for pair in pairs(out))


def show(verdicts: Counter[tuple[str, str, str]], kept: Counter[tuple[str, str]]) -> None:
    """Print the table."""
    names = ("domain", "replies", "right", "passed", "twins", "survive", "wrong among them", "errors")
    print(" ".join(f"{name:>{max(9, len(name))}}" for name in names), " right answers thrown away")
    for domain in (*SHARES, ""):
        of = Counter[tuple[str, str]]()
        for (name, label, outcome), count in verdicts.items():
            of[label, outcome] += count if domain in ("", name) else 0
        left = Counter[str]()
        for (name, label), count in kept.items():
            left[label] += count if domain in ("", name) else 0
        right = sum(count for (label, _), count in of.items() if label == "pass")
        passed, errors = of["pass", "pass"], of["pass", "error"] + of["reject", "error"]
        lost = right - passed
        low, high = clopper_pearson(lost, right)
        figures = (of.total(), right, passed, passed - left["pass"], left.total(), left["reject"], errors)
        cells = [f"{figure:>{max(9, len(name))},}" for figure, name in zip(figures, names[1:], strict=True)]
        share = f"{lost} ({100 * lost / max(1, right):.2f} %, at most {100 * high:.2f})"
        print(f"{domain or 'all':>9}", *cells, f" {share}" if low == 0 else f" {share}, at least {100 * low:.2f}")


def main() -> None:
    """Carry the run out and judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder)
        carry_out(plan(options.rows, options.seed), out)
        kept = survivors(out)
        show(judged(out), kept)
    wrong = sum(count for (_, label), count in kept.items() if label != "pass")
    sys.exit(1 if wrong or kept.total() < options.rows else 0)


if __name__ == "__main__":
    main()
