"""Golds and replies of every kind: what is right in another notation passes, what is a near miss does not."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from verisieve.verifiers.math import judge, prepare

HERE = Path(__file__).parent


class Row(NamedTuple):
    """A gold, a reply, and whether the reply is right."""

    gold: str
    reply: str
    right: bool


def sections(name: str) -> dict[str, list[Row]]:
    """The rows of a table by their kind; a line starts or ends with the label."""
    kind, found = "", defaultdict[str, list[Row]](list)
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
        elif line.startswith(("p ||| ", "r ||| ")):
            label, gold, reply = line.split(" ||| ", 2)
            found[kind].append(Row(gold, reply.replace("⏎", "\n"), label == "p"))
        elif line:
            gold, reply, label = (part.strip() for part in line.rsplit(" ||| ", 2))
            found[kind].append(Row(gold, reply, label == "pass"))
    return found


def replies() -> dict[str, list[Row]]:
    """The rows of replies.jsonl by their gold."""
    found = defaultdict[str, list[Row]](list)
    for line in (HERE / "replies.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["gold"]].append(Row(row["gold"], row["reply"], row["label"] == "pass"))
    return found


PAIRS, BATCHES, REPLIES = sections("pairs.txt"), sections("batches.txt"), replies()


def disagreements(rows: list[Row]) -> list[tuple[Row, object]]:
    """The rows that are judged otherwise than they are labelled, with their rulings."""
    rulings = [(row, judge(prepare(row.gold), row.reply)) for row in rows]
    return [(row, ruling) for row, ruling in rulings if (ruling.outcome == "pass") != row.right]


@pytest.mark.parametrize("kind", list(PAIRS))
def test_pairs(kind: str) -> None:
    """A reply passes exactly where it says the same as the gold, and nothing is left undecided."""
    assert disagreements(PAIRS[kind]) == []
    assert [row for row in PAIRS[kind] if judge(prepare(row.gold), row.reply).outcome == "error"] == []


@pytest.mark.parametrize("kind", list(BATCHES))
def test_batches(kind: str) -> None:
    """So it is in batches that were written before the checker was run on them."""
    assert disagreements(BATCHES[kind]) == []


@pytest.mark.parametrize("gold", list(REPLIES))
def test_replies(gold: str) -> None:
    """The answer of a whole reply is the one that it commits to, and a reply that commits to none does not pass."""
    assert disagreements(REPLIES[gold]) == []
