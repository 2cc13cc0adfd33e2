"""Let measured critics look at the passed rows of a run; those that they call wrong are kept out of exports.

Changes no verdict: what a program failed or could not judge is not shown to critics, so they can let nothing in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from verisieve.commands import Answered, replacing
from verisieve.critics import records
from verisieve.critics.asking import Said, Shown, ask_about, critics_of
from verisieve.critics.records import Limits, Record
from verisieve.errors import UsageError
from verisieve.folder import DOUBTS, Pair, digest_of, pairs, prompt_of, text_of
from verisieve.models import Asking
from verisieve.records import Outcome
from verisieve.rows import dump


class Filtered(NamedTuple):
    """How many passed rows critics said what of, those of domains without a record, and how asking went."""

    said: Counter[Said]
    unasked: Counter[str]
    answered: Answered


def apply(folder: Path, path: Path, asking: Asking, *, limits: Limits | None = None, resume: bool = False) -> Filtered:
    """Ask critics with a good record about all passed rows; raise UsageError for a critic that may not filter."""
    allowed = _allowed(records.read(path), critics_of(asking), limits or Limits())
    passed = [pair for pair in pairs(folder, doubts=False) if pair.verdict["outcome"] == Outcome.PASS]
    rows = [pair for pair in passed if text_of(pair.verdict, "domain") in allowed]
    said, answered = ask_about([_shown(row) for row in rows], asking, folder / "critics.jsonl", resume=resume)
    tally: Counter[Said] = Counter()
    with replacing(folder / DOUBTS) as stream:
        for (critic, k), word in sorted(said.items(), key=lambda item: (item[0][1], item[0][0])):
            tally[word] += 1
            place, reply = rows[k].place, text_of(rows[k].completion, "response")
            line = {"line": place.line, "reply": digest_of(reply), "critic": critic, "said": str(word)}
            stream.write(dump(line))
    unasked = Counter(text_of(pair.verdict, "domain") for pair in passed) - Counter(
        text_of(row.verdict, "domain") for row in rows
    )
    return Filtered(tally, unasked, answered)


def _shown(pair: Pair) -> Shown:
    return Shown(text_of(pair.verdict, "domain"), prompt_of(pair.completion), text_of(pair.completion, "response"))


def _allowed(found: Sequence[Record], critics: Sequence[str], limits: Limits) -> frozenset[str]:
    """Return the domains in which all these critics may filter."""
    domains: list[frozenset[str]] = []
    for critic in critics:
        own = [record for record in found if record.critic == critic]
        if not own:
            raise UsageError(f"{critic} has no record: measure it first (verisieve critic measure)")
        objections = [f"{record.domain}: {why}" for record in own for why in record.objections(limits)]
        good = frozenset(record.domain for record in own if not record.objections(limits))
        if not good:
            raise UsageError(f"{critic} may not filter: {'; '.join(objections)}")
        domains.append(good)
    return frozenset.intersection(*domains)
