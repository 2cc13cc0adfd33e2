"""How each style of tests is run against the candidate's proxies; a failed test raises."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from verisieve.verifiers.code.harness.analysis import BrokenError, parse, tighten


class Suite:
    """The tests of one problem with the namespace that they run in."""

    def __init__(self, plan: Mapping[str, Any], namespace: dict[str, Any], tainted: frozenset[str]) -> None:
        self.plan = plan
        self.namespace = namespace
        self.tainted = tainted
        self.foreign: set[str] | frozenset[str] = frozenset()  # names that tests read and the candidate may have
        self.starred: frozenset[str] = frozenset()  # those among them that `from solution import *` defines
        self.parsed: dict[str, ast.Module] = {}
        self.trees: dict[str, ast.Module] = {}
        self.done = 0
        self.answers: list[Any] = []

    def execute(self, text: str, file: str) -> None:
        """Run trusted text in the tests' namespace."""
        tree = self.trees[file] = self.parsed.get(text) or parse(text, file)
        loose = "zip" in text or "map" in text  # else the text itself is compiled, which is quicker than a tree
        code = compile(tighten(tree, self.tainted) if loose else text, file, "exec", dont_inherit=True)
        exec(code, self.namespace)  # noqa: S102  # in the tester's box


def run_check(suite: Suite) -> None:
    """Run text that defines `check(candidate)`, and call it."""
    suite.execute(suite.plan["tests"], "tests.py")
    check = suite.namespace.get("check")
    if not callable(check):
        raise BrokenError("tests.py defines no check(candidate)")
    check(suite.namespace[suite.plan["entry"]])
    suite.done = 1


def run_asserts(suite: Suite) -> None:
    """Run statements one after the other."""
    for index, text in enumerate(suite.plan["tests"]):
        suite.execute(text, f"test {index}")
        suite.done += 1


def run_calls(suite: Suite) -> None:
    """Call the entry point with given arguments and compare the answers."""
    candidate = suite.namespace[suite.plan["entry"]]
    for case in suite.plan["tests"]:
        got = candidate(*case["args"], **case["kwargs"])
        if not same(got, case["expected"]):
            error = AssertionError()
            error.__dict__["expected"] = case["expected"]
            raise error
        suite.done += 1


def same(got: Any, expected: Any) -> bool:
    """Compare an answer with JSON data: a tuple is a list, so is an array, a key is its text, a float is near."""
    if type(got).__module__ == "numpy":
        got = got.tolist()
    if isinstance(got, (list, tuple)) and isinstance(expected, (list, tuple)):
        return len(got) == len(expected) and all(map(same, got, expected))
    if isinstance(got, dict) and isinstance(expected, dict):
        keyed = {key if isinstance(key, str) else str(key): value for key, value in got.items()}
        return len(keyed) == len(got) == len(expected) and all(
            key in keyed and same(keyed[key], value) for key, value in expected.items()
        )
    if isinstance(got, bool) or isinstance(expected, bool) or got is None or expected is None:
        return got is expected
    if isinstance(expected, float) and isinstance(got, (int, float)):
        return got == expected or (math.isfinite(expected) and math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12))
    if isinstance(expected, int) and isinstance(got, (int, float)):
        return got == expected
    return type(got) is type(expected) and bool(got == expected)
