"""The jobs of compiled languages: each box gets its files, and how they are built and run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from verisieve.sandboxes import MIB, Job, Limits, Program
from verisieve.verifiers.code import harness, runner
from verisieve.verifiers.code.harness.encode import encode, refuse
from verisieve.verifiers.code.runner import Tests

TESTER_CPU = 30.0  # seconds: compiling the tests, and running them
LIBRARY = Limits(cpu=120.0, wall=600.0, memory=1024 * MIB)
LIBRARY_BYTES = 32 * MIB
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LC_ALL": "C.UTF-8"}  # noqa: S108  # a box's own

Command = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the files of one box become a running program.

    `builds` are groups of commands: the first group in which all work counts. `run` is the program with its arguments,
    by absolute or relative path. `environment` is added to ENVIRONMENT. `defined` says whether the solution seems to
    define the entry point: where it does not, and does not compile, the entry point is what it lacks. `failure` finds
    a failed test in what the tests say; its named groups (test, line, ...) are evidence. `nan` is true where the tests
    speak of not-a-numbers; elsewhere one in an answer fails. `keep` are the folders of what was built that later boxes
    get (`prebuilt`).
    """

    builds: Sequence[Sequence[Command]]
    run: Command = ()
    files: Mapping[str, bytes]
    environment: Mapping[str, str] = field(default_factory=dict)
    defined: bool = True
    failure: str = ""
    nan: bool = False
    keep: Sequence[str] = ()


def job(candidate: Plan, tester: Plan | None, tests: Tests, limits: Limits, toolchain: str) -> Job:
    """Make both programs; without a plan for the tests, our own Python tester makes the calls."""
    texts = harness.compiled_candidate_texts()
    program = Program(**texts, files=_files(candidate, tests.entry), limits=roomy(limits))
    return Job(candidate=program, tester=_tester(tester, tests, limits), toolchain=toolchain)


def _tester(plan: Plan | None, tests: Tests, limits: Limits) -> Program:
    if plan is None:
        return runner.make_tester(tests, limits)
    texts, bounds = harness.compiled_tester_texts(), tester_limits(limits)
    return Program(**texts, files=_files(plan, tests.entry), limits=bounds)


def program(plan: Plan, stdin: bytes, limits: Limits, toolchain: str) -> Job:
    """Make the one program that reads a standard input."""
    texts = harness.compiled_program_texts()
    made = Program(**texts, files=_files(plan, ""), stdin=stdin, limits=roomy(limits))
    return Job(candidate=made, toolchain=toolchain)


def library(plan: Plan, toolchain: str) -> Job:
    """Make the one program that builds our own part of a language's programs and writes out what it keeps."""
    limits = replace(roomy(LIBRARY), output=LIBRARY_BYTES)
    made = Program(**harness.library_texts(), files=_files(plan, ""), limits=limits)
    return Job(candidate=made, toolchain=toolchain)


def roomy(limits: Limits) -> Limits:
    """Give compilers the processes, the disk and the address space that they want; CPU, wall and memory stay."""
    return replace(
        limits, address_space=1 << 40, processes=max(128, limits.processes), disk=max(128 * MIB, limits.disk)
    )


def tester_limits(limits: Limits) -> Limits:
    """Give the tests room of their own, and the candidate the earlier wall: a sleeper is told from slow tests."""
    memory = max(Limits().memory, limits.memory)
    return roomy(Limits(cpu=max(TESTER_CPU, limits.cpu), wall=limits.wall + 5, memory=memory))


def _files(plan: Plan, entry: str) -> dict[str, bytes]:
    told: dict[str, Any] = {
        "builds": [[list(command) for command in group] for group in plan.builds],
        "run": list(plan.run),
        "environment": {**ENVIRONMENT, **plan.environment},
        "entry": entry,
        "names": [entry] if entry else [],
        "defined": plan.defined,
        "failure": plan.failure,
        "nan": plan.nan,
        "keep": list(plan.keep),
    }
    return {**plan.files, "build": encode(told, refuse)}
