"""Programs that answer otherwise from one process to the next."""

from __future__ import annotations

import pytest

from verisieve.records import Outcome
from verisieve.sandboxes import Job, Limits, Program, Sandbox
from verisieve.verifiers.code import repeats
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.literals import Call
from verisieve.verifiers.code.observing import Answer
from verisieve.verifiers.code.repeats import Reseeded, differ

LIMITS = Limits(cpu=2.0, wall=20.0)


FICKLE = [
    ("def f(x): return list({str(i) for i in range(x)})", "order of a set"),
    ("def f(x): return hash(str(x))", "hash of a text"),
    ("import random\ndef f(x): return random.random()", "chance"),
    ("import time\ndef f(x): return time.time_ns()", "time"),
    ("import random\ndef f(x): return 1 // random.choice([0, 1]) if x == 9 else hash('a')", "sometimes an exception"),
]


@pytest.mark.parametrize("code", [case[0] for case in FICKLE], ids=[case[1] for case in FICKLE])
def test_a_fickle_program_is_found(sandbox: Sandbox, code: str) -> None:
    """Answers that hang on hash seed, chance or time are no answers."""
    found = repeats.check(Source(code, ""), "f", [Call((30,), {})], LIMITS, sandbox)

    assert (found.outcome, found.reason) == (Outcome.FAIL, "nondeterministic")
    assert found.evidence["call"] == "f(30)"


STEADY = [
    "def f(x): return {str(i) for i in range(x)}",
    "def f(x): return sorted({str(i) for i in range(x)})",
    "import random\ndef f(x): return random.Random(x).random()",
    "def f(x): raise ValueError(x)",
    "def f(x): return object()",
    "def f(x):\n    while True: pass",
]


@pytest.mark.parametrize("code", STEADY)
def test_a_steady_program_passes(sandbox: Sandbox, code: str) -> None:
    """Sets are equal in any order, and a call that runs into a limit tells nothing."""
    limits = Limits(cpu=0.5, wall=20.0)

    assert repeats.check(Source(code, ""), "f", [Call((30,), {})], limits, sandbox).outcome is Outcome.PASS


def test_each_seed_is_its_own(sandbox: Sandbox) -> None:
    """A reseeded program without a tester reads its input and hashes by its seed."""
    program = Program(harness="import sys; print(hash('a'), sys.stdin.read())", stdin=b"hi")
    outputs = [Reseeded(sandbox, seed).run(Job(candidate=program)).candidate.stdout for seed in (1, 2, 1)]

    assert outputs[0] == outputs[2] != outputs[1]
    assert outputs[0].endswith(b"hi\n")


def test_what_is_not_known_does_not_differ() -> None:
    """A limit beside an answer is no proof."""
    assert not differ(Answer("limit"), Answer("returned", 1))
    assert differ(Answer("ended"), Answer("returned", 1))
