"""Many attacks and ordinary runs through one sandbox: nothing may grow, and no run may end wrongly.

    python -m benchmarks.soak [--runs 1000] [--sandbox embedded] [--seed 0]
    python -m benchmarks.soak --kill [--runs 400]    rows through `verisieve verify` while its processes are killed

Exit code 1 for a leak, a wrong verdict or a lost row. With short limits, so that a thousand runs take minutes. On a
machine where others start containers too, `containers` may show theirs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from random import Random

from benchmarks import killing
from benchmarks.footprint import Drift, Footprint

from verisieve.errors import SandboxError
from verisieve.sandboxes import Job, Limits, Program, Run, Sandbox, conformance, trials
from verisieve.sandboxes.canaries import Canaries, canaries
from verisieve.sandboxes.opening import open_sandbox

SHORT = Limits(cpu=0.2, wall=0.6, memory=96 << 20, processes=12, output=4096, disk=4 << 20, files=64)
CONTROLS = 0.6  # share of runs that are ordinary
READINGS = 10
SLACK = 1.0
_HARNESS = "import runpy\nrunpy.run_path('solution.py', run_name='__main__')\n"


def attacks(put_out: Canaries) -> list[Job]:
    """All hostile programs that there are, with short limits."""
    files = {"canary.json": put_out.describe()}
    found = []
    for trial in trials.tables():
        tester = Program(harness=trial.tester, limits=SHORT) if trial.tester else None
        found.append(Job(candidate=Program(harness=trial.program, files=files, limits=SHORT), tester=tester))
    text = (resources.files("verisieve.fixtures") / "code/attacks.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        code = json.loads(line)["response"].split("```python\n", 1)[1].rsplit("\n```", 1)[0]
        found.append(Job(candidate=Program(harness=_HARNESS, files={"solution.py": code.encode()}, limits=SHORT)))
    return found


def soak(sandbox: Sandbox, runs: int, seed: int) -> tuple[list[Drift], Counter[str], list[str]]:
    """Run a mix, taking readings on the way; return how measures went, how runs ended, and what was wrong."""
    rng = Random(f"soak:{seed}")
    ends, wrong = Counter[str](), list[str]()
    with canaries() as put_out:
        mix = attacks(put_out)
        footprint = Footprint(sandbox)
        footprint.read(0)
        for number in range(1, runs + 1):
            if rng.random() < CONTROLS:
                ends["control"] += 1
                if not conformance.control(sandbox):
                    wrong.append(f"run {number}: a control run ended wrongly")
            else:
                wrong += [f"run {number}: {what}" for what in _attack(sandbox, rng.choice(mix), ends)]
            if number % max(1, runs // READINGS) == 0:
                footprint.read(number)
                wrong += [f"by run {number}: touched {name}" for name in put_out.touched()]
    return footprint.drifts(), ends, wrong


def _attack(sandbox: Sandbox, job: Job, ends: Counter[str]) -> Iterator[str]:
    """Run a program; one that only came late is run again, as conformance does."""
    for left in reversed(range(conformance.LOOKS)):
        started = time.monotonic()
        try:
            run = sandbox.run(job)
        except SandboxError as error:
            ends["fault of ours"] += 1
            yield f"the sandbox failed: {error}"
            return
        ends[str(run.candidate.status)] += 1
        taken = time.monotonic() - started
        if b"PWNED" in run.candidate.stdout:
            yield f"got hold of something: {run.candidate.stdout[-200:]!r}"
        if taken <= 2 * SHORT.wall + run.candidate.delay + SLACK + _room(run):
            return
        if not left:
            yield f"took {taken:.1f} s"


def _room(run: Run) -> float:
    """Seconds that a tester gives its candidate to end."""
    return 1.0 if run.tester else 0.0


def show(drifts: list[Drift]) -> bool:
    """Print a table; return whether all measures are flat."""
    heads = ("measure", "before", "least", "most", "after", "per 1000", "may differ", "")
    print(f"{heads[0]:20}" + "".join(f"{head:>11}" for head in heads[1:]))
    for drift in drifts:
        numbers = "".join(f"{value:11.1f}" for value in drift[1:])
        print(f"{drift.measure:20}{numbers}{'flat' if drift.flat else 'LEAK':>11}")
    return all(drift.flat for drift in drifts)


def main() -> None:
    """Soak, or kill; say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, help="runs, or rows with --kill")
    parser.add_argument("--sandbox", choices=("embedded", "docker"), default="embedded")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kill", action="store_true", help="kill processes of `verisieve verify` at random")
    options = parser.parse_args()
    if options.kill:
        sys.exit(killing.run(options.runs or 400, options.sandbox, options.seed))
    sandbox = open_sandbox(options.sandbox)
    started = time.monotonic()
    try:
        drifts, ends, wrong = soak(sandbox, options.runs or 1000, options.seed)
    finally:
        sandbox.close()
    print(f"{sandbox.name}: {ends.total()} runs in {time.monotonic() - started:.0f} s: {dict(ends.most_common())}")
    flat = show(drifts)
    for line in wrong[:20]:
        print(line)
    print(f"{len(wrong)} runs ended wrongly; {'nothing grew' if flat else 'something grew'}")
    sys.exit(0 if flat and not wrong else 1)


if __name__ == "__main__":
    main()
