"""The examples of a prompt, held against a program as the standard doctest would."""

from __future__ import annotations

import pytest

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import doctests, runner
from verisieve.verifiers.code.runner import Finding

PLAN = runner.Tests(style="check", entry="f", tests="")


def check(sandbox: Sandbox, examples: str, code: str, reference: str | None = None) -> Finding:
    """Hold examples against a program."""

    def run(text: str, tests: runner.Tests) -> Finding:
        return runner.judge(sandbox.run(runner.make_job(text, "", tests, Limits(cpu=2.0))))

    prompt = 'def f(x):\n    """Text.\n\n' + "".join(f"    {line}\n" for line in examples.split("\n")) + '    """\n'
    own = (lambda tests: run(reference, tests)) if reference is not None else None
    return doctests.check(prompt, PLAN, lambda tests: run(code, tests), own)


HOLD = [
    (">>> f(1)\n2", "def f(x): return x + 1", "a value"),
    (">>> f(1)\n{1:  2,3:4}", "def f(x): return {3: 4, 1: 2}", "another order and other spaces"),
    (">>> f(1)\n'a'", "def f(x): return 'a'", "a text"),
    ('>>> f(1)\n"a"', "def f(x): return 'a'", "other quotes"),
    (">>> f(1)\n2  # two", "def f(x): return 2", "a comment behind the value"),
    (">>> f(1)", "def f(x): return None", "nothing is shown"),
    (">>> f(1)\nNone", "def f(x): return None", "None is written out"),
    (">>> print(f(1))\nhello", "def f(x): return 'hello'", "the example prints"),
    (">>> y = f(1)\n>>> y\n2", "def f(x): return 2", "a name from one example to the next"),
    (">>> for i in range(2):\n...     print(f(i))\n0\n1", "def f(x): return x", "a loop that prints"),
    (">>> f(1) # doctest: +ELLIPSIS\n[0, ..., 9]", "def f(x): return list(range(10))", "an ellipsis"),
    (
        ">>> f(1)\nTraceback (most recent call last):\n    ...\nValueError: no",
        "def f(x): raise ValueError('no')",
        "an exception",
    ),
    (
        ">>> f(1) # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\nValueError: what",
        "def f(x): raise ValueError('no')",
        "an exception whose text does not matter",
    ),
]


@pytest.mark.parametrize(("examples", "code", "why"), HOLD, ids=[case[2] for case in HOLD])
def test_a_right_program_passes(sandbox: Sandbox, examples: str, code: str, why: str) -> None:
    """What the standard doctest lets pass, passes; values may be spelled otherwise."""
    assert check(sandbox, examples, code).outcome is Outcome.PASS


FAIL = [
    (">>> f(1)\n2", "def f(x): return 3", "another value"),
    (">>> f(1)\n2", "def f(x): return 2.0", "another type"),
    (">>> f(1)\n2", "def f(x): return '2'", "a text of the same look"),
    (">>> f(1)\n2", "class T:\n    def __repr__(self): return '2'\ndef f(x): return T()", "an object of the same look"),
    (">>> f(1)\n2", "def f(x): return None", "nothing"),
    (">>> f(1)\n2", "def f(x): print(2)", "printed by the program"),
    (">>> f(1)", "def f(x): return 1", "something where nothing is due"),
    (
        ">>> f(1)\nTraceback (most recent call last):\nValueError: no",
        "def f(x): return 'ValueError: no'",
        "no exception",
    ),
    (
        ">>> f(1)\nTraceback (most recent call last):\nValueError: no",
        "def f(x): raise KeyError('no')",
        "another exception",
    ),
    (">>> f(1)\n1\n>>> f(2)\n2", "def f(x): return 1", "the second example"),
]


@pytest.mark.parametrize(("examples", "code", "why"), FAIL, ids=[case[2] for case in FAIL])
def test_a_wrong_program_fails(sandbox: Sandbox, examples: str, code: str, why: str) -> None:
    """What the standard doctest rejects, is rejected."""
    assert check(sandbox, examples, code).outcome is Outcome.FAIL


def test_a_wrong_example_does_not_count(sandbox: Sandbox) -> None:
    """An example that the reference fails too is the prompt's mistake; the others still count."""
    examples, right = ">>> f(1)\n99\n>>> f(2)\n2", "def f(x): return x"

    assert check(sandbox, examples, right, right).evidence["wrong_themselves"] == 1
    assert check(sandbox, examples, right, right).outcome is Outcome.PASS
    assert check(sandbox, examples, "def f(x): return 1", right).outcome is Outcome.FAIL
    assert check(sandbox, examples, right).outcome is Outcome.FAIL


NOTHING = [
    ("No example here.", "holds no >>> example"),
    (">>> f(1)\nhello", "none of 1 examples"),
    (">>> f(1", "is no Python"),
    (">>>f(1)\n2", "malformed"),
]


@pytest.mark.parametrize(("examples", "message"), NOTHING, ids=[case[1] for case in NOTHING])
def test_nothing_to_hold_is_no_pass(sandbox: Sandbox, examples: str, message: str) -> None:
    """Without an example that can be run there is no verdict."""
    with pytest.raises(TruthError, match=message):
        check(sandbox, examples, "def f(x): return 'hello'")
