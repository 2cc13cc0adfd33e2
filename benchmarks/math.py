"""Speed and accuracy of the math checker beside math-verify, on labelled pairs: one process each, in turn, CPU time.

    python -m benchmarks.math [PAIRS.jsonl] [--no-peers]    (with -m: as a script it would hide the module math)

PAIRS is a file of input rows with `label`; without it, a mix of a thousand is made: problems of every family of the
math domain, with right and wrong replies in many notations. math-verify is installed from PyPI on first use, in an
environment of its own. Prints pairs a CPU second, latencies and errors of both, their ratio, and what our import costs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from benchmarks import environments

OURS = """
import json, sys
from benchmarks.math import ours
print(json.dumps(ours([json.loads(line) for line in open(sys.argv[1], encoding="utf-8")])))
"""
HEAVY = {"dos", "injection", "malformed"}  # categories without ordinary answers are left out of the timings


def mixed(count: int) -> list[dict[str, object]]:
    """Make problems of every family and reply to them, half of the time wrongly."""
    from verisieve.domains.math import domain

    found: list[dict[str, object]] = []
    for index, problem in enumerate(domain.problems(0, count)):
        reply = domain.reply(problem, Random(f"mix:{index}"), right=index % 2 == 0)
        label = "pass" if reply.right else "reject"
        found.append({"truth": dict(problem.truth), "response": reply.text, "label": label, "category": reply.operator})
    return found


def ours(rows: list[dict[str, object]]) -> list[tuple[bool, float]]:
    """Judge every row once, caches cold but for the first row."""
    from verisieve.verifiers.math import judge, prepare

    judge(prepare("\\sqrt 2"), "\\boxed{1.4}")
    found = []
    for row in rows:
        truth = row["truth"]
        assert isinstance(truth, dict)
        start = time.process_time()
        passed = judge(prepare(truth["answer"]), str(row["response"])).outcome == "pass"
        found.append((passed, time.process_time() - start))
    return found


def in_own_process(path: Path) -> list[tuple[bool, float]]:
    """Judge in a fresh process, so that nothing is cached that the making of the rows has read."""
    done = subprocess.run([sys.executable, "-c", OURS, str(path)], capture_output=True, text=True, check=True)
    return [(bool(passed), float(seconds)) for passed, seconds in json.loads(done.stdout.splitlines()[-1])]


def theirs(path: Path) -> list[tuple[bool, float]]:
    """Let the peer judge the same rows in its own process."""
    python = environments.interpreter(environments.MATH_VERIFY, environments.cache())
    done = subprocess.run(
        [python, str(environments.MATH_VERIFY.helper), str(path)], capture_output=True, text=True, check=True
    )
    return [(bool(passed), float(seconds)) for passed, seconds in json.loads(done.stdout.splitlines()[-1])]


def report(name: str, rows: list[dict[str, object]], found: list[tuple[bool, float]]) -> float:
    """Print one line of figures; return the pairs a second."""
    timed = sorted(seconds for row, (_, seconds) in zip(rows, found, strict=True) if row.get("category") not in HEAVY)
    accepted = sum(passed and row["label"] != "pass" for row, (passed, _) in zip(rows, found, strict=True))
    rejected = sum(not passed and row["label"] == "pass" for row, (passed, _) in zip(rows, found, strict=True))
    right = 1 - (accepted + rejected) / len(rows)
    print(
        f"{name:12} {len(timed) / sum(timed):8.0f} pairs/s   p50 {timed[len(timed) // 2] * 1e3:6.2f} ms   "
        f"p99 {timed[len(timed) * 99 // 100] * 1e3:7.2f} ms   max {timed[-1] * 1e3:7.1f} ms   "
        f"accuracy {right:.4f}   wrong accepted {accepted}   right rejected {rejected}"
    )
    return len(timed) / sum(timed)


def import_cost() -> float:
    """Return the CPU milliseconds that importing the compiled checker takes, the least of seven; without SymPy."""
    code = (
        "import sys, time; start = time.process_time(); import verisieve.verifiers.math; "
        "assert 'sympy' not in sys.modules; print(time.process_time() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = cache
        command = [sys.executable, "-c", code]
        runs = [subprocess.run(command, env=env, capture_output=True, check=True).stdout for _ in range(8)]
    return min(float(out) for out in runs[1:]) * 1000


def main() -> None:
    """Run both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, nargs="?")
    parser.add_argument("--no-peers", action="store_true", help="leave math-verify out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.pairs or Path(folder, "mix.jsonl")
        if options.pairs is None:
            path.write_text("".join(json.dumps(row) + "\n" for row in mixed(1000)), encoding="utf-8")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        print(f"{len(rows)} pairs, Python {sys.version.split()[0]}, CPU time")
        own = report("verisieve", rows, in_own_process(path))
        if not options.no_peers:
            print(f"{own / report('math-verify', rows, theirs(path)):.1f} times as many pairs a second")
    print(f"import {import_cost():.0f} ms")


if __name__ == "__main__":
    main()
