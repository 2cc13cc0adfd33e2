"""The price of split tests: a `check` of 1,000 calls through two boxes, beside the same test in one interpreter."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

from verisieve.domains import load
from verisieve.records import Problem
from verisieve.sandboxes.embedded import EmbeddedSandbox

CALLS, ROUNDS = 1000, 15
ALLOWED = 0.050  # seconds beyond twice the time in one interpreter


class Case(NamedTuple):
    """A function, and one call of it with what it returns, both in terms of `i`."""

    name: str
    code: str
    call: str
    expected: str


CASES = (
    Case("int", "def f(x):\n    return x + 1\n", "candidate(i)", "i + 1"),
    Case("text", "def f(x):\n    return x[::-1]\n", "candidate('abc' * (i % 20))", "('abc' * (i % 20))[::-1]"),
    Case(
        "list",
        "def f(x):\n    return sorted(x)\n",
        "candidate(list(range(i % 50, 0, -1)))",
        "list(range(1, i % 50 + 1))",
    ),
    Case(
        "dict",
        "def f(x):\n    return {k: v + 1 for k, v in x.items()}\n",
        "candidate({'a': i, 'b': 2})",
        "{'a': i + 1, 'b': 3}",
    ),
    Case("busy", "def f(x):\n    return sum(i * x for i in range(2000))\n", "candidate(i)", "1999000 * i"),
)


def table() -> Iterator[str]:
    """One line for each case: the medians, and what is allowed."""
    domain, sandbox = load("code"), EmbeddedSandbox()
    yield f"{'1,000 calls':12}{'one interpreter ms':>20}{'split ms':>10}{'allowed ms':>12}"
    for case in CASES:
        tests = f"def check(candidate):\n    for i in range({CALLS}):\n        assert {case.call} == {case.expected}\n"
        truth = {"style": "check", "entry_point": "f", "tests": tests}
        problem = Problem(domain="code", id=case.name, prompt="", truth=truth)
        own, split = [], []
        for _ in range(ROUNDS):
            own.append(_timed_alone(case.code + tests))
            started = time.perf_counter()
            found = domain.check(problem, f"```python\n{case.code}```", sandbox)[0]
            split.append(time.perf_counter() - started)
            assert found.outcome == "pass", found
        one, two = statistics.median(own), statistics.median(split)
        allowed = 2 * one + ALLOWED
        met = "ok" if two <= allowed else "missed"
        yield f"{case.name:12}{1e3 * one:20.1f}{1e3 * two:10.1f}{1e3 * allowed:12.1f}  {met}"
    sandbox.close()


def _timed_alone(text: str) -> float:
    names: dict[str, object] = {}
    exec(text, names)  # a text of this file
    started = time.perf_counter()
    names["check"](names["f"])  # type: ignore[operator]
    return time.perf_counter() - started
