"""evalplus (PyPI) as a way: its `untrusted_check`, called as its own `evaluate.check_correctness` calls it.

    python with_evalplus.py PROBLEMS.json      (in an environment that has evalplus; the first problem is the test)

evalplus compares outputs on inputs. These are the inputs that the problem's own `check` calls the canonical solution
with; expected outputs and reference times come from its own `trusted_exec`, before anything is timed.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

from evalplus.eval import PASS, untrusted_check
from evalplus.gen.util import trusted_exec
from lines import Action, serve, timed

ROOTS = {"find_zero": 1e-4}  # the one problem whose answer is compared with a tolerance, that of its own test
_prepared: list[dict[str, Any]] = []  # filled before the pool's workers are forked
_known: dict[str, dict[str, Any]] = {}


def prepare(problem: dict[str, Any]) -> dict[str, Any]:
    """Make the arguments of `untrusted_check` for a problem's canonical solution."""
    entry, code = problem["entry_point"], problem["prompt"] + problem["canonical_solution"]
    space: dict[str, Any] = {}
    exec(code + "\n" + problem["test"], space)  # the data set's own solution and test
    inputs: list[list[Any]] = []
    solution = space[entry]

    def recorder(*args: Any) -> Any:
        inputs.append(deepcopy(list(args)))
        return solution(*args)

    space[entry] = recorder
    space["check"](recorder)
    expected, times = trusted_exec(code, inputs, entry, record_time=True)
    return {
        "dataset": "humaneval",
        "code": code,
        "inputs": inputs,
        "entry_point": entry,
        "expected": expected,
        "atol": problem.get("atol", ROOTS.get(entry, 0)),
        "ref_time": times,
        "fast_check": True,  # the harness's default
    }


def passes(number: int) -> bool:
    """Check one problem's canonical solution."""
    return bool(untrusted_check(**_prepared[number])[0] == PASS)


def make() -> tuple[dict[str, Any], dict[str, Action]]:
    """Read and prepare the problems."""
    _prepared.extend(map(prepare, json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))

    def once() -> None:
        assert passes(0), "evalplus rejects the test"

    def whole(at_once: int) -> dict[str, Any]:
        started = time.perf_counter()
        if at_once == 1:
            passed = sum(map(passes, range(1, len(_prepared))))
        else:
            with ProcessPoolExecutor(max_workers=at_once) as executor:  # the harness's own executor
                passed = sum(executor.map(passes, range(1, len(_prepared))))
        return {"seconds": time.perf_counter() - started, "passed": passed}

    def judge(problem: dict[str, Any], program: str) -> dict[str, Any]:
        if problem["task_id"] not in _known:
            _known[problem["task_id"]] = prepare(problem)
        prepared = {**_known[problem["task_id"]], "code": program}
        started = time.perf_counter()
        passed = bool(untrusted_check(**prepared)[0] == PASS)
        return {"seconds": time.perf_counter() - started, "passed": passed}

    return {}, {**timed(once), "whole": whole, "judge": judge}


if __name__ == "__main__":
    serve(make)
