"""Tests that share an interpreter with the solution: they may read and patch it, and the verdict says so."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Check, Problem
from verisieve.sandboxes import Sandbox

SANDBOX = "embedded"


def judge(sandbox: Sandbox, code: str, tests: Any, style: str = "check", **truth: Any) -> Check:
    """Judge a program with the name f by shared tests."""
    known = {"style": style, "entry_point": "f", "tests": tests, "shared_process": True, **truth}
    return domain.check(Problem(domain="code", id="s", prompt="", truth=known), f"```python\n{code}\n```", sandbox)[0]


RIGHT = "import time\n\n\ndef helper(n):\n    return n\n\n\ndef f(n):\n    return helper(n) + 1\n"
READS = """
import inspect
def check(candidate):
    assert candidate(1) == 2
    assert "eval" not in inspect.getsource(candidate)
"""
PATCHES = """
import solution
def test_f(monkeypatch):
    monkeypatch.setattr(solution, "helper", lambda n: 41)
    assert solution.f(1) == 42
"""
UNITTEST = """
import unittest, solution
class T(unittest.TestCase):
    def test_f(self):
        self.assertEqual(solution.f(1), 2)
"""

PASSES = [("check", READS), ("pytest", PATCHES), ("unittest", UNITTEST), ("asserts", ["assert f(1) == helper(2)"])]


@pytest.mark.parametrize(("style", "tests"), PASSES)
def test_a_pass_is_of_lower_assurance(sandbox: Sandbox, style: str, tests: Any) -> None:
    """The tests may use the interpreter that the solution lives in."""
    found = judge(sandbox, RIGHT, tests, style)
    assert (found.outcome, found.evidence.get("assurance")) == ("pass", "shared_process"), found


FAILURES = [
    ("def f(n): return eval('n + 1')", "fail", "wrong_answer"),
    ("def f(n): return n", "fail", "wrong_answer"),
    ("def f(n): return n +", "fail", "syntax"),
    ("def g(n): return n + 1", "fail", "no_entry_point"),
    ("def f(n): raise ValueError(n)", "fail", "exception"),
    ("raise ValueError\ndef f(n): return n + 1", "fail", "exception"),
    ("import sys\ndef f(n): sys.exit(0)", "fail", "exception"),
    ("import os\ndef f(n): os._exit(0)", "fail", "ended_early"),
    ("import os\nos._exit(0)\ndef f(n): return n + 1", "fail", "ended_early"),
    ("def f(n): raise BaseException", "fail", "exception"),
    ("def f(n):\n    while True: pass", "limit", "timeout_cpu"),
]


@pytest.mark.parametrize(("code", "outcome", "reason"), FAILURES)
def test_a_program_that_does_not_hold_fails(sandbox: Sandbox, code: str, outcome: str, reason: str) -> None:
    """What can be known outside the process is judged as for split tests."""
    found = judge(sandbox, code, READS, limits={"cpu": 1.0})
    assert (found.outcome, found.reason) == (outcome, reason), found


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"tests": "def check(:"}, "tests.py does not compile"),
    ({"style": "calls", "tests": [{"args": [], "expected": 1}]}, "is only for check, asserts, pytest, unittest"),
    ({"tests": READS, "shared_process": "yes"}, "shared_process: is not true or false"),
]


@pytest.mark.parametrize(("truth", "message"), BROKEN)
def test_what_cannot_be_run_is_an_error_of_the_row(sandbox: Sandbox, truth: dict[str, Any], message: str) -> None:
    """The field is named."""
    with pytest.raises(TruthError, match=message):
        judge(sandbox, RIGHT, **{"tests": READS, **truth})
