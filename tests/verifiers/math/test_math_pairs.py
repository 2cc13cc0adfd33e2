"""Golds and replies of every kind: what is right in another notation passes, what is a near miss does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from verisieve.verifiers.math import judge, prepare

HERE = Path(__file__).parent


def pairs() -> Iterator[object]:
    """The rows of pairs.txt, each with its kind."""
    kind = ""
    for line in (HERE / "pairs.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
        elif line:
            gold, reply, label = (part.strip() for part in line.rsplit(" ||| ", 2))
            yield pytest.param(gold, reply, label, id=f"{kind}: {gold} <- {reply[:40]}")


def replies() -> Iterator[object]:
    """The rows of replies.jsonl."""
    for line in (HERE / "replies.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield pytest.param(row["gold"], row["reply"], row["label"], id=row["reply"][:60])


@pytest.mark.parametrize(("gold", "reply", "label"), list(pairs()))
def test_pairs(gold: str, reply: str, label: str) -> None:
    """A reply passes exactly where it says the same as the gold."""
    ruling = judge(prepare(gold), reply)

    assert (ruling.outcome == "pass") == (label == "pass"), ruling
    assert ruling.outcome != "error", ruling


@pytest.mark.parametrize(("gold", "reply", "label"), list(replies()))
def test_replies(gold: str, reply: str, label: str) -> None:
    """The answer of a whole reply is the one that it commits to, and a reply that commits to none does not pass."""
    ruling = judge(prepare(gold), reply)

    assert (ruling.outcome == "pass") == (label == "pass"), ruling
