"""A run folder as others read it: completions.jsonl and verdicts.jsonl, joined line by line.

Changes nothing in it and judges nothing; a pair that does not belong together stops the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, NamedTuple

from verisieve import quickjson
from verisieve.errors import UsageError
from verisieve.records import Json, Outcome, Reason

COMPLETIONS = "completions.jsonl"
VERDICTS = "verdicts.jsonl"
DOUBTS = "doubts.jsonl"  # what critics said of passed rows, where they were asked


class Place(NamedTuple):
    """Where a pair lies: its line (from 1), and the byte at which it starts in each file."""

    line: int
    completion: int
    verdict: int


class Pair(NamedTuple):
    """A completion row and its verdict row; `doubted` where a critic calls wrong what passed."""

    place: Place
    completion: Mapping[str, Json]
    verdict: Mapping[str, Json]
    doubted: bool = False


def pairs(folder: Path, *, doubts: bool = True) -> Iterator[Pair]:
    """Read a run folder from start to end; raise UsageError with file and line where the files disagree.

    `doubts` says whether what critics said counts.
    """
    doubted = _doubted(folder / DOUBTS) if doubts else {}
    with _open(folder / COMPLETIONS) as completions, _open(folder / VERDICTS) as verdicts:
        place = Place(1, 0, 0)
        for completion, verdict in zip_longest(completions, verdicts, fillvalue=b""):
            pair = _join(folder, place, completion, verdict)
            yield pair._replace(doubted=_is_doubted(folder, pair, doubted.get(place.line))) if doubted else pair
            place = Place(place.line + 1, place.completion + len(completion), place.verdict + len(verdict))


def fetch(folder: Path, places: Iterable[Place]) -> Iterator[Pair]:
    """Read the pairs at these places again, in the order given."""
    with _open(folder / COMPLETIONS) as completions, _open(folder / VERDICTS) as verdicts:
        for place in places:
            completions.seek(place.completion)
            verdicts.seek(place.verdict)
            yield _join(folder, place, completions.readline(), verdicts.readline())


def digest_of(reply: str) -> str:
    """Return what tells a reply from another."""
    return blake2b(reply.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _doubted(path: Path) -> dict[int, tuple[str, bool]]:
    """Return, by line, the reply that critics saw, and whether one of them calls it wrong."""
    found: dict[int, tuple[str, bool]] = {}
    if path.exists():
        with _open(path) as stream:
            for number, raw in enumerate(stream, 1):
                row = _object(path.parent, path.name, Place(number, 0, 0), raw)
                line, reply = row.get("line"), text_of(row, "reply")
                if not isinstance(line, int) or row.get("said") not in ("right", "wrong", "nothing"):
                    raise UsageError(f"{path}:{number}: not what a critic said of a line")
                found[line] = reply, row["said"] == "wrong" or found.get(line, ("", False))[1]
    return found


def _is_doubted(folder: Path, pair: Pair, found: tuple[str, bool] | None) -> bool:
    if found is None:
        return False
    reply, doubted = found
    if reply != digest_of(text_of(pair.completion, "response")):
        raise UsageError(f"{folder / DOUBTS}: line {pair.place.line} is about another reply; ask the critics again")
    return doubted


def text_of(row: Mapping[str, Json], key: str) -> str:
    """Return a text field, or nothing where it is absent or no text."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def prompt_of(completion: Mapping[str, Json]) -> str:
    """Return the prompt that the model saw: `rendered` where the row has it."""
    return text_of(completion, "rendered") or text_of(completion, "prompt")


def family_of(completion: Mapping[str, Json]) -> str:
    """Return `meta.family`, or the family that the truth names, or nothing."""
    meta, truth = completion.get("meta"), completion.get("truth")
    return next((text for row in (meta, truth) if isinstance(row, dict) and (text := text_of(row, "family"))), "")


def truncated(completion: Mapping[str, Json]) -> bool:
    """Say whether the reply was cut off by a token limit."""
    return completion.get("finish_reason") in ("length", "max_tokens")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to, and put it in place only when all went well."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as problem:
        raise UsageError(f"{path}: {problem.strerror}") from problem


def _join(folder: Path, place: Place, left: bytes, right: bytes) -> Pair:
    if not left or not right:
        end, other = (COMPLETIONS, VERDICTS) if not left else (VERDICTS, COMPLETIONS)
        raise UsageError(f"{_at(folder, end, place)}: the file ends before {other} does")
    verdict = _object(folder, VERDICTS, place, right)
    if verdict.get("outcome") not in _OUTCOMES:
        outcome = f"{verdict.get('outcome')!r:.40}"
        raise UsageError(f"{_at(folder, VERDICTS, place)}: outcome: {outcome} is none of {', '.join(Outcome)}")
    # A row that could not be read has no identity to compare; its verdict says so.
    if verdict["outcome"] == Outcome.ERROR and verdict.get("reason") == Reason.BAD_ROW:
        return Pair(place, _object_or_nothing(left), verdict)
    completion = _object(folder, COMPLETIONS, place, left)
    for field, default in (("id", None), ("domain", None), ("sample", 0)):
        mine, its = completion.get(field, default), verdict.get(field, default)
        if mine != its:
            at = _at(folder, VERDICTS, place)
            raise UsageError(f"{at}: {field}: {its!r:.80} does not match {mine!r:.80} of {COMPLETIONS}")
    return Pair(place, completion, verdict)


_OUTCOMES = tuple(Outcome)  # foreign values may have no hash


def _at(folder: Path, name: str, place: Place) -> str:
    return f"{folder / name}:{place.line}"


def _object(folder: Path, name: str, place: Place, line: bytes) -> Mapping[str, Json]:
    try:
        row = quickjson.decode(line)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{_at(folder, name, place)}: not JSON: {problem}") from problem
    if not isinstance(row, dict):
        raise UsageError(f"{_at(folder, name, place)}: not a JSON object")
    return row


def _object_or_nothing(line: bytes) -> Mapping[str, Json]:
    try:
        return _object(Path(), "", Place(0, 0, 0), line)
    except UsageError:
        return {}
