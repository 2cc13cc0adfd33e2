"""Rows through `verisieve verify` while its workers, interpreters and containers are killed at random moments.

No row may be lost or judged wrongly; a row may end in `error` if it is listed and `--resume` turns it right.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import code_rows
from benchmarks.footprint import containers_of

from verisieve.errors import SandboxError

PAUSES = {"embedded": (0.2, 0.8), "docker": (1.5, 4.0)}  # seconds from one kill to the next; a container starts in one
WORKERS = 2
Row = dict[str, Any]


def rows(count: int, seed: int) -> list[Row]:
    """Right, wrong and hostile programs in equal parts, shuffled."""
    rng = Random(f"killing:{seed}")
    kinds = [
        code_rows.ours(seed, count // 3 + 1),
        _repeated(list(code_rows.labelled("hacks"))),
        _repeated(list(code_rows.labelled("attacks"))),
    ]
    mixed = [next(kind) for _, kind in zip(range(count), cycle(kinds), strict=False)]
    rng.shuffle(mixed)
    return mixed


def _repeated(some: list[Row]) -> Iterator[Row]:
    for number, row in enumerate(cycle(some)):
        yield {**row, "id": f"{row['id']}/{number}"}


def run(count: int, sandbox: str, seed: int) -> int:
    """Verify under fire, then resume in peace; print what came of it and return the exit code."""
    given = rows(count, seed)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "rows.jsonl", Path(folder) / "out.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
        command = [sys.executable, "-c", "from verisieve.cli import main; main()", "verify", str(source)]
        command += ["--out", str(out), "--sandbox", sandbox, "--workers", str(WORKERS)]
        started = time.monotonic()
        killed, code = _under_fire(command, Random(f"killer:{seed}"), PAUSES[sandbox])
        print(f"{count} rows in {time.monotonic() - started:.0f} s, exit code {code}; killed: {dict(killed)}")
        bad = _judge(given, _read(out), "under fire")
        resumed = subprocess.run([*command, "--resume"], capture_output=True, check=False).returncode
        print(f"resumed in peace, exit code {resumed}")
        last = _read(out)
        bad += _judge(given, last, "after --resume")
        bad += sum(row["outcome"] == "error" for row in last) + resumed
    return 1 if bad else 0


def _under_fire(command: list[str], rng: Random, pause: tuple[float, float]) -> tuple[Counter[str], int]:
    """Run a command and kill what descends from it until it ends; count the kills by kind."""
    killed = Counter[str]()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            time.sleep(rng.uniform(*pause))
            victims = _victims(process.pid)
            if victims and process.poll() is None:
                kind = rng.choice(sorted({kind for kind, _ in victims}))
                target = rng.choice([target for kept, target in victims if kept == kind])
                killed[kind] += _kill(kind, target)
    return killed, process.returncode


def _victims(root: int) -> list[tuple[str, str]]:
    """What may be killed below the main process: by kind, with its number or name."""
    depth: dict[int, int] = {root: 0}
    table = _parents()
    while grown := {pid: depth[parent] + 1 for pid, parent in table.items() if parent in depth and pid not in depth}:
        depth |= grown
    names = {1: "worker", 2: "starter", 3: "runner"}  # not boxes: a program that is killed has ended, by whatever hand
    found = [(names[level], str(pid)) for pid, level in depth.items() if level in names]
    workers = {pid for pid, level in depth.items() if level == 1}
    return found + [("container", name) for name in _containers(workers)]


def _parents() -> dict[int, int]:
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(path.parent.name)] = int(path.read_text(encoding="latin-1").rpartition(")")[2].split()[1])
    return found


def _containers(workers: set[int]) -> list[str]:
    with suppress(SandboxError):
        return containers_of(workers)
    return []


def _kill(kind: str, target: str) -> bool:
    if kind != "container":
        with suppress(ProcessLookupError):
            os.kill(int(target), signal.SIGKILL)
            return True
        return False
    return subprocess.run(["docker", "kill", target], capture_output=True, check=False).returncode == 0


def _read(out: Path) -> list[Row]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []


def _judge(given: list[Row], got: list[Row], when: str) -> int:
    """Count lost, doubled and wrongly judged rows, and say how many are errors."""
    labels = {row["id"]: row["label"] for row in given}
    seen = Counter(row["id"] for row in got)
    lost = sum(not seen[identity] for identity in labels)
    doubled = sum(count > 1 for count in seen.values())
    errors = Counter(row["reason"] for row in got if row["outcome"] == "error")
    wrong = [
        row
        for row in got
        if row["outcome"] != "error" and (row["outcome"] == "pass") != (labels.get(row["id"]) == "pass")
    ]
    print(f"{when}: {len(got)} rows; {lost} lost, {doubled} doubled, {len(wrong)} wrong; errors: {dict(errors)}")
    for row in wrong[:10]:
        print(
            f"  wrong: {row['id']} is {row['outcome']} {row['reason']} ({labels.get(row['id'])}): {row['checks']}"[:400]
        )
    return lost + doubled + len(wrong)
