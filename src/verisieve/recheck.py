"""Recorded outputs judged anew: recordings in, a folder with our verdicts beside the recorded ones out.

The folder is one that `report` and `export` read, too. What the recording marks as failed or cut off is not judged;
it is listed in apart.jsonl with everything else that is no sample, and counted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verisieve.adapters.readers import records
from verisieve.commands import replacing, verify_files
from verisieve.comparing import Compared, compare
from verisieve.errors import InputError, UsageError
from verisieve.folder import COMPLETIONS, VERDICTS, pairs
from verisieve.progress import Tally
from verisieve.reading import MAX_LINE
from verisieve.recordings import formats, joining
from verisieve.recordings.fields import maybe, need
from verisieve.recordings.gathering import Gathered
from verisieve.recordings.records import Aside
from verisieve.rows import dump

APART = "apart.jsonl"
DISAGREEMENTS = "disagreements.jsonl"
SUMMARY = "recheck.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """Which files, what they are about, and how they are read; see `verisieve recheck`."""

    inputs: Sequence[str]
    problems: Sequence[str] = ()
    maps: Sequence[str] = ()
    model: str | None = None
    claim: str | None = None
    explained: str | None = None


def recheck(
    given: Recordings, out: Path, *, sandbox: str = "auto", workers: int | None = None, resume: bool = False
) -> tuple[Compared, Tally]:
    """Read recordings, judge their replies, compare the verdicts, and write all of it into a folder."""
    columns = formats.is_own(given.maps)  # of own files; else of the records of problems that recordings hold
    gathered = Gathered(joining.load(given.problems, () if columns else given.maps), given.claim)
    explained = _explanations(Path(given.explained)) if given.explained else {}
    items = formats.read(given.inputs, given.maps if columns else (), given.model)
    with replacing(out / COMPLETIONS) as rows, replacing(out / APART) as apart:
        for made in gathered.rows(items):
            if isinstance(made, Aside):
                apart.write(dump(made.row()))
            elif len(line := dump(made)) > MAX_LINE:
                apart.write(dump(gathered.too_long(made, len(line)).row()))
            else:
                rows.write(line)
    tally = verify_files([str(out / COMPLETIONS)], out / VERDICTS, sandbox=sandbox, workers=workers, resume=resume)
    compared = compare(pairs(out, doubts=False), gathered.groups, explained, gathered.bad, gathered.first)
    with replacing(out / DISAGREEMENTS) as stream:
        stream.writelines(dump(each.row()) for each in compared.disagreements)
    with replacing(out / SUMMARY) as stream:
        stream.write(json.dumps(compared.to_json(), indent=1).encode() + b"\n")
    return compared, tally


def _explanations(path: Path) -> dict[tuple[str, str, str, str], str]:
    """Read explained disagreements: rows with `id` and `why`, and `task`, `model` and `claim` where they matter."""
    found = {}
    for record in records(path, "jsonl"):
        try:
            if isinstance(record.value, InputError):
                raise record.value
            task, model, claim = (maybe(record.value, name, str) or "" for name in ("task", "model", "claim"))
            found[need(record.value, "id", str), task, model, claim] = need(record.value, "why", str)
        except InputError as error:
            field = f"{error.field}: " if error.field else ""
            raise UsageError(f"{path}:{record.place.line}: {field}{error}") from error
    return found
