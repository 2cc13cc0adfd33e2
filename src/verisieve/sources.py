"""What a report is about, as one run folder: that of a run or a bench, verdicts of `verify`, or several of them.

A folder is read where it lies. Anything else is joined into a folder that is gone afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from verisieve import reading
from verisieve.errors import InputError, UsageError
from verisieve.folder import COMPLETIONS, VERDICTS, pairs
from verisieve.records import Json, Outcome, Reason
from verisieve.rows import BadRow, Row, dump, input_row

LEADERBOARD = "leaderboard.json"
_JUDGED = frozenset({"outcome", "reason", "answer", "checks", "verifier", "sandbox", "seconds", "carried"})
_UNNAMED = "\0"  # the domain of rows that leave it to `verify --domain`

Rows = tuple[Mapping[str, Json], Mapping[str, Json]]


class Source(NamedTuple):
    """A folder to read, what to call it, and whether it is that of a run, whose rows become training data."""

    folder: Path
    title: str
    run: bool


@contextmanager
def opened(inputs: Sequence[str], rows: Sequence[str] = ()) -> Iterator[Source]:
    """Give the inputs as one folder; `rows` are the files that a file of verdicts was made from."""
    if rows and (len(inputs) > 1 or Path(inputs[0]).is_dir()):
        raise UsageError("--rows goes with one file of verdicts")
    if len(inputs) == 1 and Path(inputs[0]).is_dir():
        folder = Path(inputs[0])
        yield Source(folder, folder.resolve().name, run=not (folder / LEADERBOARD).exists())
        return
    reading.check_readable([*(path for path in inputs if not Path(path).is_dir()), *rows])
    with TemporaryDirectory(prefix="verisieve-report-") as made:
        folder = Path(made)
        with (folder / COMPLETIONS).open("wb") as completions, (folder / VERDICTS).open("wb") as verdicts:
            for completion, verdict in _joined(inputs, rows):
                completions.write(dump(completion))
                verdicts.write(dump(verdict))
        yield Source(folder, ", ".join(map(_label, inputs)), run=False)


def _joined(inputs: Sequence[str], rows: Sequence[str]) -> Iterator[Rows]:
    """Read all inputs; of several, each names its models, and a name that an earlier one has gets its label."""
    owners: dict[str, int] = {}
    for number, path in enumerate(inputs):
        for completion, verdict in _read(path, rows):
            if len(inputs) > 1:
                name = verdict.get("model") or _label(path)
                name = name if owners.setdefault(str(name), number) == number else f"{name} ({_label(path)})"
                yield {**completion, "model": name}, {**verdict, "model": name}
            else:
                yield completion, verdict


def _read(path: str, rows: Sequence[str]) -> Iterator[Rows]:
    if Path(path).is_dir():
        yield from ((pair.completion, pair.verdict) for pair in pairs(Path(path)))
    elif rows:
        yield from _matched(_verdicts(path), reading.read(rows, domain=_UNNAMED), path)
    else:
        for _, verdict in _verdicts(path):
            yield {key: value for key, value in verdict.items() if key not in _JUDGED}, verdict


def _verdicts(path: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for place, value in reading.values(path):
        at = f"{path}:{place.line}"
        if isinstance(value, InputError):
            raise UsageError(f"{at}: {value}")
        if not isinstance(value, dict) or value.get("outcome") not in tuple(Outcome):
            raise UsageError(f"{at}: outcome: missing; a report is made of verdicts, as `verify --out` writes them")
        yield at, value


def _matched(
    verdicts: Iterable[tuple[str, Mapping[str, Json]]], rows: Iterable[Row | BadRow], path: str
) -> Iterator[Rows]:
    """Join verdicts with the rows that they are about: `verify` keeps the order."""
    for judged, row in zip_longest(verdicts, rows):
        if judged is None or row is None:
            raise UsageError(
                f"{path}: not the verdicts on these rows: there are {'more' if judged else 'fewer'} of them"
            )
        at, verdict = judged
        if isinstance(row, BadRow):
            if verdict.get("reason") != Reason.BAD_ROW:
                raise UsageError(f"{at}: not the verdict on {row.place.file}:{row.place.line}, which is no row")
            yield {}, verdict
            continue
        completion = input_row(row.completion)
        completion["domain"] = verdict.get("domain") if completion["domain"] == _UNNAMED else completion["domain"]
        for field in ("id", "domain", "sample") if verdict.get("reason") != Reason.BAD_ROW else ():
            if completion[field] != verdict.get(field):
                where = f"{row.place.file}:{row.place.line}"
                raise UsageError(f"{at}: {field}: {verdict.get(field)!r:.80} does not match that of {where}")
        yield completion, verdict


def _label(path: str) -> str:
    name = Path(path).resolve().name
    for ending in (".gz", ".parquet", ".jsonl"):
        name = name.removesuffix(ending)
    return name
