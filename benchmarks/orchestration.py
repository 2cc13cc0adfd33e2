"""What a sample costs around model and checker: ours beside inspect-ai and a plain `openai` loop from PyPI, in turn.

    python -m benchmarks.orchestration [--samples 4000] [--rounds 3] [--peers FOLDER] [--with openai inspect]

All ask the same local server (`benchmarks.answering`), which answers at once, in processes of their own; its CPU time
is said apart. Ours asks, stores each reply durably,
writes it, judges it in a worker process and stores the verdict; the openai loop stores nothing and compares texts;
inspect-ai generates, matches and logs. CPU time is of all processes of a way, without imports and the server. Ratios
are of CPU time for a sample, medians of the rounds. The checker's own CPU time is measured apart, on the same replies.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.answering import SAMPLES, answering, problems
from benchmarks.environments import HELPERS, Peer, cache, interpreter
from tests.endpoint import answer

from verisieve.commands import ask, verify_files
from verisieve.judge import judge
from verisieve.models import Asking
from verisieve.records import Completion, Problem
from verisieve.rendering import render
from verisieve.sandboxes.opening import LazySandbox

PEERS = {
    "openai": Peer("openai-loop", ("openai==3.57.0",), HELPERS / "asking.py", whole=True),
    "inspect": Peer("inspect-ai", ("inspect-ai==0.3.285", "openai==3.57.0"), HELPERS / "asking.py", whole=True),
}
TARGETS = {"openai": 5.0, "inspect": 45.0}
CONCURRENCY = 64
SHARE = {"inspect": 10}  # so many times fewer samples: it is that slow


def ours(url: str, asked: list[Problem], samples: int, folder: Path) -> dict[str, float]:
    """Run our two steps in this process, which has imported everything; workers' start is taken off by a second run."""
    asking = Asking(models=["openai:m"], base_url=url, samples=samples, concurrency=CONCURRENCY)
    base = _peak()
    _measured(lambda: _run(asked[:4], asking, folder / "warm"))
    start = _measured(lambda: _run(asked[:1], asking, folder / "few"))
    whole = _measured(lambda: _run(asked, asking, folder / "all"))
    count = (len(asked) - 1) * samples
    return {"samples": count, "cpu": whole[0] - start[0], "wall": whole[1] - start[1], "base": base, "peak": _peak()}


def _run(asked: list[Problem], asking: Asking, out: Path) -> None:
    answered = ask(asked, asking, f"{out}.jsonl")
    assert not answered.failures, answered.failures[0]
    tally = verify_files([f"{out}.jsonl"], f"{out}.verdicts.jsonl", workers=1)
    assert tally.errors == 0


def _measured(act: Callable[[], None]) -> tuple[float, float]:
    """CPU seconds of this process and its finished children, and wall seconds."""
    before, started = _cpu(), time.monotonic()
    act()
    return _cpu() - before, time.monotonic() - started


def _cpu() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # ru_maxrss holds what the parent had as well
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def checker(asked: list[Problem], samples: int) -> float:
    """CPU milliseconds that the checker itself takes for a sample."""
    box = LazySandbox("auto")
    replies = [(problem, answer(problem, seed).text) for problem in asked for seed in range(samples)]
    for problem, text in replies[:4]:
        judge(Completion(problem=problem, text=text), box)
    before = time.process_time()
    for problem, text in replies:
        judge(Completion(problem=problem, text=text), box)
    return (time.process_time() - before) / len(replies) * 1e3


def other(kind: str, python: str, url: str, prompts: list[dict[str, Any]], folder: Path) -> dict[str, float]:
    """Run a peer in its environment."""
    path = folder / f"{kind}.json"
    path.write_text(json.dumps(prompts[:: SHARE.get(kind, 1)]), encoding="utf-8")
    command = [python, str(HELPERS / "asking.py"), kind, url, str(path), str(CONCURRENCY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{kind}: {done.stderr.strip()[-500:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def in_process(options: argparse.Namespace) -> None:
    """Be our way, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(ours(options.ours, problems(options.samples), SAMPLES, Path(folder))))


def main() -> None:
    """Measure in turn and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=cache())
    parser.add_argument("--with", dest="others", nargs="*", choices=PEERS, default=list(PEERS), help="the peers to run")
    parser.add_argument("--ours", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        in_process(options)
        return
    asked = problems(options.samples)
    prompts = [
        {"prompt": render(problem), "seed": seed, "answer": str(problem.truth["answer"])}
        for problem in asked
        for seed in range(SAMPLES)
    ]
    pythons = {kind: interpreter(PEERS[kind], options.peers) for kind in options.others}
    results: dict[str, list[dict[str, float]]] = {"ours": [], **{kind: [] for kind in pythons}}
    with tempfile.TemporaryDirectory() as folder, answering(options.samples) as (url, took):
        itself = [sys.executable, "-m", "benchmarks.orchestration", "--samples", str(options.samples)]
        for _ in range(options.rounds):
            done = subprocess.run([*itself, "--ours", url], capture_output=True, text=True, check=True)
            results["ours"].append(json.loads(done.stdout.splitlines()[-1]))
            for kind, python in pythons.items():
                results[kind].append(other(kind, python, url, prompts, Path(folder)))
    show(results, checker(asked, SAMPLES))
    answered = sum(run["samples"] for runs in results.values() for run in runs)
    print(f"the server took {took[0] / answered * 1e3:.3f} ms for a reply, in its own process")


def _milliseconds(run: dict[str, float]) -> float:
    return run["cpu"] / run["samples"] * 1e3


def show(results: dict[str, list[dict[str, float]]], judging: float) -> None:
    """Print the table, and what of our figure is the checker's."""
    cost = {kind: statistics.median(map(_milliseconds, runs)) for kind, runs in results.items()}
    print(f"{'way':10} {'samples/CPU s':>14} {'samples/s':>10} {'CPU ms':>8} {'MiB more':>9} {'ratio':>7}  target")
    for kind, runs in results.items():
        rate = statistics.median(each["samples"] / each["wall"] for each in runs)
        above = max(each["peak"] - each["base"] for each in runs)
        target, ratio = TARGETS.get(kind, 1), cost[kind] / cost["ours"]
        print(
            f"{kind:10} {1e3 / cost[kind]:14,.0f} {rate:10,.0f} {cost[kind]:8.3f} {above:9.0f} {ratio:7.1f}  {target:g}"
        )
    print(f"of our {cost['ours']:.3f} ms the checker takes {judging:.3f}, all else {cost['ours'] - judging:.3f}")


if __name__ == "__main__":
    main()
