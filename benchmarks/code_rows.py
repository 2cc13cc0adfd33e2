"""Code rows whose right verdict is known: right and wrong programs of our own problems, tricks, attacks, HumanEval."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

from verisieve.domains import load

SHARED = Path(os.environ.get("VERISIEVE_SHARED", Path(__file__).parents[2] / "shared"))
BRIEF = {"cpu": 1.0, "wall": 12.0}  # a wall that a loop reaches its CPU limit before, at a load of eight too
Row = dict[str, Any]


def ours(seed: int, count: int) -> Iterator[Row]:
    """Procedural problems, answered rightly and wrongly in turn."""
    domain = load("code")
    for number, problem in enumerate(domain.problems(seed, count)):
        right = number % 2 == 0
        reply = domain.reply(problem, Random(f"rows:{seed}:{number}"), right=right)  # type: ignore[attr-defined]
        yield {
            "id": f"ours-{number}",
            "domain": "code",
            "prompt": problem.prompt,
            "truth": dict(problem.truth),
            "response": reply.text,
            "label": "pass" if right else "reject",
        }


def labelled(name: str) -> Iterator[Row]:
    """The rows of a fixture: `hacks` or `attacks`."""
    text = (resources.files("verisieve.fixtures") / f"code/{name}.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        row: Row = json.loads(line)
        if name == "attacks":
            row["truth"] = {**row["truth"], "limits": BRIEF}
        yield {key: row[key] for key in ("id", "domain", "prompt", "truth", "response", "label")}


def humaneval() -> Iterator[Row]:
    """The canonical solutions of HumanEval, where the file is beside the checkout."""
    for path in sorted((SHARED / "data/humaneval").glob("HumanEval*.jsonl*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from map(_humaneval_row, data.splitlines())
        return


def _humaneval_row(line: bytes) -> Row:
    task = json.loads(line)
    truth = {"language": "python", "style": "check", "entry_point": task["entry_point"], "tests": task["test"]}
    return {
        "id": task["task_id"],
        "domain": "code",
        "prompt": task["prompt"],
        "truth": truth,
        "response": f"```python\n{task['prompt']}{task['canonical_solution']}\n```",
        "label": "pass",
    }


def near_limits(count: int) -> Iterator[Row]:
    """Programs whose CPU is a known share of their limit, in turn well within and well over."""
    for number in range(count):
        limit = 0.5
        share = (0.3, 0.6, 1.6, 3.0)[number % 4]
        burn = f"import time\ndef f(n):\n    while time.process_time() < {share * limit}: pass\n    return n\n"
        yield {
            "id": f"near-{number}",
            "domain": "code",
            "prompt": "",
            "truth": {
                "language": "python",
                "style": "asserts",
                "entry_point": "f",
                "tests": ["assert f(1) == 1"],
                "limits": {"cpu": limit, "wall": 30.0},
            },
            "response": f"```python\n{burn}```",
            "label": "pass" if share < 1 else "reject",
        }
