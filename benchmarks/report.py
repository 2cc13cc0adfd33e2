"""The report over many rows: what the index costs, how soon a page is painted, what a list, a search and a row take.

`python -m benchmarks.report [--rows 200000]`. Rows are made up: the words of their texts are drawn from a vocabulary
of 20,000, four models, 4 samples. Painting needs a Chromium in PATH and is left out without one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from verisieve import browsing, report, sources

MODELS = ("atlas", "birch", "cedar", "dune")
SAMPLES = 4
TURNS = 15


def made(folder: Path, count: int) -> Path:
    """Write a bench folder of so many rows."""
    folder.mkdir(parents=True)
    rng = Random("report")
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 9))) for _ in range(20_000)]
    with (folder / "completions.jsonl").open("w") as completions, (folder / "verdicts.jsonl").open("w") as verdicts:
        for completion, verdict in _rows(count, words, rng):
            completions.write(json.dumps(completion) + "\n")
            verdicts.write(json.dumps(verdict) + "\n")
    (folder / "leaderboard.json").write_text('{"cells": [], "comparisons": []}', encoding="utf-8")
    return folder


def _rows(count: int, words: list[str], rng: Random) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    per_problem = len(MODELS) * SAMPLES
    for number in range(count):
        problem, place = divmod(number, per_problem)
        if not place:
            prompt = " ".join(rng.choices(words, k=60))
        model, level = MODELS[place // SAMPLES], problem % 5 + 1
        good = rng.random() < 0.9 - 0.1 * level - 0.1 * (place // SAMPLES)
        common = {
            "id": f"p{problem}",
            "domain": "math",
            "sample": place % SAMPLES,
            "model": model,
            "meta": {"family": f"family {problem % 30}", "difficulty": level},
        }
        answer = str(rng.randrange(1000))
        response = f"{' '.join(rng.choices(words, k=150))} \\boxed{{{answer}}}"
        evidence = {"expected": answer if good else "-1", "got": answer, "tier": "exact"}
        outcome = "pass" if good else "fail"
        yield (
            {**common, "prompt": prompt, "truth": {"answer": answer}, "response": response},
            {
                **common,
                "outcome": outcome,
                "reason": "" if good else "wrong_answer",
                "answer": answer,
                "checks": [{"name": "answer", "outcome": outcome, "evidence": evidence}],
                "verifier": "math@3",
                "sandbox": None,
                "seconds": 0.001,
            },
        )


def timed(work: Callable[[], object]) -> str:
    """Median and worst seconds of some turns."""
    taken = []
    for _ in range(TURNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return f"{1000 * median(taken):7.1f} ms  worst {1000 * max(taken):7.1f} ms"


def serve(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the server in a process of its own; its address."""
    command = [sys.executable, "-m", "verisieve", "report", str(folder), "--serve"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    line = next(line for line in process.stderr if "http" in line)
    return process, next(word for word in line.split() if word.startswith("http"))


def painted(address: str) -> str:
    """Milliseconds from the request to the first paint and to the loaded page, in Chromium."""
    from tests.browser import started

    with TemporaryDirectory() as profile, started(Path(profile)) as browser:
        browser.size(1200, 900)
        found = []
        for _ in range(5):
            browser.open(address)
            browser.until("performance.getEntriesByName('first-contentful-paint').length")
            paint = browser.run("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            found.append((paint, browser.run("performance.getEntriesByType('navigation')[0].loadEventEnd")))
    return f"first paint {median(a for a, _ in found):.0f} ms, loaded {median(b for _, b in found):.0f} ms"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    count = parser.parse_args().rows
    with TemporaryDirectory() as made_in:
        folder = made(Path(made_in) / "bench", count)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{count:,} rows, {size >> 20:,} MiB")
        with sources.opened([str(folder)]) as source:
            start = time.process_time()
            with browsing.opened(source) as site:
                spent = time.process_time() - start
                print(f"index: {spent:.1f} s of CPU, {site.base.stat().st_size >> 20:,} MiB")
            start = time.process_time()
            page = report.write_page(source, Path(made_in) / "page.html")
            print(f"page: {time.process_time() - start:.1f} s of CPU, {page.stat().st_size >> 10:,} KiB")
        print(f"memory of making both: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:,} MiB at most")
        start = time.perf_counter()
        process, address = serve(folder)
        print(f"server ready, its index there: {time.perf_counter() - start:.1f} s")
        try:
            _ask(address, count)
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
            print("memory of the server:", next(line for line in status.splitlines() if line.startswith("VmHWM")))
            if os.environ.get("PATH") and any(Path(p, "chromium").exists() for p in os.environ["PATH"].split(":")):
                print("served page:", painted(address))
                print("page as a file:", painted(page.as_uri()))
        finally:
            process.terminate()
            process.wait()


def _ask(address: str, count: int) -> None:
    pages = {
        "summary": "",
        "list": "rows",
        "list, last page": f"rows?start={count - 50}",
        "filtered": "rows?outcome=fail&model=dune&start=5000",
        "search, rare": "rows?words=abc",
        "search, three words": "rows?words=a+b+c",
        "search, all": "rows?words=boxed&outcome=pass",
        "row": f"row/{count // 2}",
        "side by side": "compare?first=atlas&second=dune",
        "pair": "pair/1/13",
    }
    for name, path in pages.items():
        print(f"{name:22}", timed(lambda path=path: urlopen(address + path).read()))  # type: ignore[misc]


if __name__ == "__main__":
    main()
