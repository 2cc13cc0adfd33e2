"""Jobs and runs survive the way through a byte stream, and a stream that is broken is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Limits, Program, Run, Status, frames

CANDIDATE = Program(harness="pass # \u00fc", files={"a/b": b"\x00\xff", "": b""}, stdin=b"in", limits=Limits(cpu=1.5))
END = Exit(status=Status.MEMORY, code=9, stdout=b"\x00out", stderr=b"err", stdout_bytes=4, cpu=0.25, memory=7)


@pytest.mark.parametrize("job", [Job(candidate=CANDIDATE), Job(candidate=CANDIDATE, tester=Program(harness=""))])
def test_a_job_arrives_as_it_was_sent(job: Job) -> None:
    """Harness, files, input and limits of both programs are kept."""
    assert frames.unpack_job(frames.unpack(frames.pack_job(job))) == job


@pytest.mark.parametrize("tester", [None, replace(END, status=Status.EXITED, code=0)])
def test_a_run_arrives_as_it_was_sent(tester: Exit | None) -> None:
    """Ends, outputs and report are kept, and statuses are statuses again."""
    run = Run(candidate=END, tester=tester, report=b"\x80report")
    again = frames.unpack_run(frames.unpack(frames.pack_run(run)))
    assert again == run
    assert isinstance(again.candidate.status, Status)


def test_a_cut_frame_is_not_whole_and_an_absurd_size_is_refused() -> None:
    """Nothing is made of half a frame, and nothing is read into memory because a header says so."""
    data = frames.pack_job(Job(candidate=CANDIDATE))
    assert not any(frames.is_whole(data[:cut]) for cut in range(len(data)))
    assert frames.is_whole(data)
    with pytest.raises(SandboxError, match="bytes"):
        frames.is_whole(b"\xff" * 12)
