"""Jobs and runs as bytes, for a back end behind a byte stream: a JSON header and raw blobs, each with its length.

Nothing is pickled or evaluated; sizes are checked before anything is read.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from verisieve.errors import SandboxError
from verisieve.sandboxes import Exit, Job, Limits, Program, Run, Status

LARGEST = 1 << 30
_SIZES = struct.Struct(">IQ")
_OF_LIMITS = tuple(each.name for each in fields(Limits))
_OF_EXIT = tuple(each.name for each in fields(Exit) if each.name not in ("stdout", "stderr"))


class Frame(NamedTuple):
    """A header and the blobs that it speaks of, in order."""

    header: dict[str, Any]
    blobs: list[bytes]


def pack(header: dict[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """Make one frame."""
    head = json.dumps(header | {"sizes": [len(blob) for blob in blobs]}).encode()
    return b"".join([_SIZES.pack(len(head), sum(map(len, blobs))), head, *blobs])


def is_whole(data: bytes | bytearray) -> bool:
    """Whether data hold the frame that they begin; raise SandboxError for one that is absurdly large."""
    if len(data) < _SIZES.size:
        return False
    size: int = _SIZES.size + sum(_SIZES.unpack_from(data))
    if size > LARGEST:
        raise SandboxError(f"a frame of {size} bytes")
    return len(data) >= size


def unpack(data: bytes | bytearray) -> Frame:
    """Take apart one whole frame."""
    at = _SIZES.size + _SIZES.unpack_from(data)[0]
    header = json.loads(data[_SIZES.size : at])
    blobs = []
    for size in header["sizes"]:
        blobs.append(bytes(data[at : at + size]))
        at += size
    return Frame(header, blobs)


def pack_job(job: Job) -> bytes:
    """A job as one frame: for each program its harness, its input and its files."""
    programs = [job.candidate] if job.tester is None else [job.candidate, job.tester]
    heads, blobs = [], list[bytes]()
    for program in programs:
        heads.append({"names": list(program.files), "limits": _facts(program.limits, _OF_LIMITS)})
        blobs += [program.definitions.encode(), program.harness.encode(), program.stdin, *program.files.values()]
    return pack({"programs": heads}, blobs)


def unpack_job(frame: Frame) -> Job:
    """The job of a frame."""
    blobs = iter(frame.blobs)
    programs = [
        Program(
            definitions=next(blobs).decode(),
            harness=next(blobs).decode(),
            stdin=next(blobs),
            files={name: next(blobs) for name in head["names"]},
            limits=Limits(**head["limits"]),
        )
        for head in frame.header["programs"]
    ]
    return Job(candidate=programs[0], tester=programs[1] if len(programs) > 1 else None)


def pack_run(run: Run) -> bytes:
    """A run as one frame: for each end its outputs, and the report at last."""
    ends = [run.candidate] if run.tester is None else [run.candidate, run.tester]
    heads = [_facts(end, _OF_EXIT) for end in ends]
    blobs = [blob for end in ends for blob in (end.stdout, end.stderr)]
    return pack({"ends": heads}, [*blobs, run.report])


def unpack_run(frame: Frame) -> Run:
    """The run of a frame."""
    blobs = iter(frame.blobs)
    ends = [
        Exit(**head | {"status": Status(head["status"]), "stdout": next(blobs), "stderr": next(blobs)})
        for head in frame.header["ends"]
    ]
    return Run(candidate=ends[0], tester=ends[1] if len(ends) > 1 else None, report=next(blobs))


def _facts(record: Limits | Exit, names: tuple[str, ...]) -> dict[str, Any]:
    """The named fields of a record; `asdict` copies deeply, and takes five times as long."""
    return {name: getattr(record, name) for name in names}
