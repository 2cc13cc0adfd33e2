"""What a recording says, whichever tool wrote it: samples with their verdicts, and what stands apart from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from verisieve.errors import InputError
from verisieve.records import Json, Problem
from verisieve.rows import Place


class Apart(StrEnum):
    """Why a record is not judged; the first four are what the recording says itself."""

    ERROR = "error"  # the request or the sample failed
    CUT_OFF = "cut_off"  # a limit of tokens, messages or time ended the reply
    FILTERED = "filtered"  # a content filter took the reply away
    NO_TEXT = "no_text"  # likelihoods or calls of tools, which are no text to judge
    NO_REPLY = "no_reply"  # a request without a line in any of the files
    NOT_RECORDED = "not_recorded"  # a problem of the data set that the recording has no sample of
    UNREADABLE = "unreadable"
    REPEATED = "repeated"
    UNKNOWN = "unknown_problem"

    @property
    def bad(self) -> bool:
        """Whether the files are at fault, not what happened when they were recorded."""
        return self in (Apart.UNREADABLE, Apart.REPEATED, Apart.UNKNOWN)


class Claim(NamedTuple):
    """One recorded verdict: `said` is None for a score between wrong and right, `answer` what the tool extracted."""

    name: str
    said: bool | None
    score: Json = None
    answer: str | None = None

    def row(self) -> dict[str, Json]:
        """Return it as plain JSON."""
        return self._asdict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What stands apart from the samples; `response` is what there is of a reply."""

    place: Place
    kind: Apart
    message: str
    field: str = ""
    id: str = ""
    task: str = ""
    model: str = ""
    response: str | None = None

    def __str__(self) -> str:
        named = f" {self.id}:" if self.id else ""
        where = f"{self.place.file}:{self.place.line}:{named}" if self.place.line else f"{self.place.file}:{named}"
        return f"{where} {self.field}: {self.message}" if self.field else f"{where} {self.message}"

    def row(self) -> dict[str, Json]:
        """Return it as a row of apart.jsonl."""
        row: dict[str, Json] = {
            "kind": str(self.kind),
            "id": self.id or None,
            "task": self.task,
            "model": self.model,
            "file": self.place.file,
            "line": self.place.line,
            "field": self.field,
            "message": self.message,
        }
        return row if self.response is None else {**row, "response": self.response}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One recorded reply; `apart` and `why` where the recording itself says that it is none to judge.

    `ids` and `asked` say which problem it answers, `source` is the data set's own record where the recording keeps it
    and `number` its place in the set. `program` is how the reply becomes code: `whole`, `continues` (the prompt), or
    nothing where it is text. `problem` is set where the recording holds the whole problem.
    """

    place: Place
    response: str | None
    apart: Apart | None = None
    why: str = ""
    task: str = ""
    model: str = ""
    sample: int | None = None
    ids: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    source: Mapping[str, Json] = field(default_factory=dict)
    number: int | None = None
    claims: tuple[Claim, ...] = ()
    program: str = ""
    problem: Problem | None = None
    carried: Mapping[str, Json] = field(default_factory=dict)


def aside(sample: Sample, kind: Apart, message: str, field: str = "", *, id: str = "") -> Aside:  # noqa: A002
    """Set a sample apart."""
    return Aside(
        place=sample.place,
        kind=kind,
        message=message,
        field=field,
        id=id or "".join(sample.ids[:1]) or ("" if sample.number is None else str(sample.number)),
        task=sample.task,
        model=sample.model,
        response=sample.response,
    )


def unreadable(place: Place, error: InputError, *, task: str = "", model: str = "", id: str = "") -> Aside:  # noqa: A002
    """Return what stands apart because it cannot be read."""
    return Aside(
        place=place, kind=Apart.UNREADABLE, message=str(error), field=error.field, task=task, model=model, id=id
    )


def said(score: Json) -> bool | None:
    """Read a score as right (1, true), wrong (0, false), or neither.

    >>> said(1.0), said(False), said(0.5), said("C")
    (True, False, None, None)
    """
    if isinstance(score, bool):
        return score
    if isinstance(score, int | float) and math.isfinite(score) and score in (0, 1):
        return bool(score)
    return None
