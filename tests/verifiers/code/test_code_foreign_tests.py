"""Tests that a model wrote are believed about nothing but the difference between programs."""

from __future__ import annotations

from random import Random

import pytest

from verisieve.errors import TruthError
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import foreign_tests, runner
from verisieve.verifiers.code.foreign_tests import Answer, Quality

REFERENCE = "def f(x):\n    return x + 1\n"
MUTANTS = ["def f(x):\n    return x - 1\n", "def f(x):\n    return x\n"]
LOOPING = "def f(x):\n    while True:\n        pass\n"
FORGED = (
    "import os\nfrom __main__ import encode, refuse\n{first}\n"
    "os.write(4, encode({{'status': '{status}', 'done': 1, 'calls': 1, 'farewell': 9}}, refuse))\nos._exit(0)"
)


def judge(sandbox: Sandbox, text: str, *mutants: str) -> Quality:
    """Judge a suite of asserts about f."""
    tests = runner.Tests(style="asserts", entry="f", tests=[text])
    return foreign_tests.judge(tests, REFERENCE, mutants or MUTANTS, Limits(cpu=0.5, wall=20.0), sandbox, Random(0))


def test_a_suite_is_measured_by_the_mutants_it_fails(sandbox: Sandbox) -> None:
    """One input may tell some mutants from the reference and not others."""
    assert judge(sandbox, "assert f(1) == 2").survivors == ()
    weak = judge(sandbox, "assert f(1) > 1")
    assert weak.survivors == ()
    assert judge(sandbox, "assert f(1) > 0").survivors == (MUTANTS[1],)


def test_a_mutant_that_never_ends_is_killed(sandbox: Sandbox) -> None:
    """It runs out of CPU time where the reference does not."""
    assert judge(sandbox, "assert f(1) == 2", LOOPING).killed == 1.0


NOT_HOLDING = [
    ("assert f(1) == 3", Answer.FAILS, "wrong"),
    ("assert g(1) == 2", Answer.BROKEN, "another name"),
    ("import os\nos._exit(0)", Answer.BROKEN, "ends its own process"),
    ("raise SystemExit", Answer.BROKEN, "leaves"),
    ("import os\nos.write(4, b'N')\n", Answer.BROKEN, "a report of its own before ours"),
    ("import os\nos.close(3)\n", Answer.BROKEN, "hangs up"),
    ("import numpy_of_nobody", Answer.BROKEN, "a package that is not there"),
    (FORGED.format(first="", status="wrong"), Answer.FAILS, "a forged failure"),
]


@pytest.mark.parametrize(("text", "answer", "why"), NOT_HOLDING, ids=[why for _, _, why in NOT_HOLDING])
def test_a_suite_that_does_not_hold_is_no_suite(sandbox: Sandbox, text: str, answer: Answer, why: str) -> None:
    """The reference decides, and nothing else is run."""
    found = judge(sandbox, text)
    assert (found.reference, found.mutants) == (answer, 0)


VACUOUS = [
    ("pass", "nothing"),
    ("f(1)", "calls, and asserts nothing"),
    ("assert f", "asserts, and calls nothing"),
    ("def f(x):\n    return x + 1\nassert f(1) == 2", "tests itself"),
    (
        FORGED.format(first="f(1)\nf._link.send(b'Q', encode(9, refuse))\nf._link.receive()", status="passed"),
        "a forged pass",
    ),
    ("try:\n    assert f(1) == 2\nexcept AssertionError:\n    pass", "forgives"),
]


@pytest.mark.parametrize(("text", "why"), VACUOUS, ids=[why for _, why in VACUOUS])
def test_a_suite_that_holds_on_a_stub_is_vacuous(sandbox: Sandbox, text: str, why: str) -> None:
    """A suite that passes everything passes a stub as well."""
    found = judge(sandbox, text)
    assert (found.reference, found.stub, found.killed) == (Answer.HOLDS, Answer.HOLDS, 0.0)


PEEPING = [
    ("link.request(b'A', ('f', '__code__'))", "an attribute"),
    ("link.request(b'G', ('__builtins__',))", "another global"),
    ("link.request(b'C', ('open', ('solution.py',), {}, False))", "another function"),
    ("link.request(b'O', ('attrgetter', ['__code__']))", "an operator that reads attributes"),
    ("link.request(b'N', ('f', 1))", "a pull of a global"),
    ("link.request(b'S', ('f', '__doc__', 'seen'))", "a change"),
    ("link.request(b'C', ([type], (f,), {}, False))", "a type"),
]


@pytest.mark.parametrize(("text", "why"), PEEPING, ids=[why for _, why in PEEPING])
def test_a_suite_sees_what_a_program_does_and_nothing_else(sandbox: Sandbox, text: str, why: str) -> None:
    """Whatever it asks of the candidate's box but a call of the entry point is refused."""
    peeping = (
        f"link = f.__dict__['_link']\ntry:\n    {text}\nexcept PermissionError:\n    seen = False\nassert not seen"
    )
    assert judge(sandbox, f"assert f(1) == 2\n{peeping}").killed == 1.0


def test_iterators_of_the_entry_point_can_be_pulled(sandbox: Sandbox) -> None:
    """A generator is an answer too."""
    tests = runner.Tests(style="asserts", entry="f", tests=["assert list(f(2)) == [0, 1]"])
    program = "def f(n):\n    yield from range(n)\n"
    assert foreign_tests.ask(tests, program, Limits(), sandbox)[0] is Answer.HOLDS


def test_chance_kills_nothing_for_long(sandbox: Sandbox) -> None:
    """The reference runs beside each mutant, so that a suite that fails by chance fails it too."""
    text = "import random\nassert f(1) == f(1)\nassert random.random() < 0.5"
    assert judge(sandbox, text, *(f"def f(x):\n    return x - {n}\n" for n in range(12))).killed < 0.8


def test_a_reference_that_does_not_load_is_the_datas_fault(sandbox: Sandbox) -> None:
    """No suite is blamed for it, and none can feign it."""
    tests = runner.Tests(style="asserts", entry="f", tests=["assert f(1) == 2"])
    for broken in ("def g(x): return x", "def f(x:", "raise ValueError"):
        with pytest.raises(TruthError):
            foreign_tests.judge(tests, broken, MUTANTS, Limits(), sandbox, Random(0))
    assert judge(sandbox, FORGED.format(first="", status="missing")).reference is Answer.BROKEN
