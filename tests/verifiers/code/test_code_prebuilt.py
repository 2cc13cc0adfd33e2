"""What is ours in programs of a compiled language is built once for a sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Program, Run, Status
from verisieve.verifiers.code import languages, prebuilt
from verisieve.verifiers.code.harness.encode import encode
from verisieve.verifiers.code.languages import Language

GO = replace(languages.known()["go"], name="some")
JOB = Job(
    candidate=Program(harness="", files={"build": b"b", "a": b"1"}), tester=Program(harness="", files={"p": b"2"})
)


@dataclass(eq=False)
class Builder:
    """A sandbox whose box builds one file, or ends with another code."""

    code: int = 0
    jobs: list[Job] = field(default_factory=list)
    name: str = "fake"
    layers: tuple[str, ...] = ()

    def run(self, job: Job) -> Run:
        """Note the job and end as told."""
        self.jobs.append(job)
        made = encode({"made": b"3"}, lambda *_: None)
        return Run(candidate=Exit(status=Status.EXITED, code=self.code, stdout=made, stderr=b"no such compiler"))

    def close(self) -> None:
        """Give back nothing."""


def test_programs_that_are_built_get_what_is_built_already() -> None:
    """The candidate has a build, a tester in Python has none; the box that builds holds nothing foreign."""
    box = Builder()
    jobs = [prebuilt.add(JOB, GO, box) for _ in range(3)]
    assert jobs[2].candidate.files == {"build": b"b", "a": b"1", "made": b"3"}
    assert jobs[2].tester == JOB.tester
    assert [job.tester for job in box.jobs] == [None]
    assert GO.library is not None
    assert box.jobs[0].candidate.files.keys() == {*GO.library.files, "build"}


def test_a_language_without_such_a_part_is_let_be() -> None:
    """Its jobs stay the same, and nothing is run."""
    python: Language = languages.known()["python"]
    box = Builder()
    assert prebuilt.add(JOB, python, box) is JOB
    assert not box.jobs


def test_what_does_not_build_is_our_fault() -> None:
    """The sandbox is named, and what its compiler said."""
    with pytest.raises(SandboxError, match=r"the fake sandbox builds no programs of some: no such compiler"):
        prebuilt.add(JOB, GO, Builder(code=98))
