"""Figures of the reasoning domain, one line per family; run `python -m benchmarks.reasoning --help`.

Made items are proved by two solvers on the way (a disagreement stops the run). A check is all from a whole reply to the
verdict; how its time divides into finding, reading and judging the answer stands beside it. With `--peer`, the making
of like puzzles by reasoning-gym (PyPI, in an environment of its own) is timed in turn with ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import harmonic_mean, median
from time import process_time
from typing import NamedTuple, cast

from benchmarks import environments

from verisieve.domains.reasoning import domain
from verisieve.domains.reasoning.families import load, names
from verisieve.domains.reasoning.truths import open_truth
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Sandbox
from verisieve.verifiers.reasoning.findings import UnreadableError
from verisieve.verifiers.reasoning.plain import BOX, plain

# Our family at one level, beside a data set of reasoning-gym of the same size.
PAIRS = (
    ("zebra 4x4", "logic_grid", 4, "zebra_puzzles", {"num_people": 4, "num_characteristics": 4}),
    ("sudoku 9x9", "sudoku4", 5, "sudoku", {"min_empty": 45, "max_empty": 45}),
    ("sudoku 4x4", "sudoku4", 2, "mini_sudoku", {}),
    ("knights", "knights_knaves", 1, "knights_knaves", {}),
    ("countdown", "countdown", 4, "countdown", {"min_numbers": 5, "max_numbers": 5}),
    ("jugs", "jugs", 3, "jugs", {}),
    ("colouring", "graph_colouring", 2, "graph_color", {}),
)
NO_SANDBOX = cast("Sandbox", None)  # the domain runs no code


class Row(NamedTuple):
    """What was measured of one family."""

    family: str
    items_per_second: float
    checks_per_second: float
    reading_us: float
    judging_us: float
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
    reading, judging = _inner(problems)
    specs = {json.dumps(problem.truth["spec"], sort_keys=True) for problem in problems}
    digest = sha256(repr([(problem, problem.truth) for problem in problems]).encode()).hexdigest()[:12]
    p99 = seconds[int(len(seconds) * 0.99)] * 1000
    speed = len(seconds) / sum(seconds)
    return Row(family, count / making, speed, reading, judging, p99, refused, passed, count - len(specs), digest)


def _inner(problems: list[Problem]) -> tuple[float, float]:
    """Return the microseconds that reading a bare right answer and judging it take."""
    cases = []
    for problem in problems:
        truth = open_truth(problem.truth)
        trace = truth.family.MODE == "trace"
        right = truth.family.solve(truth.spec)
        text = right.answer if trace else truth.family.write(truth.spec, right, Random(1)).strip()
        cases.append((truth.family, truth.spec, plain(text).replace(BOX, "")))
    start, values = process_time(), []
    for family, spec, text in cases:
        try:
            values.append((family, spec, family.read(spec, text)))
        except UnreadableError:  # a proof need not end with an answer
            continue
    between = process_time()
    for family, spec, value in values:
        family.judge(spec, value)
    end = process_time()
    return (between - start) / len(cases) * 1e6, (end - between) / max(1, len(values)) * 1e6


def beside_peer(count: int, seed: int, rounds: int) -> Iterable[str]:
    """Yield a line per pair: items a second of ours and of reasoning-gym, the best of turns, and the ratio."""
    peer = environments.REASONING_GYM
    command = (environments.interpreter(peer, environments.cache()), str(peer.helper))
    yield f"{'':<14}{'items/s':>9}{'peer':>9}{'ratio':>7}"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as helper:
        assert helper.stdin is not None
        assert helper.stdout is not None
        version = json.loads(helper.stdout.readline())["version"]
        for title, family, level, dataset, config in PAIRS:
            ours, theirs = [], []
            for k in range(rounds):
                start = process_time()
                made = sum(1 for _ in domain.problems(seed + k, count, families=[family], difficulty=level))
                ours.append(made / (process_time() - start))
                request = {"do": "make", "name": dataset, "count": max(5, count // 10), "seed": k, "config": config}
                helper.stdin.write(json.dumps(request) + "\n")
                helper.stdin.flush()
                answer = json.loads(helper.stdout.readline())
                theirs.append(answer["made"] / answer["seconds"])
            yield f"{title:<14}{max(ours):>9.0f}{max(theirs):>9.1f}{max(ours) / max(theirs):>7.1f}"
        helper.stdin.close()
    yield f"(peer: reasoning-gym {version})"


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
    parser.add_argument("--peer", action="store_true", help="time reasoning-gym's making of like puzzles in turn")
    options = parser.parse_args()
    if options.corpus:
        print(*corpus(options.corpus), sep="\n")
    figures = f"{'items/s':>9}{'checks/s':>10}{'read us':>9}{'judge us':>9}{'p99 ms':>8}"
    print(f"{'family':<20}{figures}  refused passed twice digest")
    rows = []
    for family in options.families:
        load(family)  # what a first use loads is no part of the figures
        rows.append(row := measure(family, options.count, options.seed))
        speeds = (
            f"{row.items_per_second:>9.0f}{row.checks_per_second:>10.0f}{row.reading_us:>9.0f}{row.judging_us:>9.0f}"
        )
        counts = f"{row.right_refused:>7} {row.wrong_passed:>6} {row.duplicates:>5} {row.digest}"
        print(f"{row.family:<20}{speeds}{row.p99_ms:>8.2f}  {counts}", flush=True)
    mix, checks = harmonic_mean([row.items_per_second for row in rows]), median(row.checks_per_second for row in rows)
    judged = 1e6 / median(row.judging_us for row in rows)
    print(f"uniform mix {mix:.0f} items/s, slowest {min(row.items_per_second for row in rows):.0f} items/s")
    print(f"median family: {judged:.0f} parsed answers judged a second, {checks:.0f} whole replies")
    if options.peer:
        print(*beside_peer(options.count, options.seed, 3), sep="\n")


if __name__ == "__main__":
    main()
