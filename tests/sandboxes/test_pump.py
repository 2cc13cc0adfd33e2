"""Bytes in and out of boxes: caps, and the payload as the box reads it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from verisieve.sandboxes import Program
from verisieve.sandboxes.inside import box
from verisieve.sandboxes.pump import Capture, Channels


@pytest.mark.parametrize("limit", [0, 1, 2, 7, 64])
def test_a_capture_keeps_head_and_tail_however_the_pieces_fall(limit: int) -> None:
    """What is kept depends on the stream alone, not on how it was cut."""
    rng = Random(f"capture:{limit}")
    data = bytes(rng.randrange(97, 123) for _ in range(100))
    kept = Capture(limit)
    at = 0
    while at < len(data):
        step = rng.randint(1, 20)
        kept.feed(data[at : at + step])
        at += step
    assert (bytes(kept.head), bytes(kept.tail)) == (data[: limit // 2], data[len(data) - (limit - limit // 2) :])
    assert kept.size == 100


def test_a_stream_within_the_limit_is_kept_whole() -> None:
    """No note is put into an output that fits."""
    kept = Capture(10)
    for piece in (b"01234", b"", b"56789"):
        kept.feed(piece)
    assert kept.text() == b"0123456789"


def test_a_payload_unpacks_to_its_files(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files arrive byte for byte, in folders that are made for them."""
    monkeypatch.chdir(str(tmp_path))
    files = {"a.py": b"x = 1\n", "deep/er/\u00fc.bin": bytes(range(256)), "empty": b""}
    channels = Channels(Program(harness="", files=files), (), None)
    box._unpack(channels.theirs[0])
    channels.close()
    assert {name: Path(name).read_bytes() for name in files} == files


def test_closing_channels_closes_every_descriptor() -> None:
    """A run that fails half-way leaks nothing."""
    before = sorted(Path("/proc/self/fd").iterdir())
    Channels(Program(harness="", stdin=b"x" * (1 << 20)), (), Capture(1)).close()
    assert sorted(Path("/proc/self/fd").iterdir()) == before
