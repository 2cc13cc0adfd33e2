"""Building in a box: groups of commands, what compilers say, room for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from verisieve.sandboxes import MIB, Limits
from verisieve.verifiers.code import compiling, harness, runner
from verisieve.verifiers.code.compiling import Plan
from verisieve.verifiers.code.harness import compiled
from verisieve.verifiers.code.harness.decode import Reader


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes build in a folder of their own."""
    monkeypatch.chdir(tmp_path)


def say(text: str, code: int) -> list[str]:
    """A command that says something and ends with a code."""
    return ["/bin/sh", "-c", f"printf '%s' '{text}'; exit {code}"]


def plan(*groups: list[list[str]]) -> dict[str, Any]:
    """What a box reads."""
    return {"builds": list(groups), "environment": {"PATH": "/usr/bin:/bin"}}


def test_the_first_group_that_works_counts() -> None:
    """A later group is tried only where an earlier one fails."""
    assert compiled.build(plan([say("", 0)], [["/bin/touch", "second"]])) is None
    assert not Path("second").exists()
    assert compiled.build(plan([say("", 1)], [["/bin/touch", "second"]])) is None
    assert Path("second").exists()


def test_a_group_ends_with_its_first_failure() -> None:
    """Commands after a failed one do not run."""
    assert compiled.build(plan([say("bad", 2), ["/bin/touch", "after"]])) == "bad"
    assert not Path("after").exists()


def test_the_first_group_says_why() -> None:
    """Of several failures the first is told, for it is of the program as it was written."""
    assert compiled.build(plan([say("one", 1)], [say("two", 1)])) == "one"


def test_a_silent_failure_is_told_by_its_code() -> None:
    """A compiler that says nothing, or was killed, still has a message."""
    assert compiled.build(plan([say("", 3)])) == "/bin/sh ended with code 3"
    assert compiled.build(plan([["/bin/sh", "-c", "kill -9 $$"]])) == "/bin/sh ended with code -9"


def test_a_message_begins_with_the_error_and_is_bounded() -> None:
    """What stands before the first error, and what is too long, is left out."""
    assert compiled.build(plan([say("In file a:\na:1: error: no\n  |", 1)])) == "a:1: error: no\n  |"
    endless = compiled.build(plan([["/bin/sh", "-c", "head -c 999999 /dev/zero | tr '\\0' x; exit 1"]]))
    assert endless == "x" * compiled.COMPILER_SAYS


def test_a_build_holds_no_descriptor_of_ours() -> None:
    """A compiler that reads files by number finds nothing."""
    assert compiled.build(plan([["/bin/sh", "-c", "test \"$(ls /proc/self/fd | tr '\\n' ' ')\" = '0 1 2 3 '"]])) is None


def test_a_plan_crosses_as_plain_data() -> None:
    """The box reads what the host wrote, with the common environment and what the plan adds."""
    made = Plan(builds=[[["cc"]]], run=["./x"], files={"a": b"1"}, environment={"GOPATH": "/tmp/go"}, defined=False)
    job = compiling.job(made, made, runner.Tests(style="asserts", entry="f", tests=[]), Limits(), "native")
    assert job.tester is not None
    told = Reader(job.candidate.files["build"]).whole()
    assert (told["builds"], told["names"], told["defined"]) == ([[["cc"]]], ["f"], False)
    assert (told["environment"]["GOPATH"], told["environment"]["HOME"]) == ("/tmp/go", "/tmp")
    assert job.candidate.files["a"] == b"1"


def test_compilers_get_room_but_no_more_memory_or_time() -> None:
    """CPU, wall and memory of the row bound the compiler too."""
    given = Limits(cpu=3, wall=9, memory=64 * MIB)
    room = compiling.roomy(given)
    assert (room.cpu, room.wall, room.memory) == (3, 9, 64 * MIB)
    assert room.processes >= 128
    assert compiling.tester_limits(given).memory == Limits().memory


def test_the_exit_code_of_an_uncompiled_program_is_known() -> None:
    """The box and the host mean the same by it."""
    assert compiled.UNCOMPILED == harness.COMPILE_EXIT
