"""Archives that mean harm: what cannot be read is said, in bounded memory, and the other members are read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from verisieve.errors import InputError
from verisieve.recordings import archive, inspect_log
from verisieve.recordings.records import Aside, Sample

HEADER = {"version": 2, "status": "success", "eval": {"task": "t", "model": "m"}}
SAMPLE = {"id": "a", "epoch": 1, "input": "1+1?", "target": "2", "output": {"completion": "2"}, "scores": {}}


def log(folder: Path, **members: bytes) -> Path:
    """An archive with a header and these samples."""
    path = folder / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("header.json", json.dumps(HEADER))
        for name, raw in members.items():
            stream.writestr(f"samples/{name}_epoch_1.json", raw)
    return path


def read(path: Path) -> list[str]:
    """What is read, each in a few words."""
    return [item.message if isinstance(item, Aside) else f"reply {item.ids[0]}" for item in inspect_log.read([path])]


GOOD = json.dumps(SAMPLE).encode()
MEMBERS = [
    (b" " * (archive.MOST_OF_MEMBER + 1), "67,108,865 bytes when inflated; at most 67,108,864 are read"),
    (b'{"id": "\xff"}', "invalid UTF-8 at byte 8"),
    (b"[]", "not a JSON object"),
    (b"[" * 100_000, "bad JSON"),
    (b'{"id": "b", "epoch": "1"}', "must be an integer, not a string"),
    (b'{"id": "b"}', "missing; must be an integer"),
]


@pytest.mark.parametrize(("raw", "message"), MEMBERS, ids=[message[:20] for _, message in MEMBERS])
def test_a_bad_member_costs_only_itself(tmp_path: Path, raw: bytes, message: str) -> None:
    """A bomb, broken text or wrong types are named; the samples before and after are read."""
    found = read(log(tmp_path, a=GOOD, b=raw, c=GOOD))

    assert [found[0], found[2]] == ["reply a", "reply a"]
    assert message in found[1]


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    """A byte that is not what the archive's checksum says spoils its member alone."""
    path = log(tmp_path, a=GOOD, b=GOOD)
    raw = bytearray(path.read_bytes())
    raw[zipfile.ZipFile(path).getinfo("samples/a_epoch_1.json").header_offset + 60] ^= 0xFF
    path.write_bytes(raw)

    first, second = read(path)
    assert "cannot be inflated" in first
    assert second == "reply a"


@pytest.mark.parametrize("kept", [0, 40, 200])
def test_a_truncated_archive_is_named(tmp_path: Path, kept: int) -> None:
    """An archive without its end is one bad record, not a crash."""
    path = log(tmp_path, a=GOOD)
    path.write_bytes(path.read_bytes()[:kept])

    (found,) = read(path)
    assert "the archive cannot be read" in found


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    """Entries that claim more bytes than the file has would inflate the same bytes again and again."""
    path = log(tmp_path, a=GOOD, b=GOOD)
    with zipfile.ZipFile(path, "a") as stream:
        stream.filelist.extend([stream.getinfo("samples/a_epoch_1.json")] * 50)
        stream._didModify = True  # type: ignore[attr-defined]  # the way to make such a file

    with pytest.raises(InputError, match="overlap"):
        archive.Archive(path)


def test_a_log_that_ended_early_says_so(tmp_path: Path) -> None:
    """The samples of a log whose run failed are read, and its status is listed apart."""
    failed = {**HEADER, "status": "error", "error": {"message": "killed"}, "results": {"total_samples": 3}}
    path = tmp_path / "log.json"
    path.write_text(json.dumps({**failed, "samples": [SAMPLE]}), encoding="utf-8")

    sample, ended = inspect_log.read([path])
    assert isinstance(sample, Sample)
    assert isinstance(ended, Aside)
    assert ended.message == "the log's status is error: killed; 1 of 3 samples are in it"
