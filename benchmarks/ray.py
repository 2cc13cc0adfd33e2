"""Rows on a three-node Ray cluster, one node killed in the middle, beside the same rows on one machine without Ray.

    python -m benchmarks.ray [--math 1000000] [--code 20000] [--nodes 3] [--workers 2] [--whole]

The nodes are local and have one CPU each: on a machine of few cores they show that no row is lost or judged otherwise,
and what Ray costs, not how it scales. CPU seconds are those of all processes together; `--whole` kills no node. Exit
code 1 says that a row is missing or reads otherwise than without Ray; no time ever does. Needs the extra `ray`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.code_rows import ours
from benchmarks.stream import write_rows

TICK = os.sysconf("SC_CLK_TCK")
EVERY = 0.2  # seconds between two looks at the processes


class Took(NamedTuple):
    """What a run took, of all processes together."""

    wall: float
    cpu: float
    own: float  # of it, of the process that reads or hands out, and writes
    lost: str = ""


class Watch:
    """CPU seconds of all processes below this one, sampled: those of a killed node count up to the last look."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, str], float] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def total(self) -> float:
        """CPU seconds so far, without this process's own."""
        return sum(self._seen.values())

    def of(self, pid: int) -> float:
        """CPU seconds of one process."""
        return sum(seconds for (number, _), seconds in self._seen.items() if number == pid)

    def close(self) -> None:
        """Look no more."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(EVERY):
            self._look()

    def _look(self) -> None:
        stats = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            stats[int(path.parent.name)] = fields
        ours = {os.getpid()}
        more = True
        while more:
            below = {pid for pid, fields in stats.items() if int(fields[1]) in ours} - ours
            ours |= below
            more = bool(below)
        for pid in ours - {os.getpid()}:
            fields = stats[pid]
            self._seen[pid, fields[19]] = (int(fields[11]) + int(fields[12])) / TICK


def write_code(path: Path, count: int) -> None:
    """Write procedural code rows, right and wrong in turn."""
    with path.open("w", encoding="utf-8") as out:
        for row in ours(1, count):
            out.write(json.dumps(row) + "\n")


def verify(source: Path, out: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start `verisieve verify`."""
    command = [sys.executable, "-m", "verisieve", "verify", str(source), "--out", str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def alone(source: Path, out: Path, workers: int, watch: Watch) -> Took:
    """Run without Ray."""
    started, before = time.monotonic(), watch.total()
    run = verify(source, out, "--workers", str(workers))
    run.wait()
    return Took(time.monotonic() - started, watch.total() - before, watch.of(run.pid))


def clustered(source: Path, out: Path, options: argparse.Namespace, watch: Watch, expected: int) -> Took:
    """Run on a cluster, a node of which dies when a third of the output is there."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(options.nodes - 1)]
    os.environ["RAY_ADDRESS"] = cluster.address
    started, before, lost = time.monotonic(), watch.total(), ""
    run = verify(source, out, "--engine", "ray")
    while run.poll() is None:
        time.sleep(EVERY)
        parts = [path.stat().st_size for path in out.parent.glob(f"{out.name}*part*")]
        if not lost and not options.whole and max(parts, default=0) > expected / 3:
            cluster.remove_node(nodes[-1], allow_graceful=False)
            lost = f"a node killed after {time.monotonic() - started:.0f} s"
    took = Took(time.monotonic() - started, watch.total() - before, watch.of(run.pid), lost)
    cluster.shutdown()
    return took


def different(first: Path, second: Path) -> int:
    """Count the rows that are not the same in two outputs, the time that was measured aside."""

    def bare(line: str | None) -> Any:
        return {**json.loads(line), "seconds": 0} if line else None

    with first.open(encoding="utf-8") as one, second.open(encoding="utf-8") as other:
        return sum(bare(left) != bare(right) for left, right in zip_longest(one, other))


def compare(kind: str, count: int, options: argparse.Namespace, folder: Path) -> int:
    """Measure one kind of rows in both ways and return how many differ."""
    source, one, other = (folder / f"{kind}-{name}.jsonl" for name in ("rows", "alone", "ray"))
    (write_rows if kind == "math" else write_code)(source, count)
    watch = Watch()
    took = {"alone": alone(source, one, options.workers, watch)}
    took["ray"] = clustered(source, other, options, watch, one.stat().st_size)
    watch.close()
    wrong = different(one, other)
    for name, each in took.items():
        print(
            f"{kind:5} {name:6} {count:,} rows  {each.wall:7.1f} s wall  {count / each.wall:8,.0f} rows/s"
            f"  {each.cpu:7.1f} CPU s  {1e3 * each.cpu / count:7.3f} CPU ms a row, {1e3 * each.own / count:.3f} of them"
            f" in the first process  {each.lost}",
            flush=True,
        )
    print(
        f"{kind:5} {wrong:,} rows differ; CPU time with Ray is {took['ray'].cpu / took['alone'].cpu:.2f} times as much"
    )
    return wrong


def main() -> None:
    """Compare math rows and code rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--math", type=int, default=1_000_000)
    parser.add_argument("--code", type=int, default=20_000)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2, help="of the run without Ray")
    parser.add_argument("--whole", action="store_true", help="kill no node")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = [
            compare(kind, count, options, Path(folder))
            for kind, count in (("math", options.math), ("code", options.code))
            if count
        ]
    sys.exit(any(wrong))


if __name__ == "__main__":
    main()
