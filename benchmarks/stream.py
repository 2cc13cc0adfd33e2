"""Throughput and memory of the stream: many math rows through `verisieve verify`, fresh and resumed.

    python -m benchmarks.stream [--rows 100000] [--workers 2]

Prints rows per CPU second of all processes together, and the peak resident memory of the parent and of all of them.
There is no peer in the run: the figures state what the pipeline itself costs around a cheap checker.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Rows of realistic size: half right, a page of working before the answer."""
    rng = Random("stream")
    for number in range(count):
        answer = rng.randrange(10**6)
        said = answer + rng.randrange(2)
        text = f"We add {answer - 7} and 7 step by step. " * 8 + f"\nThe answer is \\boxed{{{said}}}."
        row = {"id": f"r{number}", "domain": "math", "prompt": "Add.", "truth": {"answer": str(answer)}}
        yield {**row, "response": text, "label": "pass" if said == answer else "reject"}


def write_rows(path: Path, count: int) -> None:
    """Write such rows."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows(count))


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *map(int, children)]


def resident(pid: int) -> float:
    """Resident memory of a process in MiB; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except (OSError, IndexError):
        return 0.0


def measure(command: list[str]) -> tuple[float, float, float, float]:
    """Run a command; CPU and wall seconds, peak MiB of the parent and of all processes together."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parent = together = 0.0
    while process.poll() is None:
        sizes = [resident(pid) for pid in family(process.pid)]
        parent, together = max(parent, *sizes[:1], 0.0), max(together, sum(sizes))
        time.sleep(0.02)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - started, parent, together


def main() -> None:
    """Measure one fresh and one resumed run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "rows.jsonl", Path(folder) / "out.jsonl"
        write_rows(source, options.rows)
        command = [sys.executable, "-m", "verisieve", "verify", str(source), "--out", str(out)]
        command += ["--workers", str(options.workers)]
        for name, more in (("fresh", []), ("resumed", ["--resume"])):
            cpu, wall, parent, together = measure(command + more)
            print(
                f"{name:8} {options.rows:,} rows  {options.rows / cpu:8,.0f} rows/CPU s  {wall:6.1f} s wall"
                f"  parent {parent:4.0f} MiB  all processes {together:4.0f} MiB"
            )


if __name__ == "__main__":
    main()
