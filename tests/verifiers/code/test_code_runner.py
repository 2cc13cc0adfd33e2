"""The split test runner: what tests may do with a candidate's objects from another process."""

from __future__ import annotations

from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import TruthError
from verisieve.records import Outcome, Problem
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import runner
from verisieve.verifiers.code.runner import CodeReason, Finding

LIMITS = Limits(cpu=2.0, wall=60.0)


def judge(sandbox: Sandbox, code: str, tests: Any, *, style: str = "check", entry: str = "f", **more: Any) -> Finding:
    """Run code against tests."""
    context = more.pop("context", "")
    plan = runner.Tests(style=style, entry=entry, tests=tests, context=context, **more)
    return runner.judge(sandbox.run(runner.make_job(code, context, plan, LIMITS)))


def check(*lines: str) -> str:
    """Write `check(candidate)` with these lines."""
    return "def check(candidate):\n" + "".join(f"    {line}\n" for line in lines)


RIGHT = [
    (
        "def f(a, b=2, *c, d=4): return (a, b, c, d)",
        ["assert candidate(1, d=5) == (1, 2, (), 5)"],
        "keywords, defaults",
    ),
    (
        "def f(n):\n    while n:\n        yield n\n        n -= 1",
        ["assert list(candidate(3)) == [3, 2, 1]"],
        "a generator",
    ),
    (
        "import itertools\ndef f(): return itertools.count()",
        [
            "it = candidate()",
            "assert next(it) == 0 and next(it) == 1",
            "assert [next(it) for _ in range(300)][-1] == 301",
        ],
        "an endless iterator is pulled lazily",
    ),
    ("def f(xs): xs.append(1)", ["xs = [0]", "candidate(xs)", "assert xs == [0, 1]"], "a changed argument"),
    (
        "def f(xs):\n    xs.sort()\n    return len(xs)",
        ["xs = [2, 1]", "n = candidate(xs)", "assert xs[:n] == [1, 2]"],
        "a changed argument beside an answer",
    ),
    ("def f(d): d['k'] = d.pop('j')", ["d = {'j': [1]}", "candidate(d)", "assert d == {'k': [1]}"], "a changed dict"),
    ("def f(xs): return xs", ["xs = [1]", "assert candidate(xs) is xs"], "the argument itself comes back"),
    ("def f(xs): return xs[:]", ["xs = [1]", "assert candidate(xs) is not xs"], "a copy is another object"),
    ("def f(xs, n): return n", ["assert candidate([1], 1) == 1"], "a small number, the same object as an argument"),
    ("def f(xs, d=None): return d", ["xs = [2]", "assert candidate(xs, d=xs) is xs"], "the argument given by keyword"),
    ("def f(g, xs): return [g(x) for x in xs]", ["assert candidate(lambda x: x * 2, [1, 2]) == [2, 4]"], "a callback"),
    (
        "def f(xs, key): return sorted(xs, key=key)",
        ["assert candidate(['bb', 'a'], key=len) == ['a', 'bb']"],
        "builtin",
    ),
    ("def f(a): return lambda b: a + b", ["assert candidate(2)(3) == 5"], "a function as the answer"),
    (
        "def f(g):\n    def w(*a):\n        return g(*a) + 1\n    return w",
        ["assert candidate(lambda x: x * 10)(2) == 21"],
        "a decorator over a function of the tests",
    ),
    (
        "def f(g):\n    try:\n        g()\n    except KeyError:\n        return 'caught'",
        ["def g(): raise KeyError('x')", "assert candidate(g) == 'caught'"],
        "an exception of a callback reaches the candidate",
    ),
    (
        "from concurrent.futures import *\ndef f(g, xs): return list(ThreadPoolExecutor(4).map(g, xs))",
        ["assert candidate(lambda x: x * 2, [*range(40)]) == [x * 2 for x in range(40)]"],
        "callbacks from several threads",
    ),
    (
        "from threading import *\ndef f(g, n):\n  if n: t = Timer(0, g, [n - 1]); t.start(); t.join()\n  return n",
        ["seen = []", "def g(n): seen.append(candidate(g, n))", "assert candidate(g, 3) == 3 and seen == [0, 1, 2]"],
        "a callback in a thread that calls again",
    ),
    ("async def f(x): return x + 1", ["import asyncio", "assert asyncio.run(candidate(1)) == 2"], "a coroutine"),
    ("def f(it): return sum(it)", ["assert candidate(x for x in [1, 2, 3]) == 6"], "a generator as an argument"),
    (
        "def f(xs): return max(xs, key=lambda x: x.age).name",
        ["from types import SimpleNamespace as N", "assert candidate([N(age=1, name='a'), N(age=2, name='b')]) == 'b'"],
        "objects of the tests as arguments",
    ),
    (
        "def f(x):\n    raise ValueError('bad', x)",
        [
            "try:",
            "    candidate(3)",
            "except ValueError as error:",
            "    assert error.args == ('bad', 3)",
            "else:",
            "    assert 0",
        ],
        "an exception with its arguments",
    ),
    (
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)",
        ["assert candidate() == (1, 2)"],
        "named",
    ),
    (
        "from enum import IntEnum\nclass E(IntEnum):\n    A = 1\ndef f(): return E.A",
        ["assert candidate() == 1"],
        "an IntEnum",
    ),
    ("def f(s): return s.split", ["assert candidate('a b')() == ['a', 'b']"], "a bound method"),
    (
        "import re\ndef f(s): return re.match('a', s)",
        ["assert candidate('ab')", "assert not candidate('b')"],
        "truth of an object",
    ),
    (
        "n = 0\ndef f():\n    global n\n    n += 1\n    return n",
        ["assert [candidate() for _ in range(3)] == [1, 2, 3]"],
        "state",
    ),
    ("def f(t): return isinstance(3, t)", ["assert candidate(int)", "assert not candidate(str)"], "types as arguments"),
    ("def f(n): return f(n - 1) + 1 if n else 0", ["assert candidate(800) == 800"], "recursion"),
    ("def f(x): return {1: {2: [x, None, ...]}}", ["assert candidate(3) == {1: {2: [3, None, ...]}}"], "nested data"),
    (
        "def f(x): return x",
        ["assert candidate(float('nan')) != candidate(float('nan'))"],
        "nan where the tests speak of it",
    ),
]


@pytest.mark.parametrize(("code", "lines", "why"), RIGHT, ids=[why for *_, why in RIGHT])
def test_right_code_passes(sandbox: Sandbox, code: str, lines: list[str], why: str) -> None:
    """A right program passes, whatever Python it uses."""
    tests = check(*lines)
    found = judge(sandbox, code, tests, nan="nan" in tests)
    assert found.outcome is Outcome.PASS, found


WRONG = [
    ("def f(x): return 2", CodeReason.WRONG_ANSWER),
    ("def f(x): raise KeyError(x)", CodeReason.EXCEPTION),
    ("def f(x) return 1", CodeReason.SYNTAX),
    ("f(1)", CodeReason.EXCEPTION),
    ("def g(x): return 1", CodeReason.NO_ENTRY_POINT),
    ("f = 1", CodeReason.EXCEPTION),
    ("import os\ndef f(x): os._exit(0)", CodeReason.ENDED_EARLY),
    ("import os\nos._exit(0)", CodeReason.ENDED_EARLY),
    ("import os\nos.write(3, b'x' * 99)\ndef f(x): return 1", CodeReason.PROTOCOL),
    ("def f(x):\n    while True: pass", CodeReason.TIMEOUT_CPU),
    ("def f(x): return bytes(1 << 40)", CodeReason.MEMORY),
    ("def f(x): return f(x)", CodeReason.EXCEPTION),
]


@pytest.mark.parametrize(("code", "reason"), WRONG, ids=[str(reason) + " " + code[:20] for code, reason in WRONG])
def test_wrong_code_is_told_why(sandbox: Sandbox, code: str, reason: CodeReason) -> None:
    """Each way of failing has its reason; a limit is no failure."""
    found = judge(sandbox, code, check("assert candidate(1) == 1"))
    assert found.reason == reason
    limited = reason in (CodeReason.TIMEOUT_CPU, CodeReason.MEMORY)
    assert found.outcome is (Outcome.LIMIT if limited else Outcome.FAIL)


def test_a_sleeper_runs_into_the_wall(sandbox: Sandbox) -> None:
    """Time that is not used is bounded too, and the candidate is named, not the tests."""
    plan = runner.Tests(style="check", entry="f", tests=check("assert candidate(1) == 1"))
    code = "import time\ndef f(x): time.sleep(1000)"
    found = runner.judge(sandbox.run(runner.make_job(code, "", plan, Limits(cpu=1.0, wall=1.0, memory=64 << 20))))
    assert (found.outcome, found.reason) == (Outcome.LIMIT, CodeReason.TIMEOUT_WALL)
    assert found.evidence["call"] == "f(1)"


def test_a_wrong_answer_shows_its_witness(sandbox: Sandbox) -> None:
    """The evidence names the statement, the call, the answer and the expectation."""
    tests = check("for x, want in [(1, 1), (3, 9)]:", "    assert candidate(x) == want")
    found = judge(sandbox, "def f(x): return 2 * x - 1", tests)
    assert found.evidence["call"] == "f(3)"
    assert found.evidence["got"] == "5"
    assert found.evidence["expected"] == "9"
    assert found.evidence["test"] == "assert candidate(x) == want"


BROKEN = [
    ("def check(candidate)\n    pass", "does not compile"),
    ("x = 1\n", "no check"),
    ("def check(candidate):\n    assert 1 / 0\n", "crashes before any call"),
    ("import no_such_module\ndef check(candidate):\n    pass\n", "an import that fails"),
    ("import os\nos._exit(0)\n", "ends its own process"),
    ("import sys\nsys.exit(0)\n", "exits"),
    ("import os\nos.write(4, b'pass')\nos._exit(0)\n", "a report of its own"),
]


@pytest.mark.parametrize(("tests", "why"), BROKEN, ids=[why for _, why in BROKEN])
def test_broken_tests_are_the_datas_fault(sandbox: Sandbox, tests: str, why: str) -> None:
    """Tests that cannot be run judge nobody."""
    with pytest.raises(TruthError):
        judge(sandbox, "def f(x): return x", tests)


def test_setup_runs_after_the_code_and_uses_its_classes(sandbox: Sandbox) -> None:
    """Instances of the candidate's class are built from afar, as MBPP 367 and 927 need."""
    code = "class Node:\n    def __init__(self, v):\n        self.v, self.next = v, None\n"
    code += "def f(node): return 0 if node is None else 1 + f(node.next)\n"
    setup = "head = Node(1)\nhead.next = Node(2)"
    found = judge(sandbox, code, ["assert f(head) == 2", "assert head.next.v == 2"], style="asserts", setup=setup)
    assert found.outcome is Outcome.PASS, found


def test_tests_use_the_prompts_helper_and_not_the_candidates(sandbox: Sandbox) -> None:
    """Replacing the helper that makes the expectation wins nothing."""
    context = "def encode(s):\n    return s[::-1]\n\ndef f(s):\n    '''Undo encode.'''\n"
    tests = check("assert candidate(encode('abc')) == 'abc'")
    hack = "def encode(s): return s\ndef f(s): return s"
    assert judge(sandbox, hack, tests, context=context).outcome is Outcome.FAIL
    assert judge(sandbox, "def f(s): return encode(s)", tests, context=context).outcome is Outcome.PASS


def test_a_class_is_used_from_afar(sandbox: Sandbox) -> None:
    """Methods, operators, attributes and exceptions of a class work, and the evidence says so."""
    code = """
class Full(Exception):
    pass
class V:
    def __init__(self, *xs): self.xs = list(xs)
    def __add__(self, o): return V(*map(sum, zip(self.xs, o.xs)))
    def __eq__(self, o): return self.xs == o.xs
    def __len__(self): return len(self.xs)
    def __iter__(self): return iter(self.xs)
    def __getitem__(self, i): return self.xs[i]
    def push(self, x):
        if len(self) > 2: raise Full(x)
        self.xs.append(x)
        return self
"""
    tests = """
import unittest
from solution import V, Full
class T(unittest.TestCase):
    def test_all(self):
        self.assertEqual(V(1, 2) + V(3, 4), V(4, 6))
        self.assertNotEqual(V(1), V(2))
        self.assertEqual(list(V(1).push(2)), [1, 2])
        self.assertEqual((len(V(1)), V(5)[0], V(7).xs), (1, 5, [7]))
        self.assertTrue(isinstance(V(), V))
        with self.assertRaises(Full) as caught:
            V(1, 2, 3).push(9)
        self.assertEqual(caught.exception.args, (9,))
        self.assertNotEqual(V(1), [1])
"""
    found = judge(sandbox, code, tests, style="unittest", entry="V")
    assert found.outcome is Outcome.PASS, found
    assert found.evidence["assurance"] == "objects"


def test_an_object_with_operators_of_its_own_passes_nothing(sandbox: Sandbox) -> None:
    """Even where objects are in use, `abs(lie - expected)` is an error and `lie == expected` is false."""
    code = (
        "class Lie:\n    def __sub__(self, o): return 0.0\n    def __eq__(self, o): return True\ndef f(x): return Lie()"
    )
    for line in ("assert abs(candidate(1) - 3) < 1", "assert candidate(1) == 3", "assert candidate(1) in [3]"):
        assert judge(sandbox, code, check(line), objects=True).outcome is Outcome.FAIL


def test_calls_compare_json_values(sandbox: Sandbox) -> None:
    """A tuple is a list, a key is its text, a float is near; true is not 1."""
    cases = [
        ("def f(n): return (n, {n: 0.1 + 0.2})", [3, {"3": 0.3}], Outcome.PASS),
        ("def f(n): return True", 1, Outcome.FAIL),
        ("def f(n): return [n]", [3, 4], Outcome.FAIL),
        ("def f(n): return float('nan')", 1.5, Outcome.FAIL),
    ]
    for code, expected, outcome in cases:
        tests = [{"args": [3], "kwargs": {}, "expected": expected}]
        assert judge(sandbox, code, tests, style="calls").outcome is outcome, code


def test_a_thousand_calls_are_one_conversation(sandbox: Sandbox) -> None:
    """State survives a thousand calls of one run."""
    code = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    found = judge(sandbox, code, check("for i in range(1000):", "    assert candidate(i) == i + 1"))
    assert found.evidence["calls"] == 1000


PYTEST = """
import pytest
from solution import f

@pytest.fixture
def one():
    return 1

@pytest.mark.parametrize("x, want", [(1, 2.0), (2, 3.0)])
def test_adds(x, want, one):
    assert f(x, one) == pytest.approx(want)

class TestErrors:
    def test_text(self):
        with pytest.raises(TypeError, match="unsupported"):
            f("a", 1)
"""


def test_pytest_runs_with_fixtures_parameters_and_raises(sandbox: Sandbox) -> None:
    """The real pytest runs in the tester's box, and what the candidate raises is never a skip."""
    assert judge(sandbox, "def f(x, y): return x + y", PYTEST, style="pytest").outcome is Outcome.FAIL
    code = "def f(x, y):\n    if isinstance(x, str):\n        raise TypeError('unsupported')\n    return x + y"
    found = judge(sandbox, code, PYTEST, style="pytest")
    assert found.outcome is Outcome.PASS, found
    assert found.evidence["tests"] == 3
    skip = "class Skipped(BaseException): pass\ndef f(x, y): raise Skipped"
    assert judge(sandbox, skip, PYTEST, style="pytest").outcome is Outcome.FAIL


def test_a_test_module_without_tests_is_broken(sandbox: Sandbox) -> None:
    """Nothing that ran is no pass."""
    for style in ("pytest", "unittest"):
        with pytest.raises(TruthError):
            judge(sandbox, "def f(): pass", "from solution import f\n", style=style)


def test_a_syntax_error_that_the_candidate_raises_is_its_own(sandbox: Sandbox) -> None:
    """A program that evaluates bad text fails; the tests are not to blame."""
    found = judge(sandbox, "def f(text): return eval(text)", check("assert candidate('1 +') == 1"))
    assert (found.outcome, found.reason) == (Outcome.FAIL, CodeReason.EXCEPTION)


METHODS = [
    ("class Solution:\n    def f(self, x: List[int]) -> int:\n        return sum(x)", "pass", ""),
    ("class Solution:\n    def f(self, x):\n        return len(x)", "fail", "wrong_answer"),
    ("class Solution:\n    def g(self, x):\n        return sum(x)", "fail", "no_entry_point"),
    ("class Other:\n    def f(self, x):\n        return sum(x)", "fail", "no_entry_point"),
    ("class Solution:\n    def __init__(self): raise ValueError\n    def f(self, x): return 3", "fail", "exception"),
    ("def f(x):\n    return sum(x)\nclass Solution:\n    f = staticmethod(f)", "pass", ""),
]


@pytest.mark.parametrize(("code", "outcome", "reason"), METHODS)
@pytest.mark.parametrize("together", [False, True])
def test_the_entry_point_may_be_a_method(
    sandbox: Sandbox, code: str, outcome: str, reason: str, together: bool
) -> None:
    """As in LeetCode's problems, whose programs take the imports of a prelude for granted."""
    truth = {
        "shared_process": together,
        "style": "check",
        "entry_point": "Solution().f",
        "prelude": "from typing import *",
        "tests": "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate(x=[]) == 0\n",
    }
    problem = Problem(domain="code", id="m", prompt="Write Solution.", truth=truth)
    found = domain.check(problem, f"```python\n{code}\n```", sandbox)[0]
    assert (found.outcome, found.reason) == (outcome, reason), found
