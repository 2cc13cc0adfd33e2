"""Figures of the reasoning domain, one line per family; run `python -m benchmarks.reasoning --help`.

Made items are proved by two solvers on the way (a disagreement stops the run). Compares with no peer yet.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple, cast

from verisieve.domains.reasoning import domain
from verisieve.domains.reasoning.families import names
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox

NO_SANDBOX = cast("Sandbox", None)  # the domain runs no code


class Row(NamedTuple):
    """What was measured of one family."""

    family: str
    items_per_second: float
    checks_per_second: float
    p99_ms: float
    right_refused: int
    wrong_passed: int
    duplicates: int
    digest: str


def passes(problem: Problem, text: str) -> bool:
    """Say whether a reply passes."""
    return all(check.outcome is Outcome.PASS for check in domain.check(problem, text, NO_SANDBOX))


def measure(family: str, count: int, seed: int) -> Row:
    """Make problems of one family, and judge one right and two wrong replies to each."""
    start = process_time()
    problems = list(domain.problems(seed, count, families=[family]))
    making = process_time() - start
    seconds: list[float] = []
    refused = passed = 0
    for k, problem in enumerate(problems):
        for right in (True, False, False):
            reply = domain.reply(problem, Random(f"{seed}:{k}:{len(seconds)}"), right=right)
            start = process_time()
            ok = passes(problem, reply.text)
            seconds.append(process_time() - start)
            refused += right and not ok
            passed += ok and not right
    seconds.sort()
    specs = {json.dumps(problem.truth["spec"], sort_keys=True) for problem in problems}
    digest = sha256(repr([(problem, problem.truth) for problem in problems]).encode()).hexdigest()[:12]
    p99 = seconds[int(len(seconds) * 0.99)] * 1000
    return Row(family, count / making, len(seconds) / sum(seconds), p99, refused, passed, count - len(specs), digest)


def corpus(path: Path) -> Iterable[str]:
    """Yield what the labelled rows of a file come to."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right, wrong, steps = [0, 0], [0, 0], [0, 0]
    for row in rows:
        problem = Problem(domain="reasoning", id=row["id"], prompt=row["prompt"], truth=row["truth"])
        checks = domain.check(problem, row["response"], NO_SANDBOX)
        tally = right if row["label"] == "pass" else wrong
        tally[0] += all(check.outcome is Outcome.PASS for check in checks)
        tally[1] += 1
        if "first_bad_step" in row:
            found = [check.evidence["first_bad_step"] for check in checks if "first_bad_step" in check.evidence]
            steps[0] += found == ([] if row["first_bad_step"] is None else [row["first_bad_step"]])
            steps[1] += 1
    yield f"corpus: true rows passed {right[0]} of {right[1]}, false rows passed {wrong[0]} of {wrong[1]}"
    yield f"corpus: right first bad step in {steps[0]} of {steps[1]} derivations"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=names())
    parser.add_argument("--count", type=int, default=500, help="problems per family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="a file of labelled rows")
    options = parser.parse_args()
    if options.corpus:
        print(*corpus(options.corpus), sep="\n")
    print(f"{'family':<20}{'items/s':>9}{'checks/s':>10}{'p99 ms':>8}  refused passed twice digest")
    for family in options.families:
        row = measure(family, options.count, options.seed)
        speeds = f"{row.items_per_second:>9.0f}{row.checks_per_second:>10.0f}{row.p99_ms:>8.2f}"
        print(
            f"{row.family:<20}{speeds}  {row.right_refused:>7} {row.wrong_passed:>6} {row.duplicates:>5} {row.digest}"
        )


if __name__ == "__main__":
    main()
