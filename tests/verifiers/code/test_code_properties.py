"""Programs against a reference on drawn inputs: what is told apart, and what cannot be."""

from __future__ import annotations

import pytest

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import properties
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.properties import Subject
from verisieve.verifiers.code.runner import Finding

LIMITS = Limits(cpu=1.0, wall=20.0)


def check(sandbox: Sandbox, reference: str, code: str, prompt: str = "") -> Finding:
    """Compare a program with a reference."""
    subject = Subject(entry="f", prompt=prompt, reference=Source(reference, ""), calls=[], seed="test")
    return properties.check(subject, Source(code, ""), LIMITS, sandbox)


INTS = "def f(xs: list[int]):\n    "
PAIRS = [
    (INTS + "return sorted(set(xs))", "def f(xs): return sorted(xs)", "f([0, 0])", "duplicates"),
    (INTS + "return xs[0] if xs else None", "def f(xs): return xs[0]", "f([])", "nothing"),
    (INTS + "return sum(map(abs, xs))", "def f(xs): return abs(sum(xs))", None, "signs"),
    ("def f(n: int): return abs(n)", "def f(n): return n", "f(-1)", "a negative number"),
    ("def f(s: str): return s.upper()", "def f(s): return s.encode().upper().decode()", None, "letters beyond ASCII"),
    ("def f(s: str): return len(s)", "def f(s): return len(s.encode())", None, "letters of several bytes"),
    (INTS + "xs.sort()", "def f(xs): return None", None, "a change that is due"),
    (INTS + "yield from xs", "def f(xs): return iter(xs[:3])", None, "a generator that stops early"),
    ("def f(a: int, *, k: int): return a - k", "def f(a, *, k): return k - a", None, "a parameter by name"),
    ("async def f(a: int): return a", "async def f(a): return -a", None, "a coroutine"),
]


@pytest.mark.parametrize(("reference", "code", "call", "why"), PAIRS, ids=[pair[3] for pair in PAIRS])
def test_programs_that_differ_are_told_apart(
    sandbox: Sandbox, reference: str, code: str, call: str | None, why: str
) -> None:
    """A hidden input shows the difference, and is small; the reference itself passes."""
    found = check(sandbox, reference, code)

    assert (found.outcome, found.reason) == (Outcome.FAIL, "wrong_answer")
    assert call in (None, found.evidence["call"])
    assert len(found.evidence["call"]) < 40
    assert check(sandbox, reference, reference).outcome is Outcome.PASS


def test_what_the_reference_refuses_is_outside(sandbox: Sandbox) -> None:
    """Where the reference raises, ends or loops, nothing is expected of a program."""
    loops = "def f(n: int):\n    assert n > 0\n    while n == 7: pass\n    return n"
    found = check(sandbox, loops, "def f(n): return n if n != 7 and n > 0 else 'odd'")

    assert found.outcome is Outcome.PASS
    assert found.evidence["outside"] > 10


def test_a_promised_exception_is_an_answer(sandbox: Sandbox) -> None:
    """An exception that the prompt names must be raised; one that it does not name need not."""
    reference = "def f(n: int):\n    if n < 0: raise ValueError(n)\n    return n"
    lenient = "def f(n): return n"

    assert check(sandbox, reference, lenient).outcome is Outcome.PASS
    assert check(sandbox, reference, lenient, "Raise ValueError below zero.").outcome is Outcome.FAIL


UNCHECKABLE = [
    ("def f(n: int): raise ValueError", "answers only 0 of"),
    ("def f(n: int): return object()", "answers only 0 of"),
    ("def f(x): return x", "neither a hint nor a given call says what x takes"),
    ("def f(): return 1", "is no function with parameters"),
    ("class f: pass", "is no function with parameters"),
]


@pytest.mark.parametrize(("reference", "message"), UNCHECKABLE, ids=[case[0] for case in UNCHECKABLE])
def test_what_cannot_be_checked_is_no_pass(sandbox: Sandbox, reference: str, message: str) -> None:
    """A reference that refuses everything, or of whose inputs nothing is known, is the data's fault."""
    with pytest.raises(TruthError, match=message):
        check(sandbox, reference, reference)


def test_a_reference_that_changes_its_mind_is_broken(sandbox: Sandbox) -> None:
    """A random reference proves nothing against anybody."""
    with pytest.raises(TruthError, match="otherwise each time"):
        check(sandbox, "import random\ndef f(n: int): return random.random()", "def f(n): return n")


def test_a_program_that_loops_runs_into_its_limit(sandbox: Sandbox) -> None:
    """Too slow is outcome `limit`, and the call is shown."""
    found = check(sandbox, "def f(n: int): return n", "def f(n):\n    while n > 5: pass\n    return n")

    assert (found.outcome, found.reason) == (Outcome.LIMIT, "timeout_cpu")
    assert found.evidence["call"].startswith("f(")


def test_the_verdict_is_the_same_each_time(sandbox: Sandbox) -> None:
    """The same problem and program give the same evidence."""
    pair = INTS + "return max(xs, default=0)", "def f(xs): return max([0, *xs])"

    assert check(sandbox, *pair) == check(sandbox, *pair)


def test_a_program_that_ends_itself_fails(sandbox: Sandbox) -> None:
    """`os._exit` on some input is no answer, and shown as such."""
    found = check(sandbox, "def f(n: int): return n", "import os\ndef f(n): return n if n < 9 else os._exit(0)")

    assert found.outcome is Outcome.FAIL
    assert found.evidence["got"].startswith("ended")
