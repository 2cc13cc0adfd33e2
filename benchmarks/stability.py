"""Verdicts of the same rows, again and again while the machine is overloaded: how many change. Must be none.

    python -m benchmarks.stability [--repeats 5] [--busy 4] [--sandbox embedded] [--seed 0]

Right programs (HumanEval where it is beside the checkout, and problems of our own), wrong ones, tricks, attacks, and
programs whose CPU is well within or well over their limit. The first repeat runs on a quiet machine, the others beside
busy processes. Exit code 1 when a verdict changes or differs from its label.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import code_rows

WORKERS = 2
Row = dict[str, Any]
Verdicts = dict[str, tuple[str, str]]
_EVIDENCE: dict[tuple[str, str, str], str] = {}  # of the last such verdict, to find causes
_BUSY = "import os\nwhile os.getppid() == {owner}: sum(range(10 ** 5))"


def rows(seed: int) -> list[Row]:
    """All kinds; a few hundred."""
    mixed = [*code_rows.humaneval(), *code_rows.ours(seed, 100), *code_rows.labelled("hacks")]
    return [*mixed, *code_rows.labelled("attacks"), *code_rows.near_limits(40)]


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep this many processes busy."""
    text = _BUSY.format(owner=os.getpid())
    started = [subprocess.Popen([sys.executable, "-c", text]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def verdicts(source: Path, sandbox: str) -> Verdicts:
    """Outcome and reason of every row."""
    out = source.with_name("out.jsonl")
    command = [sys.executable, "-c", "from verisieve.cli import main; main()", "verify", str(source)]
    command += ["--out", str(out), "--sandbox", sandbox, "--workers", str(WORKERS)]
    subprocess.run(command, capture_output=True, check=False)
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    for row in found:
        _EVIDENCE[row["id"], row["outcome"], row["reason"]] = json.dumps([one["evidence"] for one in row["checks"]])
    return {row["id"]: (row["outcome"], row["reason"]) for row in found}


def changes(told: list[Verdicts]) -> dict[str, Counter[tuple[str, str]]]:
    """The rows whose verdicts are not all the same, with what they were."""
    counts = {identity: Counter(one.get(identity, ("lost", "")) for one in told) for identity in told[0]}
    return {identity: count for identity, count in counts.items() if len(count) > 1}


def main() -> None:
    """Judge the rows in peace and under load; print what changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--busy", type=int, default=4, help="busy processes beside the repeats but the first")
    parser.add_argument("--sandbox", choices=("embedded", "docker"), default="embedded")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    given = rows(options.seed)
    told = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
        for number in range(options.repeats):
            busy = options.busy if number else 0
            started = time.monotonic()
            with load(busy):
                told.append(verdicts(source, options.sandbox))
            taken, average = time.monotonic() - started, os.getloadavg()[0]
            outcomes = Counter(outcome for outcome, _ in told[-1].values())
            print(f"repeat {number}: {busy} busy, load {average:.1f}, {taken:.0f} s: {dict(outcomes)}", flush=True)
    changed = changes(told)
    labels = {row["id"]: row["label"] for row in given}
    wrong = [
        identity for identity, (outcome, _) in told[0].items() if (outcome == "pass") != (labels[identity] == "pass")
    ]
    for identity, count in changed.items():
        print(f"changed: {identity} ({labels[identity]}): {dict(count)}")
        for verdict in count:
            print(f"    {verdict}: {_EVIDENCE.get((identity, *verdict), '')[:600]}")
    for identity in wrong:
        print(f"wrong: {identity} ({labels[identity]}): {told[0][identity]}")
    flipped = sum(len({outcome == "pass" for outcome, _ in count}) > 1 for count in changed.values())
    print(f"{len(given)} rows, {options.repeats} repeats: {len(changed)} verdicts changed, {flipped} from or to pass")
    sys.exit(1 if changed or wrong else 0)


if __name__ == "__main__":
    main()
