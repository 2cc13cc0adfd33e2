"""Answers and traces of programs, taken in boxes and read as plain values."""

from __future__ import annotations

import pytest

from verisieve.errors import TruthError
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import answers, tracing
from verisieve.verifiers.code.answers import Answer
from verisieve.verifiers.code.literals import Call

LIMITS = Limits(cpu=0.5, wall=20.0)


def ask(sandbox: Sandbox, program: str, *arguments: object) -> list[Answer]:
    """Ask f about some single arguments."""
    return answers.ask(program, "f", [Call((argument,), {}) for argument in arguments], LIMITS, sandbox)


def test_answers_are_values_exceptions_limits_or_unknown(sandbox: Sandbox) -> None:
    """After a call that never ends nothing more is known."""
    program = "def f(x):\n    while x == 0: pass\n    return 6 / x if x < 3 else object()\n"
    assert ask(sandbox, program, 2, 5, 0, 1) == [
        Answer("value", 3.0),
        Answer("unknown"),
        Answer("limit"),
        Answer("unknown"),
    ]
    assert ask(sandbox, "def f(x):\n    return [1][x]\n", 0, 1) == [Answer("value", 1), Answer("raised", "IndexError")]


def test_a_program_cannot_write_answers_itself(sandbox: Sandbox) -> None:
    """What it prints stays in its own box, and what it leaves with is no answer."""
    program = "import os\ndef f(x):\n    print(('value', 7), flush=True)\n    os._exit(0)\n"
    assert ask(sandbox, program, 1) == [Answer("unknown")]


def test_unknown_answers_neither_agree_nor_differ() -> None:
    """Nothing follows from what is not known."""
    unknown, one = Answer("unknown"), Answer("value", 1)
    assert not unknown.same(unknown)
    assert not unknown.differs(one)
    assert one.differs(Answer("value", True))
    assert one.differs(Answer("limit"))


@pytest.mark.parametrize("program", ["def g(x): return x", "def f(x: return x", "import no_such_module"])
def test_a_program_that_does_not_load_is_the_datas_fault(sandbox: Sandbox, program: str) -> None:
    """There is nothing to ask."""
    with pytest.raises(TruthError):
        ask(sandbox, program, 1)


def test_a_trace_holds_lines_and_the_values_before_them(sandbox: Sandbox) -> None:
    """Of the entry point's own frame; what cannot be told plainly is left out."""
    program = "def f(n):\n    s = 0\n    g = lambda x: x\n    for i in range(n):\n        s += g(i)\n    return s\n"
    found = tracing.trace(program, "f", Call((3,), {}), sandbox)
    assert found is not None
    assert found.returned == 3
    assert [event.line for event in found.events if event.line == 5] == [5, 5, 5]
    assert [event.values["s"] for event in found.events if event.line == 5] == [0, 0, 1]
    assert "g" not in found.events[-1].values


UNTRACED = [
    ("def f(n):\n    return f(n - 1) if n else 0\n", "calls itself"),
    ("def f(n):\n    return 1 // 0\n", "raises"),
    ("def f(n):\n    return object()\n", "returns what is not plain"),
    ("def f(n):\n    while True: pass\n", "never ends"),
    ("import os\ndef f(n):\n    os.write(1, b'x')\n    os._exit(0)\n", "ends its process"),
    ("def f(n):\n    return n\nf(1", "no Python"),
]


@pytest.mark.parametrize(("program", "why"), UNTRACED, ids=[why for _, why in UNTRACED])
def test_what_cannot_be_traced_has_no_trace(sandbox: Sandbox, program: str, why: str) -> None:
    """No facts are better than doubtful ones."""
    assert tracing.trace(program, "f", Call((3,), {}), sandbox) is None


def test_a_program_that_prints_is_traced(sandbox: Sandbox) -> None:
    """What it prints does not mix with the trace."""
    found = tracing.trace("def f(n):\n    print('x' * 99)\n    return n\n", "f", Call((3,), {}), sandbox)
    assert found is not None
    assert found.returned == 3
