"""Benign forms in which right and wrong answers are written: pairs, lists, and the words around them.

Used to play a noisy model and to fuzz the readers; nothing here judges.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random

_MARKS = (
    "Answer: {}", "**Answer:** {}", "**Answer**: {}", "Final answer: {}", "### Answer\n{}", "ANSWER: {}",
    "The final answer is: {}", "<answer>{}</answer>", "Answer:\n{}", "My answer:\n\n{}",
)  # fmt: skip


def pairs(items: Mapping[str, object], rng: Random, *, joiners: Sequence[str] = ("=", ": ", " -> ")) -> str:
    """Write key-value pairs: in a line, as JSON, as a list or as a table."""
    order = list(items.items())
    if rng.random() < 0.4:
        rng.shuffle(order)
    form = rng.randrange(5)
    if form == 0:
        return json.dumps(dict(order), ensure_ascii=False)
    joiner = rng.choice(list(joiners))
    if form == 1:
        return "\n" + "\n".join(f"{rng.choice('-*')} {key}{joiner}{value}" for key, value in order)
    if form == 2:
        return "\n\n| item | value |\n|---|---|\n" + "\n".join(f"| {key} | {value} |" for key, value in order)
    return rng.choice([", ", "; "]).join(f"{key}{joiner}{value}" for key, value in order)


def sequence(items: Sequence[str], rng: Random, *, joiners: Sequence[str] = (", ", "; ")) -> str:
    """Write a sequence: in a line, as JSON, or as a numbered list."""
    form = rng.randrange(4)
    if form == 0:
        return json.dumps(list(items), ensure_ascii=False)
    if form == 1:
        return "\n" + "\n".join(f"{k}. {item}" for k, item in enumerate(items, 1))
    return rng.choice(list(joiners)).join(items)


def commit(body: str, rng: Random) -> str:
    """Commit to an answer in one of the usual forms."""
    marks = _MARKS if not body.startswith("\n") else [mark for mark in _MARKS if not mark.startswith(("The", "<"))]
    if "\n" not in body and "{" not in body and "*" not in body and rng.random() < 0.1:
        return f"Answer: **{body}**" if rng.random() < 0.5 else f"Therefore the answer is {body}"
    return rng.choice(list(marks)).replace("{}", body)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as a Markdown table; the first is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
