"""Everything that goes wrong with endpoints at once, and `kill -9` at random points, over generate and verify.

    python -m benchmarks.faults --rows 20000          # faults: every row is accounted for and judged rightly
    python -m benchmarks.faults --kills 100           # kills: nothing committed is lost, nothing doubled

The server is that of the tests: replies are right or wrong by construction. Exit code 1 if anything was lost, doubled
or misjudged, or if more requests were repeated than were under way when a run was killed.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from tests.endpoint import FAULTS, Endpoint, answer, serving

from verisieve import domains
from verisieve.records import Problem

CONCURRENCY = 32
SAMPLES = 10
FAMILIES = ("mixture", "average_speed", "clock_angle", "congruences")


def command(server: Endpoint, out: Path, rows: int, *more: str) -> list[str]:
    """The generate command over the server's problems."""
    families = [word for family in FAMILIES for word in ("--family", family)]
    given = ["--domain", "math", "--n", str(rows // SAMPLES), "--samples", str(SAMPLES), *families]
    asked = ["--model", "openai:m,timeout=1", "--base-url", server.url, "--concurrency", str(CONCURRENCY)]
    return [sys.executable, "-m", "verisieve", "generate", *given, *asked, "--out", str(out), *more]


def under_faults(server: Endpoint, folder: Path, rows: int) -> int:
    """Run once while the endpoint plays all faults; return how many rows are not accounted for or misjudged."""
    started = time.monotonic()
    code = subprocess.run(command(server, folder / "c.jsonl", rows), check=False).returncode
    print(f"{rows} rows in {time.monotonic() - started:.0f} s, exit code {code}; faults: {dict(server.played)}")
    return _judge(server, folder, rows)


def under_kills(server: Endpoint, folder: Path, rows: int, kills: int) -> int:
    """Kill the run at random points and resume it, again and again; return how much went wrong."""
    out, rng, bad, wrong, done = folder / "c.jsonl", Random("kills"), 0, 0, 0
    stores = (folder / "c.jsonl.store", folder / "c.verdicts.jsonl.store")
    held: list[dict[bytes, bytes]] = [{}, {}]
    stages = Counter[str]()
    span = _undisturbed(command(server, out, rows), folder)
    wrong += _judge(server, folder, rows) + _repeated(server, 0, rows)
    _begin_anew(server, folder)
    while done < kills:
        process = _at_work(command(server, out, rows, "--resume"), folder)
        try:
            process.wait(rng.uniform(0.0, span))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
            stages["verify" if stores[1].exists() else "generate"] += 1
            if done % 10 == 0:
                kept = f"{len(held[0])} replies and {len(held[1])} verdicts kept"
                print(f"{stages.total()} kills: {dict(stages)}; {kept}; {bad} bad", flush=True)
        else:  # it finished: begin anew
            wrong += _judge(server, folder, rows) + _repeated(server, done, rows)
            _begin_anew(server, folder)
            held, kills, done = [{}, {}], kills - done, 0
            continue
        now = [_bodies(path) for path in stores]
        bad += sum(new.get(key) != body for old, new in zip(held, now, strict=True) for key, body in old.items())
        held = now
    subprocess.run(command(server, out, rows, "--resume"), stderr=subprocess.DEVNULL, check=False)
    print(f"killed at {dict(stages)}; {bad} replies or verdicts that were committed are lost or changed")
    return bad + wrong + _judge(server, folder, rows) + _repeated(server, done, rows)


def _undisturbed(command: list[str], folder: Path) -> float:
    """Run to the end; return the seconds of work, within which the other runs are killed."""
    process = _at_work(command, folder)
    started = time.monotonic()
    process.wait()
    return time.monotonic() - started


def _begin_anew(server: Endpoint, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    server.asked.clear()


def _at_work(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a run and wait until it writes, so that kills do not all come while it imports."""
    for path in folder.glob("*.part"):
        path.unlink()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None and not any(folder.glob("*.part")):
        time.sleep(0.01)
    return process


def _repeated(server: Endpoint, kills: int, rows: int) -> int:
    repeated = sum(server.asked.values()) - rows
    print(f"{kills} kills: {repeated} requests repeated, at most {kills * CONCURRENCY} were under way")
    return max(0, repeated - kills * CONCURRENCY)


def _bodies(path: Path) -> dict[bytes, bytes]:
    """What a store holds, but for the sum of what was spent, which grows."""
    if not path.exists():
        return {}
    with sqlite3.connect(path) as database:
        found = dict(database.execute("SELECT key, body FROM done")) if _has_table(database) else {}
    database.close()
    return {key: body for key, body in found.items() if len(body) > 64}


def _has_table(database: sqlite3.Connection) -> bool:
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE name = 'done'").fetchone())


def _judge(server: Endpoint, folder: Path, rows: int) -> int:
    verdicts, failures = _read(folder / "c.verdicts.jsonl"), _read(folder / "c.failures.jsonl")
    seen = Counter((row["id"], row["sample"]) for row in (*verdicts, *failures))
    lost, doubled = rows - len(seen), sum(count > 1 for count in seen.values())
    known = {problem.id: problem for problem in server.problems}
    whole = [row for row in verdicts if row["finish_reason"] == "stop"]
    wrong = [row for row in whole if (row["outcome"] == "pass") != answer(known[row["id"]], row["sample"]).right]
    reasons = Counter(row["message"].partition(" (")[0] for row in failures)
    print(
        f"{len(verdicts)} judged, {len(verdicts) - len(whole)} of them cut off by length, {len(failures)} failed; "
        f"{lost} lost, {doubled} doubled, {len(wrong)} misjudged; failures: {dict(reasons)}"
    )
    for row in wrong[:5]:
        print(
            f"  misjudged: {row['id']}, sample {row['sample']}: {row['outcome']} {row['reason']}: {row['checks']}"[:400]
        )
    return lost + doubled + len(wrong)


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def problems(rows: int) -> list[Problem]:
    """The problems of the run."""
    return list(domains.load("math").problems(0, rows // SAMPLES, families=FAMILIES))


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    server = Endpoint(problems(options.rows), None if options.kills else FAULTS, seeds=range(SAMPLES))
    with tempfile.TemporaryDirectory() as folder, serving(server):
        if options.kills:
            bad = under_kills(server, Path(folder), options.rows, options.kills)
        else:
            bad = under_faults(server, Path(folder), options.rows)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
